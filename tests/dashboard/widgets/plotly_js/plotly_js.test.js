import assert from "node:assert/strict";
import test from "node:test";

import { identify, plain } from "../../../../dashboard/widgets/plotly_js/plotly_js.js";

test("people's names are text to plotly, not HTML", () => {
  assert.equal(plain("<b>a & b</b>"), "&lt;b&gt;a &amp; b&lt;/b&gt;");
});

test("a long name keeps its beginning and its end", () => {
  assert.equal(plain("abcdefghijklmnop", 8), "abc…mnop");
  assert.equal(plain("abcdefgh", 8), "abcdefgh");
});

test("different names have different identifiers, fit for a selector", () => {
  const names = ["a b", "a.b", "a-b", "ä", "😀", "ab", ""];
  const identifiers = names.map(identify);

  assert.equal(new Set(identifiers).size, names.length);
  for (const each of identifiers) assert.match(each, /^[0-9a-z-]*$/);
});
