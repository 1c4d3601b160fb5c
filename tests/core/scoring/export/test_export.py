import json
import os
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import keras
import keras_hub
import numpy as np
import pytest

from core.errors import AlreadyExists, BadInput, DiskError, JobError, NotFound
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.files import write_atomically
from core.model.classifier import ModelCard, build_classifier, load_model, save_model
from core.model.saved_model import read_saved_model
from core.runs.result import read_result
from core.runs.run import Run, create_run
from core.scoring.export.export import Exported, check_folder, export_run
from core.scoring.scorer import load_scorer
from core.workspace import Workspace
from tests import toy
from tests.core.scoring.export.conftest import NOW
from tests.core.small_disk import no_file_above
from tests.made_answers import answered_run
from tests.trained_copies import copied_run

CONTENT = [
    "1", "README.md", "example.py", "model.json", "model.keras", "requirements.txt", "vocab.txt",
]  # fmt: skip
LINES = ["a lovely cat", "a ROTTEN dog", "", "   ", "caf\u00e9 \U0001f642", "x" * 100_000, "why so"]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_folder_holds_what_it_promises_and_nothing_stands_beside_it(
    exported: Exported, toy_run: Run
) -> None:
    sizes = [path.stat().st_size for path in exported.folder.rglob("*") if path.is_file()]

    assert names(exported.folder) == CONTENT
    assert names(exported.folder.parent) == ["toy"]
    assert (exported.folder / "1" / "saved_model.pb").is_file()
    assert (exported.run_id, exported.size_bytes) == (toy_run.id, sum(sizes))
    assert exported.compared_texts == 64
    assert exported.largest_difference < 1e-5


def test_scores_labels_and_calibrated_scores_are_the_scorers(
    exported: Exported, toy_workspace: Workspace, toy_run: Run
) -> None:
    texts = [*LINES, *(text for text, _ in toy.make_rows(300, seed=9))]

    found = read_saved_model(exported.folder / "1")(texts)

    expected = load_scorer(toy_workspace, toy_run).score(texts)
    assert set(expected.labels) == {"0", "1"}
    assert [label.decode() for label in found["label"]] == expected.labels
    np.testing.assert_allclose(found["score"], expected.values, atol=1e-5)
    np.testing.assert_allclose(found["calibrated"], expected.calibrated, atol=1e-5)


