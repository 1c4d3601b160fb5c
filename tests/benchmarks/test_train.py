from pathlib import Path

import pytest

from tests import toy
from tests.benchmarks import train
from tests.benchmarks.side_process import SideProcess
from tests.benchmarks.sides.ours import OurSide


@pytest.mark.slow
def test_our_side_trains_and_says_what_a_step_works_on(toy_encoder: Path) -> None:
    texts, labels = zip(*toy.make_rows(80), strict=True)
    side = OurSide()
    facts = side.prepare(
        encoder=str(toy_encoder),
        vocabulary=str(toy_encoder / "vocab.txt"),
        texts=list(texts),
        class_ids=[int(label) for label in labels],
    )
    answer = side.round(rows=80)
    assert answer["rows"] == sum(rows for rows, _ in answer["batches"])
    assert 0 <= answer["wait_seconds"] < answer["seconds"]
    assert (facts["layers"], facts["width"], facts["inner_width"], facts["heads"]) == (2, 32, 64, 2)
    assert side.pipeline(rows=80)["rows"] == 80


def test_tables_show_medians_of_the_rounds_and_of_their_ratios() -> None:
    measured = train.Measured(
        rounds={
            train.OURS: [_answer(10.0), _answer(20.0), _answer(12.5)],
            train.FAST: [_answer(5.0)] * 3,
            train.TUTORIAL: [_answer(100.0), _answer(160.0), _answer(125.0)],
            train.TRAINER_HALF: [_answer(6.0)] * 3,
        },
        pipeline=[_answer(0.01)] * 3,
        matrices=[{"seconds": 6.25, "multiply_adds": 1e12, "square_rate": 2e11}] * 3,
        many=[_answer(10.0), {**_answer(110.0), "rows": 10_000}, _answer(12.0)],
    )
    lines = [*train.speed_table(measured), *train.share_table(measured)]
    assert "| the tutorial's way | 8.0 | 10.00× | ≥ 8× | 4.0 | 10.00× |" in lines
    assert any("in bfloat16, against *fast* | 166.7 | 1.20×" in line for line in lines)
    assert any("≥ 60 % | 50%" in line for line in lines)
    assert any("on 10,000 rows against 1,000 | within 5 % | +0.0%" in line for line in lines)


def test_the_trainers_process_trains_from_round_to_round(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs requirements-bench.txt")
    transformers = pytest.importorskip("transformers", reason="needs requirements-bench.txt")
    config = transformers.BertConfig(
        vocab_size=len(toy.VOCABULARY),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    encoder = tmp_path / "bert"
    transformers.BertModel(config).save_pretrained(encoder)
    (encoder / "vocab.txt").write_text("\n".join(toy.VOCABULARY) + "\n", "utf-8")
    transformers.BertTokenizer(str(encoder / "vocab.txt")).save_pretrained(encoder)
    texts, labels = zip(*toy.make_rows(80), strict=True)
    facts = {"encoder": str(encoder), "texts": texts, "class_ids": [int(label) for label in labels]}
    module = f"tests.benchmarks.sides.{train.TRAINER}"
    with SideProcess(module, tmp_path / "log.txt") as side:
        side.ask("prepare", **facts, vocabulary="")
        losses = {side.ask("round", rows=80)["loss"] for _ in range(2)}
    assert len(losses) == 1, "each round starts from the same weights"


def _answer(seconds: float) -> dict[str, float]:
    return {"rows": 1_000, "seconds": seconds, "cpu_seconds": 2 * seconds, "wait_seconds": 0.0}
