// One key a label. The next text is shown at once; presses wait in `pending` until the server
// says by name that they are stored, and are sent again until then. They are also kept in the
// browser's storage, so that a reload or a crash of the server loses none. What people wrote only
// ever becomes text nodes.

const RETRY_MS = 2000;
const PAUSE_MS = 60_000; // a longer pause ends a streak and is no time at work
const KEPT = "sincerely-press-";
const DESK = "sincerely-desk";
const SHOWN = 10; // decisions in the list below
const desks = new WeakMap(); // by their element on the page

export default function ({ data, parentElement, setStateValue }) {
  const host = parentElement.querySelector(".desk");
  const desk = desks.get(host) ?? open(host, data);
  desk.set = setStateValue;
  update(desk, data);
  if (!desk.told) {
    desk.told = true;
    setStateValue("holder", desk.holder);
    if (desk.pending.length) send(desk);
  }
  return () => host.isConnected || close(desk);
}

function open(host, data) {
  const desk = {
    host, data, prefix: `${KEPT}${data.store}-`, holder: holder(), told: false, round: 0, flight: 0, sent: 0, tries: 1, asked: "",
    pending: adopt(`${KEPT}${data.store}-`), // presses that are not known to be stored, oldest first
    answered: new Map(), // what this tab answered, by item
    trail: [], // items that were answered, oldest first: those of before, then this tab's
    back: 0, // how far back in the trail we look; 0 is the present
    returned: [], // items whose answer was taken back here
    flags: new Map(), notes: new Map(), // the press that flagged a row, and what was noted, by row
    items: [], since: performance.now(), times: [], streak: 0, positives: 0, done: 0,
    unblurred: false, waiting: 0, faults: [], drawn: {},
  };
  desk.onKey = (event) => keyed(desk, event);
  desk.onLeave = (event) => desk.pending.length && event.preventDefault();
  desk.onSight = () => { desk.since = performance.now(); };
  document.addEventListener("keydown", desk.onKey, true);
  addEventListener("beforeunload", desk.onLeave);
  document.addEventListener("visibilitychange", desk.onSight);
  desk.timer = setInterval(() => retry(desk), RETRY_MS);
  host.addEventListener("click", (event) => clicked(desk, event));
  touch(desk);
  desks.set(host, desk);
  return desk;
}

function close(desk) {
  document.removeEventListener("keydown", desk.onKey, true);
  removeEventListener("beforeunload", desk.onLeave);
  document.removeEventListener("visibilitychange", desk.onSight);
  clearInterval(desk.timer);
  desks.delete(desk.host);
}

// ---- what lasts longer than the page

function holder() {
  // Of the tab: it outlives a reload, so that the texts on the screen stay this tab's.
  try {
    const known = sessionStorage.getItem(DESK);
    if (known) return known;
    const made = name();
    sessionStorage.setItem(DESK, made);
    return made;
  } catch {
    return name();
  }
}

