// A text whose words are shaded by what they add to a score. What people wrote only ever becomes
// text nodes; Streamlit calls the default export again whenever the data or the theme changes.

const PARTS = new Intl.NumberFormat("en", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  signDisplay: "always",
});

export default function ({ data, parentElement }) {
  const host = parentElement.querySelector(".shaded");
  host.querySelector(".text").replaceChildren(...data.pieces.map((piece) => node(piece, data)));
  host.querySelector(".lowers").textContent = data.lowers;
  host.querySelector(".raises").textContent = data.raises;
}

function node({ text, part, unread }, { largest }) {
  if (part === null && !unread) return new Text(text);
  const span = document.createElement("span");
  span.textContent = text;
  if (unread) {
    span.className = "unread";
    return span;
  }
  span.className = part < 0 ? "word lowering" : "word raising";
  span.style.setProperty("--share", largest > 0 ? Math.abs(part) / largest : 0);
  span.dataset.part = PARTS.format(part);
  span.tabIndex = 0; // the number shows on focus too
  span.ariaLabel = `${text}: ${span.dataset.part}`;
  return span;
}
