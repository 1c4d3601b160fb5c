"""The frame around all pages: navigation, and a data set to look at from the first minute."""

import sys
from pathlib import Path

ROOT = str(Path(__file__).parents[1])
if ROOT not in sys.path:  # `streamlit run` puts only this folder on the path.
    sys.path.insert(0, ROOT)

import streamlit as st

from dashboard import loaders, state
from dashboard.components.failure import errors_shown

PAGES = Path(__file__).parent / "app_pages"
ICON = Path(__file__).parent / "static" / "icon.svg"

st.set_page_config(page_title="Sincerely", page_icon=str(ICON), layout="wide")
page = st.navigation(
    [
        st.Page(PAGES / "overview.py", title="Overview", icon=":material/dashboard:", default=True),
        st.Page(PAGES / "explore.py", title="Explore", icon=":material/search:"),
        st.Page(PAGES / "label.py", title="Label", icon=":material/keyboard:"),
        st.Page(PAGES / "train.py", title="Train", icon=":material/model_training:"),
        st.Page(PAGES / "runs.py", title="Runs", icon=":material/show_chart:"),
        st.Page(PAGES / "evaluate.py", title="Evaluate", icon=":material/rule:"),
        st.Page(PAGES / "score.py", title="Score", icon=":material/bolt:"),
    ],
    position="top",
)
state.keep_choices()
with errors_shown(stop=True):
    loaders.ensure_sample(state.workspace())
    loaders.complete_profiles(state.workspace())
    loaders.drop_forgotten_uploads(state.workspace())
page.run()
