"""Modules that would write a file if anything of them ran: none ever does."""

from collections.abc import Callable
from pathlib import Path

import pytest
import tensorflow as tf
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

from core.errors import EncoderError
from core.model.hub_graph import harmless_copy
from core.model.hub_module import load_hub_bert
from tests.core.model import hub_bert
from tests.messages import assert_one_sentence


class _WritesWhenLoaded(tf.saved_model.experimental.TrackableResource):
    """What TensorFlow makes and initialises as it loads a module, before anybody calls it."""

    def __init__(self, marker: str) -> None:
        super().__init__()
        self._marker = marker

    def _create_resource(self) -> tf.Tensor:
        return tf.raw_ops.HashTableV2(key_dtype=tf.string, value_dtype=tf.int64)

    def _initialize(self) -> None:
        tf.io.write_file(self._marker, "ran")


def write(marker: str) -> None:
    tf.io.write_file(marker, "ran")


def write_in_python(marker: str) -> None:
    tf.py_function(lambda: Path(marker).write_text("ran") and None, [], [])


def write_in_a_branch(marker: str) -> None:
    tf.cond(tf.random.uniform([]) < 2.0, lambda: write(marker), lambda: None)


def print_to_a_file(marker: str) -> None:
    tf.print("ran", output_stream=f"file://{marker}")


def read(marker: str) -> None:
    tf.io.read_file(marker)


def save(marker: str) -> None:
    tf.raw_ops.SaveV2(
        prefix=marker, tensor_names=["a"], shape_and_slices=[""], tensors=[tf.constant(1.0)]
    )


@pytest.mark.parametrize(
    "act", [write, write_in_python, write_in_a_branch, print_to_a_file, read, save]
)
def test_a_graph_that_could_touch_files_is_refused_and_never_runs(
    tmp_path: Path, act: Callable[[str], None]
) -> None:
    marker = tmp_path / "marker"
    module = tf.Module()

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def call(x: tf.Tensor) -> tf.Tensor:
        act(str(marker))
        return x

    module.__call__ = call
    tf.saved_model.save(module, str(tmp_path / "module"))

    with pytest.raises(EncoderError, match=r"only calculates.* found the operation") as refusal:
        load_hub_bert(str(tmp_path / "module"))

    assert_one_sentence(refusal.value)
    assert not marker.exists()


def test_a_module_that_acts_as_soon_as_it_is_loaded_is_refused_before(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    module = tf.Module()
    module.table = _WritesWhenLoaded(str(marker))
    module.table.resource_handle  # noqa: B018  Makes it.
    tf.saved_model.save(module, str(tmp_path / "module"))
    marker.unlink(missing_ok=True)

    with pytest.raises(EncoderError, match="may do more when it is loaded"):
        load_hub_bert(str(tmp_path / "module"))

    assert not marker.exists()
    tf.saved_model.load(str(tmp_path / "module"))
    assert marker.exists()  # So it would have been.


def test_a_bert_with_right_answers_that_also_writes_is_refused(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    folder = hub_bert.save_module(tmp_path / "hub", marker=marker)

    with pytest.raises(EncoderError, match="the operation WriteFile"):
        load_hub_bert(str(folder))

    assert not marker.exists()


def test_an_operation_that_is_called_as_a_function_is_refused(tmp_path: Path) -> None:
    saved = SavedModel()
    graph = saved.meta_graphs.add()
    graph.object_graph_def.concrete_functions["call"].SetInParent()
    function = graph.graph_def.library.function.add()
    function.signature.name = "call"
    node = function.node_def.add(op="PartitionedCall")
    node.attr["f"].func.name = "WriteFile"
    (tmp_path / "saved_model.pb").write_bytes(saved.SerializeToString())

    with (
        pytest.raises(EncoderError, match="the operation WriteFile"),
        harmless_copy("it", tmp_path),
    ):
        pass


def test_a_function_that_only_an_object_names_is_looked_at(tmp_path: Path) -> None:
    saved = SavedModel()
    graph = saved.meta_graphs.add()
    graph.object_graph_def.nodes.add().function.concrete_functions.append("call")
    function = graph.graph_def.library.function.add()
    function.signature.name = "call"
    function.node_def.add(op="WriteFile")
    (tmp_path / "saved_model.pb").write_bytes(saved.SerializeToString())

    with (
        pytest.raises(EncoderError, match="the operation WriteFile"),
        harmless_copy("it", tmp_path),
    ):
        pass


def test_the_graph_that_is_loaded_is_the_one_that_was_looked_at(tmp_path: Path) -> None:
    folder = hub_bert.save_module(tmp_path / "hub")
    graph = (folder / "saved_model.pb").read_bytes()

    with harmless_copy("it", folder) as copy:
        (folder / "saved_model.pb").write_bytes(b"another")
        assert (copy / "saved_model.pb").read_bytes() == graph
        assert (copy / "assets" / "vocab.txt").is_file()
    assert not copy.exists()


@pytest.mark.parametrize("content", [b"no graph", b"", SavedModel().SerializeToString()])
def test_what_is_no_module_of_today_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "saved_model.pb").write_bytes(content)

    with pytest.raises(EncoderError, match="a TF Hub module"), harmless_copy("it", tmp_path):
        pass
