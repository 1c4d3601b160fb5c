"""Every capability as a subcommand of `python -m core`.

Exit 0 on success, 1 on a SincerelyError (its message on stderr), 2 on wrong usage. A finished
import prints the data set's id, a started training the run's id.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.datasets.bytestream import ENCODINGS
from core.datasets.dataset import find_dataset, list_datasets
from core.datasets.download import QUORA, download
from core.datasets.importing import (
    SAMPLE_ROWS,
    Columns,
    import_csv,
    import_sample,
    preview_csv,
)
from core.datasets.writer import MAX_CLASSES
from core.errors import JobError, SincerelyError
from core.jobs.launcher import current_status, start_training, stop_job
from core.jobs.process import StopFlag
from core.jobs.worker import run_job
from core.runs.config import DEFAULT_PRESET, PRESETS, preset, with_settings
from core.runs.run import Run, find_run, list_runs, read_result
from core.runs.status import JobState, JobStatus
from core.scoring.scoring import find_scoring, work_on_scoring
from core.scoring.table import check_target, score_file
from core.statistics import summary
from core.workspace import RunPaths, Workspace, write_atomically

_POLL_S = 0.5
_WRONG_USAGE = 2
_MAX_PORT = 65_535


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the exit code."""
    options = _parser().parse_args(arguments)
    command: Callable[[Workspace, argparse.Namespace], int | None] = options.command
    try:
        return command(Workspace.from_environment(), options) or 0
    except SincerelyError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; nothing half-written stays.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # The reader, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _import(workspace: Workspace, options: argparse.Namespace) -> None:
    source, path = options.source, Path(options.source)
    if source == "sample":
        print(import_sample(workspace, rows=options.rows, seed=options.seed).id)
        return
    if source == "quora":
        source = QUORA.url
    if source.startswith(("http://", "https://")):
        path = download(workspace, source, source.rsplit("/", 1)[-1], progress=_show_bytes)
    guess = preview_csv(path, encoding=options.encoding).guess
    columns = Columns(
        text=options.text or guess.text,
        label=options.label or guess.label,
        id=options.id or guess.id,
    )
    result = import_csv(
        workspace,
        path,
        columns,
        name=options.name or (QUORA.name if options.source == "quora" else None),
        encoding=options.encoding,
        progress=_show_bytes,
    )
    for note in result.dataset.notes:
        print(note, file=sys.stderr)
    if not result.is_new:
        print(f"The same content is here already as {result.dataset.name!r}.", file=sys.stderr)
    print(result.dataset.id)


def _datasets(workspace: Workspace, options: argparse.Namespace) -> None:
    datasets = list_datasets(workspace)
    if options.json:
        _print_json([json.loads(dataset.to_json()) for dataset in datasets])
        return
    for dataset in datasets:
        classes = ", ".join(f"{name}: {dataset.class_counts[name]:,}" for name in dataset.classes)
        print(f"{dataset.id}\t{dataset.rows:,} rows\t{classes or 'no labels'}")


