from importlib.metadata import version
from importlib.resources import files

from dashboard.widgets.plotly_js.plotly_js import plotly_address
from tests.dashboard.conftest import Draw


def test_the_address_is_relative_and_new_with_a_new_wheel(draw: Draw) -> None:
    address = draw(plotly_address).session_state["drawn"]

    assert address.startswith("component/")
    assert address.endswith(f"/plotly.min.js?v={version('plotly')}")


def test_the_wheel_carries_the_file(draw: Draw) -> None:
    name = draw(plotly_address).session_state["drawn"].rpartition("/")[2].partition("?")[0]

    assert (files("plotly") / "package_data" / name).is_file()


def test_it_can_be_asked_for_on_every_run(draw: Draw) -> None:
    assert len(set(draw(lambda: [plotly_address() for _ in range(3)]).session_state["drawn"])) == 1
