from datetime import datetime, timezone

import pytest

from core.runs.run import Run
from core.scoring.export.export import Exported, export_run
from core.workspace import Workspace

NOW = datetime(2024, 2, 29, 12, 0, tzinfo=timezone.utc)


@pytest.fixture(scope="session")
def exported(
    toy_workspace: Workspace, toy_run: Run, tmp_path_factory: pytest.TempPathFactory
) -> Exported:
    """The toy run's export: to be read, not to be written to."""
    folder = tmp_path_factory.mktemp("exports") / "toy"
    return export_run(toy_workspace, toy_run, folder, now=NOW)
