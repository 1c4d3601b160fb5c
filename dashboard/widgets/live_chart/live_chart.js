// Draws training curves with the plotly.js of the installed plotly wheel.
// Streamlit calls the default export again whenever the data or the theme changes; the chart
// is then updated in place, so that zoom and hidden curves survive.
/** @import { Component } from "../component" */
/** @import { Plotly } from "../plotly_js/plotly" */
/** @import { ChartData } from "./curves" */

import { part } from "../elements.js";
import { excuse, fit, isDrawn, loadPlotly, readTheme } from "../plotly_js/plotly_js.js";
import { describe, layout, traces } from "./live_figure.js";

const CONFIG = { displayModeBar: false, responsive: false, showTips: false };

/**
 * @typedef {object} Chart
 * @property {HTMLElement} host
 * @property {ChartData} data
 * @property {Plotly | null} plotly
 * @property {ResizeObserver | null} observer
 */

/** @type {WeakMap<HTMLElement, Chart>} */
const charts = new WeakMap(); // by their element on the page

/** @param {Component<ChartData>} component */
export default function ({ data, parentElement }) {
  const host = part(parentElement, ".live-chart");
  const chart = charts.get(host) ?? openChart(host, data);
  chart.data = data;
  host.style.height = `${data.height}px`; // reserved before plotly.js arrives: nothing jumps
  host.setAttribute("aria-label", describe(data));
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
  /** @type {Chart} */
  const chart = { host, data, plotly: null, observer: null };
  chart.observer = new ResizeObserver(() => fit(chart.plotly, host));
  chart.observer.observe(host);
  charts.set(host, chart);
  return chart;
}

/** @param {Chart} chart */
function closeChart(chart) {
  chart.observer?.disconnect();
  chart.plotly?.purge(chart.host);
  charts.delete(chart.host);
}

/** @param {Chart} chart */
async function draw(chart) {
  const { host } = chart;
  try {
    chart.plotly ??= await loadPlotly(chart.data.plotly);
  } catch (error) {
    excuse(host, error);
    return;
  }
  if (!host.isConnected) return;
  const theme = readTheme(host);
  if (!isDrawn(host)) host.replaceChildren(); // an earlier try may have left its excuse
  chart.plotly.react(host, traces(chart.data, theme), layout(chart.data, theme), CONFIG);
}
