import pytest

from core.model import saved_model
from core.serving.model_spec import INPUT, OUTPUTS, SIGNATURE, check_signature, model_metadata
from core.serving.request_error import RequestError


def test_the_signature_is_that_of_an_exported_model() -> None:
    assert (SIGNATURE, INPUT) == (saved_model.SIGNATURE, saved_model.TEXT)
    assert set(OUTPUTS) == {saved_model.SCORE, saved_model.LABEL, saved_model.CALIBRATED}


def test_metadata_say_what_goes_in_and_comes_out() -> None:
    found = model_metadata("a-run")
    assert found["model_spec"] == {"name": "a-run", "signature_name": "", "version": "1"}
    signature = found["metadata"]["signature_def"]["signature_def"][SIGNATURE]
    assert signature["method_name"] == "tensorflow/serving/predict"
    assert signature["inputs"]["text"]["dtype"] == "DT_STRING"
    assert signature["inputs"]["text"]["tensor_shape"]["dim"] == [{"size": "-1", "name": ""}]


@pytest.mark.parametrize("request_", [{}, {"signature_name": ""}, {"signature_name": SIGNATURE}])
def test_the_signature_may_be_named_or_not(request_: dict[str, str]) -> None:
    check_signature(request_)


@pytest.mark.parametrize("name", ["other", "Serving_Default", "x" * 9_999, None, 1, ["a"]])
def test_another_signature_is_refused(name: object) -> None:
    with pytest.raises(RequestError) as refusal:
        check_signature({"signature_name": name})
    assert refusal.value.status == 400
    assert 20 < len(str(refusal.value)) < 200