def test_keras_loads_the_network_of_the_run(
    exported: Exported, toy_workspace: Workspace, toy_run: Run
) -> None:
    step = read_result(toy_workspace, toy_run).best_step
    own = load_model(toy_workspace.run(toy_run.id).model(step)).network

    loaded = keras.saving.load_model(exported.folder / "model.keras", compile=False)

    for mine, theirs in zip(loaded.weights, own.weights, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_programs_find_classes_threshold_and_versions(
    exported: Exported, toy_workspace: Workspace, toy_run: Run
) -> None:
    found = json.loads((exported.folder / "model.json").read_text("utf-8"))

    result = read_result(toy_workspace, toy_run)
    assert found["run"] == {"id": toy_run.id, "name": "Toy run", "created": toy_run.created}
    assert (found["format"], found["format_version"]) == ("sincerely-export", 1)
    assert (found["classes"], found["max_seq_length"]) == (["0", "1"], 32)
    assert (found["threshold"], found["temperature"]) == (result.threshold, result.temperature)
    assert found["threshold_rule"] == {"name": "f_beta", "amounts": [1.0]}
    assert found["exported"] == "2024-02-29T12:00:00+00:00"
    assert found["versions"]["tensorflow-text"] == version("tensorflow-text")
    # The toy encoder is a folder of this machine, which is nobody else's business.
    assert found["encoder"] == "toy-bert"
    needed = (exported.folder / "requirements.txt").read_text().split()
    assert needed == [f"{name}=={version(name)}" for name in ("tensorflow", "tensorflow-text")]


def test_no_file_names_a_folder_of_this_machine(
    exported: Exported, toy_encoder: Path, toy_workspace: Workspace
) -> None:
    for path in [path for path in exported.folder.rglob("*") if path.is_file()]:
        content = path.read_bytes()
        for folder in (toy_encoder.parent, toy_workspace.root, Path(__file__).parents[4]):
            assert str(folder).encode() not in content, path


def test_a_threshold_chosen_since_is_exported(
    workspace: Workspace, toy_workspace: Workspace, toy_run: Run, tmp_path: Path
) -> None:
    run = copied_run(toy_workspace, toy_run, workspace)
    keep_operating_point(workspace, run, OperatingPoint(0.0, Rule.HAND, (0.0,)))

    folder = export_run(workspace, run, tmp_path / "export").folder

    found = read_saved_model(folder / "1")(["a lovely cat"])
    assert found["label"].tolist() == [b"1"]
    assert "The threshold is 0: set by hand." in (folder / "README.md").read_text("utf-8")


def test_three_classes_are_exported_by_name_without_a_threshold(
    workspace: Workspace, tmp_path: Path
) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(300, classes=3))
    run = answered_run(workspace, dataset, "Colours", max_seq_length=16, pooling="cls")
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=len(toy.VOCABULARY), num_layers=1, num_heads=2, hidden_dim=16,
        intermediate_dim=24, max_sequence_length=16,
    )  # fmt: skip
    network = build_classifier(backbone, n_classes=3, pooling="cls", dropout=0.1)
    network.get_layer("logits").kernel.assign(20 * network.get_layer("logits").kernel)
    vocabulary = tmp_path / "vocab.txt"
    vocabulary.write_text("\n".join(toy.VOCABULARY) + "\n", "utf-8")
    card = ModelCard(run.classes, 16, lower_case=False)
    save_model(workspace.run(run.id).model(10), network, vocabulary, card)

    folder = export_run(workspace, run, tmp_path / "export").folder

    found = read_saved_model(folder / "1")(LINES)
    expected = load_scorer(workspace, run).score(LINES)
    assert [label.decode() for label in found["label"]] == expected.labels
    np.testing.assert_allclose(found["score"], expected.values, atol=1e-5)
    np.testing.assert_allclose(found["calibrated"], expected.calibrated, atol=1e-5)
    described = json.loads((folder / "model.json").read_text("utf-8"))
    assert (described["classes"], described["threshold"]) == (list(run.classes), None)


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("taken/folder", "something in it"),
        ("taken/file", "a file of that name"),
        ("taken/file/under", "no folder that it could stand in"),
        ("no/such", "no folder that it could stand in"),
        ("half", "something in it"),
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_a_place_that_is_not_free_is_refused_in_one_sentence(
    tmp_path: Path, place: str, found: str, force: bool
) -> None:
    (tmp_path / "taken" / "folder").mkdir(parents=True)
    (tmp_path / "taken" / "folder" / "mine.txt").write_text("mine")
    (tmp_path / "taken" / "file").write_text("mine")
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "model.json").write_text('{"format": "another"}')

    with pytest.raises((AlreadyExists, BadInput), match=f"but found {found}"):
        check_folder(tmp_path / place, force=force)


def test_the_root_of_a_disk_is_no_place() -> None:
    with pytest.raises(BadInput, match="a disk of its own"):
        check_folder(Path("/"), force=True)


