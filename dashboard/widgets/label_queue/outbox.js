// Label events wait here until the server says by name that they are stored, and are sent again
// until then.
/** @import { KeptEvents } from "./kept_events" */
/** @import { LabelAct, LabelEvent, Message, Receipt } from "./wire" */

export const RETRY_MS = 2000;
const MOST_TRIES = 5; // from then on the pause grows no longer

/** @typedef {{ event: LabelEvent, reason: string }} Refusal */

export class Outbox {
  /**
   * @param {object} options
   * @param {KeptEvents} options.kept
   * @param {(message: Message) => void} options.deliver sends a message to the server
   * @param {() => number} options.now milliseconds since 1970
   * @param {() => string} options.newName names an event
   */
  constructor({ kept, deliver, now, newName }) {
    this.kept = kept;
    this.deliver = deliver;
    this.now = now;
    this.newName = newName;
    this.waiting = kept.read(); // not known to be stored, oldest first
    this.fault = ""; // why the server could not store the last ones
    this.round = 0; // number of the last message
    this.flight = 0; // number of the message without an answer; 0 for none
    this.sent = 0; // when it was sent
    this.tries = 1;
    this.since = 0; // since when the oldest event waits, or since one was last stored
  }

  /**
   * Take an act as an event: keep it, and send it as soon as that can be.
   *
   * @param {LabelAct} act
   * @returns {LabelEvent}
   */
  add(act) {
    const order = this.round * 1000 + this.waiting.length; // of events of one millisecond
    const event = { ...act, client_event: this.newName(), at: this.now(), order };
    this.waiting.push(event);
    this.kept.keep(event);
    this.send();
    return event;
  }

  /** Send all that waits, unless a message is without an answer: another would break it off. */
  send() {
    this.since ||= this.now();
    if (!this.flight) this.#sendNow(1);
  }

  /** Send again what was not answered; called every RETRY_MS. */
  retry() {
    // Each time later, because another message breaks off the answer to the one before.
    const pause = RETRY_MS * Math.min(this.tries, MOST_TRIES);
    if (this.waiting.length && this.now() - this.sent > pause) this.#sendNow(this.tries + 1);
  }

  /** @param {number} tries */
  #sendNow(tries) {
    this.since ||= this.now();
    this.round += 1;
    this.flight = this.round;
    this.sent = this.now();
    this.tries = tries;
    this.deliver({ round: this.round, list: this.waiting });
  }

  /**
   * Forget what the server has stored or refused, and send what waits besides.
   *
   * @param {Receipt} receipt
   * @returns {{ stored: LabelEvent[], refused: Refusal[] }}
   */
  receive({ round, stored, refused, fault }) {
    const isStored = new Set(stored);
    const settled = {
      stored: this.waiting.filter(({ client_event: name }) => isStored.has(name)),
      refused: this.waiting.flatMap((event) =>
        refused[event.client_event] ? [{ event, reason: refused[event.client_event] }] : [],
      ),
    };
    this.#forget(new Set([...stored, ...Object.keys(refused)]));
    this.fault = fault;
    if (round >= this.flight) this.flight = 0;
    if (this.waiting.length && !fault) this.send();
    return settled;
  }

  /** @param {Set<string>} names */
  #forget(names) {
    for (const each of names) this.kept.forget(each);
    const left = this.waiting.filter(({ client_event: name }) => !names.has(name));
    if (left.length < this.waiting.length || !left.length) this.since = left.length && this.now();
    this.waiting = left;
  }

  /** Whether events have waited long enough for people to be told. */
  get late() {
    if (!this.waiting.length) return false;
    return Boolean(this.fault) || (this.since > 0 && this.now() - this.since > RETRY_MS);
  }
}
