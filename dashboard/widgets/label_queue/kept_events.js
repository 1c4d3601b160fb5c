// Label events in the browser's storage: a reload or a crash of the server loses none.
/** @import { LabelEvent } from "./wire" */

const KEPT = "sincerely-event-";
const EVENT_NAME = /^[0-9a-z-]{8,64}$/; // as the server takes them

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

  /**
   * The events that were kept, oldest first. What cannot be read is removed: it would lie there for
   * ever, and one event without a proper name keeps the server from storing the others.
   */
  read() {
    const found = this.#entries().flatMap(([eventName, text]) => {
      const event = parseEvent(text);
      if (event?.client_event === eventName) return [event];
      console.warn(`Removed ${this.prefix}${eventName}, which is no label event.`);
      this.forget(eventName);
      return [];
    });
    return found.sort((a, b) => a.at - b.at || a.order - b.order);
  }

  /** @param {LabelEvent} event */
  keep(event) {
    try {
      this.storage?.setItem(this.prefix + event.client_event, JSON.stringify(event));
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

  /**
   * The names of the events with what is kept of them.
   *
   * @returns {[string, string][]}
   */
  #entries() {
    const { storage, prefix } = this;
    if (!storage) return [];
    try {
      const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? "");
      const own = keys.filter((key) => key.startsWith(prefix));
      return own.map((key) => [key.slice(prefix.length), storage.getItem(key) ?? ""]);
    } catch (error) {
      console.error(error); // it may be read another time: nothing is removed
      return [];
    }
  }
}

/**
 * The event that a text says, if it has what the queue needs to send it; whether the rest is right
 * is for the server to say, which gives a reason.
 *
 * @param {string} text
 * @returns {LabelEvent | null}
 */
function parseEvent(text) {
  try {
    const event = JSON.parse(text);
    return EVENT_NAME.test(event.client_event) && Number.isFinite(event.at) ? event : null;
  } catch {
    return null;
  }
}
