// The box for a note about the text on the screen.
/** @import { Item } from "./wire" */

import { part } from "../elements.js";

export class NoteBox {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.box = part(host, ".note");
    this.area = part(this.box, "textarea", HTMLTextAreaElement);
    /** @type {Item | null} */
    this.item = null; // another may be on the screen when the note is kept
  }

  /** @param {Item | undefined} item */
  toggle(item) {
    if (!item) return;
    this.item = item;
    this.box.hidden = !this.box.hidden;
    if (!this.box.hidden) this.area.focus();
  }

  /** Close the box; gives what was written in it. */
  close() {
    const text = this.area.value;
    this.area.value = "";
    this.area.blur(); // a hidden box keeps the focus, and with it the next key, until it is drawn
    this.box.hidden = true;
    return { item: this.item, text };
  }
}
