// What is seen of the desk. What people wrote only ever becomes text nodes.
/** @import { Desk } from "./desk" */
/** @import { Item, LabelClass } from "./wire" */

import { make, paintTones, part } from "../elements.js";
import { drawFigures } from "./figures_view.js";
import { keyOf } from "./items.js";
import { drawTrail, latestAnswers } from "./trail_view.js";

const FEW_CLASSES = 4; // that fit into one line
const MOST_KEYED = 10; // classes that each have a key

export class View {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    this.tones = 1; // colours that there are for classes
    /** @type {Record<string, string>} */
    this.drawn = {}; // what each part shows, as a text
  }

  /**
   * Draw all that has changed, colours included.
   *
   * @param {Desk} desk
   */
  paint(desk) {
    this.tones = paintTones(this.host);
    const { classes, guideline, guide } = desk.data;
    if (this.#hasChanged("classes", classes, this.tones)) drawClasses(this, classes);
    if (this.#hasChanged("guide", guideline, guide)) drawGuide(this.host, guideline, guide);
    this.draw(desk);
  }

  /** @param {Desk} desk */
  draw(desk) {
    if (this.#hasChanged("card", cardState(desk))) drawCard(this.host, desk);
    if (this.#hasChanged("trail", trailState(desk))) drawTrail(this.host, desk, this.tones);
    this.tick(desk);
  }

  /**
   * Draw what changes with time.
   *
   * @param {Desk} desk
   */
  tick(desk) {
    drawStatus(this.host, desk);
    drawFigures(this.host, desk);
  }

  /**
   * Whether a part has to be drawn again: most of the page stays as it is.
   *
   * @param {string} name
   * @param {unknown[]} state
   */
  #hasChanged(name, ...state) {
    const wanted = JSON.stringify(state);
    if (this.drawn[name] === wanted) return false;
    this.drawn[name] = wanted;
    return true;
  }
}

/** @param {Desk} desk */
function cardState(desk) {
  const { current: item, past, back, data, unblurred, trail } = desk;
  const text = item && [keyOf(item), item.suggestion, item.sure, item.about, item.cells];
  const marks = item && [desk.flags.has(item.row), desk.notes.get(item.row)];
  const { suggest, nothing, classes } = data;
  const settings = [data.blur, unblurred, suggest, nothing, classes];
  return [text, marks, past?.value, back, trail.length, settings];
}

/** @param {Desk} desk */
function trailState(desk) {
  const { back, data, outbox } = desk;
  const unsent = new Set(outbox.waiting.map(({ client_event: name }) => name));
  const lines = latestAnswers(desk).map(({ event, value }) => [event, value, unsent.has(event)]);
  return [lines, back, data.blur, data.classes];
}

/**
 * @param {View} view
 * @param {LabelClass[]} classes
 */
function drawClasses({ host, tones }, classes) {
  const list = part(host, ".classes");
  list.replaceChildren(...classes.map((each) => classButton(each, tones)));
  list.classList.toggle("many", classes.length > FEW_CLASSES);
  part(host, ".find").hidden = classes.length <= MOST_KEYED;
  const keyed = classes.filter(({ keys }) => keys.length);
  part(host, ".help .answers").replaceChildren(...keyed.map(helpLine));
}

/**
 * @param {LabelClass} one
 * @param {number} tones
 */
function classButton({ name, keys, tone }, tones) {
  const button = make("button", "answer");
  button.type = "button";
  button.dataset.value = button.title = name; // a narrow button cuts long names
  button.style.setProperty("--tone", `var(--tone-${tone % tones})`);
  button.append(make("span", "name", name), ...keys.map((key) => make("kbd", "", key)));
  return button;
}

/** @param {LabelClass} one */
function helpLine({ name, keys }) {
  const line = make("li");
  line.append(...keys.map((key) => make("kbd", "", key)), new Text(` ${name}`));
  return line;
}

/**
 * @param {HTMLElement} host
 * @param {number} version
 * @param {string} words
 */
function drawGuide(host, version, words) {
  const heading = part(host, "[data-figure=version]");
  heading.textContent = version ? `Guideline, version ${version}` : "";
  part(host, ".guideline .words").textContent = words;
}

/**
 * @param {HTMLElement} host
 * @param {Desk} desk
 */
function drawCard(host, desk) {
  const { current: item, past, data } = desk;
  const opinion = Boolean(past) || data.suggest; // the model's, which else stays unseen
  host.classList.toggle("empty", !item);
  host.classList.toggle("past", Boolean(past));
  part(host, ".nothing").hidden = Boolean(item);
  part(host, ".nothing").textContent = data.nothing;
  drawText(host, desk, opinion);
  drawPlace(part(host, ".place"), desk);
  drawOpinion(part(host, ".opinion"), opinion ? item : undefined);
  drawButtons(host, desk);
}

/**
 * @param {HTMLElement} host
 * @param {Desk} desk
 * @param {boolean} opinion
 */
function drawText(host, { current: item, data, unblurred }, opinion) {
  const blurred = data.blur && !unblurred && Boolean(item);
  const text = part(host, ".text");
  text.classList.toggle("blurred", blurred);
  text.setAttribute("aria-hidden", String(blurred));
  text.replaceChildren(...(item ? textNodes(item, opinion) : []));
  drawCells(part(host, ".cells"), item?.cells ?? [], blurred);
  part(host, "[data-action=show]").hidden = !data.blur || !item;
  part(host, "[data-action=show] .name").textContent = blurred ? "Show the text" : "Blur it";
}

/**
 * @param {HTMLElement} list
 * @param {[string, string][]} cells
 * @param {boolean} blurred
 */
function drawCells(list, cells, blurred) {
  list.hidden = !cells.length;
  list.classList.toggle("blurred", blurred);
  list.setAttribute("aria-hidden", String(blurred));
  list.replaceChildren(
    ...cells.flatMap(([name, cell]) => {
      const shown = make("dd");
      shown.dir = "auto";
      shown.append(isAddress(cell) ? link(cell) : new Text(cell));
      return [make("dt", "", name), shown];
    }),
  );
}

/** @param {string} cell */
function isAddress(cell) {
  return /^https?:\/\/\S+$/i.test(cell);
}

/**
 * A link that opens in another tab and tells nothing of where it was.
 *
 * @param {string} address
 */
function link(address) {
  const anchor = make("a", "", address);
  anchor.href = address;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  return anchor;
}

/**
 * @param {Item} item
 * @param {boolean} marked whether the words that speak for the suggestion are marked
 */
function textNodes({ text, words }, marked) {
  if (!marked || !words?.length) return [new Text(text)];
  const characters = Array.from(text); // the server counts characters, not halves of pairs
  const slice = (/** @type {number} */ from, /** @type {number} */ to) =>
    characters.slice(from, to).join("");
  let end = 0;
  const nodes = words.flatMap(([from, to]) => {
    const before = new Text(slice(end, from));
    end = to;
    return [before, make("mark", "", slice(from, to))];
  });
  return [...nodes, new Text(slice(end, characters.length))];
}

/**
 * @param {HTMLElement} line
 * @param {Desk} desk
 */
function drawPlace(line, { current: item, past, back, flags, notes }) {
  line.replaceChildren();
  if (!item) return;
  const about = past ? `${back} back` : item.about;
  const given = item.given && `labelled ${item.given} in the file`;
  const parts = [about, `row ${item.row.toLocaleString("en")}`, given];
  line.append(new Text(parts.filter(Boolean).join(" · ")));
  if (flags.has(item.row)) line.append(make("span", "badge", "flagged"));
  const note = notes.get(item.row);
  if (note) line.append(make("span", "badge", `note: ${note}`));
}

/**
 * @param {HTMLElement} line
 * @param {Item | undefined} item
 */
function drawOpinion(line, item) {
  line.hidden = item?.suggestion == null;
  if (item?.suggestion == null) return;
  line.textContent = `The model says ${item.suggestion} (${item.sure.toFixed(2)})`;
}

/**
 * @param {HTMLElement} host
 * @param {Desk} desk
 */
function drawButtons(host, { current: item, past, data, trail, back, flags }) {
  const suggested = data.suggest && !past ? item?.suggestion : undefined;
  for (const button of part(host, ".classes").querySelectorAll("button")) {
    button.disabled = !item;
    button.classList.toggle("given", past?.value === button.dataset.value);
    button.classList.toggle("suggested", suggested === button.dataset.value);
  }
  const action = (/** @type {string} */ act) =>
    part(host, `[data-action=${act}]`, HTMLButtonElement);
  action("undo").disabled = !trail.length;
  action("back").disabled = back >= trail.length;
  action("forward").disabled = !back;
  action("flag").ariaPressed = String(Boolean(item && flags.has(item.row)));
  for (const act of ["skip", "flag", "note"]) action(act).disabled = !item;
}

/**
 * @param {HTMLElement} host
 * @param {Desk} desk
 */
function drawStatus(host, { faults, outbox }) {
  const line = part(host, ".status");
  const said = [...new Set(faults)].slice(-2);
  const count = outbox.waiting.length;
  if (outbox.fault && count) said.push(outbox.fault);
  if (outbox.late) {
    const many = count === 1 ? "1 answer is" : `${count} answers are`;
    said.unshift(`${many} not stored yet; kept in this browser and sent again.`);
  }
  const words = said.join(" ");
  if (line.textContent !== words) line.textContent = words;
  line.hidden = !words;
  host.dataset.pending = String(count);
}
