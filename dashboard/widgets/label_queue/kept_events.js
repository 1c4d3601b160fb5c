// Label events in the browser's storage: a reload or a crash of the server loses none.
/** @import { LabelEvent } from "./wire" */

const KEPT = "sincerely-press-";

/**
 * The browser's storage; null where it allows none.
 *
 * @param {"localStorage" | "sessionStorage"} kind
 */
export function openStorage(kind) {
  try {
    return window[kind];
  } catch (error) {
    console.error(error);
    return null;
  }
}

export class KeptEvents {
  /**
   * @param {Storage | null} storage null where the browser allows none
   * @param {string} store names the label store that the events are for
   */
  constructor(storage, store) {
    this.storage = storage;
    this.prefix = `${KEPT}${store}-`;
  }

  /** The events that were kept, oldest first. */
  read() {
    const found = this.#keys().flatMap((key) => this.#parse(key) ?? []);
    return found.sort((a, b) => a.at - b.at || a.order - b.order);
  }

  /** @param {LabelEvent} event */
  keep(event) {
    try {
      this.storage?.setItem(this.prefix + event.press, JSON.stringify(event));
    } catch (error) {
      console.error(error); // without storage an event lasts as long as the page
    }
  }

  /** @param {string} eventName */
  forget(eventName) {
    try {
      this.storage?.removeItem(this.prefix + eventName);
    } catch (error) {
      console.error(error);
    }
  }

  #keys() {
    try {
      const { storage } = this;
      const keys = Array.from({ length: storage?.length ?? 0 }, (_, i) => storage?.key(i) ?? "");
      return keys.filter((key) => key.startsWith(this.prefix));
    } catch (error) {
      console.error(error); // no storage: nothing was kept
      return [];
    }
  }

  /**
   * @param {string} key
   * @returns {LabelEvent | null}
   */
  #parse(key) {
    try {
      const event = JSON.parse(this.storage?.getItem(key) ?? "");
      return event.press === key.slice(this.prefix.length) ? event : null;
    } catch {
      return null; // not of this page's making
    }
  }
}
