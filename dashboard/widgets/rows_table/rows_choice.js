// Choosing rows by boxes.
/** @import { Row, Table } from "./rows" */

import { make } from "../elements.js";
import { holding } from "./rows_cells.js";

/**
 * The heading with the box that chooses all rows.
 *
 * @param {Table} table
 */
export function choiceHeading(table) {
  const all = makeBox("Choose all rows shown", () => tick(table, boxes(table), all.checked));
  table.all = all;
  return holding("th", "choice", all);
}

/**
 * @param {Table} table
 * @param {Row} row
 * @param {Set<number>} chosen
 */
export function choiceCell(table, row, chosen) {
  const one = makeBox(`Choose row ${row.row.toLocaleString("en")}`, (event) => {
    const all = boxes(table);
    const before = table.last ? all.indexOf(table.last) : -1;
    const [from, to] = [before, all.indexOf(one)].sort((a, b) => a - b);
    const some = event.shiftKey && from >= 0 ? all.slice(from, to + 1) : [one];
    tick(table, some, one.checked);
    table.last = one;
  });
  one.checked = chosen.has(row.row);
  return holding("td", "choice", one);
}

/**
 * @param {string} label
 * @param {(event: MouseEvent) => void} clicked
 */
function makeBox(label, clicked) {
  const input = make("input");
  input.type = "checkbox";
  input.ariaLabel = label;
  input.addEventListener("click", clicked); // also comes from the space bar; knows of Shift
  make("label").append(input); // a wide place to hit
  return input;
}

/** @param {Table} table */
function boxes(table) {
  return [...table.body.querySelectorAll("input")];
}

/**
 * @param {Table} table
 * @param {HTMLInputElement[]} some
 * @param {boolean} checked
 */
function tick(table, some, checked) {
  for (const one of some) one.checked = checked;
  summarise(table);
  const rows = boxes(table).flatMap((one, i) => (one.checked ? [table.data.rows[i].row] : []));
  table.send(rows);
}

/**
 * Set the box of all rows by theirs, and mark the rows that are chosen.
 *
 * @param {Table} table
 */
export function summarise(table) {
  const all = boxes(table);
  const count = all.filter((one) => one.checked).length;
  if (table.all) {
    table.all.checked = count === all.length;
    table.all.indeterminate = 0 < count && count < all.length;
  }
  for (const one of all) one.closest("tr")?.classList.toggle("chosen", one.checked);
}
