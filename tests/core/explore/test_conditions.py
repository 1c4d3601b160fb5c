from core.explore.conditions import Conditions


def test_without_conditions_every_row_meets_them() -> None:
    assert (Conditions().where, Conditions().parameters) == ("true", {})


def test_conditions_are_all_to_be_met_and_their_values_stand_apart() -> None:
    conditions = Conditions()

    conditions.add("a = $a", a="x' OR true")
    conditions.add("b")

    assert conditions.where == "true AND a = $a AND b"
    assert conditions.parameters == {"a": "x' OR true"}


def test_a_range_bounds_only_where_it_has_an_end() -> None:
    low, high, both, none = (Conditions() for _ in range(4))
    low.add_range("n", 0, None)
    high.add_range("n", None, 5)
    both.add_range("n", 0, 0)
    none.add_range("n", None, None)

    assert (low.where, low.parameters) == ("true AND n >= $n_low", {"n_low": 0})
    assert (high.where, high.parameters) == ("true AND n <= $n_high", {"n_high": 5})
    assert both.where == "true AND n >= $n_low AND n <= $n_high"
    assert none.where == "true"


def test_conditions_of_two_filters_share_nothing() -> None:
    first = Conditions()
    first.add("a")

    assert Conditions().where == "true"
