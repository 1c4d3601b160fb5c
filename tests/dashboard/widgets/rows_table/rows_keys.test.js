import assert from "node:assert/strict";
import test from "node:test";

import { rowCommand } from "../../../../dashboard/widgets/rows_table/rows_keys.js";

function command(key, values = {}) {
  const { at = 3, selectable = true, ...event } = values;
  return rowCommand({ key, ...event }, { at, last: 9, selectable });
}

test("arrows, Home and End go from row to row and not beyond", () => {
  assert.deepEqual(command("ArrowDown"), { act: "go", row: 4 });
  assert.deepEqual(command("ArrowUp"), { act: "go", row: 2 });
  assert.deepEqual(command("ArrowDown", { at: 9 }), { act: "go", row: 9 });
  assert.deepEqual(command("ArrowUp", { at: 0 }), { act: "go", row: 0 });
  assert.deepEqual(command("Home"), { act: "go", row: 0 });
  assert.deepEqual(command("End"), { act: "go", row: 9 });
});

test("space chooses a row that can be chosen, Enter shows its whole text", () => {
  assert.deepEqual(command(" "), { act: "choose" });
  assert.equal(command(" ", { selectable: false }), null);
  assert.deepEqual(command("Enter"), { act: "more" });
  assert.equal(command("a"), null);
});

test("keys that an input method takes do nothing", () => {
  for (const key of ["ArrowDown", " ", "Enter"]) {
    assert.equal(command(key, { isComposing: true }), null);
    assert.equal(command(key, { keyCode: 229 }), null);
  }
});
