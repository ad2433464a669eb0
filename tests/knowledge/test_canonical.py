"""The address by which a document is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.canonical import canonical, leads_to


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://Example.ORG", "//example.org/"),
        ("http://example.org:80/a#b", "//example.org/a"),
        ("https://example.org:8443/a", "//example.org:8443/a"),
        ("https://example.org/a?utm_source=x&UTM_medium=y&id=4", "//example.org/a?id=4"),
        ("https://example.org/a?gclid=1&fbclid=2&mc_cid=3&_ga=4&igsh=5", "//example.org/a"),
        ("https://example.org/a?cid=4&uid=5&reference=6", "//example.org/a?cid=4&uid=5&reference=6"),
        ("https://example.org/A?b=&c", "//example.org/A?b=&c="),
        ("ftp://example.org/a", None),
        ("/home/a.md", None),
        ("", None),
        ("http://[::1/", None),
        ("https://example.org:99999/", None),
    ],
)
def test_only_what_names_the_document_stays(address: str, expected: str | None) -> None:
    assert canonical(address) == expected


@pytest.mark.parametrize(
    ("fetched", "claimed", "expected"),
    [
        ("https://a.test/x?ref=1", "https://a.test/x", True),
        ("https://a.test/x?id=1&ref=2", "https://a.test/x?id=1", True),
        ("https://a.test/x", "https://a.test/x?id=1", False),
        ("https://a.test/x?id=1", "https://a.test/x?id=2", False),
        ("https://a.test/x", "https://a.test/y", False),
        ("https://a.test/x", "https://b.test/x", False),
        ("/x.html", "https://a.test/x", False),
    ],
)
def test_a_page_may_leave_out_parameters_and_no_more(fetched: str, claimed: str, expected: bool) -> None:
    assert leads_to(fetched, claimed) is expected


@given(st.text(max_size=60))
def test_any_text_has_an_address_or_none(text: str) -> None:
    known = canonical(f"https://a.test/{text}")
    assert known is None or canonical(f"https:{known}") == known
