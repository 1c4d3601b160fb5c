import importlib
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
MODULES = sorted(
    path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith(("test_", "_"))
)


@pytest.mark.parametrize("name", MODULES)
def test_every_benchmark_can_be_begun(name: str) -> None:
    """Names of the product change; benchmarks are run seldom, and would be the last to know."""
    importlib.import_module(f"tests.benchmarks.{name}")
