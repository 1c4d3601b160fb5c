// Draws training curves with the plotly.js of the installed plotly wheel.
// Streamlit calls the default export again whenever the data or the theme changes; the chart
// is then updated in place, so that zoom and hidden curves survive.

const CONFIG = { displayModeBar: false, responsive: false, showTips: false };
const KEEP = "keep"; // a constant uirevision tells plotly to keep what the reader did
const LONGEST_NAME = 48;
const FAILED = "The chart could not be drawn because plotly.js did not load. Reload the page to try again.";

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
  chart.observer = new ResizeObserver(() => fit(chart));
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
    console.error(error);
    chart.host.textContent = FAILED;
    chart.host.setAttribute("aria-label", FAILED);
    return;
  }
  if (!chart.host.isConnected) return;
  const theme = readTheme(chart.host);
  if (!isDrawn(chart)) chart.host.replaceChildren(); // an earlier try may have left its excuse
  chart.plotly.react(chart.host, traces(chart.data, theme), layout(chart.data, theme), CONFIG);
}

async function load(path) {
  // The page's address is the base of Streamlit's own files too, behind any base path. The
  // browser runs an imported file once, however many charts ask for it.
  await import(new URL(path, document.baseURI).href);
  return window.Plotly;
}

function fit(chart) {
  // A chart in a closed tab is zero wide; it is fitted when it shows.
  if (isDrawn(chart) && chart.host.clientWidth) chart.plotly.Plots.resize(chart.host);
}

function isDrawn(chart) {
  return chart.host.classList.contains("js-plotly-plot");
}

function readTheme(host) {
  const style = getComputedStyle(host);
  const read = (name) => style.getPropertyValue(`--st-${name}`).trim();
  return {
    background: read("background-color"),
    border: read("border-color"),
    faint: read("border-color-light"),
    font: read("font"),
    muted: read("gray-text-color"),
    palette: read("chart-categorical-colors").split(/,(?![^(]*\))/), // not inside rgb(1, 2, 3)
    text: read("text-color"),
  };
}

function traces(data, theme) {
  return data.curves.map((curve) => {
    const color = theme.palette[curve.color % theme.palette.length];
    const marked = curve.dotted || curve.x.length === 1; // one point makes no line
    return {
      type: "scatter",
      uid: identify(curve.name), // a hidden curve stays hidden when others come and go
      name: plain(curve.name),
      x: curve.x,
      y: curve.y,
      mode: marked ? "lines+markers" : "lines",
      line: { color, width: 2, dash: curve.dotted ? "dot" : "solid" },
      marker: { color, size: 6 },
      hoverlabel: { namelength: -1 },
    };
  });
}

function layout(data, theme) {
  return {
    uirevision: KEEP,
    height: data.height,
    autosize: true,
    margin: { l: 0, r: 8, t: 0, b: 0 },
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    font: { family: theme.font, size: 13, color: theme.text },
    showlegend: true,
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", maxheight: 0.3 },
    hovermode: "x unified",
    hoverdistance: 60,
    hoverlabel: {
      bgcolor: theme.background,
      bordercolor: theme.border,
      font: { family: theme.font, color: theme.text },
    },
    xaxis: {
      ...axis(data.x_title, theme),
      showgrid: false,
      spikecolor: theme.muted,
      spikedash: "dot",
      spikethickness: 1,
      unifiedhovertitle: { text: `${plain(data.x_title)} %{x:,~f}` },
    },
    yaxis: {
      ...axis(data.y_title, theme),
      nticks: 5,
      hoverformat: ",.5~g",
      ...(data.y_range ? { range: data.y_range } : { autorange: true }),
    },
  };
}

function axis(title, theme) {
  const font = { color: theme.muted, size: 12 };
  return {
    title: { text: plain(title), font, standoff: 8 },
    tickfont: font,
    automargin: true,
    zeroline: false,
    gridcolor: theme.faint,
  };
}

function identify(name) {
  // Plotly puts it into CSS selectors, which most characters would break.
  return Array.from(name, (letter) => letter.codePointAt(0).toString(36)).join("-");
}

function plain(words) {
  // Plotly reads a little HTML in its texts; people's names for runs are text.
  return shorten(words).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function shorten(words) {
  if (words.length <= LONGEST_NAME) return words;
  const half = Math.floor(LONGEST_NAME / 2); // the end tells training from validation
  return `${words.slice(0, half - 1)}…${words.slice(-half)}`;
}

function describe(data) {
  const last = data.curves.map((curve) => {
    const value = curve.y.findLast((number) => number !== null);
    return `${curve.name}: ${value ?? "no values yet"}`;
  });
  return [`${data.y_title} by ${data.x_title}, last values`, ...last].join("; ");
}
