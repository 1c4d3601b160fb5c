"""Reads the imports of every module and holds them against the design's module table."""

import ast
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from core.jobs.registry import JobKind, find_job

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


LIGHT = STREAMLIT | TENSORFLOW
"""What light packages never import: a page may use them."""
EXPORTED = "core.scoring.export.exported_example"
"""Goes out with an exported model, to be run where nothing of ours is: it loads TensorFlow."""
TABLE = (
    Row(("core.errors",), LIGHT | DATA_LIBRARIES),
    Row(("core.files",), LIGHT | DATA_LIBRARIES),
    Row(("core.kept_reads",), LIGHT | DATA_LIBRARIES),
    Row(("core.paths",), LIGHT | DATA_LIBRARIES),
    Row(("core.workspace",), LIGHT | DATA_LIBRARIES),
    Row(("core.artifacts",), LIGHT | DATA_LIBRARIES),
    Row(("core.records",), LIGHT | DATA_LIBRARIES),
    Row(("core.locks",), LIGHT | DATA_LIBRARIES),
    Row(("core.jobs",), LIGHT | DATA_LIBRARIES),
    Row(("core.data",), LIGHT),
    Row(("core.encoders",), LIGHT),
    Row(("core.runs",), LIGHT | PROCESSES),
    Row(("core.model",), STREAMLIT | PLOTLY),
    Row(("core.explore",), LIGHT | PLOTLY),
    Row(("core.evaluation",), LIGHT),
    Row(("core.labels",), LIGHT),
    Row(("core.training",), STREAMLIT),
    Row(("core.scoring",), LIGHT),
    Row(("core.explain",), LIGHT),
    Row(("core.serving",), LIGHT),
    Row(("core.maintenance",), LIGHT),
    Row(("core.cli", "core.__main__"), LIGHT),
    Row(("dashboard.state",), TENSORFLOW | PLOTLY),
    Row(("dashboard.choices",), TENSORFLOW | PLOTLY),
    Row(("dashboard.address",), TENSORFLOW | PLOTLY),
    Row(("dashboard.charts",), TENSORFLOW | STREAMLIT),
    Row(("dashboard.cache",), TENSORFLOW | PLOTLY),
    Row(("dashboard.reads",), TENSORFLOW | PLOTLY),
    Row(("dashboard.widgets",), TENSORFLOW),
    Row(("dashboard.ui",), TENSORFLOW),
    Row(("dashboard.app_pages",), TENSORFLOW),
    Row(("dashboard.startup",), TENSORFLOW | PLOTLY),
    Row(("dashboard.app",), TENSORFLOW),
    Row(("dashboard.same_site",), TENSORFLOW),
    Row(("dashboard.server",), TENSORFLOW),
)
SIBLINGS = frozenset({"dashboard.state", "dashboard.reads", "dashboard.charts"})

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
        banned = next((b for b in _never(module, row) if within(name, b)), None)
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


def _never(module: str, row: int) -> frozenset[str]:
    return TABLE[row].never - TENSORFLOW if module == EXPORTED else TABLE[row].never


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


PAGES = [m for m in modules("dashboard.app_pages") if m.endswith(".page")]


def packages_themselves() -> set[str]:
    return {m for m, path in MODULES.items() if path.name == "__init__.py"}


def test_imports_follow_the_table() -> None:
    for module in sorted(set(MODULES) - packages_themselves()):
        assert violations(module, MODULES[module].read_text("utf-8")) == []


def test_packages_import_nothing_themselves() -> None:
    for package in sorted(packages_themselves()):
        assert list(imports(MODULES[package].read_text("utf-8"), package)) == [], package


