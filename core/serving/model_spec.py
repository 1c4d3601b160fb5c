"""What a scorer says of its model, as TensorFlow Serving's status and metadata APIs have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.serving.request_error import RequestError

SIGNATURE = "serving_default"
INPUT = "text"
OUTPUTS: Mapping[str, str] = {"calibrated": "DT_FLOAT", "label": "DT_STRING", "score": "DT_FLOAT"}
"""What is answered of each text, by TensorFlow's names of the types."""
VERSION = "1"
LABEL = "stable"
"""The one version's label: TensorFlow Serving's usual name for the one that answers."""

_METHOD = "tensorflow/serving/predict"
_SHOWN = 80


def model_status() -> Mapping[str, Any]:
    """The status of the only version there is."""
    status = {"error_code": "OK", "error_message": ""}
    version = {"version": VERSION, "state": "AVAILABLE", "status": status}
    return {"model_version_status": [version]}


def model_metadata(name: str) -> Mapping[str, Any]:
    """What goes into a model of this name and what comes out of it."""
    signature = {
        "inputs": {INPUT: _tensor(INPUT, "DT_STRING")},
        "outputs": {output: _tensor(output, dtype) for output, dtype in OUTPUTS.items()},
        "method_name": _METHOD,
        "defaults": {},
    }
    return {
        "model_spec": {"name": name, "signature_name": "", "version": VERSION},
        "metadata": {"signature_def": {"signature_def": {SIGNATURE: signature}}},
    }


def check_signature(request: Mapping[str, Any]) -> None:
    """Make sure that a request names no other signature than ours.

    Raises:
        RequestError: it does.
    """
    name = request.get("signature_name", SIGNATURE)
    if not isinstance(name, str):
        raise RequestError(400, f'Expected signature_name to be the string "{SIGNATURE}".')
    if name not in ("", SIGNATURE):
        found = f"{name[:_SHOWN]!r}"
        raise RequestError(400, f'Expected the signature_name "{SIGNATURE}", but found {found}.')


def _tensor(name: str, dtype: str) -> Mapping[str, Any]:
    shape = {"dim": [{"size": "-1", "name": ""}], "unknown_rank": False}
    return {"dtype": dtype, "tensor_shape": shape, "name": f"{SIGNATURE}_{name}:0"}
