"""The rows table and the length chart in a real browser. Screenshots go to test-output/."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

ROOT = Path(__file__).resolve().parents[3]
SCREENSHOTS = ROOT / "test-output"
MINUTE_MS = 60_000
BAR_COLOR = "getComputedStyle(document.querySelector('.js-plotly-plot .bars path')).fill"

SCRIPT = """
import streamlit as st

from dashboard.widgets.length_chart.length_chart import LengthSeries, length_chart
from dashboard.widgets.rows_table.rows_table import TableRow, rows_table

st.set_page_config(layout="wide")
seen = st.session_state
seen.runs = seen.get("runs", 0) + 1
seen.setdefault("clicks", [])
top = st.columns(4)
top[0].button("Run again")
log = top[1].toggle("Log")
many = top[2].toggle("Many")
other = top[3].toggle("Other rows")

starts = list(range(1, 61, 2))
ends = [start + 1 for start in starts]
sizes = {"sincere": 1000, "insincere": 70}
if many:
    sizes |= {f"class {n}": 400 // n for n in range(1, 5)}
series = [
    LengthSeries(name, starts, ends, [size // (1 + abs(start - 15 - 4 * i)) for start in starts])
    for i, (name, size) in enumerate(sizes.items())
]
with st.container(border=True):
    st.subheader("Tokens a text")
    choice = length_chart(
        series, x_title="tokens a text", y_title="texts", log=log, line=40,
        line_label="max tokens", key="chart", title="Tokens <b>a</b> text",
    )
if choice.clicked:
    seen.clicks.append(choice.clicked)
    if choice.clicked[0] == "insincere":
        st.rerun()

texts = [
    ("What is the <b>best</b> way to **learn** `code`? :smile: $x^2$", [(12, 23), (31, 40)]),
    ("\\U0001f600\\U0001f468\\u200d\\U0001f469\\u200d\\U0001f467 emoji before a hit", [(22, 25)]),
    ("\\u05e9\\u05dc\\u05d5\\u05dd \\u05e2\\u05d5\\u05dc\\u05dd", [(5, 9)]),
    ("x" * 5000, []),
    ("Why " + "do people ask such long questions? " * 40 + "the end", [(1408, 1411)]),
    ("one line\\nand  another", []),
]
texts += [(f"Why does the quick fox number {n} jump over the lazy dog?", [(9, 12)])
    for n in range(44)]
labels = ["sincere", "insincere", None, "a class with a very long name"]
rows = [
    TableRow(
        1300000 + 7 * n + other, f"{7919 * n:020x}", text, spans, labels[n % 4 if n < 8 else n % 2],
        {"words": len(text.split()), "score": n / 50, "part": "train"},
    )
    for n, (text, spans) in enumerate(texts)
]
left, right = st.columns([1, 3])
left.text_input("Search")
with right.container(border=True):
    chosen = rows_table(rows, key="rows", selectable=True, classes=["sincere", "insincere"])
chosen = [(row - 1300000) // 7 for row in chosen]
st.text(f"runs={seen.runs}; line={choice.line}; clicks={seen.clicks}; chosen={chosen};")
"""

Open = Callable[..., Page]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that runs the script; asked for after the browser, which may be missing."""
    folder = tmp_path_factory.mktemp("widgets")
    script = folder / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    (folder / "static").symlink_to(ROOT / "dashboard" / "static")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.port", str(port), "--server.headless", "true"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (folder / "server.log").open("wb") as server_log:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=server_log, stderr=server_log
        )
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=15)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not start within 60 s")


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Open]:
    """Open the script's page; nothing may be asked of other machines or fail meanwhile."""
    outside: list[str] = []
    failures: list[str] = []
    contexts = []

    def open_(theme: str = "light", width: int = 1440) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 1000},
            color_scheme="dark" if theme == "dark" else "light",
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(MINUTE_MS)
        inside = (address, "data:", "blob:")
        page.on("request", lambda r: None if r.url.startswith(inside) else outside.append(r.url))
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.goto(address)
        expect(page.get_by_text("runs=")).to_be_visible()
        expect(page.locator(".nsewdrag")).to_be_attached()
        expect(page.locator("tbody tr")).to_have_count(50)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert outside == []
    assert failures == []


def run_again(page: Page) -> None:
    words = page.get_by_text("runs=").inner_text()
    runs = int(words.split(";")[0].removeprefix("runs="))
    page.get_by_role("button", name="Run again").click()
    told(page, f"runs={runs + 1}")


def told(page: Page, words: str) -> None:
    """What the script has answered, all of it in one text, so that one run wrote it."""
    expect(page.get_by_text("runs=")).to_contain_text(f"{words};")


