import pytest

from core.serving.limits import RETRY, Limits, Room, Work
from core.serving.request_error import RequestError


def test_as_many_bytes_of_bodies_wait_as_there_is_room_for() -> None:
    room = Room(10)
    with room.share() as first, room.share() as second:
        first(6)
        second(4)
        with pytest.raises(RequestError) as refusal:
            first(1)
        assert room.left == 0
    assert (refusal.value.status, refusal.value.headers) == (503, RETRY)
    assert room.left == 10


def test_room_is_given_back_after_a_refusal() -> None:
    room = Room(10)
    with pytest.raises(RequestError), room.share() as take:
        take(7)
        take(4)
    assert room.left == 10


def test_there_is_room_for_several_of_the_largest_bodies() -> None:
    assert Limits().bodies_bytes >= 5 * Limits().body_bytes


def test_work_is_idle_since_its_last_end() -> None:
    now = [100.0]
    work = Work(lambda: now[0])
    now[0] = 103.0
    assert work.idle_s == 3.0
    with work.answering(), work.answering():
        now[0] = 110.0
        assert (work.count, work.idle_s) == (2, 0.0)
    now[0] = 111.0
    assert (work.count, work.idle_s) == (0, 1.0)


def test_at_the_end_nothing_more_is_let_in() -> None:
    work = Work()
    work.ending = True
    with pytest.raises(RequestError, match="ending"), work.answering():
        pass
    assert work.count == 0
