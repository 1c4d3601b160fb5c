"""Subcommands that look after data sets and runs: rename, note, check, delete."""

from __future__ import annotations

import argparse
import sys

from core.cli.terminal import AddCommand, one_line, say
from core.data.dataset import Dataset, delete_dataset, find_dataset, rename_dataset
from core.errors import BadInput, NotFound
from core.maintenance.damage import all_damage, record_damage, repair, unreadable
from core.maintenance.dataset_deletion import delete_with_labels, uses_of
from core.maintenance.deletion import delete_run, delete_unreadable, what_is_lost
from core.runs.notes import read_notes, write_notes
from core.runs.run import Run, find_run, rename_run
from core.workspace import Workspace

_KINDS = ("run", "dataset")


def add_commands(add: AddCommand) -> None:
    """Add these subcommands to the command line."""
    sub = add("rename", _rename, "give a run or data set another name; its id stays")
    _add_thing(sub)
    sub.add_argument("name")

    sub = add("note", _note, "write notes beside a run, or print those it has")
    sub.add_argument("run")
    sub.add_argument("text", nargs="?", help="replaces the notes; an empty one removes them")

    sub = add("check", _check, "read every file of the workspace and list those that are damaged")
    sub.add_argument("--repair", action="store_true", help="make again or remove what can be")

    sub = add("delete", _delete, "say what is lost with a run or data set, ask, and delete it")
    _add_thing(sub)
    sub.add_argument("--yes", action="store_true", help="delete it without asking")
    sub.add_argument(
        "--labels",
        action="store_true",
        help="delete what people labelled of the data set, too; else it is kept for when the same"
        " content is imported again",
    )


def _add_thing(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("thing", metavar="RUN|DATASET", help="id or name of a run or data set")
    sub.add_argument("--kind", choices=_KINDS, help="which is meant, where both have the name")


def _check(workspace: Workspace, options: argparse.Namespace) -> int:
    found = list(all_damage(workspace))
    left = 0
    for damage in found:
        done = repair(workspace, damage) if options.repair else ""
        left += not done
        print(one_line(str(damage.error(done))))
    if not found:
        print("Every file can be read.")
    return 1 if left else 0


def _rename(workspace: Workspace, options: argparse.Namespace) -> None:
    thing = _find(workspace, options)
    if isinstance(thing, Run):
        print(rename_run(workspace, thing, options.name).id)
    else:
        print(rename_dataset(workspace, thing, options.name).id)


def _note(workspace: Workspace, options: argparse.Namespace) -> None:
    run = find_run(workspace, options.run)
    if options.text is None:
        print("\n".join(one_line(line) for line in read_notes(workspace, run).splitlines()))
    else:
        write_notes(workspace, run, options.text)


def _delete(workspace: Workspace, options: argparse.Namespace) -> int:
    try:
        thing = _find(workspace, options)
    except NotFound:
        return _delete_damaged(workspace, options)
    if isinstance(thing, Run) and options.labels:
        raise BadInput("a data set with --labels", f"the run {thing.name!r}", "leave out --labels")
    lost = [what_is_lost(workspace, thing)] if isinstance(thing, Run) else uses_of(workspace, thing)
    for line in lost:
        say(one_line(line))
    if not (options.yes or _agreed(thing.name)):
        say(f"Nothing is deleted; to delete {thing.name!r}, add --yes.")
        return 1
    if isinstance(thing, Run):
        delete_run(workspace, thing)
    elif options.labels:
        events = delete_with_labels(workspace, thing)
        say(f"{events:,} label events are deleted with it.")
    else:
        delete_dataset(workspace, thing)
    print(thing.id)
    return 0


def _delete_damaged(workspace: Workspace, options: argparse.Namespace) -> int:
    """Delete what no list has because its record is damaged.

    Raises:
        NotFound: there is no such thing either.
    """
    for found in unreadable(workspace):
        if found.folder.name == options.thing:
            break
    else:
        raise NotFound(
            "the id or name of a data set or run",
            repr(options.thing),
            "see `python -m core datasets` and `python -m core runs`",
        )
    if options.labels:  # Whose they are stands in the record.
        raise BadInput(
            "a data set that can be read with --labels", f"{options.thing!r}", "leave out --labels"
        )
    say(one_line(str(record_damage(found).error())))
    if not (options.yes or _agreed(options.thing)):
        say(f"Nothing is deleted; to delete {options.thing!r}, add --yes.")
        return 1
    delete_unreadable(workspace, found)
    print(options.thing)
    return 0


def _agreed(name: str) -> bool:
    """Whether the person says yes; without a terminal nobody can."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print(f"Delete {one_line(name)!r}? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _find(workspace: Workspace, options: argparse.Namespace) -> Run | Dataset:
    """The run or data set that is meant.

    Raises:
        BadInput: it may be either.
        NotFound: it is neither.
    """
    reference, kind = options.thing, options.kind
    if kind == "run":
        return find_run(workspace, reference)
    if kind == "dataset":
        return find_dataset(workspace, reference)
    found: list[Run | Dataset] = []
    for find in (find_run, find_dataset):
        try:
            found.append(find(workspace, reference))
        except NotFound:
            continue
    if len(found) == 2:
        raise BadInput(
            "the name of one thing",
            f"a run and a data set called {reference!r}",
            "add --kind run or --kind dataset, or use the id",
        )
    if not found:
        raise NotFound(
            "the id or name of a data set or run",
            repr(reference),
            "see `python -m core datasets` and `python -m core runs`",
        )
    return found[0]
