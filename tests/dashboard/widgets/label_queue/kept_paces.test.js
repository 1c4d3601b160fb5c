import assert from "node:assert/strict";
import test from "node:test";

import { KeptPaces } from "../../../../dashboard/widgets/label_queue/kept_paces.js";
import { ForbiddenStorage, makeData, makeDesk, MemoryStorage } from "./made.js";

const HOUR = 3_600_000;

test("the goal outlives another view and a reload", () => {
  const tab = new MemoryStorage();
  const { desk } = makeDesk({ tab });
  desk.answer("label", "rude");
  desk.answer("label", "kind");
  desk.undo();

  const { desk: again } = makeDesk({ tab });

  assert.deepEqual([again.pace.done, again.pace.positives, again.pace.streak], [1, 1, 0]);
});

test("each data set, person and store has a sitting of its own", () => {
  const tab = new MemoryStorage();
  makeDesk({ tab }).desk.answer("label", "rude");

  for (const change of [{ fingerprint: "other" }, { annotator: "bob" }, { store: "other" }]) {
    assert.equal(makeDesk({ tab, data: makeData(change) }).desk.pace.done, 0);
  }
  const { desk } = makeDesk({ tab, data: makeData({ asked: "other", fingerprint: "other" }) });
  desk.update(makeData());
  assert.equal(desk.pace.done, 1);
});

test("after a night another sitting begins", () => {
  const paces = new KeptPaces(new MemoryStorage());
  const pace = paces.open(makeData(), 0);
  pace.countLabel(1, false);
  paces.keep(makeData(), pace);

  assert.equal(paces.open(makeData(), 7 * HOUR).done, 1);
  assert.equal(paces.open(makeData(), 9 * HOUR).done, 0);
});

test("what cannot be read counts nothing", () => {
  for (const text of ["{", "null", "[]", '{"times":[null]}', '{"times":[1],"done":"many"}']) {
    const tab = new MemoryStorage();
    tab.setItem("sincerely-sitting-store-data-ann", text);
    assert.equal(new KeptPaces(tab).open(makeData(), 2).done, 0);
  }
});

test("without a storage the sitting lasts as long as the view", () => {
  for (const tab of [null, new ForbiddenStorage()]) {
    const { desk } = makeDesk({ tab });
    desk.answer("label", "rude");
    desk.update(makeData({ asked: "another queue" }));
    assert.equal(desk.pace.done, 1);
  }
});