function name() {
  return crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2, 14)}`;
}

function adopt(prefix) {
  const found = [];
  try {
    for (let i = 0; i < localStorage.length; i++) {
      const key = localStorage.key(i);
      if (key.startsWith(prefix)) found.push(read(key, prefix));
    }
  } catch (error) {
    console.error(error); // no storage: nothing was kept
  }
  return found.filter(Boolean).sort((a, b) => a.at - b.at || a.order - b.order);
}

function read(key, prefix) {
  try {
    const press = JSON.parse(localStorage.getItem(key));
    return press.press === key.slice(prefix.length) ? press : null;
  } catch {
    return null; // not of this page's making
  }
}

function keep(desk, press) {
  try {
    localStorage.setItem(desk.prefix + press.press, JSON.stringify(press));
  } catch (error) {
    console.error(error); // without storage a press lasts as long as the page
  }
}

function forget(desk, press) {
  try {
    localStorage.removeItem(desk.prefix + press);
  } catch (error) {
    console.error(error);
  }
}

// ---- between here and the server

function send(desk, again = false) {
  // One message at a time: another would break off the server's answer to the last one.
  desk.waiting ||= Date.now();
  if (desk.flight && !again) return;
  desk.round += 1;
  desk.flight = desk.round;
  desk.sent = Date.now();
  desk.tries = again ? desk.tries + 1 : 1;
  desk.set("presses", { round: desk.round, list: desk.pending });
}

function retry(desk) {
  if (!desk.host.isConnected) close(desk);
  // Each time later, because another message breaks off the answer to the one before.
  else if (desk.pending.length && Date.now() - desk.sent > RETRY_MS * Math.min(desk.tries, 5)) send(desk, true);
  status(desk);
  figures(desk);
}

function update(desk, data) {
  const fresh = data.asked !== desk.asked;
  if (fresh) begin(desk, data);
  desk.data = data;
  const { stored, refused, fault } = data.receipt;
  const gone = new Set([...stored, ...Object.keys(refused)]);
  const before = desk.pending.length;
  for (const press of gone) forget(desk, press);
  const end = performance.now();
  for (const press of desk.pending) {
    // A press of before a reload is older than the page's own clock.
    const start = Math.max(end - (Date.now() - press.at), 0);
    if (gone.has(press.press)) performance.measure("label_stored", { start: Math.min(start, end), end });
  }
  for (const press of desk.pending) if (refused[press.press]) refuse(desk, press, refused[press.press]);
  desk.pending = desk.pending.filter((press) => !gone.has(press.press));
  if (desk.pending.length < before || !desk.pending.length) desk.waiting = desk.pending.length && Date.now();
  desk.fault = fault;
  if (data.receipt.round >= desk.flight) desk.flight = 0;
  const shown = desk.back ? null : desk.items[0];
  const back = desk.returned.filter((item) => waits(desk, item));
  const served = data.items.filter((item) => !desk.answered.has(id(item)));
  desk.returned = back;
  const own = new Set(back.map(id));
  desk.items = [...back, ...served.filter((item) => !own.has(id(item)))];
  // The text that is being read stays on the screen, whatever order a new model gives.
  const place = fresh || !shown ? 0 : desk.items.findIndex((item) => id(item) === id(shown));
  if (place > 0) desk.items.unshift(...desk.items.splice(place, 1));
  if (!desk.back && id(desk.items[0]) !== id(shown)) see(desk);
  paint(desk);
  guide(desk);
  draw(desk);
  if (desk.pending.length && !desk.flight && !fault) send(desk);
}

function guide(desk) {
  const { guideline, guide: text } = desk.data;
  if (!changed(desk, "guide", guideline, text)) return;
  set(desk, "version", guideline ? `Guideline, version ${guideline}` : "");
  desk.host.querySelector(".guideline .words").textContent = text;
}

function begin(desk, data) {
  // Another data set, queue or person: what was answered before is no longer in the way.
  desk.asked = data.asked;
  desk.answered.clear();
  desk.returned = [];
  desk.trail = data.history.map((item) => ({ item, ...item.answer }));
  desk.back = 0;
  desk.faults = [];
  desk.flags.clear();
  desk.notes.clear();
  // What waits to be stored is answered, though the server does not know yet.
  const own = desk.pending.filter((press) => press.fingerprint === data.fingerprint);
  for (const press of own) {
    if (press.action === "label" || press.action === "skip") desk.answered.set(id(press), null);
    else if (press.action === "undo") desk.answered.delete(id(press));
  }
  // A box that was just chosen from would go on taking the keys.
  if (typing(document.activeElement) || document.activeElement.role === "combobox") {
    document.activeElement.blur();
  }
}

function waits(desk, item) {
  // Until the server has taken the answer back, it cannot serve the text again.
  return desk.pending.some((press) => press.action === "undo" && press.row === item.row)
    || !desk.data.items.some((served) => id(served) === id(item));
}

function refuse(desk, press, reason) {
  desk.faults.push(reason);
  if (press.fingerprint !== desk.data.fingerprint) return;
  const item = desk.answered.get(id(press));
  desk.answered.delete(id(press));
  desk.trail = desk.trail.filter((entry) => entry.press !== press.press);
  if (item && press.action !== "undo") desk.returned.push(item);
}

// ---- what a press does

// A row is asked once, whatever queue it comes from, but for one's own that is asked again.
const id = (item) => item && (item.queue === "audit" ? `${item.row}/audit` : `${item.row}`);
const current = (desk) =>
  desk.back ? desk.trail[desk.trail.length - desk.back]?.item : desk.items[0];
const looked = (desk) => (desk.back ? desk.trail[desk.trail.length - desk.back] : null);

function see(desk) {
  desk.since = performance.now();
  desk.unblurred = false;
}

function press(desk, action, item, values = {}) {
  const { fingerprint, annotator, guideline, suggest } = desk.data;
  const made = {
    press: name(), fingerprint, annotator, guideline, action,
    row: item.row, queue: item.queue, value: null,
    suggestion: suggest ? item.suggestion : null,
    spent: Math.round(performance.now() - desk.since),
    at: Date.now(), order: desk.round * 1000 + desk.pending.length, ...values,
  };
  desk.pending.push(made);
  keep(desk, made);
  send(desk);
  return made;
}

function answer(desk, action, value = null) {
  const start = performance.now();
  const item = current(desk);
  if (!item) return;
  const past = looked(desk);
  // Changing an answer takes the old one back: it must not stand if the new one is undone.
  if (past) press(desk, "undo", item, { undoes: past.press, suggestion: null });
  const made = press(desk, action, item, { value });
  const entry = { item, action, value, press: made.press };
  if (desk.back) {
    desk.trail[desk.trail.length - desk.back] = entry; // its answer is changed, in its place
    desk.back = 0;
  } else {
    desk.answered.set(id(item), item);
    desk.returned = desk.returned.filter((other) => id(other) !== id(item));
    desk.items.shift();
    desk.trail.push(entry);
    count(desk, action, value);
  }
  see(desk);
  draw(desk);
  performance.measure("label_queue", { start, end: performance.now() });
}

function count(desk, action, value) {
  const now = Date.now();
  const last = desk.times.at(-1);
  if (last && now - last > PAUSE_MS) desk.streak = 0;
  if (action !== "label") { desk.streak = 0; return; }
  desk.times.push(now);
  desk.streak += 1;
  desk.done += 1;
  if (value === desk.data.positive) desk.positives += 1;
}

function undo(desk) {
  const at = desk.trail.length - (desk.back || 1);
  const entry = desk.trail[at];
  if (!entry) return;
  desk.trail.splice(at, 1);
  press(desk, "undo", entry.item, { undoes: entry.press, suggestion: null });
  desk.answered.delete(id(entry.item));
  desk.returned.unshift(entry.item);
  desk.items.unshift(entry.item);
  if (entry.action === "label" && desk.times.length) {
    desk.times.pop();
    desk.done -= 1;
    if (entry.value === desk.data.positive) desk.positives -= 1;
  }
  desk.streak = 0;
  desk.back = 0;
  see(desk);
  draw(desk);
}

function flag(desk) {
  const item = current(desk);
  if (!item) return;
  const flagged = desk.flags.get(item.row);
  if (flagged) {
    press(desk, "undo", item, { undoes: flagged });
    desk.flags.delete(item.row);
  } else {
    desk.flags.set(item.row, press(desk, "flag", item).press);
  }
  draw(desk);
}

function note(desk) {
  if (!current(desk)) return;
  const box = desk.host.querySelector(".note");
  box.hidden = !box.hidden;
  desk.noted = current(desk); // another text may be on the screen when the note is kept
  if (!box.hidden) box.querySelector("textarea").focus();
}

function saveNote(desk, save) {
  const box = desk.host.querySelector(".note");
  const area = box.querySelector("textarea");
  const item = desk.noted;
  if (save && area.value.trim() && item) {
    press(desk, "note", item, { reason: area.value });
    desk.notes.set(item.row, area.value.trim());
  }
  area.value = "";
  area.blur(); // A hidden box keeps the focus, and with it the next key, until the page is drawn.
  box.hidden = true;
  draw(desk);
}

function go(desk, step) {
  const back = Math.min(Math.max(desk.back + step, 0), desk.trail.length);
  if (back === desk.back) return;
  desk.back = back;
  see(desk);
  draw(desk);
}

function help(desk) {
  const box = desk.host.querySelector(".help");
  box.hidden = !box.hidden;
}

const ACTIONS = {
  skip: (desk) => answer(desk, "skip"),
  flag, note, undo, help,
  back: (desk) => go(desk, 1),
  forward: (desk) => go(desk, -1),
  find: (desk) => desk.host.querySelector(".find").focus(),
  show: (desk) => { desk.unblurred = !desk.unblurred; draw(desk); },
};
const KEYS = {
  " ": "skip", f: "flag", n: "note", Backspace: "undo", "?": "help",
  ArrowLeft: "back", ArrowRight: "forward", "/": "find", b: "show",
};

function keyed(desk, event) {
  if (!desk.host.isConnected || desk.host.closest("[hidden]")) return;
  const origin = event.composedPath()[0];
  if (origin.closest?.(".note")) {
    if (event.key === "Escape") saveNote(desk, false);
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) saveNote(desk, true);
    else return;
  } else if (origin.classList?.contains("find")) {
    if (event.key === "Escape") { origin.value = ""; sift(desk); origin.blur(); }
    else if (event.key === "Enter") choose(desk, origin);
    else return;
  } else {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || typing(origin)) return;
    if (document.querySelector("[role=dialog]")) return;
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const chosen = desk.data.classes.find(({ keys }) => keys.includes(key))
      ?? (event.shiftKey ? null : desk.data.classes.find(({ keys }) => keys.includes(digit)));
    if (chosen) answer(desk, "label", chosen.name);
    else if (KEYS[key] && !steers(origin, key)) ACTIONS[KEYS[key]](desk);
    else if (event.key === "Escape") desk.host.querySelector(".help").hidden = true;
    else return;
  }
  event.preventDefault();
  event.stopPropagation(); // Streamlit has keys of its own, such as r
}

function typing(origin) {
  // A closed box to choose from keeps the focus after the choice.
  if (origin.role === "combobox" && origin.ariaExpanded === "false") return false;
  const pressed = ["checkbox", "radio", "range", "button"].includes(origin.type);
  const writes = ["INPUT", "TEXTAREA", "SELECT"].includes(origin.tagName) && !pressed;
  return origin.isContentEditable || writes;
}

function steers(origin, key) {
  // Who came to a control by the keyboard steers it by the keyboard.
  const control = origin.closest?.("button, a, summary, [role], [tabindex='0']");
  return key.length > 1 || key === " " ? control?.matches(":focus-visible") ?? false : false;
}

function choose(desk, box) {
  const first = [...desk.host.querySelectorAll(".classes button")].find((one) => !one.hidden);
  if (!first || !box.value) return;
  box.value = "";
  box.blur();
  answer(desk, "label", first.dataset.value);
  sift(desk);
}

function sift(desk) {
  const wanted = desk.host.querySelector(".find").value.trim().toLowerCase();
  for (const one of desk.host.querySelectorAll(".classes button")) {
    one.hidden = !one.dataset.value.toLowerCase().includes(wanted);
  }
}

function clicked(desk, event) {
  const button = event.composedPath().find((one) => one.tagName === "BUTTON");
  if (!button) return;
  if (event.detail) button.blur(); // by mouse: the keys go on working for the text
  if (button.dataset.value !== undefined) answer(desk, "label", button.dataset.value);
  else if (button.dataset.back) go(desk, Number(button.dataset.back) - desk.back);
  else if (button.dataset.note) saveNote(desk, button.dataset.note === "save");
  else ACTIONS[button.dataset.action]?.(desk);
}

function touch(desk) {
  // A swipe across the text goes through the history; buttons do the rest.
  let from = null;
  const card = desk.host.querySelector(".card");
  card.addEventListener("touchstart", (event) => { from = event.touches[0].clientX; }, { passive: true });
  card.addEventListener("touchend", (event) => {
    const way = event.changedTouches[0].clientX - from;
    if (Math.abs(way) > 80) go(desk, way > 0 ? 1 : -1);
  });
  desk.host.querySelector(".find").addEventListener("input", () => sift(desk));
}

// ---- what is seen

function paint(desk) {
  const style = getComputedStyle(desk.host);
  const colors = style.getPropertyValue("--st-chart-categorical-colors");
  if (colors !== desk.colors) {
    desk.colors = colors;
    const each = colors.split(/,(?![^(]*\))/);
    desk.tones = each.length;
    each.forEach((color, tone) => desk.host.style.setProperty(`--tone-${tone}`, color.trim()));
  }
  buttons(desk);
}

function changed(desk, part, ...now) {
  // Whether a part of the page has to be drawn again: most of it stays as it is.
  const state = JSON.stringify(now);
  if (desk.drawn[part] === state) return false;
  desk.drawn[part] = state;
  return true;
}

function buttons(desk) {
  const { classes } = desk.data;
  const wanted = JSON.stringify(classes);
  if (wanted === desk.buttons) return;
  desk.buttons = wanted;
  const made = classes.map(({ name, keys, tone }) => {
    const button = make("button", "answer");
    button.type = "button";
    button.dataset.value = button.title = name; // a narrow button cuts long names
    button.style.setProperty("--tone", `var(--tone-${tone % desk.tones})`);
    button.append(make("span", "name", name), ...keys.map((key) => make("kbd", "", key)));
    return button;
  });
  const list = desk.host.querySelector(".classes");
  list.replaceChildren(...made);
  list.classList.toggle("many", classes.length > 4);
  desk.host.querySelector(".find").hidden = classes.length <= 10;
  desk.host.querySelector(".help .answers").replaceChildren(
    ...classes.filter(({ keys }) => keys.length).map(({ name, keys }) => {
      const line = make("li", "");
      line.append(...keys.map((key) => make("kbd", "", key)), new Text(` ${name}`));
      return line;
    }),
  );
}

function draw(desk) {
  const item = current(desk);
  const { host, data } = desk;
  const past = looked(desk);
  const hidden = data.blur && !desk.unblurred && Boolean(item);
  const open = Boolean(past) || data.suggest;
  const flagged = desk.flags.has(item?.row);
  const note = desk.notes.get(item?.row);
  const seen = [id(item), item?.suggestion, item?.sure, item?.about, past?.value, desk.back];
  const of = [data.blur, hidden, open, data.nothing, flagged, note, desk.buttons, desk.trail.length];
  if (changed(desk, "card", seen, of)) card(desk, item, past, hidden, open);
  trail(desk);
  status(desk);
  figures(desk);
}

function card(desk, item, past, hidden, open) {
  const { host, data } = desk;
  host.classList.toggle("empty", !item);
  host.classList.toggle("past", Boolean(past));
  host.querySelector(".nothing").hidden = Boolean(item);
  host.querySelector(".nothing").textContent = data.nothing;
  const text = host.querySelector(".text");
  text.classList.toggle("blurred", hidden);
  text.setAttribute("aria-hidden", String(hidden));
  host.querySelector("[data-action=show]").hidden = !data.blur || !item;
  host.querySelector("[data-action=show] .name").textContent = hidden ? "Show the text" : "Blur it";
  text.replaceChildren(...(item ? marked(item, open) : []));
  place(desk, item, past);
  opinion(desk, item, open);
  for (const one of host.querySelectorAll(".classes button")) {
    one.disabled = !item;
    one.classList.toggle("given", past?.value === one.dataset.value);
    one.classList.toggle("suggested", data.suggest && !past && item?.suggestion === one.dataset.value);
  }
  host.querySelector("[data-action=undo]").disabled = !desk.trail.length;
  host.querySelector("[data-action=back]").disabled = desk.back >= desk.trail.length;
  host.querySelector("[data-action=forward]").disabled = !desk.back;
  host.querySelector("[data-action=flag]").setAttribute("aria-pressed", String(desk.flags.has(item?.row)));
  for (const action of ["skip", "flag", "note"]) host.querySelector(`[data-action=${action}]`).disabled = !item;
}

function marked(item, open) {
  if (!open || !item.words?.length) return [new Text(item.text)];
  const text = Array.from(item.text); // the server counts characters, not halves of pairs
  const found = [];
  let end = 0;
  for (const [from, to] of item.words) {
    found.push(new Text(text.slice(end, from).join("")), make("mark", "", text.slice(from, to).join("")));
    end = to;
  }
  return [...found, new Text(text.slice(end).join(""))];
}

function place(desk, item, past) {
  const line = desk.host.querySelector(".place");
  const parts = [];
  if (item) parts.push(past ? `${desk.back} back` : item.about, `row ${item.row.toLocaleString("en")}`);
  if (item?.given) parts.push(`labelled ${item.given} in the file`);
  line.replaceChildren(new Text(parts.filter(Boolean).join(" · ")));
  if (desk.flags.has(item?.row)) line.append(make("span", "badge", "flagged"));
  const note = desk.notes.get(item?.row);
  if (note) line.append(make("span", "badge", `note: ${note}`));
}

function opinion(desk, item, open) {
  const line = desk.host.querySelector(".opinion");
  const known = open && item?.suggestion != null;
  line.hidden = !known;
  if (!known) return;
  line.textContent = `The model says ${item.suggestion} (${item.sure.toFixed(2)})`;
}

function trail(desk) {
  const list = desk.host.querySelector(".trail ol");
  const recent = desk.trail.slice(-SHOWN).reverse();
  const unsent = new Set(desk.pending.map(({ press }) => press));
  const now = recent.map(({ press, value }) => [press, value, unsent.has(press)]);
  if (!changed(desk, "trail", now, desk.back, desk.data.blur, desk.buttons)) return;
  const known = new Map([...list.children].map((line) => [line.dataset.press, line]));
  const lines = recent.map((entry) => known.get(entry.press) ?? answered(desk, entry));
  // Lines that stay are moved at most: most presses add one and drop one.
  for (const line of [...list.children]) if (!lines.includes(line)) line.remove();
  lines.forEach((line, i) => {
    if (list.children[i] !== line) list.insertBefore(line, list.children[i] ?? null);
    const button = line.firstElementChild;
    button.dataset.back = String(i + 1);
    button.setAttribute("aria-current", String(desk.back === i + 1));
    button.querySelector(".words").classList.toggle("blurred", desk.data.blur);
    const state = unsent.has(line.dataset.press) ? "sending" : "";
    const place = button.querySelector(".state");
    if (place.textContent !== state) place.textContent = state;
  });
  desk.host.querySelector(".trail").hidden = !recent.length;
}

function answered(desk, entry) {
  const button = make("button", "entry");
  button.type = "button";
  const badge = make("span", "badge", entry.action === "skip" ? "skipped" : entry.value);
  const tone = desk.data.classes.find(({ name }) => name === entry.value)?.tone;
  if (tone !== undefined) badge.style.setProperty("--tone", `var(--tone-${tone % desk.tones})`);
  button.append(badge, make("span", "words", entry.item.text), make("span", "state", ""));
  const line = make("li", "");
  line.dataset.press = entry.press;
  line.append(button);
  return line;
}

function status(desk) {
  const late = desk.pending.length && desk.waiting && Date.now() - desk.waiting > RETRY_MS;
  const line = desk.host.querySelector(".status");
  const parts = [...new Set(desk.faults)].slice(-2);
  if (desk.fault && desk.pending.length) parts.push(desk.fault);
  if (late || (desk.fault && desk.pending.length)) {
    const many = desk.pending.length === 1 ? "1 answer is" : `${desk.pending.length} answers are`;
    parts.unshift(`${many} not stored yet; kept in this browser and sent again.`);
  }
  const said = parts.join(" ");
  if (line.textContent !== said) line.textContent = said;
  line.hidden = !parts.length;
  desk.host.dataset.pending = String(desk.pending.length);
}

function figures(desk) {
  const { totals, goal, positive } = desk.data;
  const rate = speed(desk);
  const done = desk.done;
  const left = Math.max(goal - done, 0);
  set(desk, "rate", rate ? Math.round(rate).toLocaleString("en") : "–");
  set(desk, "streak", desk.streak.toLocaleString("en"));
  set(desk, "positives", positive === null ? "" : `${desk.positives.toLocaleString("en")}`);
  desk.host.querySelector(".figure.positives").hidden = positive === null;
  set(desk, "goal", `${done.toLocaleString("en")} of ${goal.toLocaleString("en")}`);
  set(desk, "time", !left ? "reached" : rate ? `${spoken((left / rate) * 60)} left` : "");
  set(desk, "total", `${totals.labelled.toLocaleString("en")} labelled in all, ${totals.own.toLocaleString("en")} by you`);
  const bar = desk.host.querySelector("progress");
  bar.max = goal;
  bar.value = Math.min(done, goal);
}

function speed(desk) {
  // Labels an hour over the last hundred, without pauses.
  const times = desk.times.slice(-100);
  let worked = 0;
  for (let i = 1; i < times.length; i++) worked += Math.min(times[i] - times[i - 1], PAUSE_MS);
  return times.length > 4 && worked ? ((times.length - 1) * 3_600_000) / worked : 0;
}

function spoken(minutes) {
  if (minutes < 1) return "under 1 min";
  return minutes < 90 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}

function set(desk, name, text) {
  const place = desk.host.querySelector(`[data-figure=${name}]`);
  if (place.textContent !== text) place.textContent = text;
}

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}
