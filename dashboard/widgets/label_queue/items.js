// Items of the queue, and the answers to them.
/** @import { Action, Item } from "./wire" */

/**
 * An answer, with the name of its event.
 *
 * @typedef {{ item: Item, action: Action, value: string | null, event: string }} Entry
 */

/**
 * @param {Item} item
 * @returns {Entry | null}
 */
export function entryOf(item) {
  if (!item.answer) return null;
  const { action, value, client_event: name } = item.answer;
  return { item, action, value, event: name };
}

/**
 * A row is asked once, whatever queue it comes from, but for one's own that is asked again.
 *
 * @param {{ row: number, queue: string }} item
 */
export function keyOf({ row, queue }) {
  return queue === "audit" ? `${row}/audit` : `${row}`;
}

/**
 * @param {Item | undefined} item
 * @param {Item | undefined} other
 */
export function isSame(item, other) {
  if (!item || !other) return item === other;
  return keyOf(item) === keyOf(other);
}