def _stats(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    figures = summary.dataset_figures(workspace, dataset)
    if options.split:
        config = with_settings(preset(options.preset, dataset.labelled), (f"seed={options.seed}",))
        tables = summary.split_tables(workspace, dataset, config.split_plan())
        figures["split"] = tables.figures.to_dict("records")
        figures["share_gap"] = tables.share_gap
    if options.json:
        _print_json(figures)
        return
    for name, value in figures.items():
        print(f"{name}: {json.dumps(value, ensure_ascii=False)}")


def _train(workspace: Workspace, options: argparse.Namespace) -> int:
    dataset = find_dataset(workspace, options.dataset)
    config = with_settings(preset(options.preset, dataset.labelled), options.set)
    run = start_training(workspace, dataset, config, name=options.name)
    print(run.id, flush=True)
    if not options.wait:
        return 0
    status = _follow(workspace, run.id)
    print(f"{run.id}: {status.state.value}. {status.message}".strip(), file=sys.stderr)
    return 0 if status.state is JobState.FINISHED else 1


def _follow(workspace: Workspace, run_id: str) -> JobStatus:
    paths = workspace.run(run_id)
    try:
        return _show_until_end(paths)
    except KeyboardInterrupt:
        print(f"\nThe training goes on; `python -m core stop {run_id}` ends it.", file=sys.stderr)
        return current_status(paths)


def _show_until_end(paths: RunPaths) -> JobStatus:
    while (status := current_status(paths)).state.active:
        left = "" if status.seconds_left is None else f", {status.seconds_left:,.0f} s left"
        _show_line(
            f"{status.state.value}: epoch {status.epoch} of {status.epochs},"
            f" step {status.done:,} of {status.total:,}, {status.rows_per_s:,.0f} rows/s{left}"
        )
        time.sleep(_POLL_S)
    _show_line("")
    return status


def _runs(workspace: Workspace, options: argparse.Namespace) -> None:
    rows = [_run_row(workspace, run) for run in list_runs(workspace)]
    if options.json:
        _print_json(rows)
        return
    for row in rows:
        validation = row["validation"] or {}
        shown = ", ".join(
            f"{name} {validation[name]:.3f}" for name in ("f1",) if name in validation
        )
        print(f"{row['id']}\t{row['state']}\t{row['dataset']}\t{shown or row['message']}")


def _run_row(workspace: Workspace, run: Run) -> dict[str, Any]:
    status = current_status(workspace.run(run.id))
    result = read_result(workspace, run)
    return {
        "id": run.id,
        "name": run.name,
        "dataset": run.dataset_id,
        "created": run.created,
        "state": status.state.value,
        "message": status.message,
        "config": asdict(run.config),
        "threshold": result.threshold if result else None,
        "validation": result.validation if result else None,
        "test": result.test if result else None,
        "rows_per_s": result.rows_per_s if result else status.rows_per_s,
        "seconds": result.seconds if result else None,
    }


def _stop(workspace: Workspace, options: argparse.Namespace) -> None:
    run = find_run(workspace, options.run)
    paths = workspace.run(run.id)
    asked_before = current_status(paths).state is JobState.STOPPING
    print(stop_job(paths, at_once=asked_before).state.value)


def _describe(workspace: Workspace, options: argparse.Namespace) -> None:
    config = with_settings(preset(options.preset), options.set)
    # TensorFlow takes seconds to load; only the subcommands that need it pay.
    from core.model.anatomy import describe_model
    from core.model.checkpoint import load_backbone
    from core.model.classifier import build_classifier
    from core.model.devices import find_device
    from core.model.encoders import find_encoder

    network = build_classifier(
        load_backbone(find_encoder(config.encoder)),
        n_classes=options.classes,
        pooling=config.pooling,
        dropout=config.dropout,
    )
    facts = {**asdict(describe_model(network)), "device": str(find_device())}
    if options.save:
        write_atomically(Path(options.save), json.dumps(facts))
    elif options.json:
        _print_json(facts)
    else:
        for layer in facts["layers"]:
            name = "  " * layer["depth"] + layer["name"]
            print(f"{name:34}{layer['output_shape']:24}{layer['parameters']:>14,}")
        print(f"{facts['parameters']:,} parameters, {facts['trainable']:,} trainable")
        print(facts["device"])


def _score(workspace: Workspace, options: argparse.Namespace) -> int:
    if options.job:
        return _score_job(workspace, options.job)
    if not (options.run and options.input and options.output):
        print("Expected RUN, IN and OUT: see `python -m core score --help`.", file=sys.stderr)
        return _WRONG_USAGE
    stop = StopFlag()
    stop.install()
    target = Path(options.output)
    check_target(target)
    run = find_run(workspace, options.run)
    from core.scoring.scorer import load_scorer

    scorer = load_scorer(workspace, run)
    result = score_file(
        scorer,
        Path(options.input),
        target,
        text_column=options.text,
        encoding=options.encoding,
        on_progress=lambda p: _show_line(f"{p.rows:,} of {p.total:,} rows, {p.rows_per_s:,.0f}/s"),
        should_stop=lambda: stop.is_set,
    )
    _show_line("")
    if options.json:
        print(result.to_json())
    else:
        print(f"{result.rows:,} rows, {result.unscored:,} without text, {result.seconds:,.1f} s")
    return 0


def _score_job(workspace: Workspace, scoring_id: str) -> int:
    scoring = find_scoring(workspace, scoring_id)
    stop = StopFlag(workspace.scoring(scoring.id).stop_request)
    stop.install()
    return run_job(
        workspace.scoring(scoring.id),
        lambda status: work_on_scoring(workspace, scoring, status, lambda: stop.is_set),
    )


def _serve(workspace: Workspace, options: argparse.Namespace) -> None:
    run = find_run(workspace, options.run)
    from core.jobs.services import announce
    from core.scoring.scorer import load_scorer
    from core.scoring.server import ScorerServer

    scorer = load_scorer(workspace, run)
    scorer.score(["warm up"])
    with ScorerServer(scorer, port=options.port, idle_timeout_s=options.idle_timeout) as server:
        if options.announce:
            announce(Path(options.announce), server.port)
        print(f"{run.name} answers on http://127.0.0.1:{server.port}/v1/models/{run.id}:predict")
        sys.stdout.flush()
        server.serve_forever()


def _dashboard(workspace: Workspace, options: argparse.Namespace) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", options.port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            raise JobError(
                f"port {options.port} to be free on 127.0.0.1",
                "another program there" if taken else f"a refusal ({error.strerror})",
                f"end it, or choose another with `make run PORT={options.port + 1}`"
                if taken
                else "choose one from 1024 on",
            ) from error
    app = Path(__file__).resolve().parents[1] / "dashboard" / "app.py"
    os.chdir(app.parents[1])  # Streamlit reads .streamlit/config.toml from the current folder.
    os.environ["SINCERELY_WORKSPACE"] = str(workspace.root)
    command = [sys.executable, "-m", "streamlit", "run", str(app)]
    os.execv(sys.executable, [*command, "--server.port", str(options.port)])


