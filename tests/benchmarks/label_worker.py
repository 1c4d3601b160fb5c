"""Somebody who labels PER_SECOND texts a second through the store: see `labelling.py`.

`python -m tests.benchmarks.label_worker WORKSPACE DATASET NAME SECONDS` prints, as JSON, how many
milliseconds each answer took to be stored, the handing out of the next rows included.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from pathlib import Path

from core.data.dataset import find_dataset
from core.labels.assign.client_events import Target, record
from core.labels.assign.leases import LabelSession
from core.labels.assign.next_rows import QueueRequest, take
from core.labels.assign.queues import Stream
from core.labels.quick_model.quick_model_job import Scope, open_rows
from core.labels.store.ledger import Ledger
from core.labels.store.store import open_labels
from core.workspace import Workspace
from tests.benchmarks.labelling import CLASSES, PER_SECOND


def main() -> None:
    """Label, and tell how long the store took."""
    root, dataset_id, name, seconds = sys.argv[1:]
    workspace = Workspace(Path(root))
    dataset, store = find_dataset(workspace, dataset_id), open_labels(workspace)
    ledger = Ledger(store, dataset.fingerprint, dataset.rows)
    session = LabelSession(dataset.fingerprint, name, uuid.uuid4().hex)
    request = QueueRequest((Stream("random", open_rows(workspace, dataset, Scope())),), 30)
    waits, assigned = [], take(store, ledger, session, request)
    print("ready", flush=True)  # Loading Python's libraries takes seconds of both cores.
    sys.stdin.readline()
    start = time.monotonic()
    for turn in range(int(seconds) * PER_SECOND):
        time.sleep(max(start + turn / PER_SECOND - time.monotonic(), 0))
        before = time.perf_counter()
        one = assigned.pop(0)
        press = {
            "client_event": uuid.uuid4().hex, "fingerprint": dataset.fingerprint, "annotator": name,
            "row": one.row, "action": "label", "value": CLASSES[turn % 4 == 0],
            "queue": one.queue, "spent": 200,
        }  # fmt: skip
        found = record(
            store, [press], holder=session.holder, target=lambda _: Target(dataset.rows, CLASSES)
        )
        assert len(found.stored) == 1, found
        if len(assigned) < request.count // 2:
            assigned = take(store, ledger, session, request)
        waits.append(1000 * (time.perf_counter() - before))
    print(json.dumps(waits))


if __name__ == "__main__":
    main()
