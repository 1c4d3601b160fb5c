import pytest

from core.data.reading.json_kind import text_kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"a": 1}\n{"a": 2}', "jsonl"),
        ('{"a": 1}{"a": 2}', "jsonl"),
        ('{"a": 1},\n{"a": 2},', "jsonl"),
        ('{"columns": ["a"], "data": 1}\n{"columns": ["b"], "data": 2}', "jsonl"),
        ('\n [{"a": 1}, {"a": 2}]', "json"),
        ('[\n  {\n    "a": 1\n  }\n]', "json"),
        ("[{}]", "json"),
        ("__label__a some words\n__label__b and, others", "fasttext"),
        ("__label__a some words\nwithout\n__label__b and others\n", "fasttext"),
        ("__label__a,some words\n__label__b,others", None),
        ("some words __label__a\nothers __label__b\n", "fasttext"),
        ("text,label\na,__label__b", None),
        ("[{x}],label\na,b", None),
        ("[deleted],1\n[removed],0", None),
        ("", None),
    ],
)
def test_kinds_show_in_how_a_text_begins(text: str, kind: str | None) -> None:
    assert text_kind(text, (), final=True) == kind


def test_an_array_is_known_before_its_first_object_ends() -> None:
    assert text_kind('[{"text": "very lo', (), final=False) == "json"
    assert text_kind('{"text": "very lo', (), final=False) == "jsonl"
    assert text_kind('[{"text": "cut off', [".json"], final=True) == "json"
