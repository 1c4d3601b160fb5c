// The line, an element of its own above the plot: it moves without plotly drawing anything.
/** @import { Area, Chart } from "./lengths" */

import { isComposing } from "../composing.js";
import { part } from "../elements.js";
import { measureArea } from "./length_area.js";
import { unpoint } from "./length_bars.js";
import { GROUPED } from "./length_series.js";

const KEY_WAIT_MS = 350;
/** @type {Record<string, number>} */
const STEPS = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
};

/** @param {Chart} chart */
export function takeLine(chart) {
  // A run that began before the reader's last drag knows an older line.
  if (chart.data.move < chart.move) return;
  chart.sent = chart.data.line;
  if (!chart.held) chart.line = chart.data.line;
}

/** @param {Chart} chart */
export function placeLine(chart) {
  const area = measureArea(chart);
  if (!area) return;
  const seen = chart.plot.layout.xaxis.range;
  chart.whole.hidden = seen.every((edge, i) => Math.abs(edge - chart.full[i]) < 1e-6);
  chart.slider.hidden = chart.line === null;
  if (chart.line !== null) drawLine(chart, chart.line, area);
}

/**
 * @param {Chart} chart
 * @param {number} line
 * @param {Area} area
 */
function drawLine(chart, line, area) {
  const { slider, data } = chart;
  // The lengths up to the line's own lie left of it.
  const x = area.toX(line + 0.5);
  const edge = Math.min(Math.max(x, 0), area.width);
  slider.style.left = `${area.left + edge}px`;
  slider.style.top = `${area.top}px`;
  slider.style.height = `${area.height}px`;
  slider.classList.toggle("length-beyond", Math.abs(edge - x) > 1);
  const words = `${data.line_label} ${GROUPED.format(line)}`.trim();
  const label = part(slider, "span");
  label.textContent = x > area.width + 1 ? `${words} →` : x < -1 ? `← ${words}` : words;
  const half = label.offsetWidth / 2;
  const middle = Math.min(Math.max(edge, half), Math.max(area.width - half, half));
  label.style.translate = `${middle - edge - half}px`;
  const [low, high] = limits(chart);
  slider.ariaLabel = data.line_label || "Line";
  slider.ariaValueMin = String(low);
  slider.ariaValueMax = String(high);
  slider.ariaValueNow = String(line);
}

/**
 * The least and the greatest length that the line may have.
 *
 * @param {Pick<Chart, "data" | "line">} chart
 */
function limits({ data, line }) {
  const ends = data.series.flatMap((one) => one.ends.slice(-1));
  const starts = data.series.flatMap((one) => one.starts.slice(0, 1));
  return [Math.min(...starts), Math.max(...ends, data.line ?? 0, line ?? 0)];
}

/** @param {Chart} chart */
export function listenToLine(chart) {
  listenToDrags(chart);
  listenToKeys(chart);
}

/** @param {Chart} chart */
function listenToDrags(chart) {
  const { slider } = chart;
  /** @type {number | null} */
  let grip = null; // how far from the line it was taken
  slider.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const box = slider.getBoundingClientRect();
    grip = event.clientX - (box.left + box.right) / 2;
    slider.setPointerCapture(event.pointerId);
    chart.held = true;
    unpoint(chart);
  });
  slider.addEventListener("pointermove", (event) => {
    const area = grip === null ? null : measureArea(chart);
    if (grip === null || !area) return;
    const x = event.clientX - grip - area.outer.left - area.left;
    moveLine(chart, area.toLength(Math.min(Math.max(x, 0), area.width)) - 0.5);
  });
  const release = () => {
    if (grip === null) return;
    grip = null;
    sendLine(chart);
  };
  slider.addEventListener("pointerup", release);
  slider.addEventListener("pointercancel", release);
}

/** @param {Chart} chart */
function listenToKeys(chart) {
  let waiting = 0;
  chart.slider.addEventListener("keydown", (event) => {
    const goal = keyGoal(chart, event);
    if (goal === null) return;
    event.preventDefault();
    chart.held = true;
    moveLine(chart, goal);
    clearTimeout(waiting); // sent once the keys rest
    waiting = setTimeout(() => sendLine(chart), KEY_WAIT_MS);
  });
}

/**
 * Where a key puts the line; null for a key that does not.
 *
 * @param {Pick<Chart, "data" | "line">} chart
 * @param {KeyboardEvent} event
 */
export function keyGoal(chart, event) {
  if (isComposing(event)) return null;
  const [low, high] = limits(chart);
  if (event.key === "Home") return low;
  if (event.key === "End") return high;
  const step = STEPS[event.key];
  return step === undefined ? null : (chart.line ?? low) + step * (event.shiftKey ? 10 : 1);
}

/**
 * @param {Chart} chart
 * @param {number} goal
 */
function moveLine(chart, goal) {
  const [low, high] = limits(chart);
  chart.line = Math.min(Math.max(Math.round(goal), low), high);
  placeLine(chart);
}

/** @param {Chart} chart */
function sendLine(chart) {
  chart.held = false;
  if (chart.line === chart.sent) return;
  chart.sent = chart.line;
  chart.move = Math.max(Date.now(), chart.move + 1);
  chart.setState("line", { value: chart.line, move: chart.move });
}
