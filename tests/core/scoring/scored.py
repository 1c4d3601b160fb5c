"""What the tests of scored files share."""

import csv
from pathlib import Path

from core.data.reading.formats import FileFormat, FileKind
from core.data.text_recipe import TextRecipe
from core.scoring.scored_file import score_file
from core.scoring.scorer import Scorer
from core.scoring.summary import FileResult

TEXT = TextRecipe(("text",))
NEW = ["score", "label", "calibrated", "error"]
CSV = FileFormat(FileKind.CSV, "utf-8")


def written(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def cells(path: Path, delimiter: str = ",", encoding: str = "utf-8") -> list[list[str]]:
    with path.open(newline="", encoding=encoding) as file:
        return list(csv.reader(file, delimiter=delimiter))


def score(scorer: Scorer, source: Path, target: Path, **settings: object) -> FileResult:
    """Score a file, with predictions kept beside the folder of the target."""
    settings.setdefault("store", target.parent.parent / "predictions.sqlite")
    return score_file(scorer, source, target, **settings)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def expected(scorer: Scorer, texts: list[str]) -> dict[str, float]:
    distinct = sorted(set(texts))
    return dict(zip(distinct, scorer.score(distinct).values.tolist(), strict=True))
