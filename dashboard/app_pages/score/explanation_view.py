"""Why a run gives a text its score: its words, a changed text, rows like it, swapped groups."""

from __future__ import annotations

from zlib import crc32

import streamlit as st

from core.explain.explanation_types import TOLERANCE, Explanation, Method
from core.runs.run import Run
from dashboard import state
from dashboard.app_pages.score import reads
from dashboard.app_pages.score.identity_probe import identity_probe
from dashboard.ui.failure import errors_shown
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain
from dashboard.ui.view_switch import view_switch
from dashboard.widgets.rows_table.rows_table import TableRow, rows_table
from dashboard.widgets.shaded_words.shaded_words import largest_part, shaded_words

_VIEWS = ("Words", "Edit and rescore", "Nearest examples", "Identity swap")
_NEIGHBOURS = 8
_METHODS = {
    "Integrated gradients": Method.INTEGRATED_GRADIENTS,
    "Leave one word out": Method.LEAVE_ONE_OUT,
}
_ABOUT_METHOD = (
    "Integrated gradients share the score out among the words, and their parts add up"
    " (Sundararajan et al. 2017). Leave one word out says what the score loses without each word."
)


def explanation_view(run: Run, texts: tuple[str, ...]) -> None:
    """Let one of the texts that were asked about be chosen and looked into."""
    card_title("Why this score", "What in the text moves it, and what the run learned from")
    with errors_shown():
        text = texts[0]
        if len(texts) > 1:
            place = st.selectbox(
                "Text",
                range(len(texts)),
                format_func=lambda place: texts[place],
                key=f"why_{_mark(run, *texts)}",
            )
            text = texts[place]
        view = view_switch(_VIEWS, f"{state.KEPT}why_view")
        if view == _VIEWS[0]:
            _words(run, text)
        elif view == _VIEWS[1]:
            _edited(run, text)
        elif view == _VIEWS[2]:
            _nearest(run, text)
        else:
            identity_probe(run, text)


def _words(run: Run, text: str) -> None:
    chosen = st.radio(
        "Method",
        list(_METHODS),
        horizontal=True,
        key=f"{state.KEPT}why_method",
        help=_ABOUT_METHOD,
    )
    (found,) = reads.explanations(state.workspace(), run, (text,), _METHODS[chosen])
    _shaded(text, found, key="why_words")
    st.caption(plain(_sum_check(found)))
    if found.read < len(text.rstrip()):
        st.caption(
            f"The run reads the first {found.read:,} of {len(text):,} characters; the rest has"
            " no part in the score."
        )


def _shaded(text: str, found: Explanation, *, key: str, largest: float | None = None) -> None:
    shaded_words(
        text,
        found.words,
        read=found.read,
        key=key,
        largest=largest,
        lowers=f"against “{found.label}”",
        raises=f"towards “{found.label}”",
    )


def _sum_check(found: Explanation) -> str:
    """What the numbers are and whether they add up, in sentences."""
    odds = f"The log-odds of “{found.label}” are {found.log_odds:+.2f}"
    if found.baseline is None or found.gap is None:
        return f"{odds}; a word's number is what they lose without it. These do not add up."
    total = sum(word.contribution for word in found.words)
    return (
        f"{odds}, those of a blank text of this length {found.baseline:+.2f}. The words add up to"
        f" {total:+.2f} of the difference of {found.log_odds - found.baseline:+.2f}:"
        f" {abs(found.gap):.3f} is missing, {_within(found.gap)}."
    )


def _within(gap: float) -> str:
    allowed = f"the {TOLERANCE:g} allowed"
    return f"within {allowed}" if abs(gap) <= TOLERANCE else f"more than {allowed}"


def _edited(run: Run, text: str) -> None:
    edited = st.text_area(
        "Change the text", value=text, height=100, key=f"why_edit_{_mark(run, text)}"
    ).strip()
    if not edited:
        st.caption("Type a text first.")
        return
    answers = reads.answers(state.workspace(), run, (text, edited)).answers
    before, after = answers
    found = reads.explanations(state.workspace(), run, (text, edited), Method.INTEGRATED_GRADIENTS)
    largest = max(largest_part(one.words) for one in found)
    change = after.score - before.score
    cells = st.columns(4)
    cells[0].metric("Score before", f"{before.score:.4f}")
    cells[1].metric("Score now", f"{after.score:.4f}")
    cells[2].metric("Difference", f"{change:+.4f}")
    same = before.label == after.label
    cells[3].metric("Label", plain(after.label if same else f"{before.label} → {after.label}"))
    sides = (("Before", text, found[0]), ("Now", edited, found[1]))
    for name, written, one in sides[: 1 if edited == text else 2]:
        st.caption(name)
        _shaded(written, one, key=f"why_edit_{name}", largest=largest)


def _nearest(run: Run, text: str) -> None:
    place = st.empty()

    def said(done: int, total: int) -> None:
        place.progress(
            done / total, text=f"Reading the rows it learned from: {done:,} of {total:,}"
        )

    with st.spinner("Looking for rows like it"):
        found = reads.neighbours(state.workspace(), run, text, _NEIGHBOURS, said)
    place.empty()
    rows = [
        TableRow(one.row, "", one.text, label=one.label, cells={"score": one.similarity})
        for one in found.found
    ]
    rows_table(
        rows, key="why_nearest", classes=run.classes, columns={"score": "Similarity (cosine)"}
    )
    whole = found.searched == found.train_rows
    st.caption(
        f"The nearest of {'all ' if whole else f'{found.searched:,} drawn at random of '}"
        f"{found.train_rows:,} rows that {plain(run.name)} learned from, by the cosine of the"
        " vectors of its own encoder."
    )


def _mark(run: Run, *texts: str) -> str:
    return f"{crc32(repr((run.id, texts)).encode('utf-8', 'replace')):08x}"
