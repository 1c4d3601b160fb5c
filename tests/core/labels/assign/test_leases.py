from collections.abc import Iterator

import pytest

from core.labels.assign.leases import (
    LEASE_MS,
    Assignment,
    LabelSession,
    held_rows,
    lease,
    release,
    renew,
    rows_elsewhere,
)
from core.labels.store.batch import Batch
from core.labels.store.store import LabelStore
from core.workspace import Workspace
from tests.core.labels.assign.conftest import Clock

ANN, BOB = LabelSession("f", "ann", "tab-of-ann"), LabelSession("f", "bob", "tab-of-bob")
FIRST, SECOND = Assignment(0, "random"), Assignment(1, "random")


@pytest.fixture
def store(workspace: Workspace, clock: Clock) -> LabelStore:
    workspace.root.mkdir(parents=True)
    return LabelStore(f"sqlite:///{workspace.labels}", now_ms=clock)


@pytest.fixture
def batch(store: LabelStore) -> Iterator[Batch]:
    with store.writing() as opened:
        yield opened


def held(batch: Batch, session: LabelSession) -> list[Assignment]:
    return held_rows(batch, session, rows_elsewhere(batch, session))


def test_who_comes_back_late_renews_only_what_nobody_else_got_meanwhile(
    batch: Batch, clock: Clock
) -> None:
    lease(batch, ANN, [FIRST, SECOND])
    clock.ms += 2 * LEASE_MS
    lease(batch, BOB, [FIRST])

    renew(batch, ANN)

    assert held(batch, ANN) == [SECOND]
    assert rows_elsewhere(batch, BOB) == {SECOND.row: 1}
    clock.ms += LEASE_MS - 1
    assert rows_elsewhere(batch, BOB) == {SECOND.row: 1}


def test_a_row_on_two_screens_is_renewed_on_both(batch: Batch, clock: Clock) -> None:
    lease(batch, ANN, [FIRST])
    lease(batch, BOB, [FIRST])
    clock.ms += LEASE_MS - 1
    renew(batch, ANN)
    renew(batch, BOB)
    clock.ms += LEASE_MS - 1

    assert held(batch, ANN) == held(batch, BOB) == [FIRST]
    assert rows_elsewhere(batch, ANN) == rows_elsewhere(batch, BOB) == {FIRST.row: 0}


def test_leases_of_another_data_set_are_not_looked_at(batch: Batch, clock: Clock) -> None:
    lease(batch, ANN, [FIRST])
    clock.ms += 2 * LEASE_MS
    lease(batch, LabelSession("another", "bob", BOB.holder), [FIRST])

    renew(batch, ANN)

    assert held(batch, ANN) == [FIRST]


@pytest.mark.parametrize(("reopened", "kept"), [(False, []), (True, [FIRST])])
def test_a_closed_tab_gives_its_rows_back_unless_it_was_opened_again_meanwhile(
    store: LabelStore, reopened: bool, kept: list[Assignment]
) -> None:
    with store.writing() as batch:
        lease(batch, ANN, [FIRST])
        lease(batch, BOB, [SECOND])

    release(store, ANN.holder, unless=lambda: reopened)

    with store.writing() as batch:
        assert held(batch, ANN) == kept
        assert held(batch, BOB) == [SECOND]
