// The figures beside the text: how fast the labels come, and how far the goal is.
/** @import { Desk } from "./desk" */

import { part } from "../elements.js";
import { spokenMinutes } from "./pace.js";

/**
 * @param {HTMLElement} host
 * @param {Desk} desk
 */
export function drawFigures(host, { data, pace, goal }) {
  const { totals, positive } = data;
  const { hourly, done } = pace;
  write(host, "rate", hourly ? counted(Math.round(hourly)) : "–");
  write(host, "streak", counted(pace.streak));
  write(host, "positives", positive === null ? "" : counted(pace.positives));
  part(host, ".figure.positives").hidden = positive === null;
  write(host, "goal", `${counted(done)} of ${counted(goal)}`);
  write(host, "time", timeLeft(goal - done, hourly));
  const { labelled, own } = totals;
  write(host, "total", `${counted(labelled)} labelled in all, ${counted(own)} by you`);
  const bar = part(host, "progress", HTMLProgressElement);
  bar.max = Math.max(goal, 1);
  bar.value = Math.min(done, goal);
}

/**
 * @param {number} left labels that are missing to the goal
 * @param {number} hourly
 */
function timeLeft(left, hourly) {
  if (left <= 0) return "reached";
  return hourly ? `${spokenMinutes((left / hourly) * 60)} left` : "";
}

/** @param {number} count */
function counted(count) {
  return count.toLocaleString("en");
}

/**
 * @param {HTMLElement} host
 * @param {string} figure
 * @param {string} words
 */
function write(host, figure, words) {
  const place = part(host, `[data-figure=${figure}]`);
  if (place.textContent !== words) place.textContent = words;
}
