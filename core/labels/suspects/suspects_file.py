"""What was found in a data set's labels, as a file in cache."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.artifacts import new_artifact
from core.data.dataset import Dataset
from core.encoders.encoders import EMBEDDED
from core.errors import BadInput
from core.evaluation.baselines.word_features import Basis
from core.evaluation.intervals import Estimate
from core.labels.suspects.retraining import Retraining
from core.model.text_vectors import encoder_key
from core.records import parse_json
from core.workspace import Workspace

_FACTS = b"suspects"


class Features(str, Enum):
    """What the classifiers that doubt labels look at.

    BOTH asks one about sentence vectors and one about words, and takes the mean of their answers:
    that found most wrong labels, see tests/benchmarks/suspects.py.
    """

    BOTH = "both"
    WORDS = "words"


@dataclass(frozen=True)
class Suspects:
    """What was found in a data set.

    Attributes:
        table: See `suspect_table`; label and suggestion are class ids of the data set.
        judged: Labelled rows that were looked at.
        not_judged: Labelled rows of classes with too few different texts.
        retraining: What leaving out the suspects does that are not decided yet.
        decided: Number of the last decision that `retraining` knows; 0 for none.
        basis: What of the texts could be counted.
    """

    table: pd.DataFrame
    judged: int
    not_judged: int
    retraining: Retraining
    decided: int
    basis: Basis = Basis.WORDS


def suspects_path(
    workspace: Workspace, dataset: Dataset, features: Features, encoder: str = EMBEDDED
) -> Path:
    """Where the suspects of a data set are, once they have been looked for."""
    return workspace.suspects(suspects_key(dataset, features, encoder))


def suspects_key(dataset: Dataset, features: Features, encoder: str) -> str:
    """Names what is looked for: the content, the features and, if it is asked, the encoder."""
    suffix = f"-{encoder_key(encoder)}" if features is Features.BOTH else ""
    return f"{dataset.fingerprint}-{features.value}{suffix}"


def read_suspects(path: Path) -> Suspects:
    """The suspects that were found.

    Raises:
        BadInput: the file cannot be read.
    """
    try:
        table = pq.read_table(path)
        facts = parse_json(table.schema.metadata[_FACTS])
        told = facts.pop("retraining")
        differences = {name: Estimate(**each) for name, each in told.pop("differences").items()}
        return Suspects(
            table=table.to_pandas(),
            basis=Basis(facts.pop("basis", Basis.WORDS)),
            retraining=Retraining(**told, differences=differences),
            **facts,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            "the suspects that were found", f"a damaged file ({error})", "look for them again"
        ) from error


def write_suspects(workspace: Workspace, path: Path, found: Suspects) -> None:
    """Keep what was found, in one step.

    Raises:
        DiskError: the disk is full or closed to this user.
    """
    facts = {
        "judged": found.judged,
        "not_judged": found.not_judged,
        "retraining": asdict(found.retraining),
        "decided": found.decided,
        "basis": found.basis,
    }
    written = pa.Table.from_pandas(found.table, preserve_index=False)
    written = written.replace_schema_metadata({_FACTS: json.dumps(facts).encode()})
    with new_artifact(workspace, path, "the suspects") as made:
        pq.write_table(written, made)
