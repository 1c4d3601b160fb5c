"""What one browser session has chosen: ids only, never tables or models."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.errors import disk_errors
from core.labels.assign.queues import Queue
from core.runs.run import Run
from core.scoring.scoring_job import Scoring
from core.workspace import Workspace, checked_id

DATASET = "chosen_dataset"
RUN = "chosen_run"
RUNS = "chosen_runs"
SCORING = "chosen_scoring"
_UPLOADS_DONE = "uploads_done"
_FILE = "file"
_TOKEN = "token"
_PRESS = "press"
_DOUBLE_CLICK_S = 5.0
"""Long, because the second press is heard only when the first has done its work."""
_WATCHED = "watched_tasks"
_REPORT = "import_report"
_FILTER = "row_filter"
_FILTER_FORM = "row_filter_form"
PAGE = "rows_page"
_NEXT_ROWS = "next_rows"
VIEW = "view"
ROWS_VIEW = "Rows"
EVALUATION = "evaluation_view"
MISTAKES_VIEW = "Mistakes"
_CELL = "mistakes_cell"
_SLICE = "mistakes_slice"
_LEAVES = "leaves_view"
KEPT = "kept_"
"""Prefix of the keys whose widgets keep their values across pages."""
_FILTER_KEY = re.compile(rf"{KEPT}filter_[^_]*_(\d+)_")
LABEL_QUEUE = f"{KEPT}label_queue"
LABEL_VIEW = f"{KEPT}label_view"
LABEL_VIEWS = ("Label", "Progress", "Quality", "Guideline", "Import and export")


def workspace() -> Workspace:
    """The workspace of this server."""
    return Workspace.from_environment()


def chosen_dataset(datasets: Sequence[Dataset]) -> Dataset:
    """The data set chosen in this session, else the newest."""
    by_id = {dataset.id: dataset for dataset in datasets}
    return by_id.get(st.session_state.get(DATASET, ""), datasets[-1])


def choose_dataset(dataset_id: str) -> None:
    """Choose a data set for this session; a search in another says nothing about it."""
    if st.session_state.get(DATASET, dataset_id) != dataset_id:
        set_row_filter(RowFilter())
    st.session_state[DATASET] = dataset_id


def chosen_run(runs: Sequence[Run]) -> Run | None:
    """The run chosen in this session, else the first of `runs`."""
    by_id = {run.id: run for run in runs}
    return by_id.get(st.session_state.get(RUN, ""), runs[0] if runs else None)


def choose_run(run_id: str) -> None:
    """Choose a run for this session."""
    st.session_state[RUN] = run_id


def chosen_runs(runs: Sequence[Run]) -> list[Run]:
    """The runs chosen to be seen or compared; at first the one chosen elsewhere or the newest."""
    if RUNS not in st.session_state:
        one = chosen_run(runs)
        return [one] if one else []
    wanted = set(st.session_state[RUNS])
    return [run for run in runs if run.id in wanted]


def choose_runs(run_ids: Sequence[str]) -> None:
    """Choose runs to see or compare; one alone is chosen for the other pages too."""
    st.session_state[RUNS] = list(run_ids)
    if len(run_ids) == 1:
        choose_run(run_ids[0])


def chosen_scoring(scorings: Sequence[Scoring]) -> Scoring | None:
    """The scoring chosen in this session, else the newest."""
    by_id = {scoring.id: scoring for scoring in scorings}
    return by_id.get(st.session_state.get(SCORING, ""), scorings[0] if scorings else None)


def choose_scoring(scoring_id: str) -> None:
    """Choose a scored file for this session."""
    st.session_state[SCORING] = scoring_id


def notice(text: str) -> None:
    """Say something after the rerun that follows."""
    st.session_state["notice"] = text


def take_notice() -> str | None:
    """What `notice` was told, once."""
    text: str | None = st.session_state.pop("notice", None)
    return text


def upload_path(upload: UploadedFile) -> Path:
    """A file on disk with an upload's content, written whole on first use.

    Raises:
        DiskError: the disk is full or closed to this user.
    """
    path = workspace().uploads / checked_id(upload.file_id)
    if not path.exists():
        with disk_errors("the upload"), workspace().staging() as folder:
            (folder / path.name).write_bytes(upload.getbuffer())
            path.parent.mkdir(parents=True, exist_ok=True)
            (folder / path.name).replace(path)
    return path


def uploads_done(key: str) -> int:
    """How many uploads of a form have been used up in this session."""
    count: int = st.session_state.get(f"{key}_{_UPLOADS_DONE}", 0)
    return count


def finish_upload(key: str, path: Path) -> None:
    """Forget an upload that has been used: its file goes, and its form starts empty."""
    path.unlink(missing_ok=True)
    st.session_state[f"{key}_{_UPLOADS_DONE}"] = uploads_done(key) + 1


def keep_choices() -> None:
    """Keep the values of forms across pages: Streamlit forgets widgets that are not drawn.

    Those of earlier filters go, or each search of a session would stay for as long as it lasts.
    """
    for key, value in list(st.session_state.items()):
        found = _FILTER_KEY.match(str(key))
        if found and int(found[1]) != filter_form():
            del st.session_state[key]
        elif str(key).startswith(KEPT):
            st.session_state[key] = value


def row_filter() -> RowFilter:
    """Which rows Explore shows in this session."""
    found: RowFilter = st.session_state.get(_FILTER, RowFilter())
    return found


def set_row_filter(row_filter: RowFilter) -> None:
    """Show other rows; the form starts afresh from them."""
    st.session_state[_FILTER] = row_filter
    st.session_state[_FILTER_FORM] = filter_form() + 1
    st.session_state.pop(PAGE, None)


def keep_row_filter(row_filter: RowFilter) -> None:
    """Remember what the form says; other rows begin at their first page."""
    if row_filter != st.session_state.get(_FILTER):
        st.session_state[_FILTER] = row_filter
        st.session_state.pop(PAGE, None)


def filter_form() -> int:
    """How often the filter was set from outside its form; part of the form's keys."""
    count: int = st.session_state.get(_FILTER_FORM, 0)
    return count


