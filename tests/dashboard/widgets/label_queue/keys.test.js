import assert from "node:assert/strict";
import test from "node:test";

import {
  buttonCommand,
  commandOf,
  controlOf,
  isTyping,
} from "../../../../dashboard/widgets/label_queue/keys.js";
import { makeData } from "./made.js";

const { classes } = makeData();

const DESK = "the desk";

/** As much of an element as the keys look at. */
function element({ inside = [], around = false, classNames = [], ...properties } = {}) {
  const found = { contains: (other) => around && other === DESK };
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

function command(event, focused = element(), page = {}) {
  const usual = { classes, covered: false, tabbed: false, desk: DESK };
  return commandOf(event, focused, { ...usual, ...page });
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
  assert.equal(command(key("1"), element(), { covered: true }), null);
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

test("who came to a control by the keyboard steers it, but all other keys go on", () => {
  for (const inside of ["button", "a", "[role]", "[tabindex='0']"]) {
    const control = element({ tagName: "BUTTON", inside: [inside] });
    for (const name of [" ", "ArrowLeft", "ArrowRight"]) {
      assert.equal(act(key(name), control, { tabbed: true }), null);
    }
    assert.equal(act(key("1"), control, { tabbed: true }), "label");
    assert.equal(act(key("f"), control, { tabbed: true }), "flag");
    assert.equal(act(key("Backspace"), control, { tabbed: true }), "undo");
  }
});

test("after a click on a control all keys are for the text", () => {
  const clicked = element({ tagName: "INPUT", type: "radio", inside: ["[role]"] });
  assert.equal(act(key(" "), clicked), "skip");
  assert.equal(act(key("Backspace"), clicked), "undo");
  assert.equal(act(key("ArrowLeft"), clicked), "back");
});

test("what lies around the desk is no control, though it takes the focus", () => {
  const page = element({ tagName: "SECTION", inside: ["[tabindex='0']"], around: true });
  assert.equal(controlOf(page, DESK), null);
  assert.equal(act(key(" "), page, { tabbed: true }), "skip");
  assert.notEqual(controlOf(element({ inside: ["button"] }), DESK), null);
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
  for (const focused of [element(), area, box]) {
    assert.equal(command(key("Process", { code: "Digit1" }), focused), null);
  }
});

test("a button is a class, an answer of before or an act", () => {
  assert.deepEqual(buttonCommand({ dataset: { value: "rude" } }), { act: "label", value: "rude" });
  assert.deepEqual(buttonCommand({ dataset: { back: "3" } }), { act: "lookBack", value: "3" });
  assert.deepEqual(buttonCommand({ dataset: { action: "skip" } }), { act: "skip" });
  assert.equal(buttonCommand({ dataset: {} }), null);
});
