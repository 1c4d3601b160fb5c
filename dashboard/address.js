// A page that is opened from the menu has a bare address, which the page then fills. Streamlit
// makes an entry of the history of each change, so that Back would come to the bare one, which
// fills itself again: that change replaces the entry instead. See address.py.
"use strict";
{
  const push = history.pushState;
  const fill = function (/** @type {any[]} */ ...entry) {
    const next = new URL(entry[2] ?? location.href, location.href);
    const isFilled = next.pathname === location.pathname && !location.search;
    Reflect.apply(isFilled ? history.replaceState : push, history, entry);
  };
  // The page runs this again and again.
  if (push.name !== fill.name) history.pushState = fill;
}
