import assert from "node:assert/strict";
import test from "node:test";

import { makeData, makeDesk, makeItem, makeReceipt } from "./made.js";

function waiting({ waiting: events }) {
  return events.map(({ action, row, value }) => [action, row, value]);
}

function rows(items) {
  return items.map(({ row }) => row);
}

test("an answer goes to the text that was on the screen, and the next one comes", () => {
  const { desk, outbox, clock } = makeDesk();
  clock.now += 1_234;

  assert.equal(desk.answer("label", "rude"), true);

  const [event] = outbox.waiting;
  assert.deepEqual([event.row, event.value, event.spent], [1, "rude", 1_234]);
  assert.equal(desk.current.row, 2);
  const trail = desk.trail.map(({ item, event: key }) => [item.row, key]);
  assert.deepEqual(trail, [[1, event.client_event]]);
});

test("with no text on the screen nothing can be answered", () => {
  const { desk, outbox } = makeDesk({ data: makeData({ items: [] }) });

  assert.equal(desk.answer("label", "rude"), false);
  desk.flag();
  desk.undo();

  assert.deepEqual(outbox.waiting, []);
});

test("what was answered is not served again before the server knows", () => {
  const { desk, data } = makeDesk();
  desk.answer("label", "rude");
  desk.answer("skip");

  desk.update(data);

  assert.deepEqual(rows(desk.items), [3, 4]);
});

test("the text that is read stays on the screen, whatever order a new model gives", () => {
  const { desk } = makeDesk();
  desk.answer("label", "kind");

  desk.update(makeData({ items: [4, 3, 2].map((row) => makeItem(row)) }));

  assert.deepEqual(rows(desk.items), [2, 4, 3]);
});

test("another queue starts afresh, but for what waits to be stored", () => {
  const { desk } = makeDesk();
  desk.answer("label", "rude");
  desk.flag();

  desk.update(makeData({ asked: "likely", items: [1, 5].map((row) => makeItem(row)) }));

  assert.deepEqual(rows(desk.items), [5]);
  assert.deepEqual(desk.trail, []);
  assert.equal(desk.flags.size, 0);
});

test("after a reload what waits is answered, and what was taken back is not", () => {
  const { desk, storage } = makeDesk();
  desk.answer("label", "rude");
  desk.answer("label", "kind");
  desk.undo();

  const later = makeDesk({ storage, start: 2_000_000 });

  assert.deepEqual(rows(later.desk.items), [2, 3, 4]);
});

test("an undo names its event, and the text is asked again", () => {
  const { desk, outbox } = makeDesk();
  desk.answer("label", "rude");
  const [answer] = outbox.waiting;

  desk.undo();

  assert.equal(outbox.waiting[1].action, "undo");
  assert.equal(outbox.waiting[1].undoes, answer.client_event);
  assert.equal(desk.current.row, 1);
  assert.deepEqual([desk.trail.length, desk.pace.done, desk.pace.positives], [0, 0, 0]);
});

test("an answer that was taken back stays on the screen until the server serves it", () => {
  const { desk, outbox } = makeDesk();
  desk.answer("label", "rude");
  desk.undo();
  const served = [2, 3, 4].map((row) => makeItem(row));

  desk.update(makeData({ items: served }));
  assert.deepEqual(rows(desk.items), [1, 2, 3, 4]);

  const stored = outbox.waiting.map(({ client_event: name }) => name);
  const all = [makeItem(1), ...served];
  desk.update(makeData({ items: all, receipt: makeReceipt({ round: 1, stored }) }));
  assert.deepEqual(rows(desk.items), [1, 2, 3, 4]);
  assert.deepEqual(desk.returned, []);
});

test("changing an answer takes the old one back, in its place", () => {
  const { desk, outbox } = makeDesk();
  desk.answer("label", "rude");
  desk.answer("label", "rude");
  desk.lookBack(2);
  assert.equal(desk.current.row, 1);

  desk.answer("label", "kind");

  assert.deepEqual(waiting(outbox).slice(2), [["undo", 1, null], ["label", 1, "kind"]]);
  assert.equal(outbox.waiting[2].undoes, outbox.waiting[0].client_event);
  assert.deepEqual(desk.trail.map(({ item, value }) => [item.row, value]), [
    [1, "kind"],
    [2, "rude"],
  ]);
  assert.equal(desk.current.row, 3);
});

