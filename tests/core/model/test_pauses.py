from core.model.pauses import Pausing, without_pauses


def test_work_in_one_go_gives_its_result() -> None:
    def work(pauses: int) -> Pausing[int]:
        for _ in range(pauses):
            yield
        return pauses

    assert [without_pauses(work(pauses)) for pauses in (0, 1, 5)] == [0, 1, 5]
