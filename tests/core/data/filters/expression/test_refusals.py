import pytest

from core.data.filters.expression.parser import parse
from core.errors import BadInput
from tests.messages import assert_one_sentence

COLUMN, VALUE = "the name of a column", "a value after “=”"
OPERATORS = "=, !=, <, <=, >, >=, in, between, contains or is missing after"


@pytest.mark.parametrize(
    ("typed", "expected", "found", "action"),
    [
        ("", COLUMN, "the end of the expression", "add a condition such as country = 'US'"),
        ("a = 1 and", f"{COLUMN} after “and”", "the end", "add a condition"),
        ("'US' = a", COLUMN, "“'US'” at character 1", "begin with the column"),
        ("1 < a", COLUMN, "“1” at character 1", "begin with the column"),
        ("and = 1", COLUMN, "“and” at character 1", 'write "and" in double quotes'),
        ("()", f"{COLUMN} after “(”", "“)” at character 2", "add a condition"),
        ("!a = 1", COLUMN, "“!” at character 1", "write not"),
        ("a", f"{OPERATORS} “a”", "the end", "write what is asked of the column"),
        ("a b = 1", f"{OPERATORS} “a”", "“b” at character 3", 'or "a b" in double quotes'),
        ("a.b = 1", f"{OPERATORS} “a”", "“.” at character 2", "stands in double quotes"),
        ("a-1 = 1", f"{OPERATORS} “a”", "“-1” at character 2", "stands in double quotes"),
        ("lower(a) = 'x'", f"{OPERATORS} “lower”", "“(” at character 6", "there are no functions"),
        ("a like 'x'", "a sign or word that compares after “a”", "“like”", "write contains"),
        ("a => 1", "a sign or word that compares after “a”", "“=>”", "write >="),
        ("a: 'x'", "a sign or word that compares after “a”", "“:”", "write ="),
        ("a not = 1", "in, between or contains after “not”", "“=” at character 7", "write one"),
        ("a is 3", "missing after “is”", "“3” at character 6", "write “a is missing”"),
        ("a is not", "missing after “not”", "the end", "write “a is missing”"),
        ("a =", VALUE, "the end", "add one, such as 'US' or 0.8"),
        ("a = US", VALUE, "“US” at character 5", "write texts in single quotes: 'US'"),
        ('a = "it\'s"', VALUE, '“"it\'s"” at character 5', "single quotes: 'it''s'"),
        ("a = null", VALUE, "“null” at character 5", "write “a is missing”"),
        ("a = 2026-01-31", VALUE, "“2026-01-31”", "in single quotes: '2026-01-31'"),
        ("a = 31.1.2026", VALUE, "“31.1.2026”", "in single quotes: '31.1.2026'"),
        ("a = (1)", VALUE, "“(” at character 5", "add one"),
        ("a = not 1", VALUE, "“not” at character 5", "add one"),
        ("a in 'x'", "( after “in”", "“'x'” at character 6", "write the values as ('US', 'CA')"),
        ("a in ()", "a value after “(”", "“)” at character 7", "add one"),
        ("a in (1,)", "a value after “,”", "“)” at character 9", "add one"),
        ("a in (1", "a comma or the ) of the list that begins at character 6", "the end", "add"),
        ("a in ('x, 'y')", "a comma or the )", "“y” at character 12", "check the quotation marks"),
        ("a between 1", "and with a second value after “1”", "the end", "write between 1 and 5"),
        ("a between 1, 2", "and with a second value", "“,”", "write between 1 and 5"),
        ("(a = 1", "the ) for the ( at character 1", "the end", "add it"),
        ("(a = 1 b", "and, or, or the ) for the ( at character 1 after “1”", "“b”", "join"),
        ("a = 1)", "a ( for each )", "“)” at character 6", "remove it"),
        ("a = 1 b = 2", "and, or, or the end after “1”", "“b” at character 7", "join conditions"),
        ("a = 1 && b = 2", "and, or, or the end", "“&&” at character 7", "write and"),
        ("a = 1, b = 2", "and, or, or the end", "“,”", "write numbers without commas"),
        ("a = 1,000", "and, or, or the end", "“,”", "write numbers without commas"),
        ("a = 'x', b = 2", "and, or, or the end", "“,” at character 8", "write and"),
        ("a = 'x' y", "and, or, or the end", "“y”", "check the quotation marks before it"),
        ("a = 1; drop", "and, or, or the end", "“;” at character 6", "join"),
        ("a = 'x", "a second ' for the one at character 5", "the end", "add it; a ' inside"),
        ('"a = 1', 'a second " for the one at character 1', "the end", "add it"),
        ("a = 'x\n", "a second '", "the end", "add it"),
        (f"a = {'x' * 90}", VALUE, f"“{'x' * 40}…” at character 5", "write texts"),
        ("a = \x00", VALUE, "at character 5", "add one"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    typed: str, expected: str, found: str, action: str
) -> None:
    with pytest.raises(BadInput) as caught:
        parse(typed)

    assert_one_sentence(caught.value)
    assert caught.value.expected.startswith(expected)
    assert found in caught.value.found
    assert action in caught.value.action
