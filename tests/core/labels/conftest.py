import os
from collections.abc import Iterator

import pytest

from core.labels.store.database import connect_to
from core.labels.store.store import LabelStore
from core.workspace import Workspace
from tests.core.labels.postgres import Missing, PostgresServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for all tests; each asks it for a database of its own."""
    try:
        server = PostgresServer()
    except Missing as reason:
        if os.environ.get("REQUIRE_POSTGRES"):
            pytest.fail(str(reason))
        pytest.skip(str(reason))
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, workspace: Workspace) -> Iterator[str]:
    """The address of an empty store, of either kind."""
    if request.param == "sqlite":
        workspace.root.mkdir(parents=True, exist_ok=True)
        yield f"sqlite:///{workspace.labels}"
        return
    address = request.getfixturevalue("postgres").new_database()
    yield address
    connect_to(address).dispose()  # Its connections would outlive the server.


@pytest.fixture
def store(url: str) -> LabelStore:
    return LabelStore(url)
