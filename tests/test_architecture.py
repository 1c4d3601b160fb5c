"""Reads the imports of every module and holds them against the design's module table."""

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = ("core", "dashboard")
TENSORFLOW = frozenset(
    "tensorflow tensorflow_text tensorflow_hub keras keras_hub tf_keras".split()  # noqa: SIM905
)
DATA_LIBRARIES = frozenset(
    {"numpy", "pandas", "pyarrow", "duckdb", "sklearn", "scipy", "sqlalchemy"}
)
PROCESSES = frozenset({"subprocess", "multiprocessing", "psutil", "signal"})
STREAMLIT = frozenset({"streamlit"})
PLOTLY = frozenset({"plotly"})
DISK_WRITES = frozenset(
    "mkdir write_text write_bytes write_table to_csv to_parquet to_json unlink rename".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Row:
    """One row of the table: modules or packages, and the libraries they never import.

    The modules of one package may import each other; the members of one row may not.
    """

    members: tuple[str, ...]
    never: frozenset[str]


TABLE = (
    Row(("core.errors",), STREAMLIT | TENSORFLOW | DATA_LIBRARIES),
    Row(("core.files",), STREAMLIT | TENSORFLOW | DATA_LIBRARIES),
    Row(("core.workspace",), STREAMLIT | TENSORFLOW | DATA_LIBRARIES),
    Row(("core.datasets",), STREAMLIT | TENSORFLOW),
    Row(("core.statistics",), STREAMLIT | TENSORFLOW | PLOTLY),
    Row(("core.runs",), STREAMLIT | TENSORFLOW | PROCESSES),
    Row(("core.model",), STREAMLIT | {"core.runs"}),
    Row(("core.evaluation",), STREAMLIT | TENSORFLOW),
    Row(("core.labels",), STREAMLIT | TENSORFLOW),
    Row(("core.jobs",), STREAMLIT),
    Row(("core.scoring",), STREAMLIT | {"core.jobs", "core.labels"}),
    Row(("core.commands",), STREAMLIT),
    Row(("core.cli", "core.__main__"), STREAMLIT),
    Row(("dashboard.state", "dashboard.typed_texts"), TENSORFLOW | PLOTLY),
    Row(
        (
            "dashboard.loaders",
            "dashboard.evaluation_loaders",
            "dashboard.file_loaders",
            "dashboard.explanation_loaders",
            "dashboard.queue_loaders",
            "dashboard.label_loaders",
            "dashboard.scoring_loaders",
        ),
        TENSORFLOW | PLOTLY,
    ),
    Row(("dashboard.charts", "dashboard.evaluation_charts"), TENSORFLOW | STREAMLIT),
    Row(("dashboard.components",), TENSORFLOW),
    Row(("dashboard.app_pages",), TENSORFLOW),
    Row(("dashboard.app",), TENSORFLOW),
)
SIBLINGS = frozenset({"dashboard.state", "dashboard.loaders", "dashboard.charts"})

MODULES = {
    ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in sorted((PROJECT / package).rglob("*.py"))
}


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def row_of(name: str) -> int | None:
    """Position in the table of what a module, or a name in it, belongs to."""
    rows = [i for i, row in enumerate(TABLE) if any(within(name, m) for m in row.members)]
    return rows[0] if rows else None


def imports(source: str, module: str, *, at_load_only: bool = False) -> Iterator[str]:
    """Dotted names that a module's source imports, also inside functions and by name.

    With `at_load_only`, those that importing the module imports.
    """
    package = module if MODULES.get(module, Path()).name == "__init__.py" else None
    package = package or module.rpartition(".")[0]
    for node in _nodes(ast.parse(source), at_load_only):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            origin = importlib.util.resolve_name(origin, package) if node.level else origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            if called in ("import_module", "__import__"):
                yield str(node.args[0].value)


def _nodes(tree: ast.AST, at_load_only: bool) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        types_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        if not (at_load_only and (function or types_only)):
            yield node
            yield from _nodes(node, at_load_only)


def violations(module: str, source: str) -> list[str]:
    """What a module's source imports against the table, in words."""
    row = row_of(module)
    if row is None:
        return [f"{module} is not in the table"]
    found = []
    for name in sorted(set(imports(source, module))):
        banned = next((b for b in TABLE[row].never if within(name, b)), None)
        theirs = row_of(name)
        if banned:
            found.append(f"{module} never imports {banned}, but imports {name}")
        elif not any(within(name, package) for package in PACKAGES):
            continue
        elif theirs is None:
            found.append(f"{module} imports {name}, which is not in the table")
        elif {TABLE[row].members[0], TABLE[theirs].members[0]} <= SIBLINGS and theirs != row:
            found.append(f"{module} imports {name}, which stands beside it")
        elif theirs > row:
            found.append(f"{module} imports {name} from a row below it")
    return found


def loaded_by(names: set[str]) -> set[str]:
    """Everything that comes into the process when these names are imported."""
    loaded: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        loaded.add(name)
        waiting |= _imports_of(_module_of(name), at_load_only=True) - loaded
    return loaded


def _module_of(name: str) -> str:
    return name if name in MODULES else name.rpartition(".")[0]


@cache
def _imports_of(module: str, *, at_load_only: bool = False) -> frozenset[str]:
    if module not in MODULES:
        return frozenset()
    source = MODULES[module].read_text("utf-8")
    return frozenset(imports(source, module, at_load_only=at_load_only))


def modules(package: str) -> list[str]:
    return [module for module in MODULES if within(module, package)]


def packages_themselves() -> set[str]:
    return {m for m, path in MODULES.items() if path.name == "__init__.py"}


@pytest.mark.parametrize("module", sorted(set(MODULES) - packages_themselves()))
def test_imports_follow_the_table(module: str) -> None:
    assert violations(module, MODULES[module].read_text("utf-8")) == []


@pytest.mark.parametrize("package", sorted(packages_themselves()))
def test_packages_import_nothing_themselves(package: str) -> None:
    assert list(imports(MODULES[package].read_text("utf-8"), package)) == []


@pytest.mark.parametrize(
    ("module", "source", "said"),
    [
        ("core.errors", "import core.workspace", "from a row below it"),
        ("core.errors", "from core import workspace", "from a row below it"),
        ("core.workspace", "import numpy as np", "never imports numpy"),
        ("core.datasets.new", "import tensorflow as tf", "never imports tensorflow"),
        ("core.datasets.new", "from core.runs.run import Run", "from a row below it"),
        ("core.datasets.new", "from ..jobs import launcher", "from a row below it"),
        ("core.statistics.new", "import plotly.graph_objects", "never imports plotly"),
        ("core.labels.new", "def f():\n    import keras", "never imports keras"),
        ("core.runs.new", "import subprocess", "never imports subprocess"),
        ("core.runs.new", "class A:\n    def f(self):\n        import psutil", "imports psutil"),
        ("core.model.new", "from core.runs.run import Run", "never imports core.runs"),
        ("core.model.new", "import core.jobs.launcher", "from a row below it"),
        ("core.evaluation.new", "from tensorflow_text import ops", "imports tensorflow_text"),
        ("core.jobs.new", "if x:\n    import streamlit as st", "never imports streamlit"),
        ("core.jobs.new", "from core.scoring import scorer", "from a row below it"),
        ("core.scoring.new", "from core.jobs.process import f", "never imports core.jobs"),
        ("core.scoring.new", "from core.labels.store import f", "never imports core.labels"),
        ("core.commands.new", "import streamlit as st", "never imports streamlit"),
        ("core.commands.new", "from core.cli import main", "from a row below it"),
        ("core.jobs.new", "from core.commands import data", "from a row below it"),
        ("core.cli", "from streamlit import runtime", "never imports streamlit"),
        ("core.cli", "import dashboard.state", "from a row below it"),
        ("core.cli", "__import__('dashboard.app')", "from a row below it"),
        ("core.jobs.new", "import importlib\nimportlib.import_module('core.cli')", "below it"),
        ("dashboard.state", "from dashboard import loaders", "stands beside it"),
        ("dashboard.charts", "import dashboard.state", "stands beside it"),
        ("dashboard.charts", "import streamlit as st", "never imports streamlit"),
        ("dashboard.loaders", "import plotly", "never imports plotly"),
        ("dashboard.components.new", "def f():\n    import keras_hub", "never imports keras_hub"),
        ("dashboard.components.new", "from dashboard.app_pages import x", "from a row below it"),
        ("dashboard.app_pages.new", "import dashboard.app", "from a row below it"),
        ("core.newcomer", "import json", "core.newcomer is not in the table"),
        ("core.jobs.new", "import core.newcomer", "which is not in the table"),
        ("core.jobs.new", "import core", "which is not in the table"),
        ("core.jobs.new", "if TYPE_CHECKING:\n    from core.cli import main", "below it"),
    ],
)
def test_the_checker_catches(module: str, source: str, said: str) -> None:
    assert [said in sentence for sentence in violations(module, source)] == [True]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("core.datasets.new", "import numpy\nfrom core.datasets.dataset import Dataset"),
        ("core.datasets.new", "from .dataset import Dataset\nfrom ..errors import BadInput"),
        ("core.runs.new", "from core.datasets import dataset"),
        ("core.model.new", "import tensorflow as tf"),
        ("core.commands.new", "from core.commands.terminal import say"),
        ("core.cli", "from core.commands import data"),
        ("core.__main__", "from core.cli import main"),
        ("dashboard.components.new", "from dashboard import charts, loaders, state"),
        ("dashboard.app", "import streamlit\nfrom dashboard.components.empty import empty_state"),
    ],
)
def test_the_checker_lets_pass(module: str, source: str) -> None:
    assert violations(module, source) == []


