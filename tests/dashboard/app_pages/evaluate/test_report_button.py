from core.data.dataset import Dataset
from core.runs.run import Run
from core.workspace import Workspace
from dashboard.app_pages.evaluate.report_button import _report, report_button
from tests import toy
from tests.dashboard.conftest import Draw
from tests.made_answers import answered_run


def test_the_report_is_named_after_the_run(draw: Draw, run: Run) -> None:
    app = draw(report_button, run)

    (button,) = app.get("download_button")
    assert (button.label, button.key) == ("Report", f"report_{run.id}")
    assert "A model card as one HTML file" in button.help


def test_the_report_is_one_page_with_names_as_text_and_no_network(
    draw: Draw, workspace: Workspace
) -> None:
    rows = [(text, "<i>x</i>" if label == "1" else "b") for text, label in toy.make_rows(200)]
    run = answered_run(workspace, toy.import_rows(workspace, rows), "<script>alert(1)</script>")
    draw(report_button, run)

    page = _report(run).decode()

    assert page.lstrip().lower().startswith("<!doctype html>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    assert "&lt;i&gt;x&lt;/i&gt;" in page
    assert "<i>x</i>" not in page
    assert 'src="http' not in page


def test_a_run_that_was_measured_less_than_another_on_its_rows_is_no_hindrance(
    draw: Draw, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    answered_run(workspace, dataset, "So far", parts=("validation",), split="fixed")
    draw(report_button, run)

    page = _report(run).decode()

    assert "Mine" in page
    assert page.count("So far") == 1
    assert "So far is left out: it ended before it was measured on the test rows." in page
