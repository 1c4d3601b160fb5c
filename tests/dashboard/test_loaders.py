import os
import time
from dataclasses import replace

import pytest
import streamlit as st

from core.data.dataset import list_datasets
from core.data.splits.split import SplitPlan
from core.jobs.status import JobState
from core.runs.metrics import STEP, MetricsLog
from core.workspace import Workspace
from dashboard import loaders
from tests import toy
from tests.made_runs import make_run


@pytest.fixture(autouse=True)
def fresh_caches():
    st.cache_data.clear()
    st.cache_resource.clear()


def test_the_sample_is_written_only_into_an_empty_workspace(
    workspace: Workspace, toy_workspace, toy_dataset
) -> None:
    loaders.ensure_sample(workspace)
    loaders.ensure_sample(toy_workspace)
    assert [dataset.synthetic for dataset in list_datasets(workspace)] == [True]
    assert list_datasets(toy_workspace) == [toy_dataset]


def test_forgotten_uploads_go_and_fresh_ones_stay(workspace: Workspace) -> None:
    workspace.uploads.mkdir(parents=True)
    old, new = workspace.uploads / "old", workspace.uploads / "new"
    old.write_text("x")
    new.write_text("y")
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    loaders.drop_forgotten_uploads(workspace)
    assert list(workspace.uploads.iterdir()) == [new]


def test_split_tables_agree_with_each_other(toy_workspace, toy_dataset) -> None:
    plan = SplitPlan(0.5, 0.5, 1.0, 1)
    tables = loaders.split_tables(toy_workspace, toy_dataset, plan)
    figures, words, chars = tables.figures, tables.words, tables.chars
    assert 0 <= tables.share_gap < 0.02
    assert figures["part"].tolist() == ["train", "validation", "test"]
    assert figures["rows"].sum() == toy_dataset.labelled
    assert words["count"].sum() == chars["count"].sum() == toy_dataset.labelled


def test_only_ended_runs_with_a_model_can_score(toy_workspace, toy_run) -> None:
    assert loaders.scorable_runs(toy_workspace) == [toy_run]
    table = loaders.runs_table(toy_workspace, [toy_run])
    assert table["State"].tolist() == ["finished"]


def test_a_runs_measurements_are_the_same_until_there_are_new_ones(
    workspace: Workspace,
) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(400))
    run = make_run(workspace, dataset, "made", points=30)
    first = loaders.measurements(workspace, run)
    assert loaders.measurements(workspace, run) is first
    assert first.count(STEP) == 30
    with MetricsLog(workspace.run(run.id).metrics) as log:
        log.append(STEP, step=310, loss=0.1)
    assert loaders.measurements(workspace, run).count(STEP) == 31


def test_the_doctor_is_asked_again_only_when_there_is_something_new(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(400))
    run = make_run(workspace, dataset, "made")
    status = loaders.statuses(workspace, [run])[run.id]
    first = loaders.findings(workspace, run, status)
    assert [finding.rule for finding in first] == ["few_rows"]
    assert loaders.findings(workspace, run, status) is first
    other = replace(status, state=JobState.STOPPED)
    assert loaders.findings(workspace, run, other) is not first
