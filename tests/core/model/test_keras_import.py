import subprocess
import sys

import pytest


@pytest.mark.parametrize("before", ["", "import sklearn; "])
def test_keras_comes_without_scikit_learn_which_can_be_imported_later(before: str) -> None:
    code = (
        f"{before}import sys; had = 'sklearn' in sys.modules\n"
        "from core.model.keras_import import import_keras; import_keras()\n"
        "assert 'keras' in sys.modules or had\n"
        "assert ('sklearn' in sys.modules) == had\n"
        "import sklearn.metrics, keras; assert keras.Model and sklearn.metrics.f1_score"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_a_scorer_loads_neither_scikit_learn_nor_scipys_statistics() -> None:
    code = (
        "import sys\n"
        "from core.model.keras_import import import_keras; import_keras()\n"
        "import core.scoring.server\n"
        "print([name for name in ('sklearn', 'scipy.stats', 'duckdb') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
