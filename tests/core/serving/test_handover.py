import asyncio
import threading
from concurrent.futures import Future

import pytest

from core.serving.handover import Handover


def test_results_of_a_thread_reach_those_who_wait_for_them() -> None:
    async def all_of() -> list[int]:
        handover, futures = Handover(), [Future[int]() for _ in range(50)]
        waiting = [asyncio.create_task(handover.result(future)) for future in futures]
        thread = threading.Thread(
            target=lambda: [future.set_result(n) for n, future in enumerate(futures)]
        )
        thread.start()
        found = await asyncio.gather(*waiting)
        thread.join()
        return found

    assert asyncio.run(all_of()) == list(range(50))


def test_what_is_done_already_or_fails_is_given_as_it_is() -> None:
    async def two() -> int:
        handover = Handover()
        good, bad = Future[int](), Future[int]()
        good.set_result(3)
        bad.set_exception(ZeroDivisionError("no"))
        with pytest.raises(ZeroDivisionError, match="no"):
            await handover.result(bad)
        return await handover.result(good)

    assert asyncio.run(two()) == 3


def test_what_nobody_waits_for_any_more_is_cancelled_and_holds_up_no_other() -> None:
    async def second() -> int:
        handover = Handover()
        gone, kept = Future[int](), Future[int]()
        given_up = asyncio.create_task(handover.result(gone))
        waiting = asyncio.create_task(handover.result(kept))
        await asyncio.sleep(0)  # Both wait.
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        assert gone.cancelled()
        kept.set_result(2)
        return await waiting

    assert asyncio.run(second()) == 2
