import re

from core.serving.metrics import Served, ServerMetrics
from core.serving.page import page

SERVED = Served("first", 'A "<b>run</b>"\\', 120, 0.4)


def test_the_page_asks_for_nothing_and_shows_names_as_text() -> None:
    metrics = ServerMetrics()
    metrics.count_request("predict", 200, 0.02)
    metrics.count_request("predict", 500, 0.02)
    metrics.count_batch(4)
    shown = page(metrics, SERVED)
    assert "A &quot;&lt;b&gt;run&lt;/b&gt;&quot;" in shown
    assert "<b>" not in shown
    assert not re.search(r"(src|href|url\(|@import|<script)", shown)
    assert "color-scheme: light dark" in shown
    assert "<th>Answer time, p50</th><td>17.5 ms</td>" in shown
    assert "<th>Errors</th><td>1</td>" in shown
    assert "<th>Texts a batch, mean</th><td>4.0</td>" in shown
    assert "{" + "rows}" not in shown


def test_before_the_first_request_the_page_has_no_times() -> None:
    shown = page(ServerMetrics(), SERVED)
    assert "<th>Requests</th><td>0</td>" in shown
    assert "Answer time" not in shown


def test_hours_are_shown_as_such() -> None:
    now = [0.0]
    metrics = ServerMetrics(lambda: now[0])
    now[0] = 3 * 3_600 + 120
    assert "<td>3 h 2 min</td>" in page(metrics, SERVED)
