import assert from "node:assert/strict";
import test from "node:test";

import {
  buttonCommand,
  commandOf,
  isTyping,
} from "../../../../dashboard/widgets/label_queue/keys.js";
import { makeData } from "./made.js";

const { classes } = makeData();

/** As much of an element as the keys look at. */
function element({ inside = [], steered = false, classNames = [], ...properties } = {}) {
  const found = { matches: () => steered };
  const isInside = (selectors) => selectors.split(", ").some((one) => inside.includes(one));
  return {
    tagName: "BODY",
    closest: (selectors) => (isInside(selectors) ? found : null),
    classList: { contains: (one) => classNames.includes(one) },
    ...properties,
  };
}

function key(name, values = {}) {
  return { key: name, code: "", ...values };
}

function command(event, focused = element(), covered = false) {
  return commandOf(event, focused, { classes, covered });
}

function act(...given) {
  return command(...given)?.act ?? null;
}

test("a key of a class is its label, in small or capital letters", () => {
  for (const name of ["1", "a", "A", "r"]) {
    assert.deepEqual(command(key(name)), { act: "label", value: "rude" });
  }
  assert.deepEqual(command(key("x")), { act: "label", value: "kind" });
});

test("a digit counts where another layout has another character on its key", () => {
  assert.deepEqual(command(key("&", { code: "Digit1" })), { act: "label", value: "rude" });
  assert.deepEqual(command(key("End", { code: "Numpad1" })), { act: "label", value: "rude" });
  assert.equal(command(key("!", { code: "Digit1", shiftKey: true })), null);
});

test("every key of the list has its act", () => {
  const acts = {
    " ": "skip", f: "flag", n: "note", Backspace: "undo", "?": "help", ArrowLeft: "back",
    ArrowRight: "forward", "/": "find", b: "show", Escape: "closeHelp",
  };
  for (const [name, wanted] of Object.entries(acts)) assert.equal(act(key(name)), wanted);
});

test("other keys, and names that every object has, are the page's own", () => {
  for (const name of ["q", "Tab", "F5", "constructor", "toString"]) {
    assert.equal(command(key(name)), null);
  }
});

test("a key that is held down or combined labels nothing", () => {
  for (const how of ["repeat", "ctrlKey", "metaKey", "altKey"]) {
    assert.equal(command(key("1", { [how]: true })), null);
  }
});

test("under a dialog, and where text is written, keys label nothing", () => {
  assert.equal(command(key("1"), element(), true), null);
  assert.equal(command(key("1"), element({ tagName: "INPUT", type: "text" })), null);
  assert.equal(command(key("1"), element({ isContentEditable: true })), null);
});

test("boxes to tick and closed lists are not written into", () => {
  for (const type of ["checkbox", "radio", "range", "button"]) {
    assert.equal(isTyping(element({ tagName: "INPUT", type })), false);
  }
  const list = { tagName: "INPUT", type: "text", role: "combobox" };
  assert.equal(isTyping(element({ ...list, ariaExpanded: "false" })), false);
  assert.equal(isTyping(element({ ...list, ariaExpanded: "true" })), true);
});

test("who came to a button by the keyboard steers it, but labels all the same", () => {
  const button = element({ tagName: "BUTTON", inside: ["button"], steered: true });
  assert.equal(act(key(" "), button), null);
  assert.equal(act(key("ArrowLeft"), button), null);
  assert.equal(act(key("1"), button), "label");
  assert.equal(act(key("f"), button), "flag");

  const clicked = element({ tagName: "BUTTON", inside: ["button"] });
  assert.equal(act(key(" "), clicked), "skip");
});

test("in the note only its own two keys mean something", () => {
  const area = element({ tagName: "TEXTAREA", inside: [".note"] });
  assert.equal(act(key("Escape"), area), "dropNote");
  assert.equal(act(key("Enter", { ctrlKey: true }), area), "keepNote");
  assert.equal(act(key("Enter", { metaKey: true }), area), "keepNote");
  for (const name of ["Enter", "1", "f", "Backspace"]) assert.equal(act(key(name), area), null);
});

test("in the box that finds a class only its own two keys mean something", () => {
  const box = element({ tagName: "INPUT", type: "text", classNames: ["find"] });
  assert.equal(act(key("Escape"), box), "clearFind");
  assert.equal(act(key("Enter"), box), "chooseFound");
  for (const name of ["1", "f", "/"]) assert.equal(act(key(name), box), null);
});

test("keys that an input method takes do nothing", () => {
  const area = element({ tagName: "TEXTAREA", inside: [".note"] });
  const box = element({ tagName: "INPUT", type: "text", classNames: ["find"] });
  for (const composing of [{ isComposing: true }, { keyCode: 229 }]) {
    for (const name of ["1", "f", " ", "Backspace", "Escape"]) {
      assert.equal(command(key(name, composing)), null);
    }
    assert.equal(command(key("Escape", composing), area), null);
    assert.equal(command(key("Enter", { ctrlKey: true, ...composing }), area), null);
    assert.equal(command(key("Escape", composing), box), null);
    assert.equal(command(key("Enter", composing), box), null);
  }
});

test("a button is a class, an answer of before or an act", () => {
  assert.deepEqual(buttonCommand({ dataset: { value: "rude" } }), { act: "label", value: "rude" });
  assert.deepEqual(buttonCommand({ dataset: { back: "3" } }), { act: "lookBack", value: "3" });
  assert.deepEqual(buttonCommand({ dataset: { action: "skip" } }), { act: "skip" });
  assert.equal(buttonCommand({ dataset: {} }), null);
});
