import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
def test_keras_comes_without_scikit_learn_which_can_be_imported_later() -> None:
    code = (
        "import sys\n"
        "from core.model.keras_import import import_keras; import_keras()\n"
        "print('keras' in sys.modules, 'sklearn' in sys.modules)\n"
        "import_keras(); import sklearn.metrics; assert sklearn.metrics.f1_score"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout.strip()) == (0, "True False"), done.stderr


def test_a_process_that_has_scikit_learn_keeps_it() -> None:
    import sklearn

    from core.model.keras_import import import_keras

    import_keras()

    assert sys.modules["sklearn"] is sklearn
