// Names of events, and of this tab's session.

const SESSION = "sincerely-desk";

/** A name that nothing else has. */
export function newName() {
  // A page that did not come over https or from this machine has no randomUUID.
  const unique = globalThis.crypto?.randomUUID?.();
  return unique ?? `${Date.now()}-${Math.random().toString(36).slice(2, 14)}`;
}

/**
 * The session's name: it outlives a reload, so that the texts on the screen stay this tab's.
 *
 * @param {Storage | null} storage the tab's own
 */
export function sessionName(storage) {
  try {
    const known = storage?.getItem(SESSION);
    if (known) return known;
    const made = newName();
    storage?.setItem(SESSION, made);
    return made;
  } catch {
    return newName();
  }
}
