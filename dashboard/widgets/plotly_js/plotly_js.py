"""The plotly.js that the plotly wheel carries, for charts that change in place.

A chart that stands on it imports `plotly_js.js`, hands `plotly_address()` to its `loadPlotly`, and
registers with `isolate_styles=False`: plotly.js puts its style sheet into the page's head, out of
a shadow root's reach.
"""

from importlib.metadata import version
from importlib.resources import files

from streamlit.components.v1 import declare_component

_FOLDER = str(files("plotly") / "package_data")
_FILE = f"plotly.min.js?v={version('plotly')}"  # a new wheel is a new address


def plotly_address() -> str:
    """Let Streamlit serve the wheel's plotly.js, and say where, relative to the page.

    Done on every call: the server and each AppTest keep their own register, and before Streamlit
    1.67 a component stays in the one of its first import.
    """
    # Nothing mounts this component; declaring it is the public way to serve a package's files.
    served = declare_component("plotly", path=_FOLDER)
    return f"component/{served.name}/{_FILE}"
