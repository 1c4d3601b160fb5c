// Input methods, by which Chinese, Japanese and many others write.

/**
 * Whether an input method is taking the key: until a word is composed, no key is meant for a
 * widget, least of all the Enter or Escape that ends it.
 *
 * @param {KeyboardEvent} event
 */
export function isComposing(event) {
  // In Safari the Enter that ends a word comes after the end, but still with this code; some
  // browsers say it by the key's name alone.
  return event.isComposing || event.keyCode === 229 || event.key === "Process";
}
