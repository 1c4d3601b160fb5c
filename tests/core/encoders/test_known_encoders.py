import keras_hub
import pytest

from core.encoders.encoders import EncoderSource, source_of
from core.encoders.known_encoders import KNOWN, PRESETS

INSTALLED = keras_hub.models.BertBackbone.presets


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_has_the_parameters_that_keras_hub_says(name: str) -> None:
    if name not in INSTALLED:
        pytest.skip(f"keras-hub {keras_hub.__version__} does not have it")

    assert PRESETS[name].parameters == INSTALLED[name]["metadata"]["params"]


def test_the_presets_of_the_first_berts_are_in_every_keras_hub() -> None:
    assert {name for name in PRESETS if name.startswith("bert_")} <= set(INSTALLED)


def test_every_known_encoder_has_a_name_that_leads_to_its_source() -> None:
    sources = {source_of(known.name) for known in KNOWN}

    assert sources == {EncoderSource.TF_HUB, EncoderSource.PRESET}
    assert len({known.name for known in KNOWN}) == len({known.title for known in KNOWN})
    assert all(known.shape.width % known.shape.heads == 0 for known in KNOWN)


def test_the_small_berts_are_all_there() -> None:
    small = [known for known in KNOWN if "small_bert" in known.name]

    assert len(small) == 24
    assert "small_bert/bert_en_uncased_L-4_H-512_A-8/2" in " ".join(k.name for k in small)
    sizes = {(known.shape.layers, known.shape.width): known.shape.parameters for known in small}
    assert sizes[2, 128] == 4_385_920
    assert sizes[8, 512] == 41_373_184
