import subprocess
import sys


def test_a_scorer_loads_neither_scikit_learn_nor_scipys_statistics_and_can_later() -> None:
    code = (
        "import sys\n"
        "from core.model.keras_import import import_keras; import_keras()\n"
        "import core.scoring.server\n"
        "print([name for name in ('sklearn', 'scipy.stats', 'duckdb') if name in sys.modules])\n"
        "import_keras(); import sklearn.metrics; assert sklearn.metrics.f1_score"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_a_process_that_has_scikit_learn_keeps_it() -> None:
    import sklearn

    from core.model.keras_import import import_keras

    import_keras()

    assert sys.modules["sklearn"] is sklearn
