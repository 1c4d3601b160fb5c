// What a key says on keyboards of all layouts.

const OTHER_SCRIPT = /^(?!\p{Script=Latin})\p{L}/u;
// Hungarian keyboards have ö where others have 0, which stands elsewhere on them.
const NO_DIGIT = /^[\dö]$/i;

/**
 * The character of a key, in small letters, or the name of one that has none, such as Enter.
 *
 * @param {KeyboardEvent} event
 */
export function characterOf({ key }) {
  return isCharacter(key) ? key.toLowerCase() : key;
}

/**
 * What is printed on a key besides its character: the digit on & of a French keyboard, the Latin
 * letter on а of a Russian one; null for all others. A key of the number pad is an arrow or the
 * like without NumLock, and then no digit.
 *
 * @param {KeyboardEvent} event
 */
export function alsoPrinted(event) {
  const { key, code } = event;
  if (event.getModifierState?.("AltGraph")) return null;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return OTHER_SCRIPT.test(key) ? letter.toLowerCase() : null;
  const writes = isCharacter(key) || key === "Dead"; // an accent that waits for its letter
  const digit = writes && !event.shiftKey && !NO_DIGIT.test(key);
  return (digit && /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1]) || null;
}

/** @param {string} key */
function isCharacter(key) {
  return [...key].length === 1 || /\P{ASCII}/u.test(key); // one Arabic key writes two letters
}
