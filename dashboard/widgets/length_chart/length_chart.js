// Histograms on plotly.js. The line, the hover box and the legend are elements of their own above
// the plot: they change without plotly drawing anything.

const CONFIG = { displayModeBar: false, responsive: false, showTips: false, doubleClick: false };
const MOST_NAMED = 12; // series in the hover box
const CLICK_PX = 4; // a press that moves further is a drag
const KEY_WAIT_MS = 350;
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

const charts = new WeakMap(); // by their element on the page

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const host = parentElement.querySelector(".length-chart");
  const chart = charts.get(host) ?? open(host);
  chart.data = data;
  chart.setState = setStateValue;
  chart.trigger = setTriggerValue;
  host.style.height = `${data.height}px`; // reserved before plotly.js arrives: nothing jumps
  takeLine(chart);
  draw(chart);
  // Streamlit also calls this when a newer run overtakes one still loading: close only what
  // has left the page.
  return () => host.isConnected || close(chart);
}

function open(host) {
  const part = (name) => host.querySelector(`.length-${name}`);
  const chart = {
    host,
    plot: part("plot"),
    legend: part("legend"),
    band: part("band"),
    tip: part("tip"),
    slider: part("line"),
    whole: part("whole"),
    plotly: null,
    drawn: null,
    hidden: new Set(), // names of series that the reader has put away
    line: null,
    move: 0, // number of the reader's last drag
    sent: null, // the line as the server knows it
    closing: new AbortController(),
    held: false, // a drag or a row of key presses is not finished
  };
  chart.observer = new ResizeObserver(() => fit(chart.plotly, chart.plot));
  chart.observer.observe(chart.plot);
  chart.whole.onclick = () => chart.plotly.relayout(chart.plot, { "xaxis.range": chart.full });
  part("picture").onclick = () => isDrawn(chart.plot) && savePicture(chart);
  listenToPlot(chart);
  listenToSlider(chart);
  charts.set(host, chart);
  return chart;
}

function close(chart) {
  chart.closing.abort();
  chart.observer.disconnect();
  chart.plotly?.purge(chart.plot);
  charts.delete(chart.host);
}

async function draw(chart) {
  const { plot } = chart;
  try {
    chart.plotly ??= await load(chart.data.plotly);
  } catch (error) {
    excuse(plot, error);
    return;
  }
  if (!plot.isConnected) return;
  chart.theme = readTheme(plot);
  const { line, line_label, move, ...figure } = chart.data;
  const wanted = JSON.stringify([figure, chart.theme, [...chart.hidden]]);
  if (wanted === chart.drawn) {
    place(chart);
    return;
  }
  chart.drawn = wanted;
  chart.shown = chart.data.series.filter((one) => !chart.hidden.has(one.name)).map(prepare);
  chart.full = extent(chart.data.series.map(prepare));
  plot.setAttribute("aria-label", describe(chart.data));
  writeLegend(chart);
  unpoint(chart);
  const first = !isDrawn(plot);
  if (first) plot.replaceChildren(); // an earlier try may have left its excuse
  chart.plotly.react(plot, traces(chart), layout(chart), CONFIG);
  if (first) plot.on("plotly_afterplot", () => place(chart));
  place(chart);
}

function writeLegend(chart) {
  const { palette } = chart.theme;
  const { series } = chart.data;
  chart.legend.hidden = series.length < 2;
  const entries = series.map((one) => {
    const button = element("button", "length-entry", one.name);
    button.type = "button";
    button.title = one.name;
    button.ariaPressed = String(!chart.hidden.has(one.name));
    button.style.setProperty("--tone", palette[one.color % palette.length]);
    button.onclick = () => {
      chart.hidden.delete(one.name) || chart.hidden.add(one.name);
      const at = entries.indexOf(button);
      draw(chart).then(() => chart.legend.children[at]?.focus());
    };
    return button;
  });
  chart.legend.replaceChildren(...entries);
}

// Where things are on the screen

