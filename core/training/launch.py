"""Start and resume trainings, each in a worker process of its own."""

from __future__ import annotations

from core.data.dataset import Dataset
from core.data.labelled import LabelSource
from core.encoders.encoders import check_fits, find_encoder
from core.errors import disk_errors
from core.jobs.devices import check_devices
from core.jobs.launcher import queue_again, start_job
from core.jobs.registry import JobKind
from core.labels.label_set import label_set
from core.labels.store.store import open_labels
from core.locks import held
from core.runs.config import TrainConfig
from core.runs.run import Run, changing_runs, create_run, find_run, list_runs
from core.workspace import Workspace

_PATIENCE_S = 60.0


def start_training(
    workspace: Workspace,
    dataset: Dataset,
    config: TrainConfig,
    *,
    name: str | None = None,
    request: str = "",
) -> Run:
    """Create a run and start its worker, which goes on without this process.

    Args:
        workspace: Where the run goes.
        dataset: What it is drawn from.
        config: Its settings.
        name: Its name; None makes one.
        request: Who asks twice under one request, as with a double click, gets the run that the
            first has started. Empty makes a new run each time.

    Raises:
        SincerelyError: settings, data, encoder, devices or disk do not allow it; no run is left
            behind unless its worker could not be started, which the run's status then says.
    """
    check_fits(
        find_encoder(config.encoder, workspace),
        max_seq_length=config.max_seq_length,
        frozen_layers=config.frozen_layers,
    )
    check_devices(config.devices)
    source = LabelSource(config.labels)
    # The store is not asked where only the file's labels count.
    labelled = None
    if source is not LabelSource.ORIGINAL:
        labelled = label_set(workspace, open_labels(workspace), dataset, source)

    def create() -> Run:
        return create_run(workspace, dataset, config, name=name, request=request, labelled=labelled)

    if not request:
        return _start(workspace, create())
    # Whoever makes a run of millions of rows holds it for as long as that takes.
    with held(workspace.requests_lock, "the list of trainings", patience_s=_PATIENCE_S):
        for run in list_runs(workspace):
            if run.request == request:
                return run
        return _start(workspace, create())


def resume_training(workspace: Workspace, run: Run) -> Run:
    """Take up a run that ended early: its worker goes on from the newest good checkpoint.

    Of several that resume one run at the same time, one wins and the others are told.

    Returns:
        The run, under the name it has now.

    Raises:
        JobError: the run is active or has finished, or the system refused a process.
        NotFound: it has been deleted.
        EncoderError: its encoder's files are missing or altered.
        DiskError: the disk is full or closed to this user; the run stays as it was.
    """
    find_encoder(run.config.encoder, workspace)
    check_devices(run.config.devices)
    with disk_errors("the run"), changing_runs(workspace):
        run = find_run(workspace, run.id)
        paths = workspace.run(run.id)
        queue_again(
            paths, what="run", name=repr(run.name), otherwise="start a new training to go further"
        )
        return _start(workspace, run)


def _start(workspace: Workspace, run: Run) -> Run:
    start_job(workspace, workspace.run(run.id), JobKind.TRAIN, run.id)
    return run
