// Pointing at bars and clicking them.
/** @import { Area, Bar, Chart, DrawnSeries, Hit } from "./lengths" */

import { make } from "../elements.js";
import { measureArea } from "./length_area.js";
import { GROUPED, heights, lengths, outlined, percent } from "./length_series.js";

const MOST_NAMED = 12; // series in the hover box
const CLICK_PX = 4; // a press that moves further is a drag
const DOUBLE_CLICK_MS = 400;

/** @param {Chart} chart */
export function listenToPlot(chart) {
  const { plot } = chart;
  /** @type {{ x: number, y: number } | null} */
  let pressed = null;
  plot.addEventListener("pointermove", (event) => point(chart, event));
  plot.addEventListener("pointerleave", () => unpoint(chart));
  // Plotly keeps these events for its zoom: they are heard on their way to it.
  plot.addEventListener(
    "pointerdown",
    (event) => {
      pressed = event.button === 0 ? { x: event.clientX, y: event.clientY } : null;
    },
    true,
  );
  window.addEventListener(
    "pointerup",
    (event) => {
      const from = pressed;
      pressed = null;
      if (!from || !plot.isConnected) return;
      const moved = Math.hypot(event.clientX - from.x, event.clientY - from.y);
      if (moved <= CLICK_PX) clickBar(chart, event);
    },
    { capture: true, signal: chart.closing.signal },
  );
}

/**
 * @param {Chart} chart
 * @param {MouseEvent} event
 * @returns {Hit | null}
 */
function findHit(chart, event) {
  const area = measureArea(chart);
  if (!area || !chart.shown.length) return null;
  const x = event.clientX - area.outer.left - area.left;
  const up = area.top + area.height - (event.clientY - area.outer.top);
  if (x < 0 || x > area.width || up < 0 || up > area.height) return null;
  const at = area.toLength(x);
  const bars = chart.shown.flatMap((series) => barAt(chart, series, at) ?? []);
  if (!bars.length) return null;
  const y = event.clientY - area.outer.top;
  return { area, x, y, bars, chosen: chooseBar(chart, bars, at, up, area) };
}

/**
 * @param {Chart} chart
 * @param {DrawnSeries} series
 * @param {number} at
 * @returns {Bar | null}
 */
function barAt(chart, series, at) {
  const i = series.starts.findLastIndex((start) => start - 0.5 <= at);
  if (i < 0 || at > series.starts[i] + series.widths[i] - 0.5) return null;
  return {
    series,
    start: series.starts[i],
    end: series.ends[i],
    width: series.widths[i],
    count: series.counts[i],
    height: heights(chart, series)[i],
  };
}

/**
 * @param {Chart} chart
 * @param {Bar[]} bars
 * @param {number} at
 * @param {number} up
 * @param {Area} area
 */
function chooseBar(chart, bars, at, up, area) {
  const filled = bars.filter((one) => one.count > 0);
  if (!filled.length) return null;
  if (!chart.data.overlay) {
    const share = (at - bars[0].start + 0.5) / bars[0].width;
    const nth = Math.min(Math.floor(share * chart.shown.length), chart.shown.length - 1);
    return filled.find((one) => one.series === chart.shown[nth]) ?? null;
  }
  if (outlined(chart)) {
    const far = (/** @type {Bar} */ one) => Math.abs(area.toHeight(one.height) - up);
    return filled.sort((a, b) => far(a) - far(b))[0];
  }
  // Of the bars under the pointer the lowest: the others can be pointed at above it. A bar too
  // low to be hit is still found from above.
  filled.sort((a, b) => a.height - b.height);
  return filled.find((one) => area.toHeight(one.height) >= up) ?? filled[filled.length - 1];
}

/**
 * @param {Chart} chart
 * @param {PointerEvent} event
 */
function point(chart, event) {
  const hit = event.buttons ? null : findHit(chart, event);
  if (!hit) {
    unpoint(chart);
    return;
  }
  chart.plot.classList.toggle("length-over", hit.chosen !== null);
  showBand(chart, hit);
  showTip(chart, hit);
}

/**
 * @param {Chart} chart
 * @param {Hit} hit
 */
function showBand({ band }, { area, bars, chosen }) {
  const { start, width } = chosen ?? bars[0];
  const [left, right] = [start - 0.5, start + width - 0.5].map(area.toX);
  band.hidden = false;
  band.style.left = `${area.left + Math.max(left, 0)}px`;
  band.style.width = `${Math.min(right, area.width) - Math.max(left, 0)}px`;
  band.style.top = `${area.top}px`;
  band.style.height = `${area.height}px`;
}

/**
 * @param {Chart} chart
 * @param {Hit} hit
 */
function showTip(chart, hit) {
  const { tip } = chart;
  const { area, x, y } = hit;
  writeTip(chart, hit);
  tip.hidden = false;
  const beside = x + 16 + tip.offsetWidth < area.width ? 16 : -16 - tip.offsetWidth;
  const lowest = Math.max(area.top + area.height - tip.offsetHeight, 0);
  tip.style.left = `${Math.max(area.left + x + beside, 0)}px`;
  tip.style.top = `${Math.min(y, lowest)}px`;
}

/** @param {Chart} chart */
export function unpoint(chart) {
  chart.plot.classList.remove("length-over");
  chart.band.hidden = true;
  chart.tip.hidden = true;
}

/**
 * @param {Chart} chart
 * @param {Hit} hit
 */
function writeTip(chart, { bars, chosen }) {
  const { start, end } = chosen ?? bars[0];
  const { palette } = chart.theme;
  const lines = bars.slice(0, MOST_NAMED).map((one) => {
    const line = make("div", one === chosen && bars.length > 1 ? "length-chosen" : "");
    line.style.setProperty("--tone", palette[one.series.color % palette.length]);
    const share = one.series.total ? one.count / one.series.total : 0;
    line.append(
      make("span", "length-name", one.series.name),
      make("span", "length-count", GROUPED.format(one.count)),
      make("span", "length-share", percent(share)),
    );
    return line;
  });
  if (bars.length > MOST_NAMED) lines.push(make("div", "", `and ${bars.length - MOST_NAMED} more`));
  const head = make("strong", "", `${lengths(start, end)} ${chart.data.x_title}`);
  chart.tip.replaceChildren(head, ...lines);
}

/**
 * @param {Chart} chart
 * @param {PointerEvent} event
 */
function clickBar(chart, event) {
  const chosen = findHit(chart, event)?.chosen;
  if (!chosen) return;
  const { series, start, end } = chosen;
  const bar = JSON.stringify([series.name, start]);
  // The second click of a double click says nothing new; one on another bar does.
  const before = chart.clicked;
  if (before?.bar === bar && event.timeStamp - before.at < DOUBLE_CLICK_MS) return;
  chart.clicked = { bar, at: event.timeStamp };
  chart.trigger("clicked", { name: series.name, start, end });
}
