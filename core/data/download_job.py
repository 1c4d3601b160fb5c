"""Download a file with rows in the background."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from core.data.download import download
from core.jobs.registry import JobKind
from core.jobs.tasks import Report, TaskJob
from core.workspace import Workspace


@dataclass(frozen=True)
class DownloadRequest:
    """The address of a file."""

    url: str


@dataclass(frozen=True)
class DownloadedFile:
    """Where the file is, and its name."""

    path: str
    name: str


def run_download(workspace: Workspace, request: DownloadRequest, report: Report) -> DownloadedFile:
    """Download a file, from where an earlier try broke off.

    Raises:
        SincerelyError: as `core.data.download.download`.
    """
    report("Connecting", 0, 0)
    name = request.url.rsplit("/", 1)[-1]
    path = download(workspace, request.url, name, progress=partial(report, "Downloading"))
    return DownloadedFile(str(path), path.name)


DOWNLOAD = TaskJob(
    JobKind.DOWNLOAD,
    DownloadRequest,
    DownloadedFile,
    run_download,
    unit="bytes",
    stopped="Stopped on request; what has arrived is kept.",
)
