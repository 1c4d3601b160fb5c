"""Documents name files that exist and stay as short as they promise."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "core/README.md",
    "dashboard/README.md",
    "tests/benchmarks/README.md",
)


def section(document: str, title: str) -> str:
    text = (PROJECT / document).read_text(encoding="utf-8")
    return text.partition(f"## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_relative_links_name_existing_files(document: str) -> None:
    path = PROJECT / document
    links = re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
    relative = [link for link in links if "://" not in link]
    assert [link for link in relative if not (path.parent / link).is_file()] == []


def test_the_readme_is_short() -> None:
    assert len((PROJECT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_the_glossary_is_short() -> None:
    rows = section("CONTRIBUTING.md", "Glossary").strip().splitlines()[2:]
    assert 0 < len(rows) <= 40


def test_every_path_of_where_is_exists() -> None:
    paths = re.findall(r"`([^`]+)`", section("core/README.md", "Where is …?"))
    assert len(paths) >= 25
    assert [path for path in paths if not (PROJECT / path).is_file()] == []