def _show_bytes(done: int, total: int) -> None:
    _show_line(f"{done / 1e6:,.1f} of {total / 1e6:,.1f} MB" if done < total else "")


def _show_line(text: str) -> None:
    """Write over the last line of progress on a terminal; nothing goes to files or pipes."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core", description="Sincerely by command line")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[..., Any], about: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(command=command)
        return sub

    sub = add("import", _import, "import a CSV file and print the data set's id")
    sub.add_argument("source", help="a .csv or .zip, an address, 'quora', or 'sample'")
    sub.add_argument("--name", help="name of the data set (default: the file's)")
    for role in ("text", "label", "id"):
        sub.add_argument(f"--{role}", metavar="COLUMN", help=f"column with the {role}")
    sub.add_argument("--encoding", choices=ENCODINGS, help="default: detected")
    sub.add_argument("--rows", type=int, default=SAMPLE_ROWS, help="size of the synthetic sample")
    sub.add_argument("--seed", type=int, default=0, help="seed of the synthetic sample")

    sub = add("datasets", _datasets, "list the data sets")
    sub.add_argument("--json", action="store_true")

    sub = add("stats", _stats, "figures of a data set, and of a split of it")
    sub.add_argument("dataset")
    sub.add_argument("--split", action="store_true", help="also compare the parts of a split")
    sub.add_argument("--preset", choices=PRESETS, default=DEFAULT_PRESET, help="sizes of the parts")
    sub.add_argument("--seed", type=int, default=42)
    sub.add_argument("--json", action="store_true")

    sub = add("train", _train, "start a training and print the run's id")
    sub.add_argument("dataset")
    sub.add_argument("--name", help="name of the run (default: made from the data set's)")
    _add_config(sub)
    sub.add_argument("--wait", action="store_true", help="follow it to its end")

    sub = add("runs", _runs, "list the runs, newest first")
    sub.add_argument("--json", action="store_true")

    sub = add("stop", _stop, "ask a run to stop; a second time ends it at once")
    sub.add_argument("run")

    sub = add("describe", _describe, "a model's layers and parameters, and the device found")
    _add_config(sub)
    sub.add_argument("--classes", type=_between(2, MAX_CLASSES), default=2)
    sub.add_argument("--save", metavar="PATH", help=argparse.SUPPRESS)
    sub.add_argument("--json", action="store_true")

    sub = add("score", _score, "copy a CSV file with score and label added")
    sub.add_argument("run", nargs="?")
    sub.add_argument("input", nargs="?", metavar="IN")
    sub.add_argument("output", nargs="?", metavar="OUT")
    sub.add_argument("--text", metavar="COLUMN", help="column with the text (default: guessed)")
    sub.add_argument("--encoding", choices=ENCODINGS, help="default: detected")
    sub.add_argument("--job", help=argparse.SUPPRESS)
    sub.add_argument("--json", action="store_true")

    sub = add("serve", _serve, "answer predictions over HTTP on 127.0.0.1")
    sub.add_argument("run")
    sub.add_argument("--port", type=_between(0, _MAX_PORT), default=8601)
    sub.add_argument("--idle-timeout", type=float, metavar="SECONDS", help="end when idle so long")
    sub.add_argument("--announce", metavar="PATH", help=argparse.SUPPRESS)

    sub = add("dashboard", _dashboard, "open the pages on 127.0.0.1")
    sub.add_argument("--port", type=_between(0, _MAX_PORT), default=8501)
    return parser


def _add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--preset", choices=PRESETS, default=DEFAULT_PRESET)
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="change one setting"
    )


def _between(low: int, high: int) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        if not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"expected {low} to {high}, but found {text}")
        return int(text)

    return whole_number
