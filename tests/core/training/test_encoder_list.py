import shutil
from pathlib import Path

from core.encoders.encoders import EncoderSource
from core.encoders.known_encoders import KNOWN
from core.model.preparation import prepare_encoder
from core.runs.run import create_run
from core.training.encoder_list import ListedEncoder, describe_encoder, list_encoders
from core.workspace import Workspace
from tests import toy
from tests.core.model import hub_bert
from tests.core.small_disk import python


def by_name(workspace: Workspace) -> dict[str, ListedEncoder]:
    return {encoder.name: encoder for encoder in list_encoders(workspace)}


def test_the_embedded_encoder_comes_first_and_downloads_last(workspace: Workspace) -> None:
    listed = list_encoders(workspace)

    first = listed[0]
    assert (first.name, first.source, first.on_disk) == ("minilm", EncoderSource.EMBEDDED, True)
    assert first.shape is not None
    assert first.shape.parameters == 22_713_216
    assert first.size_bytes > 90e6
    assert {encoder.name for encoder in listed[1:]} == {known.name for known in KNOWN}
    sizes = [encoder.size_bytes for encoder in listed[1:]]
    assert sizes == sorted(sizes)
    assert not any(encoder.on_disk for encoder in listed[1:])


def test_folders_of_the_workspace_are_listed_but_not_what_is_no_bert(
    workspace: Workspace, toy_encoder: Path
) -> None:
    shutil.copytree(toy_encoder, workspace.encoders / "mine")
    (workspace.encoders / "empty").mkdir()

    mine = by_name(workspace)[str(workspace.encoders / "mine")]

    assert (mine.title, mine.on_disk) == ("mine", True)
    assert mine.shape is not None
    assert mine.shape.layers == 2
    assert len(list_encoders(workspace)) == len(KNOWN) + 2


def test_encoders_of_earlier_runs_are_listed_while_they_are_there(
    workspace: Workspace, toy_encoder: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(toy_encoder, tmp_path / "copy")
    dataset = toy.import_rows(workspace, toy.make_rows(60))
    create_run(workspace, dataset, toy.recipe(copy))
    assert str(copy) in by_name(workspace)

    shutil.rmtree(copy)
    assert str(copy) not in by_name(workspace)


def test_a_hub_folder_shows_its_sizes_once_it_is_ready(
    workspace: Workspace, tmp_path: Path
) -> None:
    name = str(hub_bert.save_module(tmp_path / "toy-hub"))
    before = describe_encoder(workspace, name)
    assert (before.title, before.on_disk, before.shape) == ("toy-hub", True, None)

    prepare_encoder(name, workspace, lambda *_: None)

    after = by_name(workspace)[name]
    assert after.shape is not None
    assert (after.shape.width, after.source) == (hub_bert.WIDTH, EncoderSource.HUB_FOLDER)
    assert after.size_bytes > 0


def test_listing_does_not_load_tensorflow() -> None:
    script = "import sys, core.training.encoder_list, core.training.encoder_job;"

    assert python(["-c", script + "print('tensorflow' in sys.modules)"]).stdout == "False\n"
