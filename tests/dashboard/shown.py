"""What a page shows, as people read it: sentences, figures, tables and what browsers are sent."""

import json
from base64 import b64decode
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from tests.dashboard.conftest import unescaped


def sentences(app: AppTest) -> list[str]:
    """All running text but messages, without its escapes."""
    return [unescaped(each.value) for each in [*app.markdown, *app.caption]]


def said(app: AppTest, words: str) -> bool:
    """Whether some text has these words."""
    return any(words in sentence for sentence in sentences(app))


def metrics(app: AppTest) -> dict[str, str]:
    """The value of each figure by its title."""
    return {unescaped(each.label): unescaped(each.value) for each in app.metric}


def deltas(app: AppTest) -> dict[str, str]:
    """What stands below each figure, by its title."""
    return {unescaped(each.label): unescaped(each.delta) for each in app.metric}


def table(app: AppTest, column: str) -> pd.DataFrame:
    """The first table that has this column."""
    return next(each.value for each in app.dataframe if column in each.value.columns)


def button(app: AppTest, start: str) -> Any:
    """The first button whose label starts so."""
    return next(each for each in app.button if unescaped(each.label).startswith(start))


def buttons(app: AppTest) -> list[str]:
    """The labels of all buttons."""
    return [unescaped(each.label) for each in app.button]


def press(app: AppTest, start: str) -> AppTest:
    """Click the button whose label starts so."""
    button(app, start).click().run()
    assert not app.exception, app.exception
    return app


def field(fields: Iterable[Any], label: str) -> Any:
    """The box, slider or choice of that name among those of its kind."""
    return next(each for each in fields if unescaped(each.label) == label)


def sent(app: AppTest) -> list[dict[str, Any]]:
    """What the browser is given to draw by components of our own."""
    return [json.loads(component.proto.json) for component in app.get("bidi_component")]


def charts(app: AppTest) -> list[dict[str, Any]]:
    """The plotly charts, as the browser gets them."""
    return [_unpacked(json.loads(chart.proto.spec)) for chart in app.get("plotly_chart")]


def _unpacked(value: Any) -> Any:
    """Plotly packs arrays of numbers as base64."""
    if isinstance(value, dict) and set(value) >= {"dtype", "bdata"}:
        return np.frombuffer(b64decode(value["bdata"]), value["dtype"]).tolist()
    if isinstance(value, dict):
        return {name: _unpacked(each) for name, each in value.items()}
    return [_unpacked(each) for each in value] if isinstance(value, list) else value


def tick(app: AppTest, key: str, *numbers: int, place: int = 0) -> AppTest:
    """Choose rows of a rows table, as the browser reports it."""
    shown = sent(app)[place]["shown"]
    app.session_state[key] = {"selection": {"rows": list(numbers), "shown": shown}}
    app.run()
    assert not app.exception, app.exception
    return app


def select(app: AppTest, key: str, *places: int) -> AppTest:
    """Choose rows of a plain table by their places."""
    selection = {"rows": list(places), "columns": [], "cells": []}
    app.session_state[key] = {"selection": selection}
    app.run()
    assert not app.exception, app.exception
    return app
