"""Choose one of the scored files."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.scoring.scoring_job import Scoring
from dashboard import address, choices, state
from dashboard.ui.option_names import moment, option_names
from dashboard.ui.pickers import id_picker
from dashboard.ui.plain_text import plain

_KEY = "score_scoring"
_MOST = 300


def scoring_picker(scorings: Sequence[Scoring]) -> Scoring | None:
    """A select box where there are several; returns the chosen one.

    None if there is none, or where the one that was chosen is gone, which is said.
    """
    newest = scorings[0].id if scorings else ""
    wanted = choices.chosen(state.SCORING) or newest
    offered = [one for place, one in enumerate(scorings) if place < _MOST or one.id == wanted]
    by_id = {one.id: one for one in offered}
    names = option_names(
        {one.id: f"{one.file_name} · {one.run_name} · {moment(one.created)}" for one in offered},
        lambda scoring_id: by_id[scoring_id].created[17:19] + " s",
    )
    if len(scorings) > 1 or (scorings and wanted not in by_id):
        id_picker("Scored files", names, wanted, _KEY, on_choice=state.choose_scoring)
    if len(scorings) > _MOST:
        st.caption(
            f"The newest {_MOST} of {len(scorings):,}. Older ones open by their address, which"
            " ends in `?scoring=` and the name of their folder."
        )
    if wanted not in by_id:
        if wanted:
            gone = f"The scored file {wanted} is not here: it was deleted, or never was."
            st.warning(plain(gone), icon=":material/link_off:")
        return None
    state.choose_scoring(wanted)  # What is scored later does not take its place.
    address.say(address.SCORING, wanted)
    return by_id[wanted]
