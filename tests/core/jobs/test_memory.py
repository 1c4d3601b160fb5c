import os

from core.jobs.memory import oom_killed_since, oom_kills


def test_this_systems_counts_are_found_and_have_not_grown_meanwhile() -> None:
    counts = oom_kills(os.getpid())

    assert "/proc/vmstat" in counts
    assert all(count >= 0 for count in counts.values())
    assert not oom_killed_since(counts)


def test_a_count_that_has_grown_tells() -> None:
    counts = oom_kills(os.getpid())
    first = next(iter(counts))

    assert oom_killed_since({**counts, first: counts[first] - 1})


def test_the_groups_own_count_goes_before_the_machines_where_it_is_still_there() -> None:
    now = oom_kills(os.getpid())["/proc/vmstat"]

    assert not oom_killed_since({**oom_kills(os.getpid()), "/proc/vmstat": now - 1}) or (
        len(oom_kills(os.getpid())) == 1
    )
    assert oom_killed_since({"/sys/fs/cgroup/no/such/group": 0, "/proc/vmstat": now - 1})


def test_a_process_that_is_gone_has_the_machines_count_only() -> None:
    assert list(oom_kills(2**22 + 1)) == ["/proc/vmstat"]
    assert not oom_killed_since({})
