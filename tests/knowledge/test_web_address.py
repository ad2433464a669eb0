"""A web address is an absolute http or https address with a host; nothing else can stand in its place."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.errors import ForbiddenAddress
from knowledge.web import MAX_ADDRESS_CHARACTERS, WebAddress


def refusal(text: str) -> ForbiddenAddress:
    with pytest.raises(ForbiddenAddress) as caught:
        WebAddress.parse(text)
    assert caught.value.message.endswith(".")
    assert caught.value.message.isprintable()
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        ".env",
        "/etc/passwd",
        "C:\\x",
        "c:/x",
        "file:///etc/passwd",
        "file://localhost/etc/passwd",
        "FILE:/etc/passwd",
        "../x",
        "~/.ssh/id_rsa",
        "\\\\server\\share",
        "//server/share",
        "javascript:alert(1)",
        "data:text/html,<p>x",
        "ftp://example.org/",
        "gopher://example.org/",
        "example.org",
        "localhost:8080",
        "view-source:https://example.org/",
        "blob:https://example.org/x",
        "-",
        "",
        " ",
        "https:",
        "https:example.org",
        "https:/example.org",
        "https:///example.org",
        "https://",
        "https://?host=example.org",
        "https:\\\\example.org",
        "https://example.org\\@example.net/",
        "https://example.org/a b",
        "https://exa mple.org/",
        "https://example.org/\x00",
        "https://example.org/a\nHost: example.net",
        "https://example.org/\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe",
        "https://example.org/\N{ZERO WIDTH SPACE}",
        "https://example.org/\N{NO-BREAK SPACE}x",
        "https://example.org/\ud800",
        "https://[::1",
        "https://[v1.x]/",
    ],
)
def test_what_is_no_web_address_is_called_so_with_advice(text: str) -> None:
    error = refusal(text)
    assert error.message.startswith("“")
    assert error.message.endswith("” is not a web address.")
    assert error.hint == "Give an address that begins with https://."


@pytest.mark.parametrize(
    "text",
    [
        "https://exam%70le.org/",
        "https://[fe80::1%25eth0]/",
        "https://example.org:0/",
        "https://example.org:65536/",
        "https://:443/",
    ],
)
def test_an_address_whose_host_cannot_be_reached_from_everywhere_is_refused(text: str) -> None:
    assert "names no host on the internet" in refusal(text).message


@pytest.mark.parametrize(
    "text", ["https://user:word@example.org/", "https://user@example.org/", "https://@example.org/", "http://:@a.org"]
)
def test_a_user_name_or_password_is_refused_and_not_repeated(text: str) -> None:
    message = refusal(text).message
    assert "user name or password" in message
    assert "word@" not in message


def test_the_length_is_bounded_as_written_and_as_encoded() -> None:
    beginning = "https://example.org/"
    WebAddress.parse(beginning + "a" * (MAX_ADDRESS_CHARACTERS - len(beginning)))
    for path in ("a" * (MAX_ADDRESS_CHARACTERS - len(beginning) + 1), "ñ" * 400, "a" * 10**6):
        assert refusal(beginning + path).message == "The address is longer than 2,000 characters."


def test_a_long_text_is_quoted_by_its_beginning() -> None:
    assert len(refusal("/" + "a" * 1_500).message) < 150


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.org", "https://example.org"),
        (" HTTPS://Example.ORG/A?b=c#part\n", "https://example.org/A?b=c"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("https://es.wikipedia.org/wiki/España", "https://es.wikipedia.org/wiki/Espa%C3%B1a"),
        ("https://españa.es/", "https://xn--espaa-rta.es/"),
        ("https://example.org/@user", "https://example.org/@user"),
        ("https://example.org/?next=https://user@example.net/", "https://example.org/?next=https://user@example.net/"),
        ("https://[2606:2800:21f:cb07::1]/", "https://[2606:2800:21f:cb07::1]/"),
        ("https://example.org/%2e%2e/a%20b", "https://example.org/%2e%2e/a%20b"),
    ],
)
def test_a_web_address_is_kept_as_it_is_sent(text: str, url: str) -> None:
    assert str(WebAddress.parse(text)) == url


def test_no_way_of_making_one_leads_around_the_check() -> None:
    with pytest.raises(ForbiddenAddress):
        WebAddress("/etc/passwd")
    with pytest.raises(ForbiddenAddress):
        replace(WebAddress("https://example.org/"), url=".env")


@settings(derandomize=True, max_examples=150)
@given(
    st.one_of(
        st.text(),
        st.builds(
            "{}{}{}".format, st.sampled_from(["http://", "https://", "https:", "//", "file:"]), st.text(), st.text()
        ),
        st.from_regex(r"https?://[a-z0-9.\[\]:@%\\-]{0,30}[/?#]?[ -~]{0,30}", fullmatch=True),
    )
)
@example("https://xn--/")
@example("https://[::1%]/")
def test_any_text_is_an_address_that_stays_what_it_is_or_is_refused(text: str) -> None:
    try:
        address = WebAddress.parse(text)
    except ForbiddenAddress:
        return
    assert address.url.startswith(("http://", "https://"))
    assert address.url.isascii()
    assert len(address.url) <= MAX_ADDRESS_CHARACTERS
    assert WebAddress.parse(address.url) == address
