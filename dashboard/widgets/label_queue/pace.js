// How fast the labels come.

const PAUSE_MS = 60_000; // a longer pause ends a streak and is no time at work
const HOUR_MS = 3_600_000;
const LATEST = 100; // labels that the speed is measured over
const FEWEST = 5; // labels that make a speed

export class Pace {
  constructor() {
    /** @type {number[]} */
    this.times = []; // of labels, in milliseconds
    this.streak = 0; // labels in a row
    this.done = 0;
    this.positives = 0;
  }

  /**
   * @param {number} now
   * @param {boolean} positive
   */
  countLabel(now, positive) {
    const last = this.times[this.times.length - 1];
    if (last && now - last > PAUSE_MS) this.streak = 0;
    this.times.push(now);
    this.streak += 1;
    this.done += 1;
    if (positive) this.positives += 1;
  }

  /** @param {boolean} positive */
  takeBackLabel(positive) {
    if (!this.times.length) return; // it was given before this page was opened
    this.times.pop();
    this.done -= 1;
    if (positive) this.positives -= 1;
  }

  endStreak() {
    this.streak = 0;
  }

  /** Labels an hour without pauses; 0 until that can be said. */
  get hourly() {
    const times = this.times.slice(-LATEST);
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
