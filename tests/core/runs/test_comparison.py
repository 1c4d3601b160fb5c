import math
from dataclasses import replace

from core.runs.comparison import compared, differing_settings, same_rows
from core.runs.config import TrainConfig
from core.runs.run import Run


def run(name: str, **settings: object) -> Run:
    config = replace(TrainConfig(), **settings)
    return Run(name.lower(), name, "toy", "Toy", "f1", ("0", "1"), 0.94, "2026-01-01", config)


def test_the_best_of_each_metric_says_so_and_the_others_how_far_they_are() -> None:
    table = compared(
        {
            "A": {"pr_auc": 0.61, "loss": 0.12, "majority": 0.94},
            "B": {"pr_auc": 0.65, "loss": 0.15, "majority": 0.94},
            "C": {},
        },
        2,
    )

    assert table.loc["PR-AUC"].tolist() == ["0.6100 · -0.0400", "0.6500 · best", "–"]
    assert table.loc["Loss (nats)"].tolist() == ["0.1200 · best", "0.1500 · +0.0300", "–"]
    assert table.loc["Accuracy, always the majority"].tolist() == ["0.9400", "0.9400", "–"]
    assert next(iter(table.index)) == "PR-AUC"


def test_one_that_was_measured_alone_is_not_called_best() -> None:
    table = compared({"A": {"f1": 0.8, "roc_auc": math.nan}, "B": {}}, 77)

    assert table.loc["Macro F1"].tolist() == ["0.8000", "–"]
    assert len(table) == 1
    assert compared({"A": {}, "B": {}}, 2).empty


def test_only_settings_that_differ_are_shown() -> None:
    runs = [run("A"), run("B", learning_rate=3e-5, freeze_embeddings=True, split="mine")]
    table = differing_settings(runs)

    assert table.to_dict("index") == {
        "Learning rate": {"A": "5e-05", "B": "3e-05"},
        "Freeze embeddings": {"A": "no", "B": "yes"},
        "Split": {"A": "–", "B": "mine"},
    }
    assert differing_settings([run("A"), run("B")]).empty


def test_runs_can_be_compared_that_were_measured_on_the_same_rows() -> None:
    assert same_rows([run("A"), run("B", learning_rate=1e-5)])
    assert not same_rows([run("A"), run("B", seed=7)])
    assert not same_rows([run("A"), replace(run("B"), fingerprint="f2")])
