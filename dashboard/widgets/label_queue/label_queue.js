// One key a label. The next text is shown at once; label events wait in the outbox until the
// server says by name that they are stored.
/** @import { Component } from "../component" */
/** @import { Command } from "./keys" */
/** @import { LabelEvent, QueueData } from "./wire" */

import { part } from "../elements.js";
import { ClassFinder } from "./class_finder.js";
import { Desk } from "./desk.js";
import { HelpList } from "./help_list.js";
import { KeptEvents, openStorage } from "./kept_events.js";
import { KeptPaces } from "./kept_paces.js";
import { buttonCommand, commandOf, controlOf, isTyping } from "./keys.js";
import { NoteBox } from "./note_box.js";
import { Outbox, RETRY_MS } from "./outbox.js";
import { newName, sessionName } from "./session_name.js";
import { View } from "./view.js";

const SWIPE_PX = 80;

/** @type {WeakMap<HTMLElement, LabelSession>} */
const sessions = new WeakMap(); // by their element on the page

/** @param {Component<QueueData>} component */
export default function ({ data, parentElement, setStateValue }) {
  const host = part(parentElement, ".desk");
  const known = sessions.get(host);
  const session = known ?? new LabelSession(host, data);
  session.setState = setStateValue;
  if (!known) {
    sessions.set(host, session);
    // The session goes first: without it the server could not store an event.
    setStateValue("holder", sessionName(openStorage("sessionStorage"), window));
  }
  session.update(data);
  return () => host.isConnected || session.close();
}

/** One browser tab at the queue: it joins the desk, the outbox and the page. */
class LabelSession {
  /**
   * @param {HTMLElement} host
   * @param {QueueData} data
   */
  constructor(host, data) {
    this.host = host;
    /** @type {Component<QueueData>["setStateValue"]} */
    this.setState = () => {};
    this.outbox = new Outbox({
      kept: new KeptEvents(openStorage("localStorage"), data.store),
      deliver: (message) => this.setState("events", message),
      now: Date.now,
      newName,
    });
    const paces = new KeptPaces(openStorage("sessionStorage"));
    this.desk = new Desk({ data, outbox: this.outbox, paces, now: Date.now });
    this.view = new View(host);
    this.noteBox = new NoteBox(host);
    this.finder = new ClassFinder(host);
    this.help = new HelpList(host);
    this.tabbed = false; // whether the keyboard gave something the focus, not the mouse
    this.closing = new AbortController();
    this.timer = setInterval(() => this.#tick(), RETRY_MS);
    this.#listen();
  }

  close() {
    this.closing.abort();
    clearInterval(this.timer);
    sessions.delete(this.host);
  }

  /** @param {QueueData} data */
  update(data) {
    const { fresh, settled } = this.desk.update(data);
    settled.forEach(measureStored);
    if (fresh) releaseKeys();
    this.view.paint(this.desk);
  }

  #tick() {
    if (!this.host.isConnected) {
      this.close();
      return;
    }
    this.outbox.retry();
    this.view.tick(this.desk);
  }

  #listen() {
    const { signal } = this.closing;
    const always = { capture: true, signal };
    document.addEventListener("keydown", (event) => this.#pressKey(event), always);
    document.addEventListener("pointerdown", () => (this.tabbed = false), always);
    document.addEventListener("visibilitychange", () => this.desk.restartClock(), { signal });
    const leave = (/** @type {Event} */ event) =>
      this.outbox.waiting.length && event.preventDefault();
    addEventListener("beforeunload", leave, { signal });
    this.host.addEventListener("click", (event) => this.#click(event), { signal });
    this.#listenToSwipes(signal);
  }

  /** @param {AbortSignal} signal */
  #listenToSwipes(signal) {
    // A swipe across the text goes through the answers; buttons do the rest.
    const card = part(this.host, ".card");
    let from = 0;
    const start = (/** @type {TouchEvent} */ event) => (from = event.touches[0].clientX);
    const end = (/** @type {TouchEvent} */ event) => {
      const way = event.changedTouches[0].clientX - from;
      if (Math.abs(way) > SWIPE_PX) this.#perform({ act: way > 0 ? "back" : "forward" });
    };
    card.addEventListener("touchstart", start, { passive: true, signal });
    card.addEventListener("touchend", end, { signal });
  }

  /** @param {KeyboardEvent} event */
  #pressKey(event) {
    if (!this.host.isConnected || this.host.closest("[hidden]")) return;
    if (event.key === "Tab") this.tabbed = true;
    const focused = /** @type {HTMLElement} */ (event.composedPath()[0]);
    const covered = Boolean(document.querySelector("[role=dialog]"));
    const { classes } = this.desk.data;
    const desk = hostOf(this.host);
    const command = commandOf(event, focused, { classes, covered, tabbed: this.tabbed, desk });
    if (!command) return;
    // A control that was clicked would hear the key as well when it is let go.
    if (!this.tabbed && !isTyping(focused)) controlOf(focused, desk)?.blur();
    this.#perform(command);
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own, such as r
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const button = event.composedPath().find((each) => each instanceof HTMLButtonElement);
    if (!(button instanceof HTMLButtonElement)) return;
    if (event.detail) button.blur(); // by mouse: the keys go on working for the text
    const command = buttonCommand(button);
    if (command) this.#perform(command);
  }

  /** @param {Command} command */
  #perform(command) {
    const start = performance.now();
    const answered = this.#act(command);
    this.view.draw(this.desk);
    if (answered) performance.measure("label_queue", { start, end: performance.now() });
  }

  /**
   * Do what a key or a button asks for; gives whether a text was answered.
   *
   * @param {Command} command
   */
  #act({ act, value }) {
    const { desk, finder, noteBox, help } = this;
    const acts = {
      label: () => desk.answer("label", value),
      skip: () => desk.answer("skip"),
      flag: () => desk.flag(),
      undo: () => desk.undo(),
      back: () => desk.lookBack(desk.back + 1),
      forward: () => desk.lookBack(desk.back - 1),
      lookBack: () => desk.lookBack(Number(value)),
      show: () => desk.toggleBlur(),
      note: () => noteBox.toggle(desk.current),
      keepNote: () => desk.note(noteBox.close()),
      dropNote: () => noteBox.close(),
      find: () => finder.focus(),
      clearFind: () => finder.clear(),
      chooseFound: () => {
        const found = finder.choose();
        return found !== null && desk.answer("label", found);
      },
      help: () => help.toggle(),
      closeHelp: () => help.close(),
    };
    return acts[act]() === true;
  }
}

/**
 * How long an event took to be stored, for the benchmarks.
 *
 * @param {LabelEvent} event
 */
function measureStored({ at }) {
  const end = performance.now();
  // An event of before a reload is older than the page's own clock.
  const start = Math.min(Math.max(end - (Date.now() - at), 0), end);
  performance.measure("label_stored", { start, end });
}

/**
 * Where the queue is on the page itself.
 *
 * @param {HTMLElement} host
 */
function hostOf(host) {
  const root = host.getRootNode();
  return root instanceof ShadowRoot ? root.host : host;
}

/** A box that was just chosen from would go on taking the keys. */
function releaseKeys() {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement)) return;
  if (isTyping(focused) || focused.role === "combobox") focused.blur();
}
