import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dashboard.widgets.bundle import bundle

WIDGETS = Path(__file__).resolve().parents[3] / "dashboard" / "widgets"
ENTRIES = sorted(
    path
    for path in WIDGETS.glob("*/*.js")
    if path.stem == path.parent.name and path.stem != "plotly_js"
)


def written(folder: Path, **sources: str) -> Path:
    """Write modules; gives the last one."""
    for name, source in sources.items():
        path = folder / f"{name}.js"
        path.write_text(source, encoding="utf-8")
    return path


def test_what_is_imported_comes_first_and_once(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        base="export const ONE = 1;\n",
        left='import { ONE } from "./base.js";\nexport function left() {\n  return ONE;\n}\n',
        right='import {\n  ONE,\n} from "./base.js";\nexport class Right {}\nlet own = ONE;\n',
        entry='import { left } from "./left.js";\nimport { Right } from "./right.js";\n\n'
        "export default function () {\n  return [left(), Right];\n}\n",
    )

    assert bundle(entry) == (
        "const ONE = 1;\n\n"
        "function left() {\n  return ONE;\n}\n\n"
        "class Right {}\nlet own = ONE;\n\n\n"
        "export default function () {\n  return [left(), Right];\n}\n"
    )


def test_files_of_another_folder_may_be_imported(tmp_path: Path) -> None:
    for name in ("shared", "own"):
        (tmp_path / name).mkdir()
    written(tmp_path / "shared", shared="export async function load() {}\n")
    entry = written(
        tmp_path / "own",
        own='import { load } from "../shared/shared.js";\nexport default load;\n',
    )

    assert bundle(entry) == "async function load() {}\n\nexport default load;\n"


def test_imports_at_run_time_and_words_in_comments_stay(tmp_path: Path) -> None:
    source = (
        "// import { x } from a comment\n"
        "export default async function () {\n  await import(address);\n}\nimport(other);\n"
    )

    assert bundle(written(tmp_path, entry=source)) == source


def test_modules_that_import_each_other_are_refused(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        a='import { b } from "./b.js";\nexport const a = 1;\n',
        b='import { a } from "./a.js";\nexport const b = 1;\n',
        entry='import { a } from "./a.js";\nexport default a;\n',
    )

    with pytest.raises(ValueError, match=r"in a circle, got a\.js → b\.js → a\.js"):
        bundle(entry)


def test_a_missing_file_is_named_with_the_one_that_imports_it(tmp_path: Path) -> None:
    entry = written(tmp_path, entry='import { a } from "./gone.js";\nexport default a;\n')

    with pytest.raises(FileNotFoundError, match=r"no gone\.js in .*, which entry\.js imports"):
        bundle(entry)


def test_a_name_that_is_not_exported_is_refused(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        a="const hidden = 1;\n",
        entry='import { hidden } from "./a.js";\nexport default hidden;\n',
    )

    with pytest.raises(ValueError, match=r"entry\.js imports 'hidden', which a\.js does not"):
        bundle(entry)


@pytest.mark.parametrize(
    "declaration", ["function draw() {}", "const draw = 1;", "let draw;", "class draw {}"]
)
def test_one_name_in_two_files_is_refused(tmp_path: Path, declaration: str) -> None:
    entry = written(
        tmp_path,
        a=f"export const a = 1;\n{declaration}\n",
        entry='import { a } from "./a.js";\nexport default a;\nasync function draw() {}\n',
    )

    with pytest.raises(ValueError, match=r"got 'draw' in a\.js and entry\.js"):
        bundle(entry)


@pytest.mark.parametrize(
    "line",
    [
        'import all from "./a.js";',
        'import * as all from "./a.js";',
        'import { a as b } from "./a.js";',
        'import "./a.js";',
        'import { a } from "plotly";',
        "export { a };",
        'export * from "./a.js";',
    ],
)
def test_other_forms_of_import_and_export_are_refused(tmp_path: Path, line: str) -> None:
    entry = written(
        tmp_path, a="export const a = 1;\n", entry=f"{line}\nexport default function () {{}}\n"
    )

    with pytest.raises(ValueError, match=r"entry\.js (needs imports such as|imports 'a as b')"):
        bundle(entry)


@pytest.mark.parametrize(
    ("imported", "own"), [("", ""), ("export default 1;\n", "export default 2;\n")]
)
def test_the_default_export_is_the_entrys_alone(tmp_path: Path, imported: str, own: str) -> None:
    entry = written(
        tmp_path,
        a=f"export const a = 1;\n{imported}",
        entry=f'import {{ a }} from "./a.js";\n{own}',
    )

    with pytest.raises(ValueError, match=r"Only entry\.js may have a default export"):
        bundle(entry)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda path: path.stem)
def test_each_widgets_script_is_one_module_to_node(entry: Path, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        if os.environ.get("REQUIRE_NODE"):
            pytest.fail("Node.js is not installed, and REQUIRE_NODE is set")
        pytest.skip("Node.js is not installed (Debian: apt install nodejs npm)")
    script = tmp_path / "widget.mjs"
    script.write_text(bundle(entry), encoding="utf-8")

    checked = subprocess.run([node, "--check", script], capture_output=True, check=False, text=True)

    assert checked.stderr == ""
    assert checked.returncode == 0
