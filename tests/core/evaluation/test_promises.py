import pytest

from core.evaluation.intervals import Confusion
from core.evaluation.operating_point import OperatingPoint, Rule
from core.evaluation.promises import promise

FLAGS_60_OF_1_000 = Confusion(tn=900, fp=20, fn=40, tp=40)


@pytest.mark.parametrize("rule", [Rule.WORKLOAD, Rule.NEVER_MORE])
@pytest.mark.parametrize(
    ("reviewed", "kept", "said"),
    [
        (50.0, False, ", more than the 50 that can be reviewed."),
        (65.0, True, ": perhaps more than the 65 asked for."),
        (90.0, True, " texts."),
    ],
)
def test_a_workload_is_held_against_the_rows_with_its_range(
    rule: Rule, reviewed: float, kept: bool, said: str
) -> None:
    found = promise(OperatingPoint(0.5, rule, (reviewed, 1_000.0)), FLAGS_60_OF_1_000, "test")

    assert found is not None
    assert found.kept is kept
    assert found.said.startswith("On test rows it flags about 60 (4")
    assert " of 1,000 texts" in found.said
    assert found.said.endswith(said)


@pytest.mark.parametrize(
    ("rule", "least", "kept", "said"),
    [
        (Rule.PRECISION, 0.8, False, "its precision is 0.667 ("),
        (Rule.PRECISION, 0.65, True, ": perhaps less than the 0.65 asked for."),
        (Rule.PRECISION, 0.3, True, "its precision is 0.667 ("),
        (Rule.RECALL, 0.9, False, ", less than the 0.9 asked for."),
        (Rule.RECALL, 0.2, True, "its recall is 0.500 ("),
    ],
)
def test_a_least_share_is_held_against_the_rows(
    rule: Rule, least: float, kept: bool, said: str
) -> None:
    found = promise(OperatingPoint(0.5, rule, (least,)), FLAGS_60_OF_1_000, "test")

    assert found is not None
    assert found.kept is kept
    assert said in found.said


def test_what_asks_for_no_amount_promises_nothing() -> None:
    for point in (OperatingPoint(0.5), OperatingPoint(0.5, Rule.MCC, ())):
        assert promise(point, FLAGS_60_OF_1_000, "test") is None
    nothing = Confusion(tn=9, fp=0, fn=1, tp=0)
    assert promise(OperatingPoint(0.9, Rule.PRECISION, (0.8,)), nothing, "test") is None
