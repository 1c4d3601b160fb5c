import assert from "node:assert/strict";
import test from "node:test";

import {
  newName,
  sessionName,
} from "../../../../dashboard/widgets/label_queue/session_name.js";
import { ForbiddenStorage, MemoryStorage } from "./made.js";

test("a session keeps its name over a reload; another tab has another", () => {
  const storage = new MemoryStorage();
  const page = new EventTarget();
  const first = sessionName(storage, page);
  assert.equal(sessionName(storage, page), first);

  page.dispatchEvent(new Event("pagehide"));

  assert.equal(sessionName(storage, new EventTarget()), first);
  assert.notEqual(sessionName(new MemoryStorage(), new EventTarget()), first);
});

test("a copy of an open tab is another tab", () => {
  const storage = new MemoryStorage();
  const first = sessionName(storage, new EventTarget());

  assert.notEqual(sessionName(storage, new EventTarget()), first); // of the same storage
});

test("a page that is come back to takes its name along again", () => {
  const storage = new MemoryStorage();
  const page = new EventTarget();
  const first = sessionName(storage, page);
  page.dispatchEvent(new Event("pagehide"));
  page.dispatchEvent(new Event("pageshow"));

  assert.notEqual(sessionName(storage, new EventTarget()), first);
});

test("without a storage a session has a name all the same", () => {
  for (const storage of [null, new ForbiddenStorage()]) {
    const page = new EventTarget();
    assert.match(sessionName(storage, page), /^[0-9a-z-]{8,64}$/);
    page.dispatchEvent(new Event("pagehide"));
  }
});

test("names are such as the server takes, and differ", () => {
  const names = Array.from({ length: 100 }, newName);

  assert.equal(new Set(names).size, 100);
  for (const each of names) assert.match(each, /^[0-9a-z-]{8,64}$/);
});
