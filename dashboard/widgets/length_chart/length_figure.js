// What plotly draws of the lengths.
/** @import { Chart, DrawnSeries } from "./lengths" */

import { axis, identify, plain, plainLayout } from "../plotly_js/plotly_js.js";
import { heights, outlined } from "./length_series.js";

export const CONFIG = {
  displayModeBar: false,
  responsive: false,
  showTips: false,
  doubleClick: false,
};

/**
 * @param {Chart} chart
 * @returns {object[]}
 */
export function traces(chart) {
  const { palette } = chart.theme;
  return chart.shown.map((series, place) => {
    const color = palette[series.color % palette.length];
    const shape = outlined(chart)
      ? outlineTrace(chart, series, color)
      : barTrace(chart, series, color, place);
    return { uid: identify(series.name), name: plain(series.name), ...shape };
  });
}

/**
 * @param {Chart} chart
 * @param {DrawnSeries} series
 * @param {string} color
 * @param {number} place
 */
function barTrace(chart, series, color, place) {
  const count = chart.shown.length;
  const beside = chart.data.overlay ? 1 : count;
  const widths = series.widths.map((width) => (width * 0.92) / beside);
  const left = (/** @type {number} */ i) => series.widths[i] * 0.04 - 0.5;
  return {
    type: "bar",
    x: series.starts,
    y: heights(chart, series),
    offset: widths.map((width, i) => left(i) + (beside > 1 ? place * width : 0)),
    width: widths,
    marker: { color, line: { width: 0 } },
    opacity: chart.data.overlay && count > 1 ? 0.62 : 1,
  };
}

/**
 * @param {Chart} chart
 * @param {DrawnSeries} series
 * @param {string} color
 */
function outlineTrace(chart, series, color) {
  const floor = chart.data.log ? 10 ** yRange(chart)[0] : 0; // a log axis has no zero
  const [x, y] = outline(series, heights(chart, series), floor);
  return { type: "scatter", mode: "lines", x, y, line: { color, width: 1.8 } };
}

/**
 * The edge of the bars as a line, broken where a bar is empty or missing.
 *
 * @param {DrawnSeries} series
 * @param {number[]} values
 * @param {number} floor
 * @returns {[number[], (number | null)[]]}
 */
export function outline(series, values, floor) {
  /** @type {number[]} */
  const x = [];
  /** @type {(number | null)[]} */
  const y = [];
  const add = (/** @type {number} */ at, /** @type {number | null} */ value) =>
    x.push(at - 0.5) && y.push(value);
  /** @type {number | null} */
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
  return [x, y];
}

/**
 * @param {Chart} chart
 * @returns {[number, number]}
 */
function yRange(chart) {
  const { log, shares } = chart.data;
  const values = chart.shown.flatMap((series) => heights(chart, series)).filter((one) => one > 0);
  const highest = Math.max(...values, shares ? 1e-9 : 1);
  if (!log) return [0, highest * 1.08];
  const least = Math.min(...values, highest);
  return [Math.log10(least / 2), Math.log10(highest) + 0.15]; // the least is seen
}

/** @param {Chart} chart */
export function layout(chart) {
  const { data, theme, full } = chart;
  const range = yRange(chart);
  const few = data.log ? range[1] - range[0] > 1.5 : !data.shares && range[1] < 6;
  return {
    ...plainLayout(data.height, theme),
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
