// What the tests of the label queue share: a storage, a clock and data as the server sends them.

import { Desk } from "../../../../dashboard/widgets/label_queue/desk.js";
import { KeptEvents } from "../../../../dashboard/widgets/label_queue/kept_events.js";
import { KeptPaces } from "../../../../dashboard/widgets/label_queue/kept_paces.js";
import { Outbox } from "../../../../dashboard/widgets/label_queue/outbox.js";

/** A browser's storage that is gone with the test. */
export class MemoryStorage {
  #entries = new Map();

  get length() {
    return this.#entries.size;
  }

  key(i) {
    return [...this.#entries.keys()][i] ?? null;
  }

  getItem(key) {
    return this.#entries.get(key) ?? null;
  }

  setItem(key, value) {
    this.#entries.set(key, String(value));
  }

  removeItem(key) {
    this.#entries.delete(key);
  }

  get keys() {
    return [...this.#entries.keys()];
  }
}

/** A storage that the browser does not let a page use. */
export class ForbiddenStorage {
  get length() {
    throw new Error("forbidden");
  }

  setItem() {
    throw new Error("full");
  }

  removeItem() {
    throw new Error("forbidden");
  }
}

/** A clock that goes when told, an outbox by it, and all messages that it sent. */
export function makeOutbox({ storage = new MemoryStorage(), start = 1_000_000 } = {}) {
  const clock = { now: start };
  const sent = [];
  let named = 0;
  const outbox = new Outbox({
    kept: new KeptEvents(storage, "store"),
    deliver: ({ round, list }) =>
      sent.push({ round, names: list.map(({ client_event: name }) => name) }),
    now: () => clock.now,
    newName: () => `event-${start}-${(named += 1)}`,
  });
  return { outbox, clock, sent, storage };
}

export function makeAct(row, values = {}) {
  return {
    action: "label", row, queue: "random", value: "rude", fingerprint: "data", annotator: "ann",
    guideline: 1, suggestion: null, spent: 10, ...values,
  };
}

export function makeReceipt(values = {}) {
  return { round: 0, stored: [], refused: {}, fault: "", ...values };
}

export function makeItem(row, values = {}) {
  return {
    row, queue: "random", text: `text ${row}`, about: "", suggestion: null, sure: 0, words: [],
    given: null, cells: [], answer: null, ...values,
  };
}

export function makeData(values = {}) {
  return {
    asked: "random", store: "store", fingerprint: "data", annotator: "ann",
    classes: [
      { name: "kind", keys: ["0", "x", "k"], tone: 0 },
      { name: "rude", keys: ["1", "a", "r"], tone: 1 },
    ],
    positive: "rude", guideline: 1, guide: "", suggest: false, blur: false, goal: 100, left: null,
    totals: { labelled: 0, own: 0 }, nothing: "Nothing is left.", history: [],
    items: [1, 2, 3, 4].map((row) => makeItem(row)), receipt: makeReceipt(), ...values,
  };
}

/** A desk with four texts, and its outbox. */
export function makeDesk({ data = makeData(), tab = new MemoryStorage(), ...options } = {}) {
  const made = makeOutbox(options);
  const paces = new KeptPaces(tab);
  const desk = new Desk({ data, outbox: made.outbox, paces, now: () => made.clock.now });
  desk.update(data);
  return { desk, data, ...made };
}
