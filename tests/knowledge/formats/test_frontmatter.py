"""Front matter: values stay the text that they are, and what is no value is refused in one sentence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import BadBrief
from knowledge.formats.frontmatter import iso_date, read_metadata, read_references, split_front_matter
from knowledge.model import Metadata, Reference


def metadata(fields: str) -> Metadata:
    return read_metadata(split_front_matter(f"---\n{fields}\n---\nText.\n", location="a.md")[0], location="a.md")


def references(fields: str) -> tuple[Reference, ...]:
    return read_references(split_front_matter(f"---\n{fields}\n---\nText.\n", location="a.md")[0], location="a.md")


def reference(number: str) -> str:
    return f"references: [{{number: {number}, publisher: P, title: T, type: news}}]"


@pytest.mark.parametrize(
    "value",
    [
        "1984", "No", "yes", "on", "0x10", "0o17", "010", "1_000", "1e400", ".inf", "-.INF", ".NaN", "190:20:30",
        "12345678901234567890123", "2025-01-29", "2001-12-14t21:59:43.10-05:00", "9999-99-99", "+1", "=", "1:1:1:1",
    ],
)  # fmt: skip
def test_a_value_stays_the_text_that_it_is(value: str) -> None:
    assert metadata(f"title: {value}").title == value


@pytest.mark.parametrize("value", ["", "~", "null", "Null", "NULL", "''", "' '", "[]"])
def test_nothing_means_nothing(value: str) -> None:
    assert metadata(f"title: {value}").title is None


@pytest.mark.parametrize("value", ["'~'", '"null"', "'No'"])
def test_what_stands_between_quotation_marks_is_text(value: str) -> None:
    assert metadata(f"title: {value}").title == value[1:-1]


@pytest.mark.parametrize("value", [f"0x{'f' * 10_000}", "9" * 10_000, ":".join(["59"] * 5000)])
def test_numbers_of_any_length_are_text(value: str) -> None:
    assert metadata(f"title: {value}").title == value


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2025-01-29", "2025-01-29"),
        ("2025-1-5", "2025-01-05"),
        ("2025-1", "2025-01"),
        ("2024-02-29 10:00:00 +0100", "2024-02-29"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14"),
        ("0001", "0001"),
    ],
)
def test_a_date_is_read_as_far_as_it_is_stated(stated: str, day: str) -> None:
    assert metadata(f"published: {stated}").published == day


@pytest.mark.parametrize(
    "stated",
    ["0000", "0000-00-00", "2025-02-30", "2025-13", "99999-01-01", "٢٠٢٥-01-01", "-2025", "2025-01-29Z", "1e3"],
)
def test_a_date_that_no_calendar_has_is_refused(stated: str) -> None:
    with pytest.raises(BadBrief, match="is not of the form YYYY-MM-DD"):
        metadata(f"published: {stated}")


@given(st.dates())
def test_every_day_of_the_calendar_is_itself(day: object) -> None:
    assert iso_date(*str(day).split("-")) == str(day)


@pytest.mark.parametrize(
    "number", ["0", "-1", f"1{'0' * 22}", "1.5", "0x1", "1_0", "01", "one", "٣", "[1]", "9" * 9999]
)
def test_a_number_that_no_mark_has_is_refused(number: str) -> None:
    with pytest.raises(BadBrief, match="not one from 1 to 999") as caught:
        references(reference(number))
    assert len(caught.value.message) < 200


@pytest.mark.parametrize("number", ["1", "'2'", "999"])
def test_a_number_is_one_with_or_without_quotation_marks(number: str) -> None:
    assert references(reference(number))[0].number == int(number.strip("'"))


def test_two_references_with_one_number_are_refused_by_it() -> None:
    one = "{number: 7, publisher: P, title: T, type: news}"
    with pytest.raises(BadBrief, match="have the number 7"):
        references(f"references: [{one}, {one}]")


def test_a_document_cannot_say_that_it_is_a_quotation() -> None:
    assert [metadata(f"kind: {kind}").kind for kind in ("brief", "article")] == ["brief", "article"]
    with pytest.raises(BadBrief, match="“quotation”, not one of article, brief"):
        metadata("kind: quotation")


BOMB = "a: &a [x, x]\n" + "\n".join(
    f"{name}: &{name} [*{under}, *{under}, *{under}]" for under, name in zip("abcdefghij", "bcdefghijk", strict=True)
)


@pytest.mark.parametrize(
    "fields",
    [
        BOMB,
        "title: *none",
        "author: &a [x, *a]",
        "title: &t T\nauthor: *t",
        "<<: &d {title: T}\nbase: {<<: *d}",
        "title: !!binary aGVsbG8=",
        "title: !!python/object/apply:os.getcwd []",
        "title: !!int 1",
        "title: !own T",
        "published: !!timestamp 99999-99-99",
    ],
)
def test_aliases_and_tags_are_refused(fields: str) -> None:
    with pytest.raises(BadBrief, match="has an alias or a tag"):
        metadata(fields)


@pytest.mark.parametrize(
    "fields",
    [
        "[" * 50_000,
        "a: " + "{a: " * 20_000,
        "".join(f"{' ' * depth}a:\n" for depth in range(400)),
        'title: "\\U00110000"',
        "? [a]\n: b",
        "title: \0",
        "a: b\n" * 30_000,
    ],
    ids=["brackets", "braces", "indents", "beyond", "key", "control", "length"],
)
def test_what_no_brief_needs_is_refused_in_one_sentence(fields: str) -> None:
    with pytest.raises(BadBrief) as caught:
        metadata(fields)
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message


def test_half_a_character_and_controls_do_not_stay() -> None:
    assert metadata(r'title: "a\ud800b\0c\u202ed\x1b[31m"').title == "a\N{REPLACEMENT CHARACTER}bcd[31m"


yaml_text = st.text("ab:-[]{}&*!|>'\"%@`,?#~ \n\t0123456789.\\u\ud800", max_size=60)


@settings(derandomize=True, deadline=None, max_examples=120)
@given(yaml_text)
def test_any_front_matter_is_read_or_refused(fields: str) -> None:
    try:
        metadata(fields)
        references(fields)
    except BadBrief as error:
        assert "\n" not in error.message