def show_rows(row_filter: RowFilter) -> None:
    """Turn Explore to the rows of a filter; for callbacks, which run before the page."""
    set_row_filter(row_filter)
    st.session_state[VIEW] = ROWS_VIEW


def show_rows_next(row_filter: RowFilter) -> None:
    """`show_rows` from within a page: its own widgets are drawn, so it waits for the next run."""
    st.session_state[_NEXT_ROWS] = row_filter


def take_next_rows() -> None:
    """Do what `show_rows_next` asked for; called before the page's widgets."""
    if _NEXT_ROWS in st.session_state:
        show_rows(st.session_state.pop(_NEXT_ROWS))


def label_selection() -> None:
    """Let the Label page ask about the rows that Explore shows."""
    choose_queue(Queue.SELECTION)


def open_label(dataset_id: str) -> None:
    """Let the Label page open on a data set."""
    choose_dataset(dataset_id)
    choose_queue(Queue.MIXED)


def choose_queue(queue: Queue) -> None:
    """Choose what the Label page asks about."""
    st.session_state[LABEL_QUEUE] = queue
    st.session_state[LABEL_VIEW] = LABEL_VIEWS[0]


def pick_file(key: str, path: Path, name: str, *, upload: bool) -> None:
    """Remember the file that a form is about; `upload` if it goes when it has been used."""
    st.session_state[f"{key}_{_FILE}"] = (str(path), name, upload)


def picked_file(key: str) -> tuple[Path, str, bool] | None:
    """The path, name and origin that `pick_file` was told."""
    path, name, upload = st.session_state.get(f"{key}_{_FILE}", ("", "", False))
    return (Path(path), name, upload) if path else None


