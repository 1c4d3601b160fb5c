// A table of texts with their hits. What people wrote only ever becomes text nodes.
// Streamlit calls the default export again whenever the data or the theme changes; rows that are
// drawn already stay as they are.
/** @import { Component } from "../component" */
/** @import { Row, Table, TableData } from "./rows" */

import { make, paintTones, part } from "../elements.js";
import { labelCell, numberCell, textCell, valueCell } from "./rows_cells.js";
import { choiceCell, choiceHeading, summarise } from "./rows_choice.js";
import { rowCommand } from "./rows_keys.js";

/** @type {WeakMap<HTMLElement, Table>} */
const tables = new WeakMap(); // by their element on the page

/** @param {Component<TableData>} component */
export default function ({ data, parentElement, setStateValue }) {
  const host = part(parentElement, ".rows");
  const table = tables.get(host) ?? openTable(host, parentElement, data);
  table.data = data;
  table.send = (rows) => setStateValue("selection", { shown: data.shown, rows });
  paint(table);
  const wanted = JSON.stringify({ ...data, chosen: null });
  // What the server says it has chosen may be older than the last click: the boxes are only
  // set along with their rows.
  if (wanted !== table.drawn) draw(table);
  table.drawn = wanted;
}

/**
 * @param {HTMLElement} host
 * @param {ParentNode} widget
 * @param {TableData} data
 */
function openTable(host, widget, data) {
  const body = part(host, "tbody", HTMLTableSectionElement);
  /** @type {Table} */
  const table = {
    host,
    body,
    head: part(host, "thead tr", HTMLTableRowElement),
    copy: part(part(widget, "template", HTMLTemplateElement).content, "button", HTMLButtonElement),
    data,
    tones: 1,
    drawn: null,
    all: null,
    last: null,
    send: () => {},
  };
  body.addEventListener("keydown", (event) => steer(table, event));
  body.addEventListener("focusin", (event) => enter(table, event));
  tables.set(host, table);
  return table;
}

/** @param {Table} table */
function paint(table) {
  const { host } = table;
  table.tones = paintTones(host);
  host.style.setProperty("--top", `${headerHeight(host)}px`);
}

/** @param {HTMLElement} host */
function headerHeight(host) {
  // Streamlit's header lies over the top of the page, but not over boxes that scroll by themselves.
  const root = host.getRootNode();
  let box = root instanceof ShadowRoot ? /** @type {HTMLElement | null} */ (root.host) : null;
  while (box && !/auto|scroll/.test(getComputedStyle(box).overflowY)) box = box.parentElement;
  if (box?.dataset.testid !== "stMain") return 0;
  const header = document.querySelector("[data-testid=stHeader]");
  return header instanceof HTMLElement ? header.offsetHeight : 0;
}

/** @param {Table} table */
function draw(table) {
  const start = performance.now();
  const chosen = new Set(table.data.chosen);
  table.last = null;
  table.head.replaceChildren(...headings(table));
  table.body.replaceChildren(...table.data.rows.map((row) => line(table, row, chosen)));
  table.body.rows[0].tabIndex = 0;
  if (table.data.selectable) summarise(table);
  performance.measure("rows_table", { start, end: performance.now() });
}

/** @param {Table} table */
function headings(table) {
  const { rows, columns, selectable } = table.data;
  const number = make("th", "row", "Row");
  if (rows.some((row) => row.id)) number.append(make("span", "id", "id"));
  const titles = [number, make("th", "text", "Text"), make("th", "label", "Label")];
  for (const column of columns) titles.push(make("th", column.kind, column.title));
  if (selectable) titles.unshift(/** @type {HTMLTableCellElement} */ (choiceHeading(table)));
  for (const title of titles) title.scope = "col";
  return titles;
}

/**
 * @param {Table} table
 * @param {Row} row
 * @param {Set<number>} chosen
 */
function line(table, row, chosen) {
  const { columns, selectable } = table.data;
  const tr = make("tr");
  tr.tabIndex = -1; // the arrow keys go from row to row
  if (selectable) tr.append(choiceCell(table, row, chosen));
  tr.append(numberCell(row), textCell(table, row), labelCell(row, table.tones));
  row.cells.forEach((value, i) => tr.append(valueCell(columns[i].kind, value)));
  return tr;
}

/**
 * @param {Table} table
 * @param {KeyboardEvent} event
 */
function steer(table, event) {
  const row = event.target;
  if (!(row instanceof HTMLTableRowElement)) return; // a button or a box has its own keys
  const { rows } = table.body;
  const place = { at: row.sectionRowIndex, last: rows.length - 1 };
  const command = rowCommand(event, { ...place, selectable: table.data.selectable });
  if (!command) return;
  if (command.act === "go") rows[command.row].focus();
  else if (command.act === "choose") row.querySelector("input")?.click();
  else clickMore(row);
  event.preventDefault(); // the page would scroll
}

/** @param {HTMLTableRowElement} row */
function clickMore(row) {
  const more = row.querySelector(".more");
  if (more instanceof HTMLElement) more.click();
}

/**
 * Only the row with the focus, or the last that had it, is reached by Tab.
 *
 * @param {Table} table
 * @param {FocusEvent} event
 */
function enter(table, event) {
  const row = event.target instanceof Element ? event.target.closest("tr") : null;
  for (const each of table.body.rows) each.tabIndex = each === row ? 0 : -1;
}