def bounds(element: Locator) -> dict[str, float]:
    box = element.bounding_box()
    assert box is not None, "it is not shown"
    return dict(box)


def place(page: Page, length: float, height: float) -> tuple[float, float]:
    """Where a length stands on the screen, `height` of the way up."""
    box = bounds(page.locator(".nsewdrag"))
    low, high = x_range(page)
    x = box["x"] + (length - low) / (high - low) * box["width"]
    return x, box["y"] + (1 - height) * box["height"]


def x_range(page: Page) -> list[float]:
    return page.evaluate("document.querySelector('.js-plotly-plot').layout.xaxis.range")


def zoom(page: Page, low: float, high: float) -> None:
    page.mouse.move(*place(page, low, 0.6))
    page.mouse.down()
    page.mouse.move(*place(page, (low + high) / 2, 0.6))
    page.mouse.move(*place(page, high, 0.6))
    page.mouse.up()
    expect(page.get_by_role("button", name="Show all")).to_be_visible()


def pull_line(page: Page, length: int) -> None:
    box = bounds(page.get_by_role("slider"))
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 3
    reach, _ = place(page, length + 0.5, 0)
    page.mouse.move(x + 7, y)  # beside the line is near enough
    page.mouse.down()
    page.mouse.move((x + reach) / 2 + 7, y, steps=3)
    page.mouse.move(reach + 7, y + 20, steps=3)
    page.mouse.up()


def count_drawings(page: Page) -> None:
    page.evaluate(
        """() => {
            window.drawings = 0
            document.querySelector('.js-plotly-plot').on('plotly_afterplot', () => drawings++)
            const seen = new MutationObserver(() => drawings++)
            const body = document.querySelector('[data-testid=stBidiComponentIsolated]')
                .shadowRoot.querySelector('tbody')
            seen.observe(body, { childList: true })
        }"""
    )


def test_texts_are_shown_as_they_are_with_their_hits(open_page: Open) -> None:
    page = open_page(width=1024)
    rows = page.locator("tbody tr")
    words = page.locator(".words")
    expect(words.nth(0)).to_have_text(
        "What is the <b>best</b> way to **learn** `code`? :smile: $x^2$"
    )
    assert rows.nth(0).locator("mark").all_inner_texts() == ["<b>best</b>", "**learn**"]
    assert rows.nth(1).locator("mark").all_inner_texts() == ["hit"]
    assert rows.nth(2).locator("mark").all_inner_texts() == ["\u05e2\u05d5\u05dc\u05dd"]
    direction = "element => getComputedStyle(element).direction"
    assert [words.nth(i).evaluate(direction) for i in (0, 2)] == ["ltr", "rtl"]
    assert words.nth(5).inner_text().strip() == "one line\nand  another"
    expect(rows.nth(2).locator("td.label")).to_have_text("–")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert bounds(page.locator("table"))["width"] <= bounds(page.locator(".rows"))["width"] + 1


def test_a_long_text_shows_its_hit_opens_and_is_copied_whole(open_page: Open) -> None:
    page = open_page()
    row = page.locator("tbody tr").nth(4)
    expect(row.locator("mark")).to_have_text("end")
    assert len(row.locator(".words").inner_text()) < 500
    row.get_by_role("button", name="More").click()
    assert len(row.locator(".words").inner_text()) > 1400
    expect(row.locator("mark")).to_have_text("end")
    row.get_by_role("button", name="Less").click()
    assert len(row.locator(".words").inner_text()) < 500
    long_word = page.locator("tbody tr").nth(3)
    long_word.hover()
    long_word.get_by_role("button", name="Copy the text").click()
    expect(long_word.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "x" * 5000


def test_chosen_rows_outlast_reruns_and_end_with_their_rows(open_page: Open) -> None:
    page = open_page()
    boxes = page.locator("tbody input")
    boxes.nth(1).click()
    told(page, "chosen=[1]")
    count_drawings(page)
    boxes.nth(4).click(modifiers=["Shift"])
    told(page, "chosen=[1, 2, 3, 4]")
    run_again(page)
    told(page, "chosen=[1, 2, 3, 4]")
    expect(boxes.nth(4)).to_be_checked()
    page.get_by_label("Choose all rows shown").click()
    told(page, f"chosen={list(range(50))}")
    page.get_by_label("Choose all rows shown").click()
    told(page, "chosen=[]")
    assert page.evaluate("drawings") == 0
    boxes.nth(2).click()
    told(page, "chosen=[2]")
    page.get_by_text("Other rows").click()
    told(page, "chosen=[]")
    expect(boxes.nth(2)).not_to_be_checked()


def test_the_table_is_worked_by_keys_and_its_header_stays_in_sight(open_page: Open) -> None:
    page = open_page()
    page.locator("tbody tr").nth(0).focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "Space"):
        page.keyboard.press(key)
    told(page, "chosen=[1]")
    expect(page.locator("tbody tr").nth(1)).to_be_focused()
    page.locator("tbody tr").nth(40).scroll_into_view_if_needed()
    above = bounds(page.get_by_test_id("stHeader"))["height"]
    assert abs(bounds(page.locator("th").first)["y"] - above) < 2


