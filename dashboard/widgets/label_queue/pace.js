// How fast the labels come.

const PAUSE_MS = 60_000; // a longer pause ends a streak and is no time at work
const HOUR_MS = 3_600_000;
const LATEST = 100; // labels that the speed is measured over
const FEWEST = 5; // labels that make a speed

/**
 * @typedef {object} Counts
 * @property {number[]} times of the latest labels, in milliseconds since 1970
 * @property {number} streak labels in a row
 * @property {number} done labels of this sitting
 * @property {number} positives those of them that are of the class that is looked for
 */

/** @type {Counts} */
const NOTHING = { times: [], streak: 0, done: 0, positives: 0 };

export class Pace {
  /** @param {Counts} [counts] what was counted so far */
  constructor({ times, streak, done, positives } = NOTHING) {
    this.times = times.slice(-LATEST);
    this.streak = streak;
    this.done = done;
    this.positives = positives;
  }

  /**
   * @param {number} now
   * @param {boolean} positive
   */
  countLabel(now, positive) {
    const last = this.times[this.times.length - 1];
    if (last && now - last > PAUSE_MS) this.streak = 0;
    this.times = [...this.times, now].slice(-LATEST);
    this.streak += 1;
    this.done += 1;
    if (positive) this.positives += 1;
  }

  /** @param {boolean} positive */
  takeBackLabel(positive) {
    if (!this.done) return; // it was given in a sitting before
    this.times.pop();
    this.done -= 1;
    if (positive) this.positives = Math.max(this.positives - 1, 0);
  }

  endStreak() {
    this.streak = 0;
  }

  /** Labels an hour without pauses; 0 until that can be said. */
  get hourly() {
    const { times } = this;
    const gaps = times.slice(1).map((time, i) => Math.min(time - times[i], PAUSE_MS));
    const worked = gaps.reduce((sum, gap) => sum + gap, 0);
    return times.length >= FEWEST && worked ? (gaps.length * HOUR_MS) / worked : 0;
  }
}

/** @param {number} minutes */
export function spokenMinutes(minutes) {
  if (minutes < 1) return "under 1 min";
  return minutes < 90 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}
