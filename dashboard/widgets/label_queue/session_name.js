// Names of events, and of this tab's session.

const SESSION = "sincerely-desk";

/** A name that nothing else has. */
export function newName() {
  // A page that did not come over https or from this machine has no randomUUID.
  const unique = globalThis.crypto?.randomUUID?.();
  return unique ?? `${Date.now()}-${Math.random().toString(36).slice(2, 14)}`;
}

/**
 * The session's name: it outlives a reload, so that the texts on the screen stay this tab's. While
 * the page is open the storage lacks it, for a copy of the tab starts with a copy of the storage.
 *
 * @param {Storage | null} storage the tab's own
 * @param {EventTarget & { sincerelyDesk?: string }} page the window, which keeps the name meanwhile
 */
export function sessionName(storage, page) {
  if (page.sincerelyDesk) return page.sincerelyDesk;
  const name = takeName(storage) ?? newName();
  page.sincerelyDesk = name;
  page.addEventListener("pagehide", () => keepName(storage, name));
  page.addEventListener("pageshow", () => takeName(storage)); // by Back, to a page that was kept
  return name;
}

/** @param {Storage | null} storage */
function takeName(storage) {
  try {
    const name = storage?.getItem(SESSION);
    storage?.removeItem(SESSION);
    return name;
  } catch {
    return null;
  }
}

/**
 * @param {Storage | null} storage
 * @param {string} name
 */
function keepName(storage, name) {
  try {
    storage?.setItem(SESSION, name);
  } catch (error) {
    console.error(error); // after a reload it is another session
  }
}