def test_the_table_names_no_module_twice() -> None:
    members = [member for row in TABLE for member in row.members]

    assert len(set(members)) == len(members)


def test_statistics_writes_nothing_to_disk() -> None:
    for module in modules("core.statistics"):
        tree = ast.parse(MODULES[module].read_text("utf-8"))
        calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
        # A rename of columns is of a table in memory.
        called = {n.func for n in calls if "columns" not in {k.arg for k in n.keywords}}
        names = {f.attr for f in called if isinstance(f, ast.Attribute)}
        names |= {f.id for f in called if isinstance(f, ast.Name)}
        assert not names & (DISK_WRITES | {"open"}), module


@pytest.mark.parametrize("module", modules("dashboard"))
def test_nothing_a_page_imports_ever_brings_tensorflow_with_it(module: str) -> None:
    loaded = loaded_by(set(_imports_of(module)))

    assert not {n for n in loaded if any(within(n, t) for t in TENSORFLOW)}


def test_the_walk_through_imports_finds_tensorflow_where_it_is() -> None:
    assert any(within(name, "tensorflow") for name in loaded_by({"core.scoring.scorer"}))


@pytest.mark.parametrize("module", ["core.scoring.server", "core.jobs.task_worker"])
def test_what_is_waited_for_does_not_load_scikit_learn(module: str) -> None:
    loaded = loaded_by({module})

    assert not {name for name in loaded if within(name, "sklearn") or within(name, "scipy.stats")}


