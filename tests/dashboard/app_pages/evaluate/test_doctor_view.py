import pytest

from core.evaluation.doctor.doctor import Finding, Severity
from core.jobs.status import JobState, JobStatus
from core.runs.metrics import STEP, VALIDATION, MetricsLog, MetricsReader
from core.workspace import Workspace
from dashboard.app_pages.evaluate.doctor_view import doctor_view
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import said, sentences


def measured(workspace: Workspace, *kinds: str):
    path = workspace.root / "metrics.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with MetricsLog(path) as log:
        for number, kind in enumerate(kinds):
            log.append(kind, step=number, loss=0.5)
    return MetricsReader(path).read()


@pytest.mark.parametrize(
    ("kinds", "state", "words"),
    [
        ((STEP, VALIDATION), JobState.RUNNING, "Nothing to worry about."),
        ((STEP, VALIDATION), JobState.FINISHED, "Nothing to worry about."),
        ((STEP,), JobState.RUNNING, "Too early to say: it needs a validation or two."),
        ((STEP,), JobState.QUEUED, "Too early to say: it needs a validation or two."),
        ((STEP,), JobState.DIED, "Nothing to examine: it ended before its first validation."),
        ((STEP,), JobState.STOPPED, "Nothing to examine: it ended before its first validation."),
    ],
)
def test_without_a_finding_it_says_why(
    draw: Draw, workspace: Workspace, kinds: tuple[str, ...], state: JobState, words: str
) -> None:
    app = draw(doctor_view, [], JobStatus(state), measured(workspace, *kinds))

    assert said(app, "Doctor")
    assert said(app, words)


def test_before_the_first_step_it_is_silent(draw: Draw, workspace: Workspace) -> None:
    app = draw(doctor_view, [], JobStatus(JobState.RUNNING), measured(workspace))

    assert sentences(app) == []


def test_findings_are_listed_in_their_order_as_plain_text(draw: Draw, workspace: Workspace) -> None:
    findings = [
        Finding("leak", Severity.PROBLEM, "5 rows are in *two* parts.", "Draw another split."),
        Finding("rate", Severity.WARNING, "The rate is $1e-2$.", "Use less."),
        Finding("few", Severity.NOTE, "Only 5 rows are '`b`'.", "Label more."),
    ]

    app = draw(doctor_view, findings, JobStatus(JobState.RUNNING), measured(workspace))

    lines = [unescaped(each.value) for each in app.markdown][1:]
    assert [line.split("**")[1] for line in lines] == ["Problem.", "Warning.", "Note."]
    assert ["error" in lines[0], "warning" in lines[1], "info" in lines[2]] == [True] * 3
    assert "5 rows are in *two* parts. :gray[Draw another split.]" in lines[0]
    assert not any("*two*" in each.value or "$1e-2$" in each.value for each in app.markdown)


def test_with_a_finding_it_does_not_say_that_all_is_well(draw: Draw, workspace: Workspace) -> None:
    finding = Finding("few", Severity.NOTE, "Only 5 rows.", "Label more.")

    app = draw(
        doctor_view, [finding], JobStatus(JobState.FINISHED), measured(workspace, STEP, VALIDATION)
    )

    assert not said(app, "Nothing to worry about.")
