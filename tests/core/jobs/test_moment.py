import pytest

from core.jobs.moment import Moment
from core.jobs.process import boot_id


@pytest.mark.parametrize(
    ("then", "now", "age_s"),
    [
        (Moment("boot", 10.0), Moment("boot", 12.5), 2.5),
        (Moment("boot", 10.0), Moment("boot", 10.0), 0.0),
        (Moment("boot", 10.0), Moment("another", 12.5), float("inf")),
        (Moment("boot", 10.0), Moment("boot", 9.0), float("inf")),  # It can only have started anew.
        (Moment("", 10.0), Moment("", 12.5), 2.5),
        (Moment("", 10.0), Moment("boot", 12.5), float("inf")),
        (Moment(), Moment("boot", 1e9), float("inf")),
    ],
)
def test_an_age_is_told_unless_the_machine_started_in_between(
    then: Moment, now: Moment, age_s: float
) -> None:
    assert then.age_s(now) == age_s


def test_the_present_moment_is_of_this_start_of_the_machine_and_never_goes_back() -> None:
    moments = [Moment.now() for _ in range(100)]

    assert {moment.boot for moment in moments} == {boot_id()}
    assert moments == sorted(moments, key=lambda moment: moment.seconds)
    assert moments[0].age_s(moments[-1]) < float("inf")
