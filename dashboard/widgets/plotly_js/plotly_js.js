// What the charts on plotly.js share; plotly_js.py puts it before each chart's own script.

const LONGEST_NAME = 48;
const FAILED = "The chart could not be drawn because plotly.js did not load. Reload the page to try again.";

async function load(path) {
  // The page's address is the base of Streamlit's own files too, behind any base path. The
  // browser runs an imported file once, however many charts ask for it.
  await import(new URL(path, document.baseURI).href);
  return window.Plotly;
}

function fit(plotly, host) {
  // A chart in a closed tab is zero wide; it is fitted when it shows.
  if (isDrawn(host) && host.clientWidth) plotly.Plots.resize(host);
}

function isDrawn(host) {
  return host.classList.contains("js-plotly-plot");
}

function excuse(host, error) {
  console.error(error);
  host.textContent = FAILED;
  host.setAttribute("aria-label", FAILED);
}

function readTheme(host) {
  const style = getComputedStyle(host);
  const read = (name) => style.getPropertyValue(`--st-${name}`).trim();
  return {
    background: read("background-color"),
    border: read("border-color"),
    faint: read("border-color-light"),
    font: read("font"),
    muted: read("dataframe-header-text-color"),
    palette: read("chart-categorical-colors").split(/,(?![^(]*\))/), // not inside rgb(1, 2, 3)
    text: read("text-color"),
  };
}

function plainLayout(data, theme) {
  return {
    height: data.height,
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

function axis(title, theme) {
  const font = { color: theme.muted, size: 12 };
  return {
    title: { text: plain(title), font, standoff: 8 },
    tickfont: font,
    automargin: true,
    zeroline: false,
    gridcolor: theme.faint,
  };
}

function identify(name) {
  // Plotly puts it into CSS selectors, which most characters would break.
  return Array.from(name, (letter) => letter.codePointAt(0).toString(36)).join("-");
}

function plain(words, longest = LONGEST_NAME) {
  // Plotly reads a little HTML in its texts; people's names for things are text.
  return shorten(words, longest).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function shorten(words, longest) {
  if (words.length <= longest) return words;
  const half = Math.floor(longest / 2); // the end tells training from validation
  return `${words.slice(0, half - 1)}…${words.slice(-half)}`;
}
