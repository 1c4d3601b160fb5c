// The list of the last answers. Each is a button that leads back to its text.
/** @import { Desk } from "./desk" */
/** @import { Entry } from "./items" */
/** @import { LabelClass } from "./wire" */

import { make, part } from "../elements.js";

const SHOWN = 10; // answers in the list

/**
 * The answers in the list, the last one first.
 *
 * @param {Desk} desk
 */
export function latestAnswers({ trail }) {
  return trail.slice(-SHOWN).reverse();
}

/**
 * @param {HTMLElement} host
 * @param {Desk} desk
 * @param {number} tones
 */
export function drawTrail(host, desk, tones) {
  const { data, outbox, back } = desk;
  const list = part(host, ".trail ol");
  const recent = latestAnswers(desk);
  const unsent = new Set(outbox.waiting.map(({ client_event: name }) => name));
  const lines = arrange(list, recent, (entry) => makeLine(entry, data.classes, tones));
  lines.forEach((line, i) => {
    const button = part(line, "button");
    button.dataset.back = String(i + 1);
    button.setAttribute("aria-current", String(back === i + 1));
    part(button, ".words").classList.toggle("blurred", data.blur);
    const state = unsent.has(recent[i].event) ? "sending" : "";
    const place = part(button, ".state");
    if (place.textContent !== state) place.textContent = state;
  });
  part(host, ".trail").hidden = !recent.length;
}

/**
 * Let the list show these answers. Lines that stay are moved at most: most acts add one line and
 * drop one.
 *
 * @param {HTMLElement} list
 * @param {Entry[]} entries
 * @param {(entry: Entry) => HTMLElement} makeNew
 */
function arrange(list, entries, makeNew) {
  const old = /** @type {HTMLElement[]} */ ([...list.children]);
  const known = new Map(old.map((line) => [line.dataset.event, line]));
  const lines = entries.map((entry) => known.get(entry.event) ?? makeNew(entry));
  for (const line of old) if (!lines.includes(line)) line.remove();
  lines.forEach((line, i) => {
    if (list.children[i] !== line) list.insertBefore(line, list.children[i] ?? null);
  });
  return lines;
}

/**
 * @param {Entry} entry
 * @param {LabelClass[]} classes
 * @param {number} tones
 */
function makeLine({ item, action, value, event }, classes, tones) {
  const badge = make("span", "badge", action === "skip" ? "skipped" : (value ?? ""));
  const tone = classes.find((each) => each.name === value)?.tone;
  if (tone !== undefined) badge.style.setProperty("--tone", `var(--tone-${tone % tones})`);
  const button = make("button", "entry");
  button.type = "button";
  button.append(badge, make("span", "words", item.text), make("span", "state"));
  const line = make("li");
  line.dataset.event = event;
  line.append(button);
  return line;
}
