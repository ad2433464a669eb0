"""Feeds: every item as a document, from its page where it has one, else from the feed."""

from pathlib import Path

import pytest

from knowledge.errors import AddressUnreachable, CitabotError, EmptyFeed, MissingFile, NoText, UnsupportedFormat
from knowledge.formats.feeds import read_items
from knowledge.model import Document, Metadata, Paragraph
from knowledge.readers import ReadingLimits, read_feed
from knowledge.web import FetchPolicy

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>The Daily Sample</title>{items}</channel></rss>"""
ITEM = """<item><title>Models &amp;amp; money</title><link>https://news.test/models</link>
<dc:creator>Ana Pérez</dc:creator><pubDate>Wed, 29 Jan 2025 23:30:00 +0000</pubDate>
<description>&lt;p&gt;First &lt;b&gt;part&lt;/b&gt;.&lt;/p&gt;&lt;p&gt;Second part.&lt;/p&gt;</description></item>"""
BARE = "<item><title>Bare</title><link>https://news.test/bare</link></item>"
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title><entry><title>One</title>
<updated>2025-02-03T04:05:06Z</updated><summary>Short.</summary>
<content type="html">&lt;h2&gt;Head&lt;/h2&gt;&lt;ul&gt;&lt;li&gt;An item.&lt;/li&gt;&lt;/ul&gt;</content>
</entry></feed>"""


def page_of(address: str) -> Document:
    text = "The words of the page."
    metadata = Metadata(title="Page title", publisher="Page site", url=address, language="en")
    return Document(text, (Paragraph(0, len(text)),), metadata, address)


def no_page(address: str) -> Document:
    raise AddressUnreachable(f"{address} answered with status 404.")


def from_rss(*items: str, **named: object) -> list[Document]:
    content = RSS.format(items="".join(items)).encode()
    options: dict[str, object] = {"location": "feed", "max_items": 10, "read_page": page_of}
    return read_items(content, **(options | named))  # type: ignore[arg-type]


def test_an_item_is_its_page_with_what_the_feed_says_of_it() -> None:
    [document] = from_rss(ITEM)
    assert document.text == "The words of the page."
    assert document.metadata == Metadata(
        title="Models & money",
        author="Ana Pérez",
        publisher="Page site",
        url="https://news.test/models",
        published="2025-01-29",
        language="en",
    )


def test_an_item_without_its_page_is_its_own_content() -> None:
    [document] = from_rss(ITEM, read_page=no_page)
    assert document.text == "First part.\n\nSecond part."
    assert (document.location, document.metadata.url) == ("https://news.test/models", "https://news.test/models")
    assert document.metadata.publisher == "The Daily Sample"


def test_an_atom_entry_without_link_gives_its_whole_content() -> None:
    [document] = read_items(ATOM.encode(), location="feed", max_items=10, read_page=no_page)
    assert document.text == "Head\n\nAn item."
    assert [part.role for part in document.paragraphs] == ["heading", "item"]
    assert (document.metadata.title, document.metadata.published, document.location) == ("One", "2025-02-03", "feed")


def test_an_item_that_cannot_be_read_is_reported_and_the_others_are_read() -> None:
    skipped: list[tuple[str, str]] = []
    documents = from_rss(BARE, ITEM, read_page=no_page, skipped=lambda what, error: skipped.append((what, error.code)))
    assert [document.metadata.title for document in documents] == ["Models & money"]
    assert skipped == [("https://news.test/bare", "address-unreachable")]


def test_a_feed_of_which_nothing_can_be_read_says_why() -> None:
    with pytest.raises(AddressUnreachable):
        from_rss(BARE, read_page=no_page)
    with pytest.raises(NoText):
        from_rss("<item><title>No link, no text</title></item>")


def test_only_web_addresses_are_opened() -> None:
    item = "<item><title>T</title><link>file:///etc/passwd</link><description>Own words.</description></item>"
    opened: list[str] = []

    def read_page(address: str) -> Document:
        opened.append(address)
        return page_of(address)

    [document] = from_rss(item, read_page=read_page)
    assert (document.text, document.metadata.url, opened) == ("Own words.", None, [])


def test_no_more_items_are_read_than_the_limit() -> None:
    assert len(from_rss(ITEM, ITEM, ITEM, max_items=2)) == 2


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (RSS.format(items=""), EmptyFeed),
        ("<html><body><p>No feed.</p></body></html>", UnsupportedFormat),
        ("", UnsupportedFormat),
        ("/etc/passwd", UnsupportedFormat),
        ("http://127.0.0.1:9/", UnsupportedFormat),
    ],
)
def test_a_feed_without_items_or_that_is_none_is_refused(
    tmp_path: Path, content: str, kind: type[CitabotError]
) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(content)
    with pytest.raises(kind) as caught:
        read_feed(str(path), limits=ReadingLimits(), fetch_policy=FetchPolicy())
    assert type(caught.value) is kind
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message


def test_a_feed_that_names_other_files_does_not_get_them(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret words")
    entity = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    item = "<item><title>T</title><description>Own &x; words.</description></item>"
    content = RSS.format(items=item).replace("?>", f"?>{entity}", 1)
    documents = read_items(content.encode(), location="feed", max_items=1, read_page=page_of)
    assert "secret" not in documents[0].text


def test_a_feed_at_an_address_obeys_the_policy(tmp_path: Path) -> None:
    with pytest.raises(CitabotError) as caught:
        read_feed("http://127.0.0.1:9/feed", limits=ReadingLimits(), fetch_policy=FetchPolicy())
    assert caught.value.code == "forbidden-address"
    with pytest.raises(MissingFile):
        read_feed(str(tmp_path / "none.xml"), limits=ReadingLimits(), fetch_policy=FetchPolicy())


def test_an_item_behind_a_private_address_is_read_from_the_feed(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(RSS.format(items=ITEM.replace("https://news.test/models", "http://127.0.0.1:9/x")))
    [document] = read_feed(str(path), limits=ReadingLimits(), fetch_policy=FetchPolicy())
    assert document.text == "First part.\n\nSecond part."
