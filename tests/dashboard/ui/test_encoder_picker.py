import shutil
from pathlib import Path

from core.data.dataset import Dataset
from core.encoders.encoders import is_ready
from core.workspace import Workspace
from tests.core.model import hub_bert
from tests.dashboard.conftest import OpenPage, unescaped


def encoder(app):
    return app.get_by_key("kept_encoder")


def captions(app) -> list[str]:
    return [unescaped(caption.value) for caption in app.caption]


def type_name(app, name: str) -> None:
    encoder(app).set_value("").run()
    box = next(box for box in app.text_input if box.label == "Name of the encoder")
    box.set_value(name).run()
    assert not app.exception


def test_the_embedded_encoder_is_chosen_with_its_facts(
    open_page: OpenPage, toy_workspace: Workspace, toy_dataset: Dataset
) -> None:
    app = open_page("train", over=toy_workspace)

    assert encoder(app).value == "minilm"
    facts = next(c for c in captions(app) if c.startswith("6 layers of 384"))
    assert facts.startswith("6 layers of 384, 22.7M parameters, on disk (9")
    assert facts.endswith(" rows/s here")
    table = next(f.value for f in app.dataframe if "Rows/s here" in f.value.columns)
    assert len(table) > 30
    assert table["Rows/s here"].notna().all()


def test_a_download_must_be_got_before_the_start(
    open_page: OpenPage, toy_workspace: Workspace, toy_dataset: Dataset
) -> None:
    app = open_page("train", over=toy_workspace)

    encoder(app).set_value("bert_tiny_en_uncased").run()

    assert not app.exception
    assert any("4.4M parameters, to download (18 MB)" in caption for caption in captions(app))
    assert app.get_by_key("encoder_get").label == "Download it"
    assert app.get_by_key("train_start").disabled
    assert not any(caption.startswith("Takes about") for caption in captions(app))


def test_a_typed_name_is_checked_with_one_message(
    open_page: OpenPage,
    toy_workspace: Workspace,
    toy_dataset: Dataset,
    toy_encoder: Path,
    tmp_path: Path,
) -> None:
    app = open_page("train", over=toy_workspace)
    type_name(app, "no-such-encoder")
    assert len(app.error) == 1
    assert "check the encoder's name" in unescaped(app.error[0].value)
    assert app.get_by_key("train_start").disabled

    damaged = shutil.copytree(toy_encoder, tmp_path / "damaged")
    (damaged / "model.weights.h5").unlink()
    type_name(app, str(damaged))
    assert ["no file model.weights.h5" in unescaped(e.value) for e in app.error] == [True]


def test_a_tf_hub_folder_is_offered_to_be_checked(
    open_page: OpenPage, toy_workspace: Workspace, toy_dataset: Dataset, tmp_path: Path
) -> None:
    name = str(hub_bert.save_module(tmp_path / "toy-hub"))
    app = open_page("train", over=toy_workspace)

    type_name(app, name)

    assert not app.error
    assert any(caption == "on disk, not checked yet" for caption in captions(app))
    assert app.get_by_key("encoder_get").label == "Check and convert it"
    assert app.get_by_key("train_start").disabled
    assert not is_ready(name, toy_workspace)


def test_a_choice_that_is_gone_falls_back_to_the_first(
    open_page: OpenPage, workspace: Workspace, toy_encoder: Path
) -> None:
    mine = shutil.copytree(toy_encoder, workspace.encoders / "mine")
    app = open_page("train")
    encoder(app).set_value(str(mine)).run()
    assert encoder(app).value == str(mine)

    shutil.rmtree(mine)
    app.run()

    assert not app.exception
    assert encoder(app).value == "minilm"
