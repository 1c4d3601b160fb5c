// Which key does what, whatever has the focus: the note's box, the box to find a class, another
// control of the page, or nothing, which is the usual case.
/** @import { LabelClass } from "./wire" */

import { isComposing } from "../composing.js";
import { alsoPrinted, characterOf } from "./layouts.js";

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
const STEERING = [" ", "ArrowLeft", "ArrowRight"]; // what buttons, choices and sliders listen to
const CONTROLS = "button, a, summary, [role], [tabindex='0']";

/**
 * The command of a key press; null for one that is the page's own.
 *
 * @param {KeyboardEvent} event
 * @param {HTMLElement} focused what the key was pressed in
 * @param {object} page
 * @param {LabelClass[]} page.classes
 * @param {boolean} page.covered whether a dialog lies over the page
 * @param {boolean} page.tabbed whether the keyboard went to what has the focus, not the mouse
 * @param {Node} page.desk the queue's place on the page
 * @returns {Command | null}
 */
export function commandOf(event, focused, { classes, covered, tabbed, desk }) {
  if (isComposing(event)) return null;
  if (focused.closest?.(".note")) return noteCommand(event);
  if (focused.classList?.contains("find")) return findCommand(event);
  const combined = event.ctrlKey || event.metaKey || event.altKey;
  if (covered || event.repeat || combined || isTyping(focused)) return null;
  const steers = tabbed && STEERING.includes(event.key) && controlOf(focused, desk) !== null;
  return steers ? null : commandOfKey(event, classes);
}

/**
 * The control of the page that has the focus. What lies around the queue is none: a click on the
 * text gives the focus to the whole page.
 *
 * @param {HTMLElement} focused
 * @param {Node} desk
 * @returns {HTMLElement | null}
 */
export function controlOf(focused, desk) {
  const control = /** @type {HTMLElement | null} */ (focused.closest?.(CONTROLS) ?? null);
  return control?.contains(desk) ? null : control;
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

/**
 * What a key says by its character, or else by what is also printed on it.
 *
 * @param {KeyboardEvent} event
 * @param {LabelClass[]} classes
 * @returns {Command | null}
 */
function commandOfKey(event, classes) {
  const key = characterOf(event);
  const own = commandOfCharacter(key, classes);
  if (own) return own;
  const also = alsoPrinted(event);
  if (also === null) return null;
  // Who presses the letter of a class means the class, though it has no key of its own.
  const isOfClass = classes.some(({ name }) => name.toLowerCase().startsWith(key));
  return /\d/.test(also) || !isOfClass ? commandOfCharacter(also, classes) : null;
}

/**
 * @param {string} key
 * @param {LabelClass[]} classes
 * @returns {Command | null}
 */
function commandOfCharacter(key, classes) {
  const chosen = classes.find(({ keys }) => keys.includes(key));
  if (chosen) return { act: "label", value: chosen.name };
  return Object.hasOwn(KEYS, key) ? { act: KEYS[key] } : null;
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
