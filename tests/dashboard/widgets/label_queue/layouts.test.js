import assert from "node:assert/strict";
import test from "node:test";

import { commandOf } from "../../../../dashboard/widgets/label_queue/keys.js";
import { alsoPrinted, characterOf } from "../../../../dashboard/widgets/label_queue/layouts.js";
import { makeData } from "./made.js";

const body = { tagName: "BODY", closest: () => null, classList: { contains: () => false } };

/** What a key press says, with classes of these names and keys. */
function said(event, classes = makeData().classes) {
  const page = { classes, covered: false, tabbed: false, desk: null };
  const command = commandOf({ code: "", ...event }, body, page);
  return command && (command.value ?? command.act);
}

function named(keysByName) {
  return Object.entries(keysByName).map(([name, keys], tone) => ({ name, keys, tone }));
}

const numbered = named({ one: ["1"], two: ["2"], three: ["3"], four: ["4"], five: ["5"] });

test("without NumLock the number pad is arrows and other named keys, never a digit", () => {
  const names = {
    Numpad0: "Insert", Numpad1: "End", Numpad2: "ArrowDown", Numpad3: "PageDown",
    Numpad4: "ArrowLeft", Numpad5: "Clear", Numpad6: "ArrowRight", Numpad7: "Home",
    Numpad8: "ArrowUp", Numpad9: "PageUp", NumpadDecimal: "Delete", NumpadEnter: "Enter",
  };
  const acts = { Numpad4: "back", Numpad6: "forward" };
  for (const [code, key] of Object.entries(names)) {
    assert.equal(said({ code, key }, numbered), acts[code] ?? null);
  }
  assert.equal(said({ code: "Numpad5", key: "Unidentified" }, numbered), null);
});

test("with NumLock the number pad labels", () => {
  assert.equal(said({ code: "Numpad4", key: "4" }, numbered), "four");
  assert.equal(said({ code: "Numpad4", key: "٤" }, numbered), "four");
});

test("a digit needs no shift where a keyboard has another character on its key", () => {
  for (const [key, code, name] of [
    ["&", "Digit1", "one"], ["é", "Digit2", "two"], ['"', "Digit3", "three"],
    ["+", "Digit1", "one"], ["ě", "Digit2", "two"], ["š", "Digit3", "three"],
    ["ą", "Digit1", "one"], ["١", "Digit1", "one"], ["१", "Digit1", "one"],
    ["Dead", "Digit5", "five"],
  ]) {
    assert.equal(said({ key, code }, numbered), name);
  }
  assert.equal(said({ key: "1", code: "Digit1", shiftKey: true }, numbered), "one");
});

test("signs that need shift, AltGr or another key of the row label nothing", () => {
  const withAltGr = (name) => name === "AltGraph";
  assert.equal(said({ key: "!", code: "Digit1", shiftKey: true }, numbered), null);
  assert.equal(said({ key: "²", code: "Digit2", getModifierState: withAltGr }, numbered), null);
  assert.equal(said({ key: ")", code: "Minus" }, numbered), null);
  assert.equal(said({ key: "ö", code: "Digit0" }, named({ ten: ["0"] })), null);
});

test("a character's own meaning comes before what else is printed on its key", () => {
  assert.equal(said({ key: "/", code: "Digit9" }, named({ nine: ["9"] })), "find");
  assert.equal(said({ key: "7", code: "Digit1" }, numbered), null);
  const letters = named({ élevé: ["1", "é"], other: ["2"] });
  assert.equal(said({ key: "é", code: "Digit2" }, letters), "élevé");
});

test("where a keyboard has no Latin letters its keys mean those that are printed beside", () => {
  for (const key of ["а", "φ", "כ", "ب", "ㄹ", "は"]) {
    assert.equal(said({ key, code: "KeyF" }), "flag");
  }
  assert.equal(said({ key: "А", code: "KeyF", shiftKey: true }), "flag");
  assert.equal(said({ key: "لا", code: "KeyB" }), "show");
  assert.equal(said({ key: "ф", code: "KeyA" }), "rude");
  assert.equal(said({ key: "к", code: "KeyR" }), "rude");
});

test("a Latin keyboard's letters are what they write, wherever they are", () => {
  assert.equal(said({ key: "a", code: "KeyQ" }), "rude"); // AZERTY
  assert.equal(said({ key: "q", code: "KeyA" }), null);
  assert.equal(said({ key: "u", code: "KeyF" }), null); // Dvorak
  assert.equal(said({ key: "ñ", code: "KeyN" }), null);
});

test("letters of other scripts are keys of classes first, and never of another class", () => {
  const russian = named({ нет: ["0", "x", "н"], да: ["1", "a", "д"] });
  assert.equal(said({ key: "Д", code: "KeyL" }, russian), "да");
  assert.equal(said({ key: "а", code: "KeyF" }, russian), "flag");
  const films = named({ фильм: ["0", "x"], фото: ["1", "a"] });
  assert.equal(said({ key: "ф", code: "KeyA" }, films), null);
});

test("a key's character is in small letters, its name as it is", () => {
  const names = ["A", "Ж", "𐐀", "Enter", "Backspace", "Dead"];
  const wanted = ["a", "ж", "𐐨", "Enter", "Backspace", "Dead"];
  assert.deepEqual(names.map((key) => characterOf({ key })), wanted);
  assert.equal(alsoPrinted({ key: "Shift", code: "ShiftLeft" }), null);
});
