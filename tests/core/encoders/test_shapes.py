from core.encoders.shapes import EncoderShape

TINY = EncoderShape(layers=2, width=128, heads=2, inner=512, vocabulary=30_522, positions=512)
BASE = EncoderShape(layers=12, width=768, heads=12, inner=3072, vocabulary=30_522, positions=512)


def test_parameters_are_those_that_papers_print() -> None:
    assert TINY.parameters == 4_385_920
    assert BASE.parameters == 109_482_240


def test_multiply_adds_count_dense_layers_and_attention() -> None:
    # A token passes 4 products of width by width and 2 of width by inner a layer.
    assert TINY.multiply_adds(1) == 2 * (4 * 128 * 128 + 2 * 128 * 512 + 2 * 128)
    assert BASE.multiply_adds(20) / TINY.multiply_adds(20) > 200
    assert BASE.multiply_adds(256) > 2 * BASE.multiply_adds(128)


def test_parameters_are_embeddings_layers_and_pooler() -> None:
    pooler = 768 * 768 + 768

    assert BASE.parameters == BASE.embedding_parameters + 12 * BASE.layer_parameters + pooler


def test_elements_grow_with_the_square_of_long_texts() -> None:
    assert TINY.elements(1) == 2 * (4 * 128 + 512 + 2)
    assert TINY.elements(512) > 2 * TINY.elements(256)
