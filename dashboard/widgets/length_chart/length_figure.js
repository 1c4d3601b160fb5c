// What plotly draws of the lengths; length_chart.py puts it before length_chart.js.

const MOST_BARS = 2; // series that still show through each other as bars
const GROUPED = new Intl.NumberFormat("en");

function prepare(series) {
  const { starts, ends, counts } = series;
  const widths = starts.map((start, i) => ends[i] - start + 1);
  const usual = [...widths].sort((a, b) => a - b)[widths.length >> 1];
  const last = widths.length - 1;
  // The bar of all longer texts would be far wider than the rest together.
  if (widths[last] > 2 * usual) widths[last] = usual;
  return { ...series, widths, total: counts.reduce((sum, count) => sum + count, 0) };
}

function extent(all) {
  const filled = all.filter((one) => one.starts.length);
  const low = Math.min(...filled.map((one) => one.starts[0]));
  const high = Math.max(...filled.map((one) => one.starts.at(-1) + one.widths.at(-1)));
  const margin = (high - low) * 0.01;
  return [low - 0.5 - margin, high - 0.5 + margin]; // a length of 3 takes 2.5 to 3.5
}

function heights(chart, series) {
  if (!chart.data.shares) return series.counts;
  return series.counts.map((count) => count / (series.total || 1));
}

function outlined(chart) {
  return chart.data.overlay && chart.data.series.length > MOST_BARS;
}

function traces(chart) {
  const { palette } = chart.theme;
  return chart.shown.map((series, place) => {
    const color = palette[series.color % palette.length];
    const shape = outlined(chart) ? outline(chart, series, color) : bars(chart, series, color, place);
    return { uid: identify(series.name), name: plain(series.name), ...shape };
  });
}

function bars(chart, series, color, place) {
  const count = chart.shown.length;
  const beside = chart.data.overlay ? 1 : count;
  const widths = series.widths.map((width) => (width * 0.92) / beside);
  return {
    type: "bar",
    x: series.starts,
    y: heights(chart, series),
    offset: widths.map((width, i) => series.widths[i] * 0.04 - 0.5 + (beside > 1 ? place * width : 0)),
    width: widths,
    marker: { color, line: { width: 0 } },
    opacity: chart.data.overlay && count > 1 ? 0.62 : 1,
  };
}

function outline(chart, series, color) {
  const floor = chart.data.log ? 10 ** yRange(chart)[0] : 0; // a log axis has no zero
  const values = heights(chart, series);
  const [x, y] = [[], []];
  const add = (length, value) => x.push(length - 0.5) && y.push(value);
  let end = null; // of the bar before, if it was not empty
  const drop = () => end !== null && add(end, floor) && add(end, null);
  series.starts.forEach((start, i) => {
    if (end !== start) drop();
    if (!values[i]) {
      if (end === start) drop();
      end = null;
      return;
    }
    if (end !== start) add(start, floor);
    end = start + series.widths[i];
    add(start, values[i]);
    add(end, values[i]);
  });
  drop();
  return { type: "scatter", mode: "lines", x, y, line: { color, width: 1.8 } };
}

function yRange(chart) {
  const values = chart.shown.flatMap((series) => heights(chart, series)).filter((value) => value > 0);
  const top = Math.max(...values, chart.data.shares ? 1e-9 : 1);
  if (!chart.data.log) return [0, top * 1.08];
  return [Math.log10(Math.min(...values, top) / 2), Math.log10(top) + 0.15]; // the least is seen
}

function layout(chart) {
  const { data, theme, full } = chart;
  const range = yRange(chart);
  const few = data.log ? range[1] - range[0] > 1.5 : !data.shares && range[1] < 6;
  return {
    ...plainLayout(data, theme),
    height: undefined, // what the legend leaves
    margin: { l: 0, r: 8, t: 8, b: 0 }, // half of a tick's label stands above the axis
    uirevision: data.x_title, // another unit needs another zoom
    barmode: "overlay",
    showlegend: false,
    hovermode: false,
    dragmode: "zoom",
    xaxis: {
      ...axis(data.x_title, theme),
      range: [...full],
      minallowed: full[0],
      maxallowed: full[1],
      showgrid: false,
      tickformat: ",~f",
    },
    yaxis: {
      ...axis(data.y_title + (data.log ? ", log scale" : ""), theme),
      type: data.log ? "log" : "linear",
      range,
      fixedrange: true,
      nticks: 5,
      dtick: few ? 1 : null, // powers of ten, or whole texts
      tickformat: data.shares ? "~%" : "~s",
    },
  };
}

function describe(data) {
  const totals = data.series.map((one) => {
    const { total } = prepare(one);
    const at = one.counts.indexOf(Math.max(...one.counts));
    if (at < 0) return `${one.name}: 0`;
    return `${one.name}: ${GROUPED.format(total)}, most at ${range(one.starts[at], one.ends[at])}`;
  });
  return [`${data.title || data.y_title} by ${data.x_title}`, ...totals].join("; ");
}

function range(start, end) {
  return start === end ? GROUPED.format(start) : `${GROUPED.format(start)} to ${GROUPED.format(end)}`;
}

function percent(share) {
  const digits = share === 0 || share >= 0.1 ? 1 : share >= 0.001 ? 2 : 4;
  return `${(100 * share).toFixed(digits)}%`;
}

// The picture

async function savePicture(chart) {
  const { plot, plotly, data } = chart;
  const link = document.createElement("a");
  const size = { width: plot.clientWidth, height: data.height + (data.title ? 40 : 0) };
  const figure = { data: traces(chart), layout: pictureLayout(chart), config: CONFIG };
  link.href = await plotly.toImage(figure, { ...size, format: "png", scale: 2 });
  const words = data.title || `${data.y_title} by ${data.x_title}`;
  link.download = `${words.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").toLowerCase()}.png`;
  link.click();
}

function pictureLayout(chart) {
  const { data, theme, plot, line } = chart;
  const own = layout(chart);
  const shown = plot.layout.xaxis.range;
  const crossed = line !== null && shown[0] <= line + 0.5 && line + 0.5 <= shown[1];
  const at = { x: line + 0.5, xref: "x", yref: "paper" };
  return {
    ...own,
    paper_bgcolor: theme.background,
    title: { text: plain(data.title), x: 0.01, font: { size: 16 } },
    margin: { l: 8, r: 16, t: data.title ? 64 : 28, b: 8 },
    showlegend: chart.shown.length > 1,
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" },
    xaxis: { ...own.xaxis, range: [...shown] },
    shapes: crossed
      ? [{ type: "line", ...at, x0: at.x, x1: at.x, y0: 0, y1: 1, line: { color: theme.text, width: 2 } }]
      : [],
    annotations: crossed
      ? [
          {
            ...at,
            y: 1,
            yanchor: "top",
            xanchor: at.x > (shown[0] + shown[1]) / 2 ? "right" : "left",
            text: plain(`${data.line_label} ${GROUPED.format(line)}`),
            showarrow: false,
            font: { color: theme.text },
          },
        ]
      : [],
  };
}
