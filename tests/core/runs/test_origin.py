import shutil

from core.runs.origin import dataset_of
from core.workspace import Workspace
from tests import toy
from tests.made_answers import answered_run


def test_the_data_set_of_a_run_is_found_by_its_content(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(100))
    run = answered_run(workspace, dataset)
    assert dataset_of(workspace, run) == dataset

    shutil.rmtree(workspace.dataset(dataset.id).folder)
    assert dataset_of(workspace, run) is None

    # The same content again, under whatever name.
    again = toy.import_rows(workspace, toy.make_rows(100), name="again")
    assert dataset_of(workspace, run) == again
