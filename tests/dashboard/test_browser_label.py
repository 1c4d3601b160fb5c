"""The Label page in a real browser: keys, and everything that can go wrong between two of them."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from core.data.dataset import TEXT, Dataset, take_rows
from core.data.importing.importer import import_file
from core.data.importing.preview import Columns
from core.labels.guidelines import write_guideline
from core.labels.store.events import Action, LabelEvent
from core.labels.store.schema import LEASES
from core.labels.store.store import LabelStore, open_labels
from core.workspace import Workspace
from tests import toy
from tests.dashboard.browsing import Dashboard, open_page

pytestmark = pytest.mark.browser
KEYS = {"kind": "0", "rude": "1"}
SETTLED = ".desk[data-pending='0']"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("browser-label") / "workspace")


@pytest.fixture
def dataset(workspace: Workspace, tmp_path: Path) -> Dataset:
    """Rows without labels, and two classes to give them; the newest, so pages open with it."""
    path = tmp_path / "texts.csv"
    lines = [f"{text} number {n} {tmp_path.name}" for n, (text, _) in enumerate(toy.make_rows(300))]
    path.write_text("text\n" + "\n".join(lines) + "\n")
    found = import_file(workspace, path, columns=Columns(text="text", label=None)).dataset
    write_guideline(
        open_labels(workspace), found, text="Rude is rude.", classes=("kind", "rude"), author="t"
    )
    return found


@pytest.fixture(scope="module")
def dashboard(workspace: Workspace) -> Iterator[Dashboard]:
    workspace.root.mkdir(parents=True)
    running = Dashboard(workspace.root)
    yield running
    running.stop()


@pytest.fixture
def desk(browser: Browser, dashboard: Dashboard, dataset: Dataset) -> Iterator[Page]:
    page, outside = open_page(browser, "light")
    show(page, dashboard)
    yield page
    assert outside == []
    page.context.close()


def show(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.url}/label")
    expect(page.locator(".desk .text")).to_contain_text("number")


def shown(page: Page) -> str:
    return page.locator(".desk .text").inner_text()


def press(page: Page, value: str) -> tuple[str, str]:
    """Answer the text on the screen; gives it with the answer."""
    text = shown(page)
    page.keyboard.press(KEYS[value])
    return text, value


def stored(workspace: Workspace, dataset: Dataset) -> list[tuple[str, str | None]]:
    """The texts that were answered, in the order of their events, with the answers."""
    events = [e for e in open_labels(workspace).events(dataset.fingerprint) if e.value]
    rows = np.array([event.row for event in events], np.int64)
    texts = take_rows(workspace, dataset, rows)[TEXT].to_pylist()
    return [(text, event.value) for text, event in zip(texts, events, strict=True)]


def events(workspace: Workspace, dataset: Dataset) -> list[LabelEvent]:
    return open_labels(workspace).events(dataset.fingerprint)


def burst(page: Page, count: int, gap_ms: int) -> list[tuple[str, str]]:
    answers = []
    for number in range(count):
        answers.append(press(page, "rude" if number % 3 == 0 else "kind"))
        page.wait_for_timeout(gap_ms)
    return answers


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it has not come to pass"
        time.sleep(0.1)


def test_thirty_presses_40_ms_apart_are_stored_in_order_on_the_right_texts(
    desk: Page, workspace: Workspace, dataset: Dataset
) -> None:
    answers = burst(desk, 30, 40)

    desk.locator(SETTLED).wait_for()
    assert stored(workspace, dataset) == answers
    assert len({text for text, _ in answers}) == 30
    longest = desk.evaluate(
        "Math.max(...performance.getEntriesByName('label_queue').map((each) => each.duration))"
    )
    assert longest < 1_000  # Not a benchmark: `make bench-label` is.


def test_every_key_does_what_the_list_of_keys_says(
    desk: Page, workspace: Workspace, dataset: Dataset
) -> None:
    first = shown(desk)
    desk.keyboard.press("a")  # positive
    second = shown(desk)
    desk.keyboard.press("x")  # negative
    third = shown(desk)
    desk.keyboard.press("Space")
    desk.keyboard.press("f")
    expect(desk.locator(".place")).to_contain_text("flagged")
    desk.keyboard.press("n")
    desk.keyboard.type("0 is no answer here")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".place")).to_contain_text("note: 0 is no answer here")
    desk.keyboard.press("ArrowLeft")
    desk.keyboard.press("ArrowLeft")
    expect(desk.locator(".desk .text")).to_have_text(second)
    desk.keyboard.press("1")  # changes that answer
    desk.keyboard.press("?")
    expect(desk.locator(".help")).to_be_visible()
    desk.locator(SETTLED).wait_for()

    found = events(workspace, dataset)
    assert [event.action for event in found] == [
        Action.LABEL, Action.LABEL, Action.SKIP, Action.FLAG, Action.NOTE, Action.UNDO,
        Action.LABEL,
    ]  # fmt: skip
    assert stored(workspace, dataset) == [(first, "rude"), (second, "kind"), (second, "rude")]
    assert found[4].reason == "0 is no answer here"
    shown_by = {event.guideline for event in found if event.action is not Action.UNDO}
    assert shown_by == {"1"}
    assert all(event.suggestion is None for event in found)

    desk.keyboard.press("Backspace")  # the last one of the trail: the skip
    expect(desk.locator(".desk .text")).to_have_text(third)
    desk.keyboard.press("Backspace")
    expect(desk.locator(".desk .text")).to_have_text(second)
    desk.locator(SETTLED).wait_for()
    taken_back = events(workspace, dataset)[-2:]
    assert [event.undoes for event in taken_back] == [found[2].id, found[6].id]
    # Neither the changed answer stands nor the one before it.
    assert list(open_labels(workspace).current_labels(dataset.fingerprint).values()) == ["rude"]


def test_the_key_after_a_note_is_for_the_text_even_before_the_page_is_drawn(desk: Page) -> None:
    first = shown(desk)
    desk.keyboard.press("a")
    expect(desk.locator(".desk .text")).not_to_have_text(first)
    desk.keyboard.press("n")
    desk.keyboard.type("a note")

    desk.evaluate(
        """() => {
            for (const [key, ctrlKey] of [["Enter", true], ["ArrowLeft", false]]) {
                let at = document.activeElement
                while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
                const how = { key, ctrlKey, bubbles: true, composed: true, cancelable: true }
                at.dispatchEvent(new KeyboardEvent("keydown", how))
            }
        }"""
    )

    expect(desk.locator(".desk .text")).to_have_text(first)


def test_the_mouse_does_what_keys_do_and_the_keys_are_on_the_buttons(
    desk: Page, workspace: Workspace, dataset: Dataset
) -> None:
    text = shown(desk)
    expect(desk.locator(".classes button").nth(1)).to_have_text("rude1ar")
    desk.locator(".classes button").nth(1).click()
    desk.locator("[data-action=skip]").click()
    desk.keyboard.press("0")  # the keys go on after a click
    desk.locator("[data-action=undo]").click()
    desk.locator(SETTLED).wait_for()

    actions = [event.action for event in events(workspace, dataset)]
    assert actions == [Action.LABEL, Action.SKIP, Action.LABEL, Action.UNDO]
    assert stored(workspace, dataset)[0] == (text, "rude")


def test_a_server_killed_in_a_burst_loses_and_doubles_nothing(
    desk: Page, dashboard: Dashboard, workspace: Workspace, dataset: Dataset
) -> None:
    answers = burst(desk, 8, 40)
    dashboard.kill()
    answers += burst(desk, 8, 40)
    expect(desk.locator(".status")).to_contain_text("not stored yet")

    dashboard.start_again()

    desk.locator(SETTLED).wait_for()
    assert stored(workspace, dataset) == answers
    answers.append(press(desk, "rude"))
    desk.locator(SETTLED).wait_for()
    assert stored(workspace, dataset) == answers


def test_presses_without_a_connection_outlast_a_reload(
    desk: Page, dashboard: Dashboard, workspace: Workspace, dataset: Dataset
) -> None:
    answers = burst(desk, 3, 40)
    desk.locator(SETTLED).wait_for()
    dashboard.kill()
    answers += burst(desk, 5, 40)
    assert len(stored(workspace, dataset)) < len(answers)
    desk.on("dialog", lambda dialog: dialog.accept())  # "Leave the page?"
    desk.goto("about:blank")

    dashboard.start_again()
    show(desk, dashboard)

    until(lambda: len(stored(workspace, dataset)) == len(answers))
    assert stored(workspace, dataset) == answers
    desk.locator(SETTLED).wait_for()
    assert shown(desk) not in {text for text, _ in answers}


def test_a_locked_database_is_said_and_everything_is_stored_when_it_is_free(
    desk: Page, workspace: Workspace, dataset: Dataset
) -> None:
    answers = burst(desk, 2, 40)
    desk.locator(SETTLED).wait_for()
    other = sqlite3.connect(workspace.labels, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answers += burst(desk, 3, 40)
    expect(desk.locator(".status")).to_contain_text("not stored yet")
    assert stored(workspace, dataset) == answers[:2]

    other.execute("ROLLBACK")
    other.close()

    desk.locator(SETTLED).wait_for()
    assert stored(workspace, dataset) == answers
    expect(desk.locator(".status")).to_be_hidden()


def test_two_tabs_of_one_person_ask_about_different_texts_and_undo_their_own(
    desk: Page, dashboard: Dashboard, workspace: Workspace, dataset: Dataset
) -> None:
    other = desk.context.new_page()
    show(other, dashboard)
    answers = {press(page, "rude") for page in (desk, other) for _ in range(5)}
    for page in (desk, other):
        page.locator(SETTLED).wait_for()
    assert len(answers) == 10
    assert set(stored(workspace, dataset)) == answers

    other_last = shown(other)
    desk.keyboard.press("Backspace")
    desk.locator(SETTLED).wait_for()

    undo = events(workspace, dataset)[-1]
    assert undo.action is Action.UNDO
    text = take_rows(workspace, dataset, np.array([undo.row]))[TEXT][0].as_py()
    expect(desk.locator(".desk .text")).to_have_text(text)
    assert shown(other) == other_last != text


def test_keys_are_for_the_text_after_a_box_was_chosen_from(
    desk: Page, workspace: Workspace, dataset: Dataset
) -> None:
    for option in ("Mixed: likely, uncertain and random", "Most uncertain first"):
        desk.get_by_label("Queue", exact=True).click()
        desk.get_by_role("option", name=option).click()
        desk.wait_for_timeout(2_000)
        expect(desk.locator(".desk .text")).to_contain_text("number")
        press(desk, "rude")
    desk.locator(SETTLED).wait_for()

    assert len(stored(workspace, dataset)) == 2


def choose_view(page: Page, name: str) -> None:
    page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).click()


def test_the_goal_and_all_keys_outlive_another_view_and_a_reload(
    desk: Page, workspace: Workspace, dataset: Dataset
) -> None:
    for _ in range(2):
        press(desk, "rude")
    desk.locator(SETTLED).wait_for()
    choose_view(desk, "Progress")
    expect(desk.get_by_text("Rows labelled")).to_be_visible()
    choose_view(desk, "Label")
    expect(desk.locator("[data-figure=goal]")).to_have_text("2 of 200")
    expect(desk.locator(".desk .text")).to_contain_text("number")

    desk.keyboard.press("Space")
    desk.keyboard.press("Backspace")
    desk.locator(".desk .card").click()
    desk.keyboard.press("Space")
    desk.locator(SETTLED).wait_for()

    actions = [event.action for event in events(workspace, dataset)]
    assert actions[2:] == [Action.SKIP, Action.UNDO, Action.SKIP]
    assert (
        desk.evaluate(
            """() => {
            document.querySelector("[data-testid=stMain]").focus({ focusVisible: true })
            return [document.activeElement, document.querySelector(":focus-visible")].map(
                (each) => [each.dataset.testid, getComputedStyle(each).outlineStyle])
        }"""
        )
        == [["stMain", "none"]] * 2
    )
    desk.get_by_role("button", name="More").click()
    goal = desk.get_by_test_id("stNumberInputField")
    goal.fill("50")
    goal.press("Enter")
    desk.wait_for_url("**goal=50**")
    desk.reload()
    expect(desk.locator("[data-figure=goal]")).to_have_text("2 of 50")


def test_a_number_pad_without_numlock_and_an_input_method_label_nothing(
    desk: Page, workspace: Workspace, dataset: Dataset
) -> None:
    first = shown(desk)
    desk.keyboard.press("1")
    expect(desk.locator(".desk .text")).not_to_have_text(first)
    desk.keyboard.press("Numpad1")  # End
    desk.keyboard.press("Numpad4")  # ArrowLeft
    expect(desk.locator(".desk .text")).to_have_text(first)

    desk.keyboard.press("n")
    method = desk.context.new_cdp_session(desk)
    word = {"text": "返金", "selectionStart": 2, "selectionEnd": 2}
    method.send("Input.imeSetComposition", word)
    for key in ("Enter", "Escape", "1"):
        method.send(
            "Input.dispatchKeyEvent",
            {"type": "rawKeyDown", "key": key, "code": key, "windowsVirtualKeyCode": 229},
        )
    expect(desk.get_by_label("A note about this text")).to_have_value("返金")
    desk.locator(SETTLED).wait_for()

    assert [event.action for event in events(workspace, dataset)] == [Action.LABEL]


def test_a_second_person_shares_the_last_rows_and_gets_those_of_a_tab_that_was_closed(
    browser: Browser, dashboard: Dashboard, workspace: Workspace
) -> None:
    few = toy.import_rows(workspace, [(f"few number {n}", "") for n in range(4)])
    store = open_labels(workspace)
    write_guideline(store, few, text="", classes=("kind", "rude"), author="t")
    pages = [open_page(browser, "light")[0] for _ in range(2)]
    for page in pages:
        show(page, dashboard)
    first, second = pages
    expect(second.locator(".place")).to_contain_text("two may label it")
    assert shown(first) != shown(second)

    first.context.close()
    until(lambda: {one.holder for one in leases(store, few)} == {holder_of(second)})
    press(second, "rude")

    expect(second.locator(".place")).not_to_contain_text("two may label it")
    second.locator(SETTLED).wait_for()
    second.context.close()


def holder_of(page: Page) -> str:
    return str(page.evaluate("window.sincerelyDesk"))


def leases(store: LabelStore, dataset: Dataset) -> list[sa.Row]:
    wanted = sa.select(LEASES).where(LEASES.c.fingerprint == dataset.fingerprint)
    with store.reading() as connection:
        return list(connection.execute(wanted))


def test_a_blurred_text_is_shown_when_asked_for(desk: Page) -> None:
    desk.get_by_role("button", name="More").click()
    desk.get_by_text("Blur texts").click()
    desk.keyboard.press("Escape")
    expect(desk.locator(".desk .text")).to_have_class("text blurred")
    desk.keyboard.press("b")
    expect(desk.locator(".desk .text")).to_have_class("text")
    desk.keyboard.press("0")
    expect(desk.locator(".desk .text")).to_have_class("text blurred")


def test_texts_with_markup_are_shown_as_they_are(
    browser: Browser, dashboard: Dashboard, workspace: Workspace
) -> None:
    nasty = "<img src=x onerror=\"document.title='caught'\"> **bold** [link](http://a.example)"
    toy.import_rows(workspace, [(f"{nasty} {n}", str(n % 2)) for n in range(20)])
    page, outside = open_page(browser, "dark", 1024)
    page.goto(f"{dashboard.url}/label")
    expect(page.locator(".desk .text")).to_contain_text("onerror")
    assert shown(page).startswith(nasty)
    page.keyboard.press("1")
    page.locator(SETTLED).wait_for()
    assert page.title() != "caught"
    assert outside == []
    page.context.close()
