"""Server time of the Explore page: `data.py` runs this in a process of its own, as JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import psutil
from streamlit.testing.v1 import AppTest

from core.data.filters.row_filter import RowFilter

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"
TURNS = 3
TOUR: list[tuple[str, dict[str, Any]]] = [
    ("Rows", {}),
    ("Rows", {"row_filter": RowFilter(text="women")}),
    ("Rows", {"row_filter": RowFilter(text="women", labels=("1",))}),
    ("Rows", {"row_filter": RowFilter(shortest=30)}),
    ("Labels", {}),
    ("Labels", {"labels_log": False}),
    ("Lengths", {}),
    ("Lengths", {"unit": "Characters"}),
    ("Lengths", {"unit": "Words", "compare": "By label"}),
    ("Lengths", {"lengths_log": False}),
    ("Words", {}),
    ("Words", {"words_size": "Pairs"}),
    ("Health", {}),
    ("Split", {}),
    ("Split", {"split_log": False}),
    ("Map", {}),
]


def main(dataset_id: str) -> None:
    """Tour the views; print seconds of each first view and of each later rerun, and memory."""
    app = AppTest.from_file(str(APP), default_timeout=120).run()
    app.session_state["chosen_dataset"] = dataset_id
    app.switch_page("app_pages/explore/page.py").run()
    times: list[list[float]] = []
    for _ in range(TURNS):
        turn = []
        for view, choices in TOUR:
            app.session_state["view"] = view
            for name, value in choices.items():
                app.session_state[name] = value
            start = time.perf_counter()
            app.run()
            turn.append(time.perf_counter() - start)
            if app.exception:
                raise RuntimeError(f"{view}: {app.exception[0].message}")
        times.append(turn)
    later = [seconds for turn in times[1:] for seconds in turn]
    memory = psutil.Process().memory_info().rss / 1e6
    print(json.dumps({"first views": times[0], "reruns": later, "rss_mb": memory}))


if __name__ == "__main__":
    main(sys.argv[1])
