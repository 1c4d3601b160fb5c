// A table of texts with their hits. What people wrote only ever becomes text nodes.
// Streamlit calls the default export again whenever the data or the theme changes; rows that are
// drawn already stay as they are.

const tables = new WeakMap(); // by their element on the page
const THOUSANDS = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });
const SAID_MS = 1500;

export default function ({ data, parentElement, setStateValue }) {
  const host = parentElement.querySelector(".rows");
  const table = tables.get(host) ?? open(host, parentElement);
  table.data = data;
  table.send = (rows) => setStateValue("selection", { shown: data.shown, rows });
  paint(host);
  const { chosen, ...drawn } = data;
  const wanted = JSON.stringify(drawn);
  // What the server says it has chosen may be older than the last click: the boxes are only
  // set along with their rows.
  if (wanted !== table.drawn) draw(table, new Set(chosen));
  table.drawn = wanted;
}

function open(host, parentElement) {
  const body = host.querySelector("tbody");
  const table = {
    host,
    body,
    head: host.querySelector("thead tr"),
    copy: parentElement.querySelector("template").content.querySelector("button"),
    drawn: null,
    last: null, // the row of the last box that was ticked, for Shift
  };
  body.addEventListener("keydown", (event) => steer(table, event));
  body.addEventListener("focusin", (event) => enter(table, event.target.closest("tr")));
  tables.set(host, table);
  return table;
}

function paint(host) {
  const style = getComputedStyle(host);
  const colors = style.getPropertyValue("--st-chart-categorical-colors").split(/,(?![^(]*\))/);
  colors.forEach((color, tone) => host.style.setProperty(`--tone-${tone}`, color.trim()));
  host.style.setProperty("--tones", colors.length);
  host.style.setProperty("--top", `${headerHeight(host)}px`);
}

function headerHeight(host) {
  // Streamlit's header lies over the top of the page, but not over boxes that scroll by themselves.
  let box = host.getRootNode().host;
  while (box && !/auto|scroll/.test(getComputedStyle(box).overflowY)) box = box.parentElement;
  if (box?.dataset.testid !== "stMain") return 0;
  return document.querySelector("[data-testid=stHeader]")?.offsetHeight ?? 0;
}

function draw(table, chosen) {
  const start = performance.now();
  const tones = Number(table.host.style.getPropertyValue("--tones"));
  table.last = null;
  table.head.replaceChildren(...headings(table));
  table.body.replaceChildren(...table.data.rows.map((row) => line(table, row, tones, chosen)));
  table.body.rows[0].tabIndex = 0;
  if (table.data.selectable) summarise(table);
  performance.measure("rows_table", { start, end: performance.now() });
}

function headings(table) {
  const { rows, columns, selectable } = table.data;
  const titles = [make("th", "row", "Row")];
  if (rows.some((row) => row.id)) titles[0].append(make("span", "id", "id"));
  titles.push(make("th", "text", "Text"), make("th", "label", "Label"));
  for (const column of columns) titles.push(make("th", column.kind, column.title));
  if (selectable) {
    table.all = box("Choose all rows shown", () => tick(table, boxes(table), table.all.checked));
    titles.unshift(holding("th", "choice", table.all));
  }
  for (const title of titles) title.scope = "col";
  return titles;
}

function line(table, row, tones, chosen) {
  const tr = make("tr");
  tr.tabIndex = -1; // the arrow keys go from row to row
  if (table.data.selectable) tr.append(choice(table, row, chosen));
  const number = make("td", "row", row.row.toLocaleString("en"));
  if (row.id) {
    const id = make("span", "id", row.id);
    id.title = row.id;
    number.append(id);
  }
  tr.append(number, words(table, row), holding("td", "label", badge(row, tones)));
  row.cells.forEach((value, i) => tr.append(cell(table.data.columns[i].kind, value)));
  return tr;
}

function words(table, row) {
  const text = make("div", "words");
  text.dir = "auto"; // Hebrew and Arabic from the right
  const copy = table.copy.cloneNode(true);
  copy.addEventListener("click", () => copyText(copy, row.text.join("")));
  const write = (pieces) => text.replaceChildren(...nodes(pieces), copy);
  write(row.short ?? row.text);
  const td = holding("td", "text", text);
  if (row.short) td.append(toggle(row, write));
  return td;
}