def drop_file(key: str) -> None:
    """Forget the picked file: the form starts empty, and under another token."""
    for name in (_FILE, _TOKEN):
        st.session_state.pop(f"{key}_{name}", None)
    st.session_state[f"{key}_{_UPLOADS_DONE}"] = uploads_done(key) + 1


def form_token(key: str) -> str:
    """Names one filling-in of a form, so that a double click starts its work once."""
    token: str = st.session_state.setdefault(f"{key}_{_TOKEN}", uuid.uuid4().hex)
    return token


def press_token(key: str, *, now: float | None = None) -> str:
    """Names a press of a button; the second of a double click has the name of the first.

    Args:
        key: Of the button.
        now: Seconds that only go forward; None asks the clock.
    """
    now = time.monotonic() if now is None else now
    token, pressed = st.session_state.get(f"{key}_{_PRESS}", ("", float("-inf")))
    if now - pressed >= _DOUBLE_CLICK_S:
        token = uuid.uuid4().hex
    st.session_state[f"{key}_{_PRESS}"] = (token, now)
    return token


def watch(task_id: str, *, started: bool = False) -> None:
    """This session wants to know how a task ends; `started` if it has asked for it itself."""
    known: dict[str, bool] = st.session_state.get(_WATCHED, {})
    st.session_state[_WATCHED] = known | {task_id: started or known.get(task_id, False)}


def watched(task_id: str) -> bool:
    """Whether this session still wants to know."""
    return task_id in st.session_state.get(_WATCHED, {})


def started(task_id: str) -> bool:
    """Whether this session has asked for the task."""
    return bool(st.session_state.get(_WATCHED, {}).get(task_id))


def unwatch(task_id: str) -> None:
    """This session has seen how a task ended."""
    known: dict[str, bool] = st.session_state.get(_WATCHED, {})
    st.session_state[_WATCHED] = {task: own for task, own in known.items() if task != task_id}


def forget_kept(part: str) -> None:
    """Forget the kept widget values with `part` in their keys."""
    for key in list(st.session_state):
        if str(key).startswith(KEPT) and part in str(key):
            del st.session_state[key]


def show_report(dataset_id: str) -> None:
    """Open a data set's import report, which is closed otherwise."""
    st.session_state[_REPORT] = dataset_id


def report_shown(dataset_id: str) -> bool:
    """Whether `show_report` was told to open this one last."""
    return bool(st.session_state.get(_REPORT) == dataset_id)


def evaluation_view(views: Sequence[str]) -> str:
    """The view of Evaluate that is chosen, the first where none of these is."""
    if st.session_state.get(EVALUATION) not in views:
        st.session_state[EVALUATION] = views[0]
    view: str = st.session_state[EVALUATION]
    return view


def show_mistakes(label: int, predicted_label: int) -> None:
    """Turn Evaluate to the rows of one class with one predicted label; for callbacks."""
    st.session_state[EVALUATION] = MISTAKES_VIEW
    st.session_state[_CELL] = (label, predicted_label)
    st.session_state[_SLICE] = ""
    st.session_state[_LEAVES] = True


def mistakes_cell() -> tuple[int, int] | None:
    """The class and predicted label that `show_mistakes` was told last."""
    cell: tuple[int, int] | None = st.session_state.get(_CELL)
    return cell


def choose_cell(label: int, predicted_label: int) -> None:
    """Look at the rows of another class or predicted label; -1 is any."""
    st.session_state[_CELL] = (label, predicted_label)


def show_slice(name: str) -> None:
    """Turn Evaluate to the mistakes in a slice; for callbacks."""
    st.session_state[EVALUATION] = MISTAKES_VIEW
    st.session_state[_CELL] = None
    choose_slice(name)


def choose_slice(name: str) -> None:
    """Look at the rows of a slice only; "" is all rows."""
    st.session_state[_SLICE] = name


def chosen_slice() -> str:
    """The slice that was chosen last."""
    name: str = st.session_state.get(_SLICE, "")
    return name


def leaves_view() -> bool:
    """Whether a click inside a fragment asked for another view, once."""
    return bool(st.session_state.pop(_LEAVES, False))
