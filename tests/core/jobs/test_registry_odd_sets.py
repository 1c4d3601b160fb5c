"""Every kind of job on data sets that are hardly any: it gives a result or one sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.data.dataset import Dataset, find_dataset
from core.data.download_job import DownloadRequest
from core.data.importing.import_job import ImportRequest
from core.data.text_recipe import TextRecipe
from core.errors import SincerelyError
from core.evaluation.baselines.comparison import BaselinesRequest
from core.evaluation.baselines.learning_curve_job import LearningCurveRequest
from core.explore.map import MapRequest
from core.explore.token_counts_job import TokensRequest
from core.jobs.cancellation import StopFlag
from core.jobs.registry import JobKind, find_job
from core.jobs.status import JobState, JobStatus, read_status, write_status
from core.labels.quick_model.quick_model_job import Scope, make_quick_model
from core.labels.suspects.suspects_file import Features
from core.labels.suspects.suspects_job import SuspectsRequest
from core.runs.run import Run, create_run
from core.scoring.scoring_job import create_scoring
from core.training.encoder_job import EncoderRequest
from core.training.model_facts import ModelFactsRequest
from core.workspace import JobPaths, Workspace
from tests import toy
from tests.messages import assert_one_sentence
from tests.trained_copies import copied_run

# scikit-learn takes many classes of few rows for numbers, which it only says.
pytestmark = pytest.mark.filterwarnings("ignore:The number of unique classes")

Rows = list[tuple[str, str]]


def alternately(texts: list[str]) -> Rows:
    return [(text, "ab"[place % 2]) for place, text in enumerate(texts)]


ONE_ROW = [("alpha", "a")]
SETS: dict[str, Rows] = {
    "one row": ONE_ROW,
    "one class": [(f"text number {n}", "a") for n in range(20)],
    "no label": [(f"text number {n}", "") for n in range(20)],
    "a class of one row": [("only one", "b"), *((f"text number {n}", "a") for n in range(20))],
    "one word": alternately(["word"] * 20),
    "no shared word": alternately([chr(0x4E00 + n) for n in range(30)]),
    "hardly a text": alternately([sign * (n + 1) for n in range(15) for sign in ".!"]),
    "many classes": [(f"text {n % 7} {n}", f"class {n % 12}") for n in range(96)],
}
SLOW_SETS: dict[str, Rows] = {
    "only emoji": alternately(["😀" * (n % 4 + 1) + "😡👍🏽"[n % 3] for n in range(40)]),
    "no spaces": alternately([f"这部手机很{'好坏'[n % 2]}我买了{n}个" for n in range(60)]),
    "a thousand classes": [(f"text {n % 7} {n}", f"class {n % 1000}") for n in range(2_000)],
}
JOBS_OF_A_RUN = (JobKind.BASELINES, JobKind.LEARNING_CURVE, JobKind.SERVE, JobKind.TRAIN)


@dataclass(frozen=True)
class Asked:
    """A data set, its file, and an encoder."""

    workspace: Workspace
    file: Path
    dataset: Dataset
    encoder: str

    def run(self) -> Run:
        config = toy.recipe(Path(self.encoder), epochs=1, devices="cpu")
        return create_run(self.workspace, self.dataset, config)


def ignore(stage: str, done: int, total: int) -> None:
    """A report that nobody reads."""


def work(kind: JobKind, asked: Asked, request: object) -> None:
    find_job(kind).work(asked.workspace, request, ignore)


def whole(kind: JobKind, asked: Asked, job_id: str) -> None:
    """A job that is more than a task, from its state to its state."""
    paths: JobPaths = find_job(kind).paths(asked.workspace, job_id)
    paths.folder.mkdir(parents=True, exist_ok=True)
    write_status(paths, JobStatus(JobState.QUEUED))
    find_job(kind).run(asked.workspace, job_id, StopFlag())
    status = read_status(paths)
    assert not status.message.startswith("Unexpected"), status
    assert status.state is JobState.FINISHED or status.message.startswith("Expected"), status


def suspects(asked: Asked) -> None:
    work(JobKind.SUSPECTS, asked, SuspectsRequest(asked.dataset.id, Features.BOTH, asked.encoder))


ASK: dict[JobKind, Callable[[Asked], object]] = {
    JobKind.IMPORT: lambda a: work(JobKind.IMPORT, a, ImportRequest(str(a.file), name="again")),
    JobKind.DOWNLOAD: lambda a: work(
        JobKind.DOWNLOAD, a, DownloadRequest(f"http://127.0.0.1:9/{a.dataset.id}.csv")
    ),
    JobKind.TOKEN_COUNTS: lambda a: work(
        JobKind.TOKEN_COUNTS, a, TokensRequest(a.dataset.id, a.encoder)
    ),
    JobKind.MAP: lambda a: work(JobKind.MAP, a, MapRequest(a.dataset.id, 1_000, 0, a.encoder)),
    JobKind.ENCODER: lambda a: work(JobKind.ENCODER, a, EncoderRequest(a.encoder)),
    JobKind.MODEL_FACTS: lambda a: work(
        JobKind.MODEL_FACTS,
        a,
        ModelFactsRequest.of(toy.recipe(Path(a.encoder)), len(a.dataset.classes)),
    ),
    JobKind.SUSPECTS: suspects,
    # Not by its work, which makes this very process yield to others for good.
    JobKind.QUICK_MODEL: lambda a: make_quick_model(
        a.workspace, a.dataset, Scope(encoder=a.encoder), report=ignore
    ),
    JobKind.BASELINES: lambda a: work(JobKind.BASELINES, a, BaselinesRequest(a.run().id)),
    JobKind.LEARNING_CURVE: lambda a: work(
        JobKind.LEARNING_CURVE, a, LearningCurveRequest(a.run().id)
    ),
    JobKind.SERVE: lambda a: whole(JobKind.SERVE, a, a.run().id),
    JobKind.TRAIN: lambda a: whole(JobKind.TRAIN, a, a.run().id),
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Where the data sets are imported, each once."""
    return Workspace(tmp_path_factory.mktemp("odd") / "workspace")


