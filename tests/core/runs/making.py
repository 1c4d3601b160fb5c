"""Runs that are made, by other processes too, and what is left where none was."""

from pathlib import Path

from core.workspace import Workspace

CREATE = """
import sys
from pathlib import Path
from core.data.dataset import list_datasets
from core.errors import SincerelyError
from core.runs.config import TrainConfig
from core.runs.run import create_run
from core.workspace import Workspace

workspace = Workspace(Path(sys.argv[1]))
name = sys.argv[2] if len(sys.argv) > 2 else None
(dataset,) = list_datasets(workspace)
print("ready", flush=True)
sys.stdin.readline()
try:
    print("made", create_run(workspace, dataset, TrainConfig(), name=name).id)
except SincerelyError as error:
    print(type(error).__name__, error)
"""


def leftovers(workspace: Workspace) -> list[Path]:
    """Whatever a refused run should not have left behind."""
    return [*workspace.runs.glob("*"), *(workspace.root / "staging").glob("*")]
