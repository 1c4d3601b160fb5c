// What lies on the desk: the texts to label, the answers given, and what each act does to them.
// It knows nothing of the page.
/** @import { Entry } from "./items" */
/** @import { KeptPaces } from "./kept_paces" */
/** @import { Outbox } from "./outbox" */
/** @import { Action, Item, LabelAct, LabelEvent, QueueData } from "./wire" */

import { entryOf, isSame, keyOf } from "./items.js";

export class Desk {
  /**
   * @param {object} options
   * @param {QueueData} options.data
   * @param {Outbox} options.outbox
   * @param {KeptPaces} options.paces
   * @param {() => number} options.now milliseconds since 1970
   */
  constructor({ data, outbox, paces, now }) {
    this.data = data;
    this.outbox = outbox;
    this.paces = paces;
    this.now = now;
    this.asked = ""; // of the data that the desk began with
    /** @type {Item[]} */
    this.items = []; // the texts to come; the first is on the screen
    /** @type {Map<string, Item | null>} */
    this.answered = new Map(); // what was answered here, by item
    /** @type {Entry[]} */
    this.trail = []; // answers, oldest first: those of before, then those given here
    this.back = 0; // how far back in the trail we look; 0 is the present
    /** @type {Item[]} */
    this.returned = []; // items whose answer was taken back here
    /** @type {Map<number, string>} */
    this.flags = new Map(); // the event that flagged a row
    /** @type {Map<number, string>} */
    this.notes = new Map(); // what was noted, by row
    /** @type {string[]} */
    this.faults = []; // why events were refused
    this.pace = paces.open(data, now());
    this.unblurred = false;
    this.since = now(); // since when the text is looked at
  }

  /** The answer that is looked at again; null in the present. */
  get past() {
    return (this.back && this.trail[this.trail.length - this.back]) || null;
  }

  /** The labels to give in this sitting: no more than there are rows left for. */
  get goal() {
    const { goal, left } = this.data;
    if (left === null) return goal;
    const unsent = this.outbox.waiting.filter(({ action }) => action === "label").length;
    return Math.min(goal, this.pace.done + Math.max(left - unsent, 0));
  }

  /** The item on the screen. */
  get current() {
    return this.back ? this.past?.item : this.items[0];
  }

  // ---- what a person does

  /**
   * Label or skip the text on the screen, or change the answer that is looked at; gives whether
   * there was one.
   *
   * @param {"label" | "skip"} action
   * @param {string | null} [value]
   */
  answer(action, value = null) {
    const item = this.current;
    if (!item) return false;
    const { past } = this;
    // Changing an answer takes the old one back: it must not stand if the new one is undone.
    if (past) this.#takeBack(past);
    const event = this.#act(action, item, { value });
    const entry = { item, action, value, event: event.client_event };
    if (past) this.#change(entry);
    else this.#add(entry);
    this.look();
    return true;
  }

