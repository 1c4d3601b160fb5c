from tests.benchmarks.sides import matrices

SIZES = matrices.Sizes(layers=6, width=384, inner_width=1536, heads=12)


def test_multiply_adds_are_three_times_those_of_the_forward_pass() -> None:
    rows, tokens = 32, 20
    dense = 6 * rows * tokens * (4 * 384 * 384 + 2 * 384 * 1536)
    attention = 6 * rows * 12 * 2 * tokens * tokens * 32
    assert matrices.step_multiply_adds(SIZES, rows, tokens) == 3 * (dense + attention)


def test_a_measurement_counts_every_batch() -> None:
    sizes = {"layers": 1, "width": 8, "inner_width": 16, "heads": 2}
    once = matrices.measure(batches=[[2, 4], [2, 6]], **sizes)
    twice = matrices.measure(batches=[[2, 4], [2, 6], [2, 4], [2, 6]], **sizes)
    assert twice["multiply_adds"] == 2 * once["multiply_adds"] > 0
    assert once["seconds"] > 0
