import assert from "node:assert/strict";
import test from "node:test";

import { RETRY_MS } from "../../../../dashboard/widgets/label_queue/outbox.js";
import { makeAct, makeOutbox, makeReceipt } from "./made.js";

function add(outbox, ...rows) {
  return rows.map((row) => outbox.add(makeAct(row)).client_event);
}

test("the first event is sent at once, the next ones with the answer to it", () => {
  const { outbox, sent } = makeOutbox();
  const [first, second, third] = add(outbox, 1, 2, 3);
  assert.deepEqual(sent, [{ round: 1, names: [first] }]);

  const { stored } = outbox.receive(makeReceipt({ round: 1, stored: [first] }));

  assert.deepEqual(stored.map(({ client_event: name }) => name), [first]);
  assert.deepEqual(sent[1], { round: 2, names: [second, third] });
});

test("an answer to an older message does not set the next one off", () => {
  const { outbox, clock, sent } = makeOutbox();
  add(outbox, 1);
  clock.now += RETRY_MS + 1;
  outbox.retry();

  outbox.receive(makeReceipt({ round: 1 }));

  assert.deepEqual(sent.map(({ round }) => round), [1, 2]);
});

test("an event waits in the storage until the server has stored it", () => {
  const { outbox, storage } = makeOutbox();
  const [first, second] = add(outbox, 1, 2);

  outbox.receive(makeReceipt({ round: 1, stored: [first] }));

  assert.deepEqual(storage.keys, [`sincerely-event-store-${second}`]);
});

test("an event that is stored twice over is one event", () => {
  const { outbox } = makeOutbox();
  const [first] = add(outbox, 1);
  outbox.receive(makeReceipt({ round: 1, stored: [first] }));

  const again = outbox.receive(makeReceipt({ round: 1, stored: [first] }));

  assert.deepEqual(again, { stored: [], refused: [] });
  assert.deepEqual(outbox.waiting, []);
});

test("a page that is opened again has the events of before, and sends them first", () => {
  const { outbox, storage } = makeOutbox();
  const names = add(outbox, 1, 2, 3);

  const later = makeOutbox({ storage, start: 2_000_000 });
  const [fourth] = add(later.outbox, 4);

  assert.deepEqual(later.sent, [{ round: 1, names: [...names, fourth] }]);
});

test("what waited before the page was opened is sent with the first data", () => {
  const { outbox, storage } = makeOutbox();
  const names = add(outbox, 1, 2);

  const later = makeOutbox({ storage, start: 2_000_000 });
  later.outbox.receive(makeReceipt());

  assert.deepEqual(later.sent, [{ round: 1, names }]);
});

test("without an answer the events are sent again, each time later", () => {
  const { outbox, clock, sent } = makeOutbox();
  add(outbox, 1);
  const pauses = [];
  let before = clock.now;
  while (pauses.length < 7) {
    const count = sent.length;
    clock.now += RETRY_MS / 2;
    outbox.retry();
    if (sent.length === count) continue;
    pauses.push((clock.now - before) / RETRY_MS);
    before = clock.now;
  }

  assert.deepEqual(pauses, [1.5, 2.5, 3.5, 4.5, 5.5, 5.5, 5.5]);
  assert.deepEqual(new Set(sent.flatMap(({ names }) => names)).size, 1);
});

test("nothing is sent again when nothing waits", () => {
  const { outbox, clock, sent } = makeOutbox();
  const [first] = add(outbox, 1);
  outbox.receive(makeReceipt({ round: 1, stored: [first] }));
  clock.now += 100 * RETRY_MS;
  outbox.retry();

  assert.equal(sent.length, 1);
});

test("a fault of the server keeps the events, and is no reason to send at once", () => {
  const { outbox, clock, sent } = makeOutbox();
  const [first] = add(outbox, 1);

  outbox.receive(makeReceipt({ round: 1, fault: "The disk is full." }));

  assert.equal(sent.length, 1);
  assert.equal(outbox.late, true);
  assert.equal(outbox.fault, "The disk is full.");
  clock.now += RETRY_MS + 1;
  outbox.retry();
  assert.deepEqual(sent[1].names, [first]);
  outbox.receive(makeReceipt({ round: 2, stored: [first] }));
  assert.equal(outbox.late, false);
});

test("a refused event is given back with the reason and forgotten", () => {
  const { outbox, storage } = makeOutbox();
  const [first] = add(outbox, 7);

  const { refused } = outbox.receive(makeReceipt({ round: 1, refused: { [first]: "No row 7." } }));

  assert.equal(refused.length, 1);
  assert.equal(refused[0].event.row, 7);
  assert.equal(refused[0].reason, "No row 7.");
  assert.deepEqual(outbox.waiting, []);
  assert.equal(storage.length, 0);
});

test("events are late when none was stored for a while", () => {
  const { outbox, clock } = makeOutbox();
  const [first] = add(outbox, 1, 2);
  clock.now += RETRY_MS;
  assert.equal(outbox.late, false);
  clock.now += 1;
  assert.equal(outbox.late, true);

  outbox.receive(makeReceipt({ round: 1, stored: [first] }));

  assert.equal(outbox.late, false);
});