def test_a_process_with_the_whole_dashboard_in_it_has_no_tensorflow() -> None:
    scripts = {"dashboard.app", *modules("dashboard.app_pages")}
    needed = set(modules("dashboard")) - scripts
    needed = needed.union(*(_imports_of(module) for module in modules("dashboard")))
    names = sorted({_module_of(name) for name in needed} & set(MODULES))

    loaded = _modules_after(f"import importlib\nfor n in {names!r}: importlib.import_module(n)")
    assert loaded >= {"core.workspace", "dashboard.charts", "streamlit", "plotly"}
    assert not loaded & TENSORFLOW


@pytest.mark.parametrize("arguments", [["datasets"], ["runs", "--json"], ["tasks"]])
def test_a_light_subcommand_does_not_load_tensorflow(arguments: list[str], tmp_path: Path) -> None:
    loaded = _modules_after(
        "import os, runpy, sys\n"
        f"os.environ['SINCERELY_WORKSPACE'] = {str(tmp_path)!r}\n"
        f"sys.argv = ['core', *{arguments!r}]\n"
        "try: runpy.run_module('core', run_name='__main__')\n"
        "except SystemExit as end: assert not end.code, end.code\n"
    )

    assert "core.cli" in loaded
    assert not loaded & (TENSORFLOW | STREAMLIT)


def _modules_after(script: str) -> set[str]:
    """Names of the modules in a new Python process after it has run a script."""
    script += "\nimport sys\nprint('\\n' + ' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("page", modules("dashboard.app_pages"))
def test_pages_are_straight_scripts_under_60_lines(page: str) -> None:
    source = MODULES[page].read_text("utf-8")

    assert len(source.splitlines()) < 60


@pytest.mark.parametrize("module", sorted(MODULES))
def test_modules_are_nouns_a_newcomer_would_guess(module: str) -> None:
    for word in ("util", "helper", "manager", "misc", "common"):
        assert word not in module.rpartition(".")[2]


@pytest.mark.parametrize("module", modules("core"))
def test_modules_stay_under_400_lines_but_for_lists_of_words(module: str) -> None:
    source = MODULES[module].read_text("utf-8")
    if module in ("core.datasets.sample_words", "core.datasets.sample_templates"):
        assert not any(isinstance(n, ast.FunctionDef) for n in ast.walk(ast.parse(source)))
    else:
        assert len(source.splitlines()) < 400