function area(chart) {
  // Measured, because plotly's own figures for it are not public.
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

function place(chart) {
  const at = area(chart);
  if (!at) return;
  const seen = chart.plot.layout.xaxis.range;
  chart.whole.hidden = seen.every((edge, i) => Math.abs(edge - chart.full[i]) < 1e-6);
  const { slider, line, data } = chart;
  slider.hidden = line === null;
  if (line === null) return;
  // The lengths up to the line's own lie left of it.
  const x = at.toX(line + 0.5);
  const edge = Math.min(Math.max(x, 0), at.width);
  slider.style.left = `${at.left + edge}px`;
  slider.style.top = `${at.top}px`;
  slider.style.height = `${at.height}px`;
  slider.classList.toggle("length-beyond", Math.abs(edge - x) > 1);
  const name = `${data.line_label} ${GROUPED.format(line)}`.trim();
  const label = slider.firstElementChild;
  label.textContent = x > at.width + 1 ? `${name} →` : x < -1 ? `← ${name}` : name;
  const half = label.offsetWidth / 2;
  const middle = Math.min(Math.max(edge, half), Math.max(at.width - half, half));
  label.style.translate = `${middle - edge - half}px`;
  const [low, high] = limits(chart);
  slider.ariaLabel = data.line_label || "Line";
  slider.ariaValueMin = low;
  slider.ariaValueMax = high;
  slider.ariaValueNow = line;
}

// Pointing at bars

function listenToPlot(chart) {
  const { plot } = chart;
  let press = null;
  plot.addEventListener("pointermove", (event) => point(chart, event));
  plot.addEventListener("pointerleave", () => unpoint(chart));
  // Plotly keeps these events for its zoom: they are heard on their way to it.
  plot.addEventListener(
    "pointerdown",
    (event) => {
      press = event.button === 0 ? [event.clientX, event.clientY] : null;
    },
    true,
  );
  window.addEventListener(
    "pointerup",
    (event) => {
      const from = press;
      press = null;
      if (!from || !plot.isConnected) return;
      const moved = Math.hypot(event.clientX - from[0], event.clientY - from[1]);
      if (moved <= CLICK_PX) click(chart, event);
    },
    { capture: true, signal: chart.closing.signal },
  );
}

function target(chart, event) {
  const at = area(chart);
  if (!at || !chart.shown.length) return null;
  const x = event.clientX - at.outer.left - at.left;
  const up = at.top + at.height - (event.clientY - at.outer.top);
  if (x < 0 || x > at.width || up < 0 || up > at.height) return null;
  const length = at.toLength(x);
  const found = chart.shown
    .map((series) => bar(chart, series, length))
    .filter((one) => one !== null);
  if (!found.length) return null;
  return { at, x, y: event.clientY - at.outer.top, found, chosen: choose(chart, found, length, up, at) };
}

function bar(chart, series, length) {
  const i = series.starts.findLastIndex((start) => start - 0.5 <= length);
  if (i < 0 || length > series.starts[i] + series.widths[i] - 0.5) return null;
  return {
    series,
    start: series.starts[i],
    end: series.ends[i],
    width: series.widths[i],
    count: series.counts[i],
    height: heights(chart, series)[i],
  };
}

function choose(chart, found, length, up, at) {
  const filled = found.filter((one) => one.count > 0);
  if (!filled.length) return null;
  if (!chart.data.overlay) {
    const share = (length - found[0].start + 0.5) / found[0].width;
    const nth = Math.min(Math.floor(share * chart.shown.length), chart.shown.length - 1);
    return filled.find((one) => one.series === chart.shown[nth]) ?? null;
  }
  if (outlined(chart)) {
    const far = (one) => Math.abs(at.toHeight(one.height) - up);
    return filled.sort((a, b) => far(a) - far(b))[0];
  }
  // Of the bars under the pointer the lowest: the others can be pointed at above it. A bar too
  // low to be hit is still found from above.
  filled.sort((a, b) => a.height - b.height);
  return filled.find((one) => at.toHeight(one.height) >= up) ?? filled.at(-1);
}

function point(chart, event) {
  const hit = event.buttons ? null : target(chart, event);
  if (!hit) {
    unpoint(chart);
    return;
  }
  const { at, found, chosen } = hit;
  const { start, width } = chosen ?? found[0];
  const [left, right] = [start - 0.5, start + width - 0.5].map(at.toX);
  chart.plot.classList.toggle("length-over", chosen !== null);
  chart.band.hidden = false;
  chart.band.style.left = `${at.left + Math.max(left, 0)}px`;
  chart.band.style.width = `${Math.min(right, at.width) - Math.max(left, 0)}px`;
  chart.band.style.top = `${at.top}px`;
  chart.band.style.height = `${at.height}px`;
  writeTip(chart, found, chosen);
  chart.tip.hidden = false;
  const beside = hit.x + 16 + chart.tip.offsetWidth < at.width ? 16 : -16 - chart.tip.offsetWidth;
  chart.tip.style.left = `${Math.max(at.left + hit.x + beside, 0)}px`;
  chart.tip.style.top = `${Math.min(hit.y, Math.max(at.top + at.height - chart.tip.offsetHeight, 0))}px`;
}

function unpoint(chart) {
  chart.plot.classList.remove("length-over");
  chart.band.hidden = true;
  chart.tip.hidden = true;
}

function writeTip(chart, found, chosen) {
  const { start, end } = chosen ?? found[0];
  const { palette } = chart.theme;
  const lines = found.slice(0, MOST_NAMED).map((one) => {
    const line = element("div", one === chosen && found.length > 1 ? "length-chosen" : "");
    line.style.setProperty("--tone", palette[one.series.color % palette.length]);
    const share = one.series.total ? one.count / one.series.total : 0;
    line.append(
      element("span", "length-name", one.series.name),
      element("span", "length-count", GROUPED.format(one.count)),
      element("span", "length-share", percent(share)),
    );
    return line;
  });
  if (found.length > MOST_NAMED) {
    lines.push(element("div", "", `and ${found.length - MOST_NAMED} more`));
  }
  const head = element("strong", "", `${range(start, end)} ${chart.data.x_title}`);
  chart.tip.replaceChildren(head, ...lines);
}

function click(chart, event) {
  const { chosen } = target(chart, event) ?? {};
  if (!chosen) return;
  const { series, start, end } = chosen;
  const bar = JSON.stringify([series.name, start]);
  // The second click of a double click says nothing new; one on another bar does.
  const again = bar === chart.clicked?.bar && event.timeStamp - chart.clicked.at < 400;
  if (again) return;
  chart.clicked = { bar, at: event.timeStamp };
  chart.trigger("clicked", { name: series.name, start, end });
}

// The line

function takeLine(chart) {
  // A run that began before the reader's last drag knows an older line.
  if (chart.data.move < chart.move) return;
  chart.sent = chart.data.line;
  if (!chart.held) chart.line = chart.data.line;
}

function limits(chart) {
  const ends = chart.data.series.flatMap((one) => one.ends.slice(-1));
  const starts = chart.data.series.flatMap((one) => one.starts.slice(0, 1));
  return [Math.min(...starts), Math.max(...ends, chart.data.line, chart.line)];
}

function listenToSlider(chart) {
  const { slider } = chart;
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
    if (grip === null) return;
    const at = area(chart);
    const x = event.clientX - grip - at.outer.left - at.left;
    setLine(chart, at.toLength(Math.min(Math.max(x, 0), at.width)) - 0.5);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    slider.addEventListener(end, () => {
      if (grip === null) return;
      grip = null;
      sendLine(chart);
    });
  }
  listenToKeys(chart);
}

function listenToKeys(chart) {
  const { slider } = chart;
  let waiting = null;
  slider.addEventListener("keydown", (event) => {
    const [low, high] = limits(chart);
    const goal = { Home: low, End: high }[event.key];
    const step = STEPS[event.key] * (event.shiftKey ? 10 : 1);
    if (goal === undefined && Number.isNaN(step)) return;
    event.preventDefault();
    chart.held = true;
    setLine(chart, goal ?? chart.line + step);
    clearTimeout(waiting); // sent once the keys rest
    waiting = setTimeout(() => sendLine(chart), KEY_WAIT_MS);
  });
}

function setLine(chart, length) {
  const [low, high] = limits(chart);
  chart.line = Math.min(Math.max(Math.round(length), low), high);
  place(chart);
}

function sendLine(chart) {
  chart.held = false;
  if (chart.line === chart.sent) return;
  chart.sent = chart.line;
  chart.move = Math.max(Date.now(), chart.move + 1);
  chart.setState("line", { value: chart.line, move: chart.move });
}

function element(tag, name = "", text = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}
