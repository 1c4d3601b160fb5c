"""What `streamlit run` serves: the app, behind what keeps other sites away from it."""

import sys
from pathlib import Path

ROOT = str(Path(__file__).parents[1])
if ROOT not in sys.path:  # `streamlit run` puts only this folder on the path.
    sys.path.insert(0, ROOT)

from starlette.middleware import Middleware
from streamlit.starlette import App

from dashboard.same_site import SameSiteOnly

app = App(Path(__file__).with_name("app.py"), middleware=[Middleware(SameSiteOnly)])
