"""What was typed and answered in this session, and a way to label what looks wrong."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.runs.run import Run
from dashboard.app_pages.score import typed_texts
from dashboard.ui.header import card_title
from dashboard.ui.send_to_label import send_to_label


def typed_history(run: Run) -> None:
    """A table of all that was typed, the newest first; ticked rows can be sent to Label.

    Args:
        run: Its classes are those to choose from on Label.
    """
    card_title("This session", "What was typed and answered, the newest first")
    typed = typed_texts.typed_so_far()[::-1]
    if not typed:
        st.caption("Nothing yet.")
        if typed_texts.can_restore_typed():
            st.button(
                "Bring it back",
                icon=":material/undo:",
                key="typed_restore",
                on_click=typed_texts.restore_typed,
            )
        return
    chosen = st.dataframe(
        _table(typed),
        hide_index=True,
        height=min(38 + 35 * len(typed), 320),
        key=f"typed_table_{len(typed)}_{typed[0].at}",
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "Text": st.column_config.TextColumn(width="large"),
            "Score": st.column_config.NumberColumn(format="%.4f"),
            "Calibrated": st.column_config.NumberColumn(format="%.4f"),
            "Time (ms)": st.column_config.NumberColumn(format="%.0f"),
        },
    )
    places = chosen.selection.rows
    texts = list(dict.fromkeys(typed[place].text for place in places if place < len(typed)))
    with st.container(horizontal=True):
        send_to_label(
            run.classes,
            lambda: [(str(number), text) for number, text in enumerate(texts, 1)],
            title=f"Label {len(texts):,} ticked" if texts else "Tick rows to label them",
            name="Typed texts",
            source="typed on Score",
            key="typed_label",
            disabled=not texts,
        )
        st.button(
            "Clear",
            icon=":material/delete_sweep:",
            key="typed_clear",
            on_click=typed_texts.clear_typed,
        )


def _table(typed: tuple[typed_texts.Typed, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "At": [one.at for one in typed],
            "Text": [one.text for one in typed],
            "Run": [one.run_name for one in typed],
            "Score": [one.score for one in typed],
            "Calibrated": [one.calibrated for one in typed],
            "Label": [one.label for one in typed],
            "Time (ms)": [one.milliseconds for one in typed],
        }
    )
