"""The frame around all pages: navigation, and a data set to look at from the first minute."""

import sys
from pathlib import Path

ROOT = str(Path(__file__).parents[1])
if ROOT not in sys.path:  # `streamlit run` puts only this folder on the path.
    sys.path.insert(0, ROOT)

import streamlit as st

from dashboard import address, startup, state
from dashboard.ui.failure import errors_shown

# Each page's folder, which is its address too, and its icon; the first is the start page. The
# folders are not in one called `pages`: Streamlit would take it for its own kind of pages, and
# answer the first address that is opened after a start with "Page not found".
PAGES = (
    ("overview", "dashboard"),
    ("explore", "search"),
    ("label", "keyboard"),
    ("train", "model_training"),
    ("runs", "show_chart"),
    ("evaluate", "rule"),
    ("score", "bolt"),
)
# The page takes the focus at a click on it, so that keys scroll it: no control to be framed.
STYLE = "<style>[data-testid='stMain']:focus-visible { outline: none; box-shadow: none }</style>"
ICON = Path(__file__).parent / "static" / "icon.svg"


def _page(folder: str, icon: str) -> st.Page:
    return st.Page(
        Path(__file__).parent / "app_pages" / folder / "page.py",
        title=folder.capitalize(),
        icon=f":material/{icon}:",
        url_path=folder,
        default=folder == PAGES[0][0],
    )


st.set_page_config(page_title="Sincerely", page_icon=str(ICON), layout="wide")
st.html(STYLE)
page = st.navigation([_page(*names) for names in PAGES], position="top")
state.keep_choices()
with errors_shown(stop=True):
    startup.ensure_sample(state.workspace())
    startup.drop_forgotten_uploads(state.workspace())
address.follow(page.url_path)
with errors_shown():
    page.run()
address.write(page.url_path)
# At the end, for it takes a line's height.
st.html(f"<script>{address.SCRIPT}</script>", unsafe_allow_javascript=True)
