// What the charts on plotly.js share.
/** @import { Plotly, Theme } from "./plotly" */

import { readPalette } from "../elements.js";

const LONGEST_NAME = 48;
const FAILED =
  "The chart could not be drawn because plotly.js did not load. Reload the page to try again.";

/**
 * @param {string} path
 * @returns {Promise<Plotly>}
 */
export async function loadPlotly(path) {
  // The page's address is the base of Streamlit's own files too, behind any base path. The
  // browser runs an imported file once, however many charts ask for it.
  await import(new URL(path, document.baseURI).href);
  return /** @type {Window & { Plotly: Plotly }} */ (/** @type {unknown} */ (window)).Plotly;
}

/**
 * @param {Plotly | null} plotly
 * @param {HTMLElement} host
 */
export function fit(plotly, host) {
  // A chart in a closed tab is zero wide; it is fitted when it shows.
  if (isDrawn(host) && host.clientWidth) plotly?.Plots.resize(host);
}

/** @param {HTMLElement} host */
export function isDrawn(host) {
  return host.classList.contains("js-plotly-plot");
}

/**
 * @param {HTMLElement} host
 * @param {unknown} error
 */
export function excuse(host, error) {
  console.error(error);
  host.textContent = FAILED;
  host.setAttribute("aria-label", FAILED);
}

/**
 * @param {HTMLElement} host
 * @returns {Theme}
 */
export function readTheme(host) {
  const style = getComputedStyle(host);
  const read = (/** @type {string} */ key) => style.getPropertyValue(`--st-${key}`).trim();
  return {
    background: read("background-color"),
    border: read("border-color"),
    faint: read("border-color-light"),
    font: read("font"),
    muted: read("dataframe-header-text-color"),
    palette: readPalette(host),
    text: read("text-color"),
  };
}

/**
 * @param {number} height
 * @param {Theme} theme
 */
export function plainLayout(height, theme) {
  return {
    height,
    autosize: true,
    margin: { l: 0, r: 8, t: 0, b: 0 },
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    font: { family: theme.font, size: 13, color: theme.text },
    hoverlabel: {
      bgcolor: theme.background,
      bordercolor: theme.border,
      font: { family: theme.font, color: theme.text },
    },
  };
}

/**
 * @param {string} title
 * @param {Theme} theme
 */
export function axis(title, theme) {
  const font = { color: theme.muted, size: 12 };
  return {
    title: { text: plain(title), font, standoff: 8 },
    tickfont: font,
    automargin: true,
    zeroline: false,
    gridcolor: theme.faint,
  };
}

/**
 * An identifier of a name: plotly puts it into CSS selectors, which most characters would break.
 *
 * @param {string} key
 */
export function identify(key) {
  return Array.from(key, (letter) => letter.codePointAt(0)?.toString(36)).join("-");
}

/**
 * A text as plotly shows it: it reads a little HTML, and people's names for things are text.
 *
 * @param {string} words
 */
export function plain(words, longest = LONGEST_NAME) {
  const short = shorten(words, longest);
  return short.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/**
 * @param {string} words
 * @param {number} longest
 */
function shorten(words, longest) {
  if (words.length <= longest) return words;
  const half = Math.floor(longest / 2); // the end tells training from validation
  return `${words.slice(0, half - 1)}…${words.slice(-half)}`;
}