  /** @param {Entry} entry */
  #change(entry) {
    this.trail[this.trail.length - this.back] = entry; // in its place
    this.back = 0;
  }

  /** @param {Entry} entry */
  #add(entry) {
    const { item, action, value } = entry;
    this.answered.set(keyOf(item), item);
    this.returned = this.returned.filter((other) => keyOf(other) !== keyOf(item));
    this.items.shift();
    this.trail.push(entry);
    if (action === "label") this.pace.countLabel(this.now(), value === this.data.positive);
    else this.pace.endStreak();
    this.paces.keep(this.data, this.pace);
  }

  /** Take back the answer that is looked at, or else the last one. */
  undo() {
    const at = this.trail.length - (this.back || 1);
    const entry = this.trail[at];
    if (!entry) return;
    this.trail.splice(at, 1);
    this.#takeBack(entry);
    this.answered.delete(keyOf(entry.item));
    this.returned.unshift(entry.item);
    this.items.unshift(entry.item);
    if (entry.action === "label") this.pace.takeBackLabel(entry.value === this.data.positive);
    this.pace.endStreak();
    this.paces.keep(this.data, this.pace);
    this.back = 0;
    this.look();
  }

  /** Flag the text on the screen, or take its flag off. */
  flag() {
    const item = this.current;
    if (!item) return;
    const flagged = this.flags.get(item.row);
    if (flagged) {
      this.#act("undo", item, { undoes: flagged });
      this.flags.delete(item.row);
    } else {
      this.flags.set(item.row, this.#act("flag", item).client_event);
    }
  }

  /**
   * Note something about an item; another may be on the screen by now.
   *
   * @param {{ item: Item | null, text: string }} note
   */
  note({ item, text }) {
    if (!item || !text.trim()) return;
    this.#act("note", item, { reason: text });
    this.notes.set(item.row, text.trim());
  }

  /**
   * Look at an answer again.
   *
   * @param {number} back how far back in the trail; 0 is the present
   */
  lookBack(back) {
    const reached = Math.min(Math.max(back, 0), this.trail.length);
    if (reached === this.back) return;
    this.back = reached;
    this.look();
  }

  /** Another text is looked at, or the same from now on. */
  look() {
    this.since = this.now();
    this.unblurred = false;
  }

  toggleBlur() {
    this.unblurred = !this.unblurred;
  }

  /** What was spent away from the page is not spent on the text. */
  restartClock() {
    this.since = this.now();
  }

  /** @param {Entry} entry */
  #takeBack(entry) {
    this.#act("undo", entry.item, { undoes: entry.event, suggestion: null });
  }

  /**
   * @param {Action} action
   * @param {Item} item
   * @param {Partial<LabelAct>} [values]
   */
  #act(action, item, values = {}) {
    const { fingerprint, annotator, guideline, suggest } = this.data;
    return this.outbox.add({
      action,
      row: item.row,
      queue: item.queue,
      value: null,
      fingerprint,
      annotator,
      guideline,
      suggestion: suggest ? item.suggestion : null,
      spent: Math.round(Math.max(this.now() - this.since, 0)),
      ...values,
    });
  }

  // ---- what the server says

  /**
   * Take what the server sent; gives what it has stored or refused.
   *
   * @param {QueueData} data
   */
  update(data) {
    const fresh = data.asked !== this.asked;
    if (fresh) this.#begin(data);
    this.data = data;
    const { stored, refused } = this.outbox.receive(data.receipt);
    for (const { event, reason } of refused) this.#refuse(event, reason);
    this.#serve(fresh);
    return { fresh, settled: [...stored, ...refused.map(({ event }) => event)] };
  }

  /**
   * Another data set, queue or person: what was answered before is no longer in the way.
   *
   * @param {QueueData} data
   */
  #begin(data) {
    this.asked = data.asked;
    this.pace = this.paces.open(data, this.now());
    this.answered.clear();
    this.returned = [];
    this.trail = data.history.flatMap((item) => entryOf(item) ?? []);
    this.back = 0;
    this.faults = [];
    this.flags.clear();
    this.notes.clear();
    // What waits to be stored is answered, though the server does not know yet.
    for (const event of this.outbox.waiting) {
      if (event.fingerprint !== data.fingerprint) continue;
      const { action } = event;
      if (action === "label" || action === "skip") this.answered.set(keyOf(event), null);
      else if (action === "undo") this.answered.delete(keyOf(event));
    }
  }

  /**
   * @param {LabelEvent} event
   * @param {string} reason
   */
  #refuse(event, reason) {
    this.faults.push(reason);
    if (event.fingerprint !== this.data.fingerprint) return;
    const item = this.answered.get(keyOf(event));
    this.answered.delete(keyOf(event));
    this.trail = this.trail.filter((entry) => entry.event !== event.client_event);
    if (item && event.action !== "undo") this.returned.push(item);
  }

  /** @param {boolean} fresh */
  #serve(fresh) {
    const shown = this.back ? undefined : this.items[0];
    this.returned = this.returned.filter((item) => this.#isOpen(item));
    const own = new Set(this.returned.map(keyOf));
    const served = this.data.items.filter((item) => {
      const key = keyOf(item);
      return !this.answered.has(key) && !own.has(key);
    });
    this.items = [...this.returned, ...served];
    // The text that is being read stays on the screen, whatever order a new model gives.
    const place = fresh || !shown ? 0 : this.items.findIndex((item) => isSame(item, shown));
    if (place > 0) this.items.unshift(...this.items.splice(place, 1));
    if (!this.back && !isSame(this.items[0], shown)) this.look();
  }

  /**
   * Whether an item that was taken back is still ours to show: until the server has taken its
   * answer back, it cannot serve the text again.
   *
   * @param {Item} item
   */
  #isOpen(item) {
    const undoing = this.outbox.waiting.some(
      ({ action, row }) => action === "undo" && row === item.row,
    );
    return undoing || !this.data.items.some((served) => isSame(served, item));
  }
}
