"""Links to the very words: text fragments as the WICG report has them."""

import re
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answer.link import text_fragment, web_address

PAGE = "https://news.example/a"
ASCII_URL = re.compile(r"https?://[A-Za-z0-9:/?#@!$&'()*+,;=\-._~%]*")
SENTENCE = "The mill, rebuilt for 2.4 million euros & half-paid by the town, produces flour."


def link(exact: str, *, url: str | None = PAGE, prefix: str = "", suffix: str = "") -> str:
    found = text_fragment(url, exact, prefix=prefix, suffix=suffix)
    assert found is not None
    return found


def terms(found: str) -> list[str]:
    """The terms of the directive, decoded, context terms with their dash."""
    return [unquote(term) for term in found.partition(":~:text=")[2].split(",")]


@given(st.text(max_size=500), st.text(max_size=32), st.text(max_size=32))
@settings(derandomize=True, deadline=None, max_examples=150)
def test_the_fragment_holds_words_of_the_exact_text_in_a_url_of_plain_ascii(
    exact: str, before: str, after: str
) -> None:
    found = link(exact, prefix=before, suffix=after)
    assert ASCII_URL.fullmatch(found)
    assert urlsplit(found).netloc == "news.example"
    raw = [term for term in found.partition(":~:text=")[2].split(",") if term[:1] != "-" and term[-1:] != "-"]
    assert len(raw) == (1 if len(exact) <= 300 and len(exact.splitlines()) <= 1 and " | " not in exact else len(raw))
    assert len(raw) in (1, 2)
    assert {word for term in raw for word in unquote(term).split()} <= set(exact.split())


@given(st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=12), min_size=1, max_size=120))
@settings(derandomize=True, deadline=None)
def test_start_and_end_stand_in_that_order_and_do_not_overlap(words: list[str]) -> None:
    exact = " ".join(words)
    found = [term for term in terms(link(exact)) if term]
    assert exact.startswith(found[0])
    assert exact.endswith(found[-1])
    assert len(exact) > 300 or found == [exact]
    assert len(found) == 1 or len(found[0]) + len(found[1]) < len(exact)


def test_a_sentence_is_given_whole_with_its_marks_encoded() -> None:
    found = link(SENTENCE)
    assert found.startswith(f"{PAGE}#:~:text=The%20mill%2C%20rebuilt")
    assert not set(found.partition("text=")[2]) & set(",-&._~ ")
    assert terms(found) == [SENTENCE]


def test_a_long_excerpt_is_a_range_of_its_first_and_last_words() -> None:
    exact = " ".join(f"word{number}" for number in range(100))
    assert terms(link(exact)) == [
        "word0 word1 word2 word3 word4 word5",
        "word94 word95 word96 word97 word98 word99",
    ]


def test_an_excerpt_of_several_lines_never_spans_a_line_break_in_one_term() -> None:
    assert terms(link("First line here\n\nsecond one\nthe last")) == ["First line here", "the last"]
    assert terms(link("Port | Tide | Depth")) == ["Port", "Depth"]


def test_context_helps_few_words_and_only_few_words() -> None:
    around = {"prefix": "e town council said that it cost", "suffix": " in the year 2018 and no more th"}
    assert terms(link("2.4 million euros", **around)) == [
        "town council said that it cost-", "2.4 million euros", "-in the year 2018 and no more",
    ]  # fmt: skip
    assert terms(link("2.4 million euros or so", **around)) == ["2.4 million euros or so"]


def test_context_never_reaches_over_a_line_break_and_is_whole_at_the_edges_of_the_text() -> None:
    assert terms(link("Depth", prefix="Title of it\nThe ", suffix="\nNext paragraph")) == ["The-", "Depth"]
    assert terms(link("Depth", prefix="Above\n", suffix=" of it")) == ["Depth", "-of it"]


def test_a_fragment_stays_as_the_fallback_and_a_directive_is_replaced() -> None:
    assert link("one two three four", url=f"{PAGE}#part").startswith(f"{PAGE}#part:~:text=one")
    assert link("one two three four", url=f"{PAGE}#part:~:text=old").startswith(f"{PAGE}#part:~:text=one")
    assert link("one two three four", url=f"{PAGE}#:~:text=old").startswith(f"{PAGE}#:~:text=one")
    assert link(" \n ", url=f"{PAGE}#:~:text=old") == PAGE


@pytest.mark.parametrize(
    "url",
    [
        None, "", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://a.example", "//a.example/x",
        "https://", "https:///x", "https://a.example/\x1b]8;;x", "https://a.example/a b", "https://a.example/\n",
        "https://a.example/\u202e", "https://a.example/\u200b", "https://good.example@evil.example/",
        "https://good.example\\@evil.example/", "https://a.example:0/", "https://a.example:99999/",
        "https://a.example:x/", "https://[::1", "https://[not]/", "https://a..example/", 'https://a"b.example/',
        "https://a.example/\udcff", "https://" + "a" * 64 + ".example/",
    ],
)  # fmt: skip
def test_an_address_that_is_not_safe_to_click_gives_no_link(url: str | None) -> None:
    assert text_fragment(url, "one two", prefix="", suffix="") is None


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("HTTPS://News.Example/A?b=1&c=%20#d", "https://news.example/A?b=1&c=%20#d"),
        ("https://bücher.example/año", "https://xn--bcher-kva.example/a%C3%B1o"),
        ("http://a.example:8080/(x)", "http://a.example:8080/(x)"),
        ("https://[2001:db8::1]:81/", "https://[2001:db8::1]:81/"),
        ('https://a.example/"<x>\\', "https://a.example/%22%3Cx%3E%5C"),
    ],
)
def test_an_address_is_written_in_ascii(url: str, address: str) -> None:
    assert web_address(url) == address
    assert web_address(address) == address