@pytest.mark.parametrize("inside", [".", "1", "1/variables"])
def test_the_folder_that_the_command_runs_in_is_no_place(
    tmp_path: Path, inside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "export"
    (folder / "1" / "variables").mkdir(parents=True)
    (folder / "model.json").write_text('{"format": "sincerely-export"}')
    monkeypatch.chdir(folder / inside)

    with pytest.raises(BadInput, match="but found a folder that this command runs in: choose"):
        check_folder(folder, force=True)


@pytest.mark.slow
def test_an_export_is_replaced_only_by_force_and_only_if_nothing_else_is_in_it(
    toy_workspace: Workspace, toy_run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    folder.mkdir()  # An empty one is as good as none.
    export_run(toy_workspace, toy_run, folder, now=NOW)

    with pytest.raises(AlreadyExists, match="an earlier export: choose another place or add"):
        check_folder(folder, force=False)
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(AlreadyExists, match=r"'mine\.txt' beside it"):
        check_folder(folder, force=True)
    (folder / "mine.txt").unlink()
    export_run(toy_workspace, toy_run, folder, force=True)

    assert json.loads((folder / "model.json").read_text("utf-8"))["exported"] > "2024-03"
    assert (names(folder), names(tmp_path)) == (CONTENT, ["export"])


@pytest.mark.parametrize("stage", ["Loading the model", "Putting it in place"])
def test_an_export_that_is_interrupted_leaves_the_earlier_one_and_nothing_else(
    toy_workspace: Workspace, toy_run: Run, tmp_path: Path, stage: str
) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "model.json").write_text('{"format": "sincerely-export"}')

    def interrupt(told: str) -> None:
        if told == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_run(toy_workspace, toy_run, folder, force=True, tell=interrupt)

    assert (names(folder), names(tmp_path)) == (["model.json"], ["export"])


def test_an_earlier_export_that_cannot_be_put_back_is_kept_beside_its_place(
    toy_workspace: Workspace, toy_run: Run, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    folder, rename = tmp_path / "export", os.rename
    folder.mkdir()
    (folder / "model.json").write_text('{"format": "sincerely-export"}')

    def lost(source: Path, target: Path) -> None:
        if target == folder:
            raise OSError("the disk is gone")
        rename(source, target)

    monkeypatch.setattr(os, "rename", lost)
    with pytest.raises(OSError, match="the disk is gone"):
        export_run(toy_workspace, toy_run, folder, force=True)

    (old,) = tmp_path.iterdir()
    assert names(old) == ["model.json"]
    assert str(old) in caplog.text


def test_a_model_that_answers_with_no_number_is_not_exported(
    workspace: Workspace, toy_workspace: Workspace, toy_run: Run, tmp_path: Path
) -> None:
    run = copied_run(toy_workspace, toy_run, workspace)
    folder = workspace.run(run.id).model(read_result(workspace, run).best_step)
    model = load_model(folder)
    bias = model.network.get_layer("logits").bias
    bias.assign(np.full(bias.shape, np.nan))
    model.network.save(folder / "model.keras")

    with pytest.raises(RuntimeError, match="differs from the run by nan"):
        export_run(workspace, run, tmp_path / "export")

    assert not (tmp_path / "export").exists()


@pytest.mark.parametrize("kilobytes", [16, 150])
def test_a_full_disk_is_said_and_leaves_nothing(
    toy_workspace: Workspace, toy_run: Run, tmp_path: Path, kilobytes: int
) -> None:
    with no_file_above(kilobytes), pytest.raises(DiskError, match="room to write the export"):
        export_run(toy_workspace, toy_run, tmp_path / "export")

    assert names(tmp_path) == []


def test_something_that_appears_meanwhile_is_not_overwritten(
    toy_workspace: Workspace, toy_run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "export"

    def intrude(told: str) -> None:
        if told == "Putting it in place":
            folder.mkdir()
            (folder / "mine.txt").write_text("mine")

    with pytest.raises(AlreadyExists, match="something in it"):
        export_run(toy_workspace, toy_run, folder, tell=intrude)

    assert (names(folder), names(tmp_path)) == (["mine.txt"], ["export"])


def test_a_run_that_gets_another_model_meanwhile_is_not_exported_half_and_half(
    workspace: Workspace, toy_workspace: Workspace, toy_run: Run, tmp_path: Path
) -> None:
    run = copied_run(toy_workspace, toy_run, workspace)
    paths, result = workspace.run(run.id), read_result(workspace, run)

    def go_on(told: str) -> None:
        if told == "Writing the model":
            later = replace(result, best_step=result.best_step + 1)
            write_atomically(paths.result, later.to_json())

    with pytest.raises(JobError, match="another model or threshold, or is gone: export it again"):
        export_run(workspace, run, tmp_path / "export", tell=go_on)

    assert not (tmp_path / "export").exists()


def test_a_run_without_a_model_cannot_be_exported(workspace: Workspace, tmp_path: Path) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(60))
    run = create_run(workspace, dataset, toy.recipe("minilm"))

    with pytest.raises(NotFound, match="a run with a trained model"):
        export_run(workspace, run, tmp_path / "export")

    assert not (tmp_path / "export").exists()