@pytest.fixture
def asked(request: pytest.FixtureRequest, shared: Workspace, shallow_encoder: Path) -> Asked:
    """The data set of the name that the test is given."""
    name = request.param
    try:
        dataset = find_dataset(shared, name)
    except SincerelyError:
        dataset = toy.import_rows(shared, {**SETS, **SLOW_SETS}[name], name=name)
    return Asked(shared, shared.root / f"{name}.csv", dataset, str(shallow_encoder))


def ends_well(kind: JobKind, asked: Asked) -> None:
    try:
        ASK[kind](asked)
    except SincerelyError as error:
        assert_one_sentence(error)


def test_every_kind_is_asked() -> None:
    assert set(JobKind) - set(ASK) == {JobKind.SCORE}  # Below: it needs a model.


@pytest.mark.parametrize("asked", SETS, indirect=True)
@pytest.mark.parametrize("kind", [kind for kind in ASK if kind is not JobKind.TRAIN])
def test_a_job_gives_a_result_or_a_sentence(kind: JobKind, asked: Asked) -> None:
    ends_well(kind, asked)


@pytest.mark.slow
@pytest.mark.parametrize("asked", SLOW_SETS, indirect=True)
@pytest.mark.parametrize("kind", [kind for kind in ASK if kind is not JobKind.TRAIN])
def test_a_job_on_a_larger_set_gives_a_result_or_a_sentence(kind: JobKind, asked: Asked) -> None:
    ends_well(kind, asked)


@pytest.mark.slow
@pytest.mark.parametrize("asked", {**SETS, **SLOW_SETS}, indirect=True)
def test_a_training_gives_a_model_or_a_sentence(asked: Asked) -> None:
    ends_well(JobKind.TRAIN, asked)


@pytest.mark.slow
@pytest.mark.parametrize("asked", {**SETS, **SLOW_SETS}, indirect=True)
def test_a_scoring_gives_rows_or_a_sentence(
    asked: Asked, toy_workspace: Workspace, toy_run: Run
) -> None:
    workspace = asked.workspace
    run = copied_run(toy_workspace, toy_run, workspace, name=f"scores-{asked.dataset.id}")
    scoring = create_scoring(
        workspace, run, asked.file, file_name="a.csv", text_recipe=TextRecipe(("text",))
    )

    whole(JobKind.SCORE, asked, scoring.id)


@pytest.mark.parametrize("classes", [1_001, 30_000])
def test_more_classes_than_can_be_told_apart_are_refused_in_a_sentence(
    classes: int, tmp_path: Path, workspace: Workspace
) -> None:
    rows = [(f"text {n}", f"class {n}") for n in range(classes)]
    file = toy.write_csv(tmp_path / "many.csv", rows, ("text", "label"))
    request = ImportRequest(str(file))

    with pytest.raises(SincerelyError) as refused:
        find_job(JobKind.IMPORT).work(workspace, request, ignore)

    assert_one_sentence(refused.value)


@pytest.mark.parametrize("classes", [1, 2, 30_000])
def test_a_model_of_any_number_of_classes_has_facts_or_a_sentence(
    classes: int, workspace: Workspace, shallow_encoder: Path
) -> None:
    request = ModelFactsRequest.of(toy.recipe(shallow_encoder), classes)
    try:
        find_job(JobKind.MODEL_FACTS).work(workspace, request, ignore)
    except SincerelyError as error:
        assert_one_sentence(error)
