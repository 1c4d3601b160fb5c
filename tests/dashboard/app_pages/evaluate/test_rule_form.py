import pytest

from core.evaluation.operating_point import OperatingPoint, Rule, describe_point
from dashboard.app_pages.evaluate.rule_form import rule_form
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import field

AMOUNTS = {
    Rule.F_BETA: (2.0,),
    Rule.MCC: (),
    Rule.PRECISION: (0.9,),
    Rule.RECALL: (0.7,),
    Rule.COSTS: (2.0, 30.0),
    Rule.WORKLOAD: (50.0, 1_000_000.0),
    Rule.NEVER_MORE: (60.0, 2_000.0),
    Rule.HAND: (0.25,),
}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Rule.F_BETA, "best F2 on validation rows"),
        (Rule.MCC, "best MCC on validation rows"),
        (Rule.PRECISION, "precision of at least 0.9 on validation rows"),
        (Rule.RECALL, "recall of at least 0.7 on validation rows"),
        (Rule.COSTS, "a false alarm costs 2, a miss 30"),
        (Rule.WORKLOAD, "50 of 1,000,000 texts can be reviewed"),
        (Rule.NEVER_MORE, "never more than 60 of 2,000 texts to review"),
        (Rule.HAND, "set by hand"),
    ],
)
def test_every_rule_has_a_reason_in_words(rule: Rule, said: str) -> None:
    assert describe_point(OperatingPoint(0.4, rule, AMOUNTS[rule])) == said


@pytest.mark.parametrize("rule", list(Rule))
def test_the_boxes_hold_the_amounts_of_the_point(draw: Draw, rule: Rule) -> None:
    point = OperatingPoint(0.4, rule, AMOUNTS[rule])

    app = draw(rule_form, point, rule, key="form", on_choice=lambda *_: None)

    assert field(app.selectbox, "Choose it by").value is rule
    shown = tuple(box.value for box in app.number_input)
    assert shown == (() if rule is Rule.HAND else AMOUNTS[rule])


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        (Rule.F_BETA, (1.0,)),
        (Rule.MCC, ()),
        (Rule.PRECISION, (0.8,)),
        (Rule.RECALL, (0.8,)),
        (Rule.COSTS, (1.0, 5.0)),
        (Rule.WORKLOAD, (400.0, 100_000.0)),
        (Rule.NEVER_MORE, (400.0, 100_000.0)),
        (Rule.HAND, ()),
    ],
)
def test_another_rule_is_asked_for_with_its_usual_amounts(
    draw: Draw, rule: Rule, first: tuple[float, ...]
) -> None:
    heard: list[tuple[Rule, tuple[float, ...]]] = []
    start = Rule.MCC if rule is not Rule.MCC else Rule.RECALL
    point = OperatingPoint(0.4, start, AMOUNTS[start])
    app = draw(rule_form, point, start, key="form", on_choice=lambda *chosen: heard.append(chosen))

    field(app.selectbox, "Choose it by").set_value(rule).run()

    assert heard == [(rule, first)]


def test_an_amount_is_heard_with_the_others_of_its_rule(draw: Draw) -> None:
    heard: list[tuple[Rule, tuple[float, ...]]] = []
    point = OperatingPoint(0.4, Rule.COSTS, (2.0, 30.0))
    app = draw(
        rule_form, point, Rule.COSTS, key="form", on_choice=lambda *chosen: heard.append(chosen)
    )

    app.number_input[1].set_value(40.0).run()

    assert heard == [(Rule.COSTS, (2.0, 40.0))]
    assert not app.exception


def test_a_rule_that_was_refused_is_drawn_in_place_of_the_points(draw: Draw) -> None:
    point = OperatingPoint(0.4, Rule.F_BETA, (2.0,))

    app = draw(rule_form, point, Rule.PRECISION, key="form", on_choice=lambda *_: None)

    assert field(app.selectbox, "Choose it by").value is Rule.PRECISION
    assert [(box.label, box.value) for box in app.number_input] == [("Least precision", 0.8)]
