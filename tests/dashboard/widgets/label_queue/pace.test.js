import assert from "node:assert/strict";
import test from "node:test";

import { Pace, spokenMinutes } from "../../../../dashboard/widgets/label_queue/pace.js";

const SECOND = 1000;

function paceOf(gaps) {
  const pace = new Pace();
  let now = 1;
  pace.countLabel(now, false);
  for (const gap of gaps) {
    now += gap * SECOND;
    pace.countLabel(now, true);
  }
  return pace;
}

test("a label every two seconds is 1,800 an hour", () => {
  assert.equal(paceOf(Array(30).fill(2)).hourly, 1_800);
});

test("under five labels make no speed", () => {
  assert.equal(paceOf([2, 2, 2]).hourly, 0);
  assert.notEqual(paceOf([2, 2, 2, 2]).hourly, 0);
});

test("a pause counts as a minute of work at most and ends the streak", () => {
  const pace = paceOf([20, 20, 3_600, 20]);

  assert.equal(pace.hourly, 4 * (3_600 / 120));
  assert.equal(pace.streak, 2);
  assert.equal(pace.done, 5);
});

test("the speed is that of the last hundred labels", () => {
  assert.equal(paceOf([...Array(50).fill(30), ...Array(99).fill(1)]).hourly, 3_600);
});

test("a label that is taken back is not counted, one of before never was", () => {
  const pace = paceOf([1]);
  pace.takeBackLabel(true);
  assert.deepEqual([pace.done, pace.positives], [1, 0]);
  pace.takeBackLabel(false);
  pace.takeBackLabel(true);

  assert.deepEqual([pace.done, pace.positives], [0, 0]);
});

test("what was counted goes on from where it was", () => {
  const before = paceOf(Array(150).fill(2));

  const after = new Pace(JSON.parse(JSON.stringify(before)));
  after.countLabel(302_001, true);

  assert.deepEqual([after.done, after.positives, after.streak], [152, 151, 152]);
  assert.equal(after.hourly, 1_800);
});

test("time is said in words", () => {
  const said = [0.5, 1, 89.4, 90, 150].map(spokenMinutes);
  assert.deepEqual(said, ["under 1 min", "1 min", "89 min", "1.5 h", "2.5 h"]);
});
