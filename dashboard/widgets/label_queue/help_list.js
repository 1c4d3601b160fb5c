// The list of keys, shown when asked for.

import { part } from "../elements.js";

export class HelpList {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.list = part(host, ".help");
  }

  toggle() {
    this.list.hidden = !this.list.hidden;
  }

  close() {
    this.list.hidden = true;
  }
}
