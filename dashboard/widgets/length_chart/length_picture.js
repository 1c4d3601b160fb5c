// The chart as a picture to download, with its title, legend and line.
/** @import { Chart } from "./lengths" */

import { make } from "../elements.js";
import { plain } from "../plotly_js/plotly_js.js";
import { CONFIG, layout, traces } from "./length_figure.js";
import { GROUPED } from "./length_series.js";

/** @param {Chart} chart */
export async function savePicture(chart) {
  const { plot, plotly, data } = chart;
  if (!plotly) return;
  const size = { width: plot.clientWidth, height: data.height + (data.title ? 40 : 0) };
  const figure = { data: traces(chart), layout: pictureLayout(chart), config: CONFIG };
  const link = make("a");
  link.href = await plotly.toImage(figure, { ...size, format: "png", scale: 2 });
  link.download = `${fileName(data.title || `${data.y_title} by ${data.x_title}`)}.png`;
  link.click();
}

/** @param {string} words */
function fileName(words) {
  return words.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").toLowerCase();
}

/** @param {Chart} chart */
function pictureLayout(chart) {
  const { data, theme, plot } = chart;
  const own = layout(chart);
  const shown = plot.layout.xaxis.range;
  return {
    ...own,
    paper_bgcolor: theme.background,
    title: { text: plain(data.title), x: 0.01, font: { size: 16 } },
    margin: { l: 8, r: 16, t: data.title ? 64 : 28, b: 8 },
    showlegend: chart.shown.length > 1,
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" },
    xaxis: { ...own.xaxis, range: [...shown] },
    ...drawnLine(chart, shown),
  };
}

/**
 * @param {Chart} chart
 * @param {[number, number]} shown
 */
function drawnLine({ data, theme, line }, shown) {
  if (line === null || line + 0.5 < shown[0] || shown[1] < line + 0.5) {
    return { shapes: [], annotations: [] };
  }
  const x = line + 0.5;
  const at = { xref: "x", yref: "paper" };
  const stroke = { color: theme.text, width: 2 };
  const label = {
    ...at,
    x,
    y: 1,
    yanchor: "top",
    xanchor: x > (shown[0] + shown[1]) / 2 ? "right" : "left",
    text: plain(`${data.line_label} ${GROUPED.format(line)}`),
    showarrow: false,
    font: { color: theme.text },
  };
  return {
    shapes: [{ type: "line", ...at, x0: x, x1: x, y0: 0, y1: 1, line: stroke }],
    annotations: [label],
  };
}
