import assert from "node:assert/strict";
import test from "node:test";

import { keyGoal } from "../../../../dashboard/widgets/length_chart/length_line.js";

const chart = { data: { series: [{ starts: [1, 3], ends: [2, 80] }], line: 20 }, line: 20 };

test("keys move the line by one, by ten, or to an end", () => {
  const goal = (key, values) => keyGoal(chart, { key, ...values });

  assert.deepEqual(["ArrowLeft", "ArrowUp", "PageUp"].map((key) => goal(key)), [19, 21, 30]);
  assert.deepEqual(["Home", "End"].map((key) => goal(key)), [1, 80]);
  assert.equal(goal("ArrowRight", { shiftKey: true }), 30);
  assert.equal(goal("a"), null);
});

test("keys that an input method takes do nothing", () => {
  assert.equal(keyGoal(chart, { key: "ArrowLeft", isComposing: true }), null);
  assert.equal(keyGoal(chart, { key: "End", keyCode: 229 }), null);
});
