// Where things are on the screen. Measured, because plotly's own figures for it are not public.
/** @import { Area, Chart } from "./lengths" */

/**
 * @param {Chart} chart
 * @returns {Area | null}
 */
export function measureArea(chart) {
  const inner = chart.plot.querySelector(".nsewdrag")?.getBoundingClientRect();
  const outer = chart.host.getBoundingClientRect();
  if (!inner) return null;
  const [low, high] = chart.plot.layout.xaxis.range;
  return {
    left: inner.left - outer.left,
    top: inner.top - outer.top,
    width: inner.width,
    height: inner.height,
    outer,
    toX: (length) => ((length - low) / (high - low)) * inner.width,
    toLength: (x) => low + (x / inner.width) * (high - low),
    toHeight: (value) => {
      const [bottom, top] = chart.plot.layout.yaxis.range;
      const at = chart.data.log ? Math.log10(value) : value;
      return ((at - bottom) / (top - bottom)) * inner.height;
    },
  };
}
