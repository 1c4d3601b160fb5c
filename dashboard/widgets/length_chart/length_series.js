// Histograms of lengths before they are drawn, and lengths in words.
/** @import { Chart, ChartData, DrawnSeries, Series } from "./lengths" */

export const GROUPED = new Intl.NumberFormat("en");
const MOST_BARS = 2; // series that still show through each other as bars

/**
 * @param {Series} series
 * @returns {DrawnSeries}
 */
export function prepare(series) {
  const { starts, ends, counts } = series;
  const widths = starts.map((start, i) => ends[i] - start + 1);
  const usual = [...widths].sort((a, b) => a - b)[widths.length >> 1];
  const last = widths.length - 1;
  // The bar of all longer texts would be far wider than the rest together.
  if (widths[last] > 2 * usual) widths[last] = usual;
  return { ...series, widths, total: counts.reduce((sum, count) => sum + count, 0) };
}

/**
 * The range of lengths that shows all bars.
 *
 * @param {DrawnSeries[]} all
 * @returns {[number, number]}
 */
export function extent(all) {
  const filled = all.filter((one) => one.starts.length);
  const low = Math.min(...filled.map((one) => one.starts[0]));
  const ends = filled.map(({ starts, widths }) => {
    const last = starts.length - 1;
    return starts[last] + widths[last];
  });
  const high = Math.max(...ends);
  const margin = (high - low) * 0.01;
  return [low - 0.5 - margin, high - 0.5 + margin]; // a length of 3 takes 2.5 to 3.5
}

/**
 * @param {Chart} chart
 * @param {DrawnSeries} series
 */
export function heights(chart, series) {
  if (!chart.data.shares) return series.counts;
  return series.counts.map((count) => count / (series.total || 1));
}

/** @param {Chart} chart */
export function outlined(chart) {
  return chart.data.overlay && chart.data.series.length > MOST_BARS;
}

/**
 * The chart in words, for who does not see it.
 *
 * @param {ChartData} data
 */
export function describe(data) {
  const totals = data.series.map((one) => {
    const { total } = prepare(one);
    const at = one.counts.indexOf(Math.max(...one.counts));
    if (at < 0) return `${one.name}: 0`;
    const most = lengths(one.starts[at], one.ends[at]);
    return `${one.name}: ${GROUPED.format(total)}, most at ${most}`;
  });
  return [`${data.title || data.y_title} by ${data.x_title}`, ...totals].join("; ");
}

/**
 * @param {number} start
 * @param {number} end
 */
export function lengths(start, end) {
  const first = GROUPED.format(start);
  return start === end ? first : `${first} to ${GROUPED.format(end)}`;
}

/** @param {number} share */
export function percent(share) {
  const digits = share === 0 || share >= 0.1 ? 1 : share >= 0.001 ? 2 : 4;
  return `${(100 * share).toFixed(digits)}%`;
}
