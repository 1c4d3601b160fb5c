// Which key does what in a row that has the focus.

import { isComposing } from "../composing.js";

/**
 * What a key asks for: go to a row, choose this one or show the whole of its text.
 *
 * @typedef {{ act: "go", row: number } | { act: "choose" | "more" }} RowCommand
 */

/**
 * The command of a key press; null for one that is the page's own.
 *
 * @param {KeyboardEvent} event
 * @param {{ at: number, last: number, selectable: boolean }} row its place, and that of the last
 * @returns {RowCommand | null}
 */
export function rowCommand(event, { at, last, selectable }) {
  if (isComposing(event)) return null;
  if (event.key === "ArrowDown") return { act: "go", row: Math.min(at + 1, last) };
  if (event.key === "ArrowUp") return { act: "go", row: Math.max(at - 1, 0) };
  if (event.key === "Home") return { act: "go", row: 0 };
  if (event.key === "End") return { act: "go", row: last };
  if (event.key === " " && selectable) return { act: "choose" };
  return event.key === "Enter" ? { act: "more" } : null;
}
