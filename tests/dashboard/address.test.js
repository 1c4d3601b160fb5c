// The browser's history of a page whose address is filled after it was opened.
import assert from "node:assert/strict";
import { test } from "node:test";

const entries = ["http://here/train?run=1"];
const go = (url) => new URL(url ?? entries.at(-1), entries.at(-1)).href;

globalThis.location = {
  get href() {
    return entries.at(-1);
  },
  get pathname() {
    return new URL(entries.at(-1)).pathname;
  },
  get search() {
    return new URL(entries.at(-1)).search;
  },
};
globalThis.history = {
  pushState: (_state, _title, url) => entries.push(go(url)),
  replaceState: (_state, _title, url) => entries.splice(-1, 1, go(url)),
};

test("a bare address is filled in place, and every other change is one to go back to", async () => {
  await import("../../dashboard/address.js");
  await import("../../dashboard/address.js?again");

  globalThis.history.pushState({}, "", "/explore");
  globalThis.history.pushState({}, "", "/explore?dataset=a");
  globalThis.history.pushState({}, "", "?dataset=b");
  globalThis.history.pushState({}, "", "/label");

  assert.deepEqual(entries, [
    "http://here/train?run=1",
    "http://here/explore?dataset=a",
    "http://here/explore?dataset=b",
    "http://here/label",
  ]);
});
