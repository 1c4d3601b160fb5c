// Histograms on plotly.js. The line, the hover box and the legend are elements of their own above
// the plot: they change without plotly drawing anything.
/** @import { Component } from "../component" */
/** @import { Plot } from "../plotly_js/plotly" */
/** @import { Chart, ChartData } from "./lengths" */

import { make, part } from "../elements.js";
import { excuse, fit, isDrawn, loadPlotly, readTheme } from "../plotly_js/plotly_js.js";
import { listenToPlot, unpoint } from "./length_bars.js";
import { CONFIG, layout, traces } from "./length_figure.js";
import { listenToLine, placeLine, takeLine } from "./length_line.js";
import { savePicture } from "./length_picture.js";
import { describe, extent, prepare } from "./length_series.js";

/** @type {WeakMap<HTMLElement, Chart>} */
const charts = new WeakMap(); // by their element on the page

/** @param {Component<ChartData>} component */
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const host = part(parentElement, ".length-chart");
  const chart = charts.get(host) ?? openChart(host, data);
  chart.data = data;
  chart.setState = setStateValue;
  chart.trigger = setTriggerValue;
  host.style.height = `${data.height}px`; // reserved before plotly.js arrives: nothing jumps
  takeLine(chart);
  draw(chart);
  // Streamlit also calls this when a newer run overtakes one still loading: close only what
  // has left the page.
  return () => host.isConnected || closeChart(chart);
}

/**
 * @param {HTMLElement} host
 * @param {ChartData} data
 */
function openChart(host, data) {
  const chart = newChart(host, data);
  chart.observer = new ResizeObserver(() => fit(chart.plotly, chart.plot));
  chart.observer.observe(chart.plot);
  chart.whole.onclick = () => chart.plotly?.relayout(chart.plot, { "xaxis.range": chart.full });
  part(host, ".length-picture").onclick = () => isDrawn(chart.plot) && savePicture(chart);
  listenToPlot(chart);
  listenToLine(chart);
  charts.set(host, chart);
  return chart;
}

/**
 * @param {HTMLElement} host
 * @param {ChartData} data
 * @returns {Chart}
 */
function newChart(host, data) {
  return {
    host,
    plot: /** @type {Plot} */ (part(host, ".length-plot")),
    legend: part(host, ".length-legend"),
    band: part(host, ".length-band"),
    tip: part(host, ".length-tip"),
    slider: part(host, ".length-line"),
    whole: part(host, ".length-whole"),
    data,
    plotly: null,
    theme: readTheme(host),
    drawn: null,
    shown: [],
    full: [0, 1],
    hidden: new Set(),
    line: null,
    move: 0,
    sent: null,
    held: false,
    clicked: null,
    closing: new AbortController(),
    observer: null,
    setState: () => {},
    trigger: () => {},
  };
}

/** @param {Chart} chart */
function closeChart(chart) {
  chart.closing.abort();
  chart.observer?.disconnect();
  chart.plotly?.purge(chart.plot);
  charts.delete(chart.host);
}

/** @param {Chart} chart */
async function draw(chart) {
  try {
    chart.plotly ??= await loadPlotly(chart.data.plotly);
  } catch (error) {
    excuse(chart.plot, error);
    return;
  }
  if (!chart.plot.isConnected) return;
  chart.theme = readTheme(chart.plot);
  const wanted = figureOf(chart);
  if (wanted !== chart.drawn) drawFigure(chart);
  chart.drawn = wanted;
  placeLine(chart);
}

/**
 * All that plotly draws, as a text.
 *
 * @param {Chart} chart
 */
function figureOf({ data, theme, hidden }) {
  const figure = { ...data, line: null, line_label: null, move: null };
  return JSON.stringify([figure, theme, [...hidden]]);
}

/** @param {Chart} chart */
function drawFigure(chart) {
  const { plot, data } = chart;
  chart.shown = data.series.filter((one) => !chart.hidden.has(one.name)).map(prepare);
  chart.full = extent(data.series.map(prepare));
  plot.setAttribute("aria-label", describe(data));
  writeLegend(chart);
  unpoint(chart);
  const first = !isDrawn(plot);
  if (first) plot.replaceChildren(); // an earlier try may have left its excuse
  chart.plotly?.react(plot, traces(chart), layout(chart), CONFIG);
  if (first) plot.on("plotly_afterplot", () => placeLine(chart));
}

/** @param {Chart} chart */
function writeLegend(chart) {
  const { palette } = chart.theme;
  const { series } = chart.data;
  chart.legend.hidden = series.length < 2;
  const entries = series.map((one, at) => {
    const button = make("button", "length-entry", one.name);
    button.type = "button";
    button.title = one.name;
    button.ariaPressed = String(!chart.hidden.has(one.name));
    button.style.setProperty("--tone", palette[one.color % palette.length]);
    button.onclick = () => toggleSeries(chart, one.name, at);
    return button;
  });
  chart.legend.replaceChildren(...entries);
}

/**
 * @param {Chart} chart
 * @param {string} series
 * @param {number} at
 */
async function toggleSeries(chart, series, at) {
  if (!chart.hidden.delete(series)) chart.hidden.add(series);
  await draw(chart);
  const entry = /** @type {HTMLElement | undefined} */ (chart.legend.children[at]);
  entry?.focus(); // the button that was clicked is gone
}
