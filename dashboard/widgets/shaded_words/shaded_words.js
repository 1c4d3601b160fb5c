// A text whose words are shaded by what they add to a score. What people wrote only ever becomes
// text nodes; Streamlit calls the default export again whenever the data or the theme changes.
/** @import { Component } from "../component" */

import { make, part } from "../elements.js";

const PARTS = new Intl.NumberFormat("en", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  signDisplay: "always",
});

/** @typedef {{ text: string, part: number | null, unread: boolean }} Piece */
/** @typedef {{ pieces: Piece[], lowers: string, raises: string, largest: number }} TextData */

/** @param {Component<TextData>} component */
export default function ({ data, parentElement }) {
  const host = part(parentElement, ".shaded");
  const nodes = data.pieces.map((piece) => pieceNode(piece, data.largest));
  part(host, ".text").replaceChildren(...nodes);
  part(host, ".lowers").textContent = data.lowers;
  part(host, ".raises").textContent = data.raises;
}

/**
 * @param {Piece} piece
 * @param {number} largest
 */
function pieceNode(piece, largest) {
  if (piece.unread) return make("span", "unread", piece.text);
  if (piece.part === null) return new Text(piece.text);
  const lowers = piece.part < 0;
  const span = make("span", lowers ? "word lowering" : "word raising", piece.text);
  const share = largest > 0 ? Math.abs(piece.part) / largest : 0;
  span.style.setProperty("--share", String(share));
  span.dataset.part = PARTS.format(piece.part);
  span.tabIndex = 0; // the number shows on focus too
  span.ariaLabel = `${piece.text}: ${span.dataset.part}`;
  return span;
}