test("one looks back no further than the first answer", () => {
  const { desk } = makeDesk();
  desk.answer("skip");

  desk.lookBack(5);
  assert.equal(desk.back, 1);
  desk.lookBack(-3);
  assert.equal(desk.back, 0);
});

test("answers of before can be looked at and changed", () => {
  const answer = { action: "label", value: "rude", client_event: "event-of-yesterday" };
  const { desk, outbox } = makeDesk({ data: makeData({ history: [makeItem(9, { answer })] }) });
  desk.lookBack(1);

  desk.answer("label", "kind");

  assert.equal(outbox.waiting[0].undoes, "event-of-yesterday");
  assert.deepEqual(waiting(outbox), [["undo", 9, null], ["label", 9, "kind"]]);
});

test("a flag is taken off by the same key", () => {
  const { desk, outbox } = makeDesk();
  desk.flag();
  assert.equal(desk.flags.get(1), outbox.waiting[0].client_event);

  desk.flag();

  assert.equal(outbox.waiting[1].undoes, outbox.waiting[0].client_event);
  assert.equal(desk.flags.size, 0);
});

test("a note goes to the text that it was begun for; an empty one is none", () => {
  const { desk, outbox } = makeDesk();
  const item = desk.current;
  desk.answer("label", "rude");

  desk.note({ item, text: " odd " });
  desk.note({ item, text: "  " });
  desk.note({ item: null, text: "odd" });

  assert.deepEqual(waiting(outbox), [["label", 1, "rude"], ["note", 1, null]]);
  assert.equal(desk.notes.get(1), "odd");
});

test("a refused answer brings its text back and says why", () => {
  const { desk, outbox } = makeDesk();
  desk.answer("label", "rude");
  const refused = { [outbox.waiting[0].client_event]: "There is no such class." };
  const items = [2, 3].map((row) => makeItem(row));

  desk.update(makeData({ items, receipt: makeReceipt({ round: 1, refused }) }));

  assert.deepEqual(rows(desk.items), [2, 1, 3]);
  assert.deepEqual(desk.trail, []);
  assert.deepEqual(desk.faults, ["There is no such class."]);
});

test("a text of the audit is asked beside the same text of another queue", () => {
  const items = [makeItem(1), makeItem(1, { queue: "audit" })];
  const { desk, data } = makeDesk({ data: makeData({ items }) });
  desk.answer("label", "rude");

  desk.update(data);

  assert.deepEqual(desk.items.map(({ queue }) => queue), ["audit"]);
});

test("the model's suggestion goes with an answer only if it was seen before it", () => {
  for (const suggest of [false, true]) {
    const items = [makeItem(1, { suggestion: "rude" })];
    const { desk, outbox } = makeDesk({ data: makeData({ items, suggest }) });
    desk.answer("label", "kind");

    assert.equal(outbox.waiting[0].suggestion, suggest ? "rude" : null);
  }
});

test("a text that was shown is blurred again when it comes back", () => {
  const { desk } = makeDesk();
  desk.toggleBlur();
  assert.equal(desk.unblurred, true);

  desk.answer("skip");

  assert.equal(desk.unblurred, false);
});

test("the goal is no more than what was done and what is left", () => {
  const { desk, outbox } = makeDesk({ data: makeData({ left: 4 }) });
  assert.equal(desk.goal, 4);
  desk.answer("label", "rude");
  desk.answer("skip");
  assert.equal(desk.goal, 4);

  const stored = outbox.waiting.map(({ client_event: name }) => name);
  const receipt = makeReceipt({ round: 1, stored });
  desk.update(makeData({ left: 2, items: [makeItem(3), makeItem(4)], receipt }));
  assert.equal(desk.goal, 3);
  desk.update(makeData({ left: 1_000 }));
  assert.equal(desk.goal, 100);
  desk.update(makeData({ left: null }));
  assert.equal(desk.goal, 100);
});
