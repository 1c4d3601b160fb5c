import assert from "node:assert/strict";
import test from "node:test";

import { KeptEvents } from "../../../../dashboard/widgets/label_queue/kept_events.js";
import { ForbiddenStorage, makeAct, MemoryStorage } from "./made.js";

function event(name, at, order = 0) {
  return { ...makeAct(1), client_event: name, at, order };
}

test("events come back oldest first, those of one millisecond in their order", () => {
  const storage = new MemoryStorage();
  const kept = new KeptEvents(storage, "store");
  const events = [event("third-one", 6), event("second-one", 5, 1), event("first-one", 5, 0)];
  for (const each of events) kept.keep(each);

  assert.deepEqual(new KeptEvents(storage, "store").read(), events.reverse());
});

test("what is forgotten does not come back", () => {
  const kept = new KeptEvents(new MemoryStorage(), "store");
  kept.keep(event("event-one", 1));
  kept.keep(event("event-two", 2));
  kept.forget("event-one");

  assert.deepEqual(kept.read(), [event("event-two", 2)]);
});

test("events for another label store, and what others keep, are left alone", () => {
  const storage = new MemoryStorage();
  new KeptEvents(storage, "other").keep(event("event-one", 1));
  storage.setItem("theme", "dark");

  assert.deepEqual(new KeptEvents(storage, "store").read(), []);
  assert.equal(storage.length, 2);
});

test("what cannot be read is removed, and all else is kept", (t) => {
  t.mock.method(console, "warn", () => {});
  const storage = new MemoryStorage();
  const kept = new KeptEvents(storage, "store");
  kept.keep(event("event-one", 1));
  kept.keep(event("short", 2));
  kept.keep(event("no-time-at-all", null));
  const whole = JSON.stringify(event("event-two", 3));
  const broken = { "event-two": whole.slice(0, 40), "event-three": whole, "event-four": "" };
  for (const [name, text] of Object.entries({ ...broken, nothing: "null" })) {
    storage.setItem(`sincerely-event-store-${name}`, text);
  }
  storage.setItem("sincerely-event-other-event-five", "{");

  assert.deepEqual(kept.read(), [event("event-one", 1)]);
  assert.deepEqual(storage.keys, [
    "sincerely-event-store-event-one",
    "sincerely-event-other-event-five",
  ]);
});

test("an event of a kind that is not known here is sent, for the server to judge", () => {
  const kept = new KeptEvents(new MemoryStorage(), "store");
  const unknown = { ...event("event-one", 1), action: "applaud", more: true };
  kept.keep(unknown);

  assert.deepEqual(kept.read(), [unknown]);
});

test("a storage that cannot be read now is left as it is", (t) => {
  t.mock.method(console, "error", () => {});
  const storage = new MemoryStorage();
  new KeptEvents(storage, "store").keep(event("event-one", 1));
  const { getItem } = storage;
  storage.getItem = () => {
    throw new Error("locked");
  };
  assert.deepEqual(new KeptEvents(storage, "store").read(), []);

  storage.getItem = getItem;
  assert.equal(new KeptEvents(storage, "store").read().length, 1);
});

test("without a storage nothing is kept and nothing fails", (t) => {
  t.mock.method(console, "error", () => {});
  for (const storage of [null, new ForbiddenStorage()]) {
    const kept = new KeptEvents(storage, "store");
    kept.keep(event("event-one", 1));
    kept.forget("event-one");

    assert.deepEqual(kept.read(), []);
  }
});
