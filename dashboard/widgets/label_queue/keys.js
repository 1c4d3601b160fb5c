// Which key does what, whatever has the focus: the note's box, the box to find a class, another
// control of the page, or nothing, which is the usual case.
/** @import { LabelClass } from "./wire" */

import { isComposing } from "../composing.js";

/**
 * What a key or a button asks for; `value` is the class of a label, or how far back to look.
 *
 * @typedef {object} Command
 * @property {"label" | "skip" | "flag" | "note" | "undo" | "help" | "back" | "forward" | "lookBack"
 *   | "find" | "show" | "closeHelp" | "keepNote" | "dropNote" | "chooseFound" | "clearFind"} act
 * @property {string} [value]
 */

/** @type {Record<string, Command["act"]>} */
const KEYS = {
  " ": "skip",
  f: "flag",
  n: "note",
  Backspace: "undo",
  "?": "help",
  ArrowLeft: "back",
  ArrowRight: "forward",
  "/": "find",
  b: "show",
  Escape: "closeHelp",
};

/**
 * The command of a key press; null for one that is the page's own.
 *
 * @param {KeyboardEvent} event
 * @param {HTMLElement} focused what the key was pressed in
 * @param {{ classes: LabelClass[], covered: boolean }} page its classes, and whether a dialog lies
 *   over it
 * @returns {Command | null}
 */
export function commandOf(event, focused, { classes, covered }) {
  if (isComposing(event)) return null;
  if (focused.closest?.(".note")) return noteCommand(event);
  if (focused.classList?.contains("find")) return findCommand(event);
  const combined = event.ctrlKey || event.metaKey || event.altKey;
  if (covered || event.repeat || combined || isTyping(focused)) return null;
  const chosen = classOf(event, classes);
  if (chosen) return { act: "label", value: chosen.name };
  const key = characterOf(event);
  const act = Object.hasOwn(KEYS, key) ? KEYS[key] : null;
  return act && (act === "closeHelp" || !isSteering(focused, key)) ? { act } : null;
}

/**
 * @param {HTMLElement} button
 * @returns {Command | null}
 */
export function buttonCommand({ dataset: { value, back, action } }) {
  if (value !== undefined) return { act: "label", value };
  if (back !== undefined) return { act: "lookBack", value: back };
  return action ? { act: /** @type {Command["act"]} */ (action) } : null;
}

/**
 * @param {KeyboardEvent} event
 * @returns {Command | null}
 */
function noteCommand(event) {
  if (event.key === "Escape") return { act: "dropNote" };
  const keeps = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  return keeps ? { act: "keepNote" } : null;
}

/**
 * @param {KeyboardEvent} event
 * @returns {Command | null}
 */
function findCommand(event) {
  if (event.key === "Escape") return { act: "clearFind" };
  return event.key === "Enter" ? { act: "chooseFound" } : null;
}

/** @param {KeyboardEvent} event */
function characterOf({ key }) {
  return key.length === 1 ? key.toLowerCase() : key;
}

/**
 * The class of a key: by its character, or by the digit on it where another layout has no digits.
 *
 * @param {KeyboardEvent} event
 * @param {LabelClass[]} classes
 */
function classOf(event, classes) {
  const key = characterOf(event);
  const digit = event.shiftKey ? null : /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  const has = (/** @type {string | null | undefined} */ each) =>
    classes.find(({ keys }) => each != null && keys.includes(each));
  return has(key) ?? has(digit);
}

/**
 * Whether keys write into what has the focus.
 *
 * @param {HTMLElement & { type?: string }} focused
 */
export function isTyping(focused) {
  // A closed box to choose from keeps the focus after the choice.
  if (focused.role === "combobox" && focused.ariaExpanded === "false") return false;
  const pressed = ["checkbox", "radio", "range", "button"].includes(focused.type ?? "");
  const writes = ["INPUT", "TEXTAREA", "SELECT"].includes(focused.tagName) && !pressed;
  return Boolean(focused.isContentEditable) || writes;
}

/**
 * Whether a key steers a control: who came to it by the keyboard steers it by the keyboard.
 *
 * @param {HTMLElement} focused
 * @param {string} key
 */
function isSteering(focused, key) {
  if (key.length === 1 && key !== " ") return false;
  const control = focused.closest?.("button, a, summary, [role], [tabindex='0']");
  return control?.matches(":focus-visible") ?? false;
}
