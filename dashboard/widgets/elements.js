// Elements of the page, for every widget. What people wrote only ever becomes text nodes.

/**
 * The element of a widget's HTML that a selector names.
 *
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {ParentNode} host
 * @param {string} selector
 * @param {{ new (): Kind }} [kind]
 * @returns {Kind}
 */
export function part(host, selector, kind) {
  const found = host.querySelector(selector);
  if (!(found instanceof (kind ?? HTMLElement))) {
    throw new Error(`Expected ${selector} in the widget's HTML, but found ${found}.`);
  }
  return /** @type {Kind} */ (found);
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/**
 * The theme's colours for classes and curves.
 *
 * @param {Element} host
 */
export function readPalette(host) {
  const colors = getComputedStyle(host).getPropertyValue("--st-chart-categorical-colors");
  return colors.split(/,(?![^(]*\))/).map((color) => color.trim()); // not inside rgb(1, 2, 3)
}

/**
 * Make the palette known to the style sheet as --tone-0 and so on; says how many there are.
 *
 * @param {HTMLElement} host
 */
export function paintTones(host) {
  const palette = readPalette(host);
  palette.forEach((color, tone) => host.style.setProperty(`--tone-${tone}`, color));
  return palette.length;
}
