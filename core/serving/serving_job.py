"""A run's scorer as a background job: it listens until nobody asks any more."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import disk_errors
from core.files import write_atomically
from core.jobs.cancellation import StopFlag
from core.jobs.status import JobState, StatusWriter
from core.jobs.worker import run_job
from core.model.keras_import import import_tensorflow_alone
from core.records import to_json
from core.runs.result import kept_result
from core.runs.run import find_run
from core.serving.scorer_process import IDLE_TIMEOUT_S, Service
from core.workspace import JobPaths, ServicePaths, Workspace

if TYPE_CHECKING:
    from core.serving.server import ScorerServer

_POLL_S = 0.2


@dataclass(frozen=True)
class ServingJob:
    """Serves the run that has the job's id, on a free port of this machine."""

    idle_timeout_s: float = IDLE_TIMEOUT_S

    def paths(self, workspace: Workspace, job_id: str) -> ServicePaths:
        """The files of the run's scorer."""
        return workspace.service(job_id)

    def run(self, workspace: Workspace, job_id: str, stop: StopFlag) -> int:
        """Answer until nobody has asked for so long, or it is to stop."""
        clean = True

        def body(status: StatusWriter) -> str | None:
            nonlocal clean
            clean = _serve(workspace, job_id, status, stop, self.idle_timeout_s)
            return "Stopped on request." if stop.is_set else None

        ended = run_job(self.paths(workspace, job_id), body)
        if not clean:
            # The model is at work for somebody who has been told that there is no answer.
            os._exit(ended)
        return ended

    def resume_hint(self, paths: JobPaths) -> str:
        """Nothing: it is started again when somebody asks."""
        return ""


SERVING = ServingJob()


def _serve(
    workspace: Workspace, run_id: str, status: StatusWriter, stop: StopFlag, idle_timeout_s: float
) -> bool:
    """Returns whether the model's thread has ended."""
    status.change(JobState.STARTING, "Loading the model")
    run = find_run(workspace, run_id)
    kept_result(workspace, run)  # Said before the seconds that TensorFlow takes.
    import_tensorflow_alone()
    from core.scoring.scorer import load_scorer
    from core.serving.access import token_from_environment
    from core.serving.server import ScorerServer

    scorer = load_scorer(workspace, run)
    scorer.warm_up()
    token = token_from_environment()
    with ScorerServer(scorer, token=token, idle_timeout_s=idle_timeout_s) as server:
        ended = threading.Event()
        threading.Thread(target=_stop_when_asked, args=(stop, server, ended), daemon=True).start()
        with disk_errors("the scorer's address"):
            write_atomically(workspace.service(run_id).address, to_json(Service(server.port)))
        status.change(JobState.RUNNING, "Answering")
        server.run()
        ended.set()
    return server.clean


def _stop_when_asked(stop: StopFlag, server: ScorerServer, ended: threading.Event) -> None:
    while not ended.wait(_POLL_S):
        if stop.is_set:
            server.stop()