@pytest.mark.parametrize(
    ("module", "source", "said"),
    [
        ("core.errors", "import core.workspace", "from a row below it"),
        ("core.errors", "from core import workspace", "from a row below it"),
        ("core.workspace", "import numpy as np", "never imports numpy"),
        ("core.jobs.new", "import pandas", "never imports pandas"),
        ("core.jobs.new", "from core.data.dataset import Dataset", "from a row below it"),
        ("core.jobs.new", "if x:\n    import streamlit as st", "never imports streamlit"),
        ("core.jobs.new", "import importlib\nimportlib.import_module('core.cli')", "below it"),
        ("core.jobs.new", "if TYPE_CHECKING:\n    from core.cli import parser", "below it"),
        ("core.data.new", "import tensorflow as tf", "never imports tensorflow"),
        ("core.data.new", "from core.runs.run import Run", "from a row below it"),
        ("core.data.text.new", "from ...labels import counts", "from a row below it"),
        ("core.encoders.new", "def f():\n    import keras", "never imports keras"),
        ("core.runs.new", "import subprocess", "never imports subprocess"),
        ("core.runs.new", "class A:\n    def f(self):\n        import psutil", "imports psutil"),
        ("core.model.new", "import core.training.trainer", "from a row below it"),
        ("core.explore.new", "import plotly.graph_objects", "never imports plotly"),
        ("core.evaluation.new", "from tensorflow_text import ops", "imports tensorflow_text"),
        ("core.evaluation.new", "from core.labels.counts import f", "from a row below it"),
        ("core.labels.new", "from core.training.launch import f", "from a row below it"),
        ("core.training.new", "from core.scoring import scorer", "from a row below it"),
        ("core.scoring.new", "from core.serving.client import f", "from a row below it"),
        ("core.serving.new", "import streamlit as st", "never imports streamlit"),
        ("core.scoring.new", "def f():\n    import tensorflow", "never imports tensorflow"),
        ("core.explain.new", "import keras", "never imports keras"),
        ("core.labels.suspects.suspects_job", "def f():\n    import keras", "never imports keras"),
        ("core.serving.new", "import core.maintenance.deletion", "from a row below it"),
        ("core.maintenance.new", "from core.cli import parser", "from a row below it"),
        ("core.cli.new", "import streamlit as st", "never imports streamlit"),
        ("core.cli.new", "import dashboard.state", "from a row below it"),
        ("core.cli.new", "__import__('dashboard.app')", "from a row below it"),
        ("dashboard.charts.new", "import streamlit as st", "never imports streamlit"),
        ("dashboard.charts.new", "import dashboard.state", "stands beside it"),
        ("dashboard.widgets.new", "from dashboard.ui import empty", "from a row below it"),
        ("dashboard.ui.new", "from dashboard.app_pages.score import page", "from a row below it"),
        ("dashboard.app_pages.new", "def f():\n    import keras_hub", "never imports keras_hub"),
        ("dashboard.app_pages.new", "import dashboard.app", "from a row below it"),
        ("core.newcomer", "import json", "core.newcomer is not in the table"),
        ("core.jobs.new", "import core.newcomer", "which is not in the table"),
        ("core.jobs.new", "import core", "which is not in the table"),
    ],
)
def test_the_checker_catches(module: str, source: str, said: str) -> None:
    assert [said in sentence for sentence in violations(module, source)] == [True]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("core.data.new", "import numpy\nfrom core.data.dataset import Dataset"),
        ("core.data.new", "from .dataset import Dataset\nfrom ..errors import BadInput"),
        ("core.data.new", "from core.jobs.status import JobState"),
        ("core.runs.new", "from core.data import dataset"),
        ("core.model.new", "import tensorflow as tf"),
        ("core.training.new", "def f():\n    import keras"),
        (EXPORTED, "import tensorflow as tf"),
        ("core.cli.new", "from core.cli.terminal import say"),
        ("core.__main__", "from core.cli.parser import main"),
        ("dashboard.app_pages.new", "from dashboard import charts, reads, state"),
        ("dashboard.app", "import streamlit\nfrom dashboard.ui.empty import empty_state"),
    ],
)
def test_the_checker_lets_pass(module: str, source: str) -> None:
    assert violations(module, source) == []


def test_the_table_names_no_module_twice() -> None:
    members = [member for row in TABLE for member in row.members]

    assert len(set(members)) == len(members)


