import numpy as np
import pytest
from scipy.stats import binomtest

from core.explore.columns.share_interval import share_interval


def test_shares_have_wilsons_interval() -> None:
    share, low, high = share_interval([5, 0, 10], [10, 10, 10])

    assert share.tolist() == [0.5, 0.0, 1.0]
    # By hand: (share + z²/2n ± z sqrt(share (1 - share)/n + z²/4n²)) / (1 + z²/n).
    assert low == pytest.approx([0.23659, 0.0, 0.72247], abs=1e-5)
    assert high == pytest.approx([0.76341, 0.27753, 1.0], abs=1e-5)


@pytest.mark.parametrize(("hits", "rows"), [(1, 7), (79_390, 1_306_122), (999, 1_000), (0, 3)])
def test_it_is_scipys(hits: int, rows: int) -> None:
    expected = binomtest(hits, rows).proportion_ci(method="wilson")

    _, low, high = share_interval([hits], [rows])

    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_no_rows_have_no_share() -> None:
    assert np.isnan(share_interval([0], [0])).all()
    assert [each.shape for each in share_interval([], [])] == [(0,)] * 3
