"""Choose a file to score, how it is read and where the scored rows go."""

from __future__ import annotations

import hashlib
from pathlib import Path

import streamlit as st

from core.data.importing.import_report import excerpt
from core.data.importing.preview import Preview
from core.data.output.output_kind import OutputKind, kind_of
from core.data.reading.formats import FileFormat
from core.data.text_recipe import TextRecipe
from core.runs.run import Run
from core.scoring.launch import start_scoring
from core.scoring.scored_output import SCORED_KINDS
from core.scoring.scoring_job import create_scoring
from core.scoring.text_columns import likely_recipe
from dashboard import reads, state
from dashboard.ui.failure import errors_shown
from dashboard.ui.file_source import TYPES, FileSource, path_source, upload_source
from dashboard.ui.format_choice import format_choice
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain
from dashboard.ui.text_columns import column_names, text_columns
from dashboard.ui.view_switch import view_switch

_UPLOAD, _PATH = "Upload", "Path on this machine"
_DOWNLOAD, _WRITE = "Download", "Write to a path"
_FILES = "CSV, JSON, Parquet or Excel, plain or compressed"


def score_file_form(run: Run) -> None:
    """Choose a file and its text columns, and start."""
    card_title("Score a file", "The same rows in the same order, with score, label and error added")
    way = view_switch([_UPLOAD, _PATH], "score_way", label="Where the file is")
    with errors_shown():
        source = (
            upload_source("score", types=TYPES, label=_FILES)
            if way == _UPLOAD
            else path_source("score", label="Path of a file")
        )
        if source is None:
            return
        found = _format(source)
        preview = reads.file_preview(source.path, found)
        for doubt in preview.doubts:
            st.warning(plain(doubt), icon=":material/warning:")
        recipe = _text(run, source, preview)
        if recipe is None:
            return
        kind, target = _destination(source)
        waits = target is None
        if st.button(
            "Score the file",
            type="primary",
            icon=":material/bolt:",
            key="score_start",
            disabled=waits,
            help="Name the path to write first." if waits else None,
        ):
            _start(run, source, recipe, preview.format, kind, target or "")
            if way == _UPLOAD:
                state.finish_upload("score", source.path)
            st.rerun()


def _text(run: Run, source: FileSource, preview: Preview) -> TextRecipe | None:
    """Ask which columns make the texts, at first those that the run learned from."""
    likely, doubt = likely_recipe(run, preview)
    if doubt is not None:
        st.warning(plain(doubt), icon=":material/warning:")
    # Another run or header starts with its own choice.
    asked = hashlib.sha256(repr((preview.header, likely)).encode("utf-8", "replace")).hexdigest()
    key = f"score_column_{source.key}_{asked[:8]}"
    recipe = text_columns(column_names(preview.header), likely, key=key)
    if recipe is not None and recipe.is_joined and preview.rows:
        (text,) = recipe.texts(preview.header, preview.rows[:1])
        st.caption(plain(f"The first text: {excerpt(text)}"))
    return recipe


def _format(source: FileSource) -> FileFormat:
    with st.expander("How the file is read"):
        return format_choice(source)


def _destination(source: FileSource) -> tuple[OutputKind, str | None]:
    """How the scored rows are written, and the path of a file: empty for a download, None while
    it is not named."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        place = st.segmented_control(
            "Scored rows",
            [_DOWNLOAD, _WRITE],
            default=_DOWNLOAD,
            required=True,
            key=f"{state.KEPT}score_place",
        )
    if place == _DOWNLOAD:
        kind = right.selectbox(
            "Written as",
            list(SCORED_KINDS),
            format_func=lambda kind: kind.label,
            key=f"{state.KEPT}score_kind",
        )
        return kind, ""
    target = right.text_input(
        "Path to write",
        key=f"score_target_{source.key}",
        placeholder="/home/me/scored.csv",
        help="On the machine that runs Sincerely; CSV or Parquet by its ending.",
    ).strip()
    return kind_of(Path(target), SCORED_KINDS), target or None


def _start(
    run: Run,
    source: FileSource,
    recipe: TextRecipe,
    found: FileFormat,
    kind: OutputKind,
    target: str,
) -> None:
    workspace = state.workspace()
    scoring = create_scoring(
        workspace,
        run,
        source.path,
        file_name=source.name,
        text_recipe=recipe,
        format=found,
        output=kind,
        target=target,
    )
    start_scoring(workspace, scoring.id)
    state.choose_scoring(scoring.id)