def test_explore_writes_nothing_to_disk_but_for_its_jobs() -> None:
    for module in set(modules("core.explore")) - {
        "core.explore.map",
        "core.explore.token_counts_job",
    }:
        tree = ast.parse(MODULES[module].read_text("utf-8"))
        calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
        # A rename of columns is of a table in memory.
        called = {n.func for n in calls if "columns" not in {k.arg for k in n.keywords}}
        names = {f.attr for f in called if isinstance(f, ast.Attribute)}
        names |= {f.id for f in called if isinstance(f, ast.Name)}
        assert not names & (DISK_WRITES | {"open"}), module


def test_nothing_a_page_imports_ever_brings_tensorflow_with_it() -> None:
    for module in modules("dashboard"):
        loaded = loaded_by(set(_imports_of(module)))
        assert not {n for n in loaded if any(within(n, t) for t in TENSORFLOW)}, module


def test_no_job_brings_tensorflow_when_it_is_looked_up() -> None:
    for kind in JobKind:
        loaded = loaded_by({type(find_job(kind)).__module__, *_registered(kind)})
        assert not {n for n in loaded if any(within(n, t) for t in TENSORFLOW)}, kind


def _registered(kind: JobKind) -> set[str]:
    """The module that the registry names for a kind: the import checker cannot see it."""
    source = MODULES["core.jobs.registry"].read_text("utf-8")
    found = re.search(rf'JobKind\.{kind.name}: "([\w.]+):', source)
    assert found, kind
    return {found[1]}


def test_the_walk_through_imports_finds_tensorflow_where_it_is() -> None:
    assert any(within(name, "tensorflow") for name in loaded_by({"core.scoring.scorer"}))


@pytest.mark.parametrize("module", ["core.serving.server", "core.data.importing.import_job"])
def test_what_is_waited_for_does_not_load_scikit_learn(module: str) -> None:
    loaded = loaded_by({module})

    assert not {name for name in loaded if within(name, "sklearn") or within(name, "scipy.stats")}


def test_a_process_with_the_whole_dashboard_in_it_has_no_tensorflow() -> None:
    scripts = {"dashboard.app", *PAGES}
    needed = set(modules("dashboard")) - scripts
    needed = needed.union(*(_imports_of(module) for module in modules("dashboard")))
    names = sorted({_module_of(name) for name in needed} & set(MODULES))

    loaded = _modules_after(f"import importlib\nfor n in {names!r}: importlib.import_module(n)")
    assert loaded >= {"core.workspace", "dashboard.charts.charts", "streamlit", "plotly"}
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

    assert "core.cli.parser" in loaded
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


def lines(module: str) -> int:
    return len(MODULES[module].read_text("utf-8").splitlines())


def test_pages_are_straight_scripts_under_60_lines() -> None:
    assert [page for page in PAGES if lines(page) >= 60] == []


@pytest.mark.parametrize("script", ["dashboard.app", *PAGES])
def test_scripts_hold_no_loose_text_which_streamlit_would_show(script: str) -> None:
    statements = ast.parse(MODULES[script].read_text("utf-8")).body[1:]
    loose = [each for each in statements if isinstance(each, ast.Expr)]

    assert not [each for each in loose if isinstance(each.value, ast.Constant)]


def test_modules_are_nouns_a_newcomer_would_guess() -> None:
    vague = re.compile("util|helper|manager|misc|common")

    assert [module for module in MODULES if vague.search(module.rpartition(".")[2])] == []


def test_modules_of_more_than_30_lines_have_a_test_file_at_their_place() -> None:
    missing = [
        module
        for module, path in MODULES.items()
        if lines(module) > 30
        and not (
            PROJECT / "tests" / path.parent.relative_to(PROJECT) / f"test_{path.name}"
        ).is_file()
    ]

    assert missing == []


def test_modules_stay_under_400_lines() -> None:
    assert [module for module in modules("core") if lines(module) >= 400] == []
