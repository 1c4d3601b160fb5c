"""What a TF Hub module's graph would do, looked up before anything of it is loaded.

A module is a program: its graph may hold operations that read and write files, and some run as
soon as it is loaded. One is only ever loaded here if all that it can do is to calculate.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from tensorflow.core.protobuf.meta_graph_pb2 import MetaGraphDef
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

from core.encoders.encoder_folder import HUB_GRAPH, refusal
from core.errors import EncoderError

_NAMES = """
    Add AddN AddV2 All Any ArgMax BatchMatMul BatchMatMulV2 BatchMatMulV3 BiasAdd BroadcastArgs
    BroadcastTo Cast ClipByValue Concat ConcatV2 Const Cumsum DivNoNan Einsum EnsureShape Equal
    Erf Erfc Exp ExpandDims Fill FloorDiv FloorMod Gather GatherNd GatherV2 Greater GreaterEqual
    Identity IdentityN InvertPermutation IsFinite IsNan LeakyRelu Less LessEqual Log Log1p
    LogSoftmax LogicalAnd LogicalNot LogicalOr MatMul MatrixBandPart Max Maximum Mean Min
    Minimum Mul Neg NoOp NotEqual OneHot OnesLike Pack Pad PadV2 PartitionedCall Pow
    PreventGradient Prod RandomStandardNormal RandomUniform RandomUniformInt Range Rank
    ReadVariableOp RealDiv Reciprocal Relu Relu6 Reshape ResourceGather ResourceGatherNd Rsqrt
    Select SelectV2 Selu Shape Sigmoid Sign Size Slice Snapshot Softmax Softplus Split SplitV
    Sqrt Square SquaredDifference Squeeze StatefulPartitionedCall StatelessRandomGetAlg
    StatelessRandomGetKeyCounter StatelessRandomUniform StatelessRandomUniformV2 StopGradient
    StridedSlice Sub Sum Tanh Tile Transpose TruncatedNormal Unpack Where ZerosLike
"""
# An operation that is not here is refused: TensorFlow has a thousand, and libraries add more.
_CALCULATE = frozenset(_NAMES.split())
_INERT = frozenset(
    {"user_object", "asset", "function", "variable", "bare_concrete_function", "constant"}
    | {"captured_tensor"}
)
"""Kinds of objects that do nothing when they are loaded; a resource calls its own functions."""


@contextmanager
def harmless_copy(handle: str, module: Path) -> Iterator[Path]:
    """A folder of a TF Hub module whose graph can do nothing but calculate.

    The graph is the very bytes that were looked at, whatever becomes of the file meanwhile;
    variables and assets are data, and lie where they were.

    Args:
        handle: What people call the module.
        module: Its folder.

    Raises:
        EncoderError: the graph cannot be read, or could do more.
    """
    try:
        content = (module / HUB_GRAPH).read_bytes()
    except OSError as error:
        raise refusal(handle, f"a TF Hub module without {HUB_GRAPH}") from error
    _check(handle, content)
    with tempfile.TemporaryDirectory() as copy:
        (Path(copy) / HUB_GRAPH).write_bytes(content)
        for part in ("variables", "assets"):
            (Path(copy) / part).symlink_to(module.resolve() / part)
        yield Path(copy)


def _check(handle: str, content: bytes) -> None:
    saved = SavedModel()
    try:
        saved.ParseFromString(content)
    except DecodeError as error:
        raise refusal(handle, "a TF Hub module that cannot be read (a damaged graph)") from error
    if len(saved.meta_graphs) != 1 or not saved.meta_graphs[0].HasField("object_graph_def"):
        raise refusal(handle, "a TF Hub module of TensorFlow 1")
    graph = saved.meta_graphs[0]
    for node in graph.object_graph_def.nodes:
        kind = node.WhichOneof("kind")
        known_to_tensorflow = node.registered_name or node.registered_saver
        if kind not in _INERT or known_to_tensorflow or node.saveable_objects:
            raise _does_more(handle, f"an object ({kind}) that may do more when it is loaded")
    others = sorted(set(_operations(graph)) - _CALCULATE)
    if others:
        raise _does_more(handle, f"the operation {others[0]}, which may read or write files")


def _operations(graph: MetaGraphDef) -> Iterator[str]:
    """Names of all that functions of the module's objects do, and those that they call."""
    library = {f.signature.name: f for f in graph.graph_def.library.function}
    waiting = [*graph.object_graph_def.concrete_functions]
    waiting += [gradient.gradient_func for gradient in graph.graph_def.library.gradient]
    for node in graph.object_graph_def.nodes:  # They may name functions that are not listed.
        waiting += node.function.concrete_functions
        waiting += filter(None, [node.bare_concrete_function.concrete_function_name])
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name not in library:  # TensorFlow calls its operations as it calls functions.
            yield name
            continue
        for node in library[name].node_def:
            waiting.append(node.op)
            waiting += [
                f.name for a in node.attr.values() for f in (a.func, *a.list.func) if f.name
            ]


def _does_more(handle: str, found: str) -> EncoderError:
    return EncoderError(
        f"a TF Hub module that only calculates, as {handle} would run with your rights",
        found,
        "choose another encoder; nothing of this one was run",
    )
