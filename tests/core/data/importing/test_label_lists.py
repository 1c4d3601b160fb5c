import pytest

from core.data.importing.label_lists import ListedLabel, Unclear, listed_label


@pytest.mark.parametrize(
    ("cell", "label"),
    [
        ('["ham"]', "ham"),
        ("['ham']", "ham"),
        ("('ham',)", "ham"),
        ("{'ham'}", "ham"),
        ("['ham' 'ham']", "ham"),
        ('["ham", "ham"]', "ham"),
        ('[["ham"], ["ham"]]', "ham"),
        ("[1]", "1"),
        ("[1.0]", "1"),
        ("[true]", "true"),
        ('{"choices": ["ham"]}', "ham"),
        ('[{"choices": ["ham"]}, {"choices": ["ham"]}]', "ham"),
        ('[{"label": "ham", "user": 3}]', "ham"),
        ('[{"label": 1, "user": 1}]', "1"),
        ('[{"value": "ham", "status": "submitted", "user_id": "u"}]', "ham"),
        ('[{"value": "ham", "status": "submitted"}, {"value": "ad", "status": "draft"}]', "ham"),
        ('[{"value": "ham", "status": "discarded", "user_id": "u"}]', None),
        ('{"ham": 1, "spam": 0}', "ham"),
        ('{"ham": 0.2, "spam": 0.8}', "spam"),
        ("[]", None),
        ("{}", None),
        ("[null]", None),
        ('[" "]', None),
        ("[[]]", None),
    ],
)
def test_a_list_of_one_label_is_that_label_and_an_empty_one_none(
    cell: str, label: str | None
) -> None:
    assert listed_label(cell) == ListedLabel(label)


@pytest.mark.parametrize(
    "cell", ['["ham", "spam"]', "['ham' 'spam']", '{"ham": 1, "spam": 1}', "[1, 2]"]
)
def test_several_labels_are_unclear(cell: str) -> None:
    assert listed_label(cell) == ListedLabel(None, Unclear.SEVERAL)


@pytest.mark.parametrize(
    "cell",
    [
        '[[0, 4, "PER"]]',
        '[{"start": 0, "end": 4, "labels": ["PER"]}]',
        '[{"start_offset": 0, "end_offset": 4, "label": "PER"}]',
        '{"who": "knows"}',
        "[" * 500 + "]" * 500,
        '["' + "x" * 30_000 + '"]',
    ],
)
def test_labels_of_parts_of_a_text_and_unknown_objects_are_no_class(cell: str) -> None:
    assert listed_label(cell) == ListedLabel(None, Unclear.PARTS)


@pytest.mark.parametrize("cell", ["", "ham", "[deleted]", "(other)", "[", "a [b]", "{x}", "(1)"])
def test_other_labels_are_no_lists(cell: str) -> None:
    assert listed_label(cell) is None


def test_a_class_with_whether_it_holds_is_that_class_or_none() -> None:
    """As spaCy writes them."""
    both = '[{"label": "P", "value": %s}, {"label": "N", "value": %s}]'

    assert listed_label(both % (1, 0)) == ListedLabel("P")
    assert listed_label(both % ("0.0", "true")) == ListedLabel("N")
    assert listed_label(both % (0, 0)) == ListedLabel(None)
    assert listed_label(both % (1, 1)) == ListedLabel(unclear=Unclear.SEVERAL)
