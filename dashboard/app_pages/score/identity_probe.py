"""Put other groups of people in a text's place, and see where the score jumps."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.explain.explanation_types import SwapSample
from core.explain.identity_swap import (
    DEFAULT_GROUPS,
    Group,
    ScoredSwap,
    pair_summaries,
    parse_groups,
    shown_groups,
)
from core.runs.run import Run
from dashboard import state
from dashboard.app_pages.score import reads
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain

_SAMPLE_ROWS = 200
_SHOWN_TEXTS = 100
_GROUPS = f"{state.KEPT}identity_groups"
_PROBED = "identity_probed"


def identity_probe(run: Run, text: str) -> None:
    """A text's terms exchanged, and the same for rows of the run's test part."""
    groups = _chosen_groups()
    _of_text(run, text, groups)
    card_title(
        "The same for the run's test rows",
        f"Up to {_SAMPLE_ROWS} rows that mention a term, drawn at random; validation rows where"
        " there is no test part",
    )
    if st.button("Probe the test rows", icon=":material/swap_horiz:", key="identity_start"):
        st.session_state[_PROBED] = (run.id, groups)
    if st.session_state.get(_PROBED) == (run.id, groups):
        _of_sample(run, groups)


def _chosen_groups() -> tuple[Group, ...]:
    with st.expander("Terms that are exchanged"):
        st.session_state.setdefault(_GROUPS, shown_groups(DEFAULT_GROUPS))
        typed = st.text_area(
            "Groups",
            key=_GROUPS,
            height=240,
            help="One group a line, its terms separated by commas. Each term of a text is exchanged"
            " for each other one of its group, as a whole word.",
        )
        st.button(
            "Usual terms",
            icon=":material/restart_alt:",
            key="identity_reset",
            on_click=lambda: st.session_state.update({_GROUPS: shown_groups(DEFAULT_GROUPS)}),
        )
    return parse_groups(typed)


def _of_text(run: Run, text: str, groups: tuple[Group, ...]) -> None:
    found = reads.swaps(state.workspace(), run, text, groups)
    if not found:
        st.caption("No term of the list is in this text, so there is nothing to exchange.")
        return
    _table(found, with_original=False)
    most = max(abs(swap.change) for swap in found)
    flips = sum(swap.flips for swap in found)
    st.caption(
        f"The score is {found[0].before:.4f} as it stands and moves by up to {most:.4f}."
        f" Exchanges that change the label: {flips:,} of {len(found):,}."
    )


def _of_sample(run: Run, groups: tuple[Group, ...]) -> None:
    place = st.empty()

    def said(done: int, total: int) -> None:
        place.progress(done / total, text=f"{done:,} of up to {total:,} rows")

    with st.spinner("Exchanging terms in the run's rows"):
        found = reads.sampled_swaps(state.workspace(), run, groups, _SAMPLE_ROWS, said)
    place.empty()
    st.caption(_described(found))
    if not found.swaps:
        return
    pairs = [
        {
            "Pair": f"{pair.first} / {pair.second}",
            "Texts": pair.texts,
            "Mean change": pair.mean,
            "Largest change": pair.largest,
            "Lean": pair.lean,
            "Labels that change": pair.flips,
        }
        for pair in pair_summaries(found.swaps)
    ]
    number = st.column_config.NumberColumn
    st.dataframe(
        pd.DataFrame(pairs),
        hide_index=True,
        key="identity_pairs",
        column_config={
            "Mean change": number(format="%.4f", help="Of the score, without its sign."),
            "Largest change": number(format="%.4f"),
            "Lean": number(
                format="%+.4f", help="The mean score with the second term less that with the first."
            ),
        },
    )
    worst = sorted(found.swaps, key=lambda swap: (not swap.flips, -abs(swap.change)))
    card_title("Where it jumps", f"Changed labels first, at most {_SHOWN_TEXTS} texts")
    _table(worst[:_SHOWN_TEXTS], with_original=True)


def _table(swaps: Sequence[ScoredSwap], *, with_original: bool) -> None:
    rows = [
        {
            **({"Question": swap.original} if with_original else {}),
            "Exchanged": f"{swap.old} ↔ {swap.new}",
            **({} if with_original else {"Becomes": swap.swapped}),
            "Before": swap.before,
            "After": swap.after,
            "Change": swap.change,
            "Label": _arrow(swap),
        }
        for swap in swaps
    ]
    number = st.column_config.NumberColumn
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key="identity_texts" if with_original else "identity_text",
        column_config={
            "Before": number(format="%.4f"),
            "After": number(format="%.4f"),
            "Change": number(format="%+.4f"),
        },
    )


def _arrow(swap: ScoredSwap) -> str:
    if swap.flips:
        return f"{swap.label_before} → {swap.label_after}"
    return swap.label_after


def _described(found: SwapSample) -> str:
    """How many rows were tried, and what came of it."""
    looked = f"{found.looked:,} of the {found.rows:,} {found.part} rows were looked through"
    flips = sum(swap.flips for swap in found.swaps)
    return plain(
        f"{looked}; {found.tried:,} of them mention a term. Of {len(found.swaps):,} exchanges,"
        f" {flips:,} change the label."
    )
