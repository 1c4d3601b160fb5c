// The cells of a row.
/** @import { Column, Row, Table } from "./rows" */

import { make } from "../elements.js";

const THOUSANDS = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });
const SAID_MS = 1500;

/** @param {Row} row */
export function numberCell(row) {
  const cell = make("td", "row", row.row.toLocaleString("en"));
  if (row.id) {
    const id = make("span", "id", row.id);
    id.title = row.id;
    cell.append(id);
  }
  return cell;
}

/**
 * @param {Table} table
 * @param {Row} row
 */
export function textCell(table, row) {
  const { short } = row;
  const text = make("div", "words");
  text.dir = "auto"; // Hebrew and Arabic from the right
  const copy = /** @type {HTMLButtonElement} */ (table.copy.cloneNode(true));
  copy.addEventListener("click", () => copyText(copy, row.text.join("")));
  const write = (/** @type {string[]} */ pieces) => text.replaceChildren(...nodes(pieces), copy);
  write(short ?? row.text);
  const cell = holding("td", "text", text);
  if (short) cell.append(moreButton(row, (whole) => write(whole ? row.text : short)));
  return cell;
}

/** @param {string[]} pieces plain and hit by turns */
function nodes(pieces) {
  return pieces.map((piece, i) => (i % 2 ? make("mark", "", piece) : new Text(piece)));
}

/**
 * @param {Row} row
 * @param {(whole: boolean) => void} write
 */
function moreButton(row, write) {
  const more = `More (${row.length?.toLocaleString("en")} characters)`;
  const button = make("button", "more", more);
  button.type = "button";
  button.ariaExpanded = "false";
  button.addEventListener("click", () => {
    const opens = button.ariaExpanded === "false";
    button.ariaExpanded = String(opens);
    button.textContent = opens ? "Less" : more;
    write(opens);
  });
  return button;
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} text
 */
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

/**
 * @param {HTMLButtonElement} button
 * @param {string} state
 * @param {string} words
 */
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

/**
 * @param {Row} row
 * @param {number} tones
 */
export function labelCell(row, tones) {
  return holding("td", "label", row.label === null ? noLabel() : badge(row.label, row.tone, tones));
}

function noLabel() {
  const dash = make("span", "none", "–");
  dash.title = dash.ariaLabel = "no label";
  return dash;
}

/**
 * @param {string} label
 * @param {number | undefined} tone
 * @param {number} tones
 */
function badge(label, tone, tones) {
  const span = make("span", "badge", label);
  span.title = label;
  span.dir = "auto";
  if (tone !== undefined) span.style.setProperty("--tone", `var(--tone-${tone % tones})`);
  return span;
}

/**
 * @param {Column["kind"]} kind
 * @param {string | number | null} value
 */
export function valueCell(kind, value) {
  if (value === null) return holding("td", kind, make("span", "none", "–"));
  if (typeof value === "string") return make("td", kind, value);
  return kind === "bar" ? barCell(value) : make("td", kind, THOUSANDS.format(value));
}

/** @param {number} share */
function barCell(share) {
  const bar = make("span", "track");
  bar.style.setProperty("--share", `${100 * Math.min(Math.max(share, 0), 1)}%`);
  const cell = holding("td", "bar", bar);
  cell.append(share.toFixed(3));
  return cell;
}

/**
 * A cell around an element, or around the label that the element has already.
 *
 * @param {"td" | "th"} tag
 * @param {string} className
 * @param {HTMLElement} child
 */
export function holding(tag, className, child) {
  const cell = make(tag, className);
  cell.append(child.parentElement ?? child);
  return cell;
}
