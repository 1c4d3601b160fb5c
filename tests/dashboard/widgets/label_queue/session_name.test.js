import assert from "node:assert/strict";
import test from "node:test";

import {
  newName,
  sessionName,
} from "../../../../dashboard/widgets/label_queue/session_name.js";
import { ForbiddenStorage, MemoryStorage } from "./made.js";

test("a session keeps its name over a reload; another tab has another", () => {
  const storage = new MemoryStorage();
  const first = sessionName(storage);

  assert.equal(sessionName(storage), first);
  assert.notEqual(sessionName(new MemoryStorage()), first);
});

test("without a storage a session has a name all the same", () => {
  assert.match(sessionName(null), /^[0-9a-z-]{8,64}$/);
  assert.match(sessionName(new ForbiddenStorage()), /^[0-9a-z-]{8,64}$/);
});

test("names are such as the server takes, and differ", () => {
  const names = Array.from({ length: 100 }, newName);

  assert.equal(new Set(names).size, 100);
  for (const each of names) assert.match(each, /^[0-9a-z-]{8,64}$/);
});
