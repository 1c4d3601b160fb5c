// The box that finds one of many classes by a part of its name.

import { part } from "../elements.js";

export class ClassFinder {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.box = part(host, ".find", HTMLInputElement);
    this.list = part(host, ".classes");
    this.box.addEventListener("input", () => this.sift());
  }

  focus() {
    this.box.focus();
  }

  clear() {
    this.box.value = "";
    this.sift();
    this.box.blur();
  }

  /** The first class that is found, if anything was typed; then the box is empty again. */
  choose() {
    const first = this.#buttons().find((button) => !button.hidden);
    if (!first || !this.box.value) return null;
    this.clear();
    return first.dataset.value ?? null;
  }

  /** Show only the classes that are found. */
  sift() {
    const wanted = this.box.value.trim().toLowerCase();
    for (const button of this.#buttons()) {
      button.hidden = !button.dataset.value?.toLowerCase().includes(wanted);
    }
  }

  #buttons() {
    return [...this.list.querySelectorAll("button")];
  }
}
