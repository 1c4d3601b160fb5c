// Draws training curves with the plotly.js of the installed plotly wheel.
// Streamlit calls the default export again whenever the data or the theme changes; the chart
// is then updated in place, so that zoom and hidden curves survive.

const CONFIG = { displayModeBar: false, responsive: false, showTips: false };
const KEEP = "keep"; // a constant uirevision tells plotly to keep what the reader did
const LONGEST_ENTRY = 36; // so that it fits into half a card
const VALUE = ",.4~g"; // four digits are what a screen shows

const charts = new WeakMap(); // by their element on the page

export default function ({ data, parentElement }) {
  const host = parentElement.querySelector(".live-chart");
  const chart = charts.get(host) ?? open(host);
  chart.data = data;
  host.style.height = `${data.height}px`; // reserved before plotly.js arrives: nothing jumps
  host.setAttribute("aria-label", describe(data));
  draw(chart);
  // Streamlit also calls this when a newer run overtakes one still loading: close only what
  // has left the page.
  return () => host.isConnected || close(chart);
}

function open(host) {
  const chart = { host, plotly: null, data: null, observer: null };
  chart.observer = new ResizeObserver(() => fit(chart.plotly, host));
  chart.observer.observe(host);
  charts.set(host, chart);
  return chart;
}

function close(chart) {
  chart.observer.disconnect();
  chart.plotly?.purge(chart.host);
  charts.delete(chart.host);
}

async function draw(chart) {
  try {
    chart.plotly ??= await load(chart.data.plotly);
  } catch (error) {
    excuse(chart.host, error);
    return;
  }
  if (!chart.host.isConnected) return;
  const theme = readTheme(chart.host);
  if (!isDrawn(chart.host)) chart.host.replaceChildren(); // an earlier try may have left its excuse
  chart.plotly.react(chart.host, traces(chart.data, theme), layout(chart.data, theme), CONFIG);
}

function traces(data, theme) {
  const entered = new Set(); // groups that have their legend entry
  return data.curves.flatMap((curve) => {
    const drawn = unpack(curve, theme);
    drawn.showlegend = !curve.group || !entered.has(curve.group);
    entered.add(curve.group);
    if (!curve.smooth) return [drawn];
    const faint = {
      ...drawn,
      uid: identify(`faint ${curve.key}`),
      opacity: 0.28,
      line: { ...drawn.line, width: 1.5 },
      hoverinfo: "skip",
      hovertemplate: null, // which would go before it
      showlegend: false,
    };
    return [
      faint,
      {
        ...drawn,
        y: numbers(curve.smooth),
        customdata: drawn.y,
        hovertemplate: `%{y:${VALUE}} (%{customdata:${VALUE}} as measured)<extra>${plain(curve.name)}</extra>`,
      },
    ];
  });
}

function unpack(curve, theme) {
  const color = curve.color === null ? theme.muted : theme.palette[curve.color % theme.palette.length];
  const x = numbers(curve.x);
  const marked = curve.color !== null && (curve.dotted || x.length === 1); // one point makes no line
  return {
    type: "scatter",
    uid: identify(curve.key), // a hidden curve stays hidden when others come and go
    name: plain(curve.entry, LONGEST_ENTRY),
    legendgroup: identify(curve.group || curve.key),
    x,
    y: numbers(curve.y),
    mode: marked ? "lines+markers" : "lines",
    line: { color, width: curve.color === null ? 1.5 : 2, dash: curve.dotted ? "dot" : "solid" },
    marker: { color, size: 6 },
    hovertemplate: `%{y:${VALUE}}<extra>${plain(curve.name)}</extra>`,
    hoverlabel: { namelength: -1 },
  };
}

function numbers(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const value = (_, place) => view.getFloat32(4 * place, true);
  return Array.from({ length: bytes.length / 4 }, value).map((y) => (isFinite(y) ? y : null));
}

function layout(data, theme) {
  return {
    ...plainLayout(data, theme),
    uirevision: data.x_title, // another axis has other places, so a zoom means nothing on it
    showlegend: true,
    legend: {
      orientation: "h",
      x: 0,
      y: 1.02,
      yanchor: "bottom",
      maxheight: 0.3,
      uirevision: KEEP,
    },
    hovermode: "x unified",
    hoverdistance: 60,
    xaxis: {
      ...axis(data.x_title, theme),
      showgrid: false,
      spikecolor: theme.muted,
      spikedash: "dot",
      spikethickness: 1,
      unifiedhovertitle: { text: `${plain(data.x_title)} %{x:,.4~r}` },
    },
    yaxis: {
      ...axis(data.y_title, theme),
      nticks: 5,
      exponentformat: "e",
      ...(data.y_range ? { range: data.y_range } : { autorange: true }),
    },
  };
}

function describe(data) {
  const last = data.curves.map((curve) => {
    const value = numbers(curve.smooth ?? curve.y).findLast((number) => number !== null);
    return `${curve.name}: ${value?.toPrecision(4) ?? "no values yet"}`;
  });
  return [`${data.y_title} by ${data.x_title}, last values`, ...last].join("; ");
}
