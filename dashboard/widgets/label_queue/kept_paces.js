// The pace of a sitting in the tab's own storage: it outlives another view, another page and a
// reload.
/** @import { Counts } from "./pace" */

import { Pace } from "./pace.js";

const SITTING = "sincerely-sitting-";
const SITTING_MS = 8 * 3_600_000; // after a longer pause another sitting begins

/** @typedef {{ store: string, fingerprint: string, annotator: string }} Sitting */

export class KeptPaces {
  /** @param {Storage | null} storage null where the browser allows none */
  constructor(storage) {
    this.storage = storage;
    /** @type {Map<string, Counts>} */
    this.newest = new Map(); // all there is where the browser allows no storage
  }

  /**
   * The pace of a sitting so far.
   *
   * @param {Sitting} sitting
   * @param {number} now
   */
  open(sitting, now) {
    const key = keyOfSitting(sitting);
    const counts = this.newest.get(key) ?? this.#read(key);
    const last = counts?.times.at(-1) ?? 0;
    return counts && now - last < SITTING_MS ? new Pace(counts) : new Pace();
  }

  /**
   * @param {Sitting} sitting
   * @param {Pace} pace
   */
  keep(sitting, pace) {
    const key = keyOfSitting(sitting);
    this.newest.set(key, pace);
    try {
      this.storage?.setItem(key, JSON.stringify(pace));
    } catch (error) {
      console.error(error); // without storage it lasts as long as the view
    }
  }

  /**
   * @param {string} key
   * @returns {Counts | null} null where nothing is kept, or nothing that can be read
   */
  #read(key) {
    try {
      const counts = JSON.parse(this.storage?.getItem(key) ?? "null");
      const { streak, done, positives } = counts;
      const numbers = [...counts.times, streak, done, positives];
      return numbers.every((each) => Number.isFinite(each) && each >= 0) ? counts : null;
    } catch {
      return null;
    }
  }
}

/** @param {Sitting} sitting */
function keyOfSitting({ store, fingerprint, annotator }) {
  return `${SITTING}${store}-${fingerprint}-${annotator}`;
}
