"""What no list has because its record is damaged: said, and deleted on request."""

from __future__ import annotations

import streamlit as st

from core.maintenance.damage import record_damage, unreadable
from core.maintenance.deletion import delete_unreadable
from core.records import Unreadable
from dashboard import state
from dashboard.ui.failure import attempt
from dashboard.ui.plain_text import plain

_MOST = 10


def damaged_list() -> None:
    """A line for each damaged data set, run, scored file and task; nothing where there is none."""
    damaged = unreadable(state.workspace())
    for found in damaged[:_MOST]:
        kind, identifier = found.folder.parts[-2:]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.error(plain(str(record_damage(found).error())), icon=":material/error:")
            with st.popover("Delete", icon=":material/delete:"):
                st.markdown("This removes its folder with everything in it.")
                st.button(
                    "Delete for good",
                    type="primary",
                    key=f"damaged_{kind}_{identifier}",
                    on_click=attempt,
                    args=[lambda found=found: _delete(found)],
                )
    if len(damaged) > _MOST:
        more = f"{len(damaged) - _MOST:,} more records are missing or damaged"
        st.error(f"{more}; `python -m core check` lists them all.", icon=":material/error:")


def _delete(found: Unreadable) -> None:
    delete_unreadable(state.workspace(), found)
    state.notice(f"Deleted {found.folder.name}.")
