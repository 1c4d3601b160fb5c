"""What people write about a run: one free text beside it."""

from __future__ import annotations

from core.errors import BadInput, NotFound, disk_errors
from core.files import read_text, write_atomically
from core.runs.run import Run
from core.workspace import Workspace

MAX_NOTE_CHARS = 10_000


def read_notes(workspace: Workspace, run: Run) -> str:
    """The run's notes; empty if there are none, or something else stands in their place."""
    try:
        # A damaged byte costs a character, not the page.
        return read_text(workspace.run(run.id).notes, "replace")
    except (OSError, ValueError):
        return ""


def write_notes(workspace: Workspace, run: Run, text: str) -> None:
    """Replace the run's notes; an empty text removes them.

    Raises:
        BadInput: the text is too long, or holds half a character.
        NotFound: the run has been deleted.
        DiskError: the disk is full or closed to this user; the old notes stay.
    """
    text = text.strip()
    if len(text) > MAX_NOTE_CHARS:
        raise BadInput(
            f"notes of at most {MAX_NOTE_CHARS:,} characters", f"{len(text):,}", "shorten them"
        )
    if not text.isascii() and text != text.encode("utf-8", "ignore").decode("utf-8"):
        raise BadInput("notes in whole characters", "half a character", "write it anew")
    paths = workspace.run(run.id)
    if not paths.description.exists():
        raise NotFound("the run", f"that {run.name!r} has been deleted", "choose another run")
    with disk_errors("the notes"):
        if text:
            write_atomically(paths.notes, text)
        else:
            paths.notes.unlink(missing_ok=True)