def test_the_line_is_dragged_without_drawing_the_chart(open_page: Open) -> None:
    page = open_page()
    slider = page.get_by_role("slider", name="max tokens")
    expect(slider).to_have_text("max tokens 40")
    run_again(page)  # plotly fits a new chart to its place once more
    count_drawings(page)
    pull_line(page, 25)
    told(page, "line=25")
    expect(slider).to_have_text("max tokens 25")
    slider.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "Shift+ArrowRight"):
        page.keyboard.press(key)
    told(page, "line=36")
    run_again(page)
    told(page, "line=36")
    expect(slider).to_have_text("max tokens 36")
    assert page.evaluate("drawings") == 0


def test_a_click_on_a_bar_arrives_once(open_page: Open) -> None:
    page = open_page()
    page.mouse.move(*place(page, 15.5, 0.5))
    expect(page.locator(".length-tip")).to_contain_text("15 to 16 tokens a text")
    expect(page.locator(".length-chosen")).to_have_text(re.compile(r"sincere1,000\d+\.\d%"))
    page.mouse.click(*place(page, 15.5, 0.5))
    told(page, "clicks=[('sincere', 15, 16)]")
    run_again(page)
    told(page, "clicks=[('sincere', 15, 16)]")
    # Under the other series, and on a page that runs again at once.
    page.mouse.move(*place(page, 19.5, 0.02))
    expect(page.locator(".length-tip")).to_contain_text("19 to 20 tokens a text")
    page.mouse.click(*place(page, 19.5, 0.02))
    told(page, "clicks=[('sincere', 15, 16), ('insincere', 19, 20)]")
    run_again(page)
    told(page, "clicks=[('sincere', 15, 16), ('insincere', 19, 20)]")
    # A double click is one click, and a drag is none.
    page.mouse.move(*place(page, 17.5, 0.1))
    expect(page.locator(".length-tip")).to_contain_text("17 to 18 tokens a text")
    page.mouse.dblclick(*place(page, 17.5, 0.1))
    three = "clicks=[('sincere', 15, 16), ('insincere', 19, 20), ('sincere', 17, 18)]"
    told(page, three)
    zoom(page, 10.4, 20.6)
    run_again(page)
    told(page, three)


def test_a_zoom_outlasts_reruns_other_scales_and_themes(open_page: Open) -> None:
    page = open_page()
    whole = x_range(page)
    zoom(page, 10.4, 20.6)
    zoomed = x_range(page)
    assert zoomed == pytest.approx([10.4, 20.6], abs=0.5)
    run_again(page)
    assert x_range(page) == zoomed
    page.get_by_text("Log", exact=True).click()
    expect(page.locator(".ytitle")).to_have_text("texts, log scale")
    assert x_range(page) == zoomed
    light = page.evaluate(BAR_COLOR)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"{BAR_COLOR} !== '{light}'")
    assert x_range(page) == zoomed
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_role("button", name="Show all")).to_be_hidden()
    assert x_range(page) == whole


def test_a_series_can_be_put_away_and_the_picture_downloaded(
    open_page: Open, tmp_path: Path
) -> None:
    page = open_page("dark")
    page.get_by_role("button", name="sincere", exact=True).click()
    expect(page.locator(".js-plotly-plot .bars")).to_have_count(1)
    run_again(page)
    expect(page.locator(".js-plotly-plot .bars")).to_have_count(1)
    page.mouse.click(*place(page, 19.5, 0.9))
    told(page, "clicks=[('insincere', 19, 20)]")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as a picture").click()
    assert download.value.suggested_filename == "tokens-b-a-b-text.png"
    picture = tmp_path / "picture.png"
    download.value.save_as(picture)
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 10_000


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1024])
def test_both_fit_on_the_page(open_page: Open, theme: str, width: int) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page = open_page(theme, width)
    page.get_by_text("Many").click()
    expect(page.locator(".length-entry")).to_have_count(6)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.screenshot(path=SCREENSHOTS / f"widgets-{theme}-{width}.png")