function nodes(pieces) {
  // Plain and hit by turns.
  return pieces.map((piece, i) => (i % 2 ? make("mark", "", piece) : new Text(piece)));
}

function toggle(row, write) {
  const more = `More (${row.length.toLocaleString("en")} characters)`;
  const button = make("button", "more", more);
  button.type = "button";
  button.ariaExpanded = "false";
  button.addEventListener("click", () => {
    const opens = button.ariaExpanded === "false";
    button.ariaExpanded = String(opens);
    button.textContent = opens ? "Less" : more;
    write(opens ? row.text : row.short);
  });
  return button;
}

async function copyText(button, text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    console.error(error);
    say(button, "failed", "The browser did not allow copying");
    return;
  }
  say(button, "copied", "Copied");
}

function say(button, state, words) {
  const { title } = button;
  button.dataset.state = state;
  button.title = button.ariaLabel = words;
  button.disabled = true; // the words stand for a moment
  setTimeout(() => {
    delete button.dataset.state;
    button.title = button.ariaLabel = title;
    button.disabled = false;
  }, SAID_MS);
}

function badge(row, tones) {
  if (row.label === null) {
    const dash = make("span", "none", "–");
    dash.title = dash.ariaLabel = "no label";
    return dash;
  }
  const label = make("span", "badge", row.label);
  label.title = row.label;
  label.dir = "auto";
  if (row.tone !== undefined) label.style.setProperty("--tone", `var(--tone-${row.tone % tones})`);
  return label;
}

function cell(kind, value) {
  if (value === null) return holding("td", kind, make("span", "none", "–"));
  if (kind !== "bar") {
    return make("td", kind, typeof value === "number" ? THOUSANDS.format(value) : value);
  }
  const bar = make("span", "track");
  bar.style.setProperty("--share", `${100 * Math.min(Math.max(value, 0), 1)}%`);
  const td = holding("td", kind, bar);
  td.append(value.toFixed(3));
  return td;
}

// Choosing rows

function choice(table, row, chosen) {
  const one = box(`Choose row ${row.row.toLocaleString("en")}`, (event) => {
    const all = boxes(table);
    const [from, to] = [all.indexOf(table.last), all.indexOf(one)].sort((a, b) => a - b);
    tick(table, event.shiftKey && from >= 0 ? all.slice(from, to + 1) : [one], one.checked);
    table.last = one;
  });
  one.checked = chosen.has(row.row);
  return holding("td", "choice", one);
}

function box(name, clicked) {
  const input = make("input");
  input.type = "checkbox";
  input.ariaLabel = name;
  input.addEventListener("click", clicked); // also comes from the space bar; knows of Shift
  const label = make("label"); // a wide place to hit
  label.append(input);
  return input;
}

function boxes(table) {
  return [...table.body.querySelectorAll("input")];
}

function tick(table, some, checked) {
  for (const one of some) one.checked = checked;
  summarise(table);
  const rows = boxes(table).flatMap((one, i) => (one.checked ? [table.data.rows[i].row] : []));
  table.send(rows);
}

function summarise(table) {
  const all = boxes(table);
  const count = all.filter((one) => one.checked).length;
  table.all.checked = count === all.length;
  table.all.indeterminate = 0 < count && count < all.length;
  for (const one of all) one.closest("tr").classList.toggle("chosen", one.checked);
}

// Keys

function steer(table, event) {
  if (event.target.tagName !== "TR") return; // a button or a box has its own keys
  const rows = table.body.rows;
  const at = event.target.sectionRowIndex;
  const goal = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (goal !== undefined) {
    rows[goal]?.focus();
  } else if (event.key === " " && table.data.selectable) {
    event.target.querySelector("input").click();
  } else if (event.key === "Enter") {
    event.target.querySelector(".more")?.click();
  } else {
    return;
  }
  event.preventDefault(); // the page would scroll
}

function enter(table, tr) {
  for (const row of table.body.rows) row.tabIndex = row === tr ? 0 : -1;
}

// Elements

function make(tag, name = "", text = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  return element;
}

function holding(tag, name, child) {
  const element = make(tag, name);
  element.append(child.parentElement ?? child);
  return element;
}
