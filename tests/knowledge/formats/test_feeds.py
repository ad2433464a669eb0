"""Feeds: every item as a document, from its page where it has one, else from the feed."""

import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import (
    AddressUnreachable,
    CitabotError,
    EmptyFeed,
    MissingFile,
    NoText,
    TooCostly,
    UnsupportedFormat,
)
from knowledge.formats.feeds import parse_items, read_items
from knowledge.ingest import ingest
from knowledge.model import Document, Metadata, Paragraph
from knowledge.readers import ReadingLimits, read_bytes, read_feed
from knowledge.store import Store
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


def from_feed(content: bytes, *, location: str = "feed", **named: Any) -> list[Document]:
    limits = {name: named[name] for name in ("limits",) if name in named}
    return read_items(parse_items(content, location=location, **limits), location=location, **named)


def feed_at(location: str) -> list[Document]:
    return read_feed(
        location, limits=ReadingLimits(), fetch_policy=FetchPolicy(), parse=read_bytes, parse_feed=parse_items
    )


def from_rss(*items: str, **named: object) -> list[Document]:
    content = RSS.format(items="".join(items)).encode()
    options: dict[str, object] = {"location": "feed", "read_page": page_of}
    return from_feed(content, **(options | named))


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
    assert document.metadata.url == "https://news.test/models"
    assert document.metadata.publisher == "The Daily Sample"


def test_an_atom_entry_without_link_gives_its_whole_content() -> None:
    [document] = from_feed(ATOM.encode(), location="feed", read_page=no_page)
    assert document.text == "Head\n\nAn item."
    assert [part.role for part in document.paragraphs] == ["heading", "item"]
    assert (document.metadata.title, document.metadata.published) == ("One", "2025-02-03")


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
    assert len(from_rss(ITEM, ITEM, ITEM, limits=ReadingLimits(max_feed_items=2))) == 2


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
        feed_at(str(path))
    assert type(caught.value) is kind
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message


def test_a_feed_that_names_other_files_does_not_get_them(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret words")
    entity = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    item = "<item><title>T</title><description>Own &x; words.</description></item>"
    content = RSS.format(items=item).replace("?>", f"?>{entity}", 1)
    documents = from_feed(content.encode(), location="feed", read_page=page_of)
    assert [document.text for document in documents] == ["Own words."]


def test_a_feed_at_an_address_obeys_the_policy(tmp_path: Path) -> None:
    with pytest.raises(CitabotError) as caught:
        feed_at("http://127.0.0.1:9/feed")
    assert caught.value.code == "forbidden-address"
    with pytest.raises(MissingFile):
        feed_at(str(tmp_path / "none.xml"))


def test_an_item_behind_a_private_address_is_read_from_the_feed(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(RSS.format(items=ITEM.replace("https://news.test/models", "http://127.0.0.1:9/x")))
    [document] = feed_at(str(path))
    assert document.text == "First part.\n\nSecond part."


def item(text: str, *, guid: str = "", link: str = "", date: str = "") -> str:
    parts = {"description": text, "guid": guid, "link": link, "pubDate": date}
    return f"<item>{''.join(f'<{name}>{value}</{name}>' for name, value in parts.items() if value)}</item>"


def test_items_without_addresses_are_documents_of_their_own() -> None:
    documents = from_rss(item("First words."), item("Second words."), item("Third words."))
    assert len({document.location for document in documents}) == 3
    assert all(document.location.startswith("feed#words=") for document in documents)
    assert [document.metadata.url for document in documents] == [None, None, None]


def test_an_item_is_known_again_by_its_id_whatever_its_words_are() -> None:
    [before] = from_rss(item("Old words.", guid="tag:one", link="https://news.test/a"))
    [after] = from_rss(item("New words.", guid="tag:one", link="https://news.test/b"))
    assert before.location == after.location == "feed#id=tag%3Aone"
    [other] = from_feed(
        RSS.format(items=item("Old words.", guid="tag:one")).encode(), location="other feed", read_page=page_of
    )
    assert other.location != before.location


def test_an_item_never_has_the_place_of_its_page() -> None:
    [document] = from_rss(item("", link="https://news.test/models"))
    assert document.location == "feed#link=https%3A%2F%2Fnews.test%2Fmodels"
    assert document.metadata.url == "https://news.test/models"


def test_two_items_with_one_id_do_not_swallow_each_other() -> None:
    same = from_rss(item("First words.", guid="g"), item("Second words.", guid="g"), item("Third.", guid="h"))
    assert len({document.location for document in same}) == 3
    crossed = from_rss(
        item("First words.", guid="x"),
        item("Second words.", guid="x"),
        item("Third words.", link="x"),
        read_page=no_page,
    )
    assert len({document.location for document in crossed}) == 3


@pytest.mark.parametrize("guid", ["x" * 100_000, "ñ" * 60, "a#item=b&amp;c", "../../etc/passwd", "&#55357;"])
def test_the_mark_of_an_item_is_short_and_plain(guid: str) -> None:
    [document] = from_rss(item("Words.", guid=guid))
    mark = document.location.removeprefix("feed#")
    assert len(mark) <= 70
    assert mark.isascii()
    assert "/" not in mark


@pytest.mark.parametrize(
    "date",
    ["0000-00-00", "Wed, 29 Jan 99999 23:30:00 +0000", "-1", "9" * 400, "2025-99-99", "Wed, 00 Jan 0000 00:00:00 GMT"],
)
def test_a_date_that_no_calendar_has_is_none(date: str) -> None:
    [document] = from_rss(item("Words.", date=date))
    assert document.metadata.published is None


def test_after_its_time_a_feed_is_read_no_further_and_what_was_read_stays() -> None:
    skipped: list[CitabotError] = []
    read: list[str] = []

    def slow(address: str) -> Document:
        read.append(address)
        time.sleep(0.3)
        return page_of(address)

    items = [item("", link=f"https://news.test/{number}") for number in range(9)]
    documents = from_rss(
        *items,
        read_page=slow,
        limits=ReadingLimits(max_feed_seconds=0.2),
        skipped=lambda _, error: skipped.append(error),
    )
    assert (len(documents), len(read), len(skipped)) == (1, 1, 8)
    assert {type(error) for error in skipped} == {AddressUnreachable}


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "ftp://a.test", "data:text/html,a", "/etc/passwd", "HTTP:a", "x"]
)
def test_no_other_link_is_opened(link: str) -> None:
    def read_page(address: str) -> Document:
        raise AssertionError(address)

    [document] = from_rss(item("Own words.", link=link), read_page=read_page)
    assert document.metadata.url is None


def test_a_feed_of_endless_items_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooCostly):
        from_rss(*["<item/>"] * 300_000)


def test_one_bad_item_keeps_no_other_out() -> None:
    deep = "&lt;div&gt;" * 500 + "Deep."
    skipped: list[str] = []
    documents = from_rss(item("First."), item(deep), item("Last."), skipped=lambda _, error: skipped.append(error.code))
    assert [document.text for document in documents] == ["First.", "Last."]
    assert skipped == ["too-costly"]


@pytest.mark.parametrize("encoding", ["undefined", "utf-7", "base64", "idna", "punycode", "unicode_escape", "x" * 999])
def test_a_feed_in_a_strange_encoding_is_read_or_refused(encoding: str) -> None:
    content = RSS.format(items=item("Words.")).replace('"1.0"', f'"1.0" encoding="{encoding}"', 1)
    try:
        documents = from_feed(content.encode(), location="feed", read_page=page_of)
    except CitabotError as error:
        assert error.exit_code == 2
    else:
        assert [document.text for document in documents] == ["Words."]


def test_a_laughing_feed_is_small_or_refused() -> None:
    entities = '<!ENTITY a "xxxxxxxxxx">' + "".join(
        f'<!ENTITY {name} "{f"&{under};" * 10}">' for under, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    content = RSS.format(items=item("Words &i;")).replace("?>", f"?><!DOCTYPE rss [{entities}]>", 1)
    try:
        documents = from_feed(content.encode(), location="feed", read_page=page_of)
    except CitabotError as error:
        assert error.exit_code == 2
    else:
        assert all(len(document.text) < 1000 for document in documents)


@pytest.mark.parametrize(
    ("date", "day"),
    [
        ("2025-01-29T23:30:00Z", "2025-01-29"),
        ("2025-01", "2025-01"),
        ("2025", "2025"),
        ("20250129", "2025-01-29"),
        ("29 Jan 2025", "2025-01-29"),
        ("Wed, 29 Jan 2025 23:30:00 -0500", "2025-01-29"),
        ("Thu, 30 Jan 2025 01:00:00 +0900", "2025-01-30"),
        ("Wed, 29 Jan 2025 22:30 EST", "2025-01-29"),
        ("2025-01-29T23:30:00-06:00", "2025-01-29"),
        ("2025-01-30T00:30:00+12:00", "2025-01-30"),
    ],
)
def test_a_date_is_read_as_far_as_it_is_stated(date: str, day: str) -> None:
    [document] = from_rss(item("Words.", date=date))
    assert document.metadata.published == day


def test_half_a_character_in_one_item_keeps_no_other_out() -> None:
    documents = from_rss(item("First &#xD83D;&#xDE00; &#0; &#9999999999; words."), item("Last."))
    assert [document.text for document in documents][1:] == ["Last."]
    assert documents[0].text.startswith("First")


def links(content: str, location: str) -> list[str | None]:
    return [document.metadata.url for document in from_feed(content.encode(), location=location, read_page=no_page)]


def test_a_relative_address_begins_at_the_base_that_the_feed_states() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://news.test/a/"><title>N</title>
<entry xml:base="b/"><title>One</title><link href="one.html"/><summary>Words.</summary></entry>
<entry><title>Two</title><link href="/two.html"/><summary>Words again.</summary></entry></feed>"""
    assert links(atom, "https://feeds.test/x/feed.xml") == [
        "http://news.test/a/b/one.html",
        "http://news.test/two.html",
    ]


def test_a_relative_address_begins_at_the_feed_where_it_states_no_base() -> None:
    rss = RSS.format(items=item("Words.", link="one?x=1") + item("Others.", link="../two"))
    assert links(rss, "https://feeds.test/x/feed.xml") == ["https://feeds.test/x/one?x=1", "https://feeds.test/two"]
    assert links(rss, "/home/feed.xml") == [None, None]


def test_the_whole_content_is_read_rather_than_a_summary_however_long() -> None:
    entry = "<title>One</title><summary>A summary of many words, longer than the whole.</summary>{}"
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><entry>{}</entry></feed>'
    content = '<content type="html">&lt;p&gt;The whole.&lt;/p&gt;</content>'
    empty = '<content type="html">&lt;p&gt; &lt;/p&gt;</content>'
    for parts, text in ((content, "The whole."), (empty, "A summary of many words, longer than the whole.")):
        [document] = from_feed(atom.format(entry.format(parts)).encode(), read_page=no_page)
        assert document.text == text


FEED = "https://feeds.test/x/feed.xml"


def stored_after(store: Store, *rounds: list[str]) -> list[str]:
    """The texts that a store holds after a feed was read with these items in each round."""
    for items in rounds:
        for document in from_feed(RSS.format(items="".join(items)).encode(), location=FEED, read_page=no_page):
            ingest(store, document, Metadata())
    return sorted(store.snapshot(source.snapshot).text for source in store.sources())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (item("Old words are here.", guid="tag:1", link="/a"), item("New words are here.", guid="tag:1", link="/b")),
        (item("Old words are here.", link="/a"), item("New words are here.", guid="tag:1", link="/a")),
        (item("Old words are here.", guid="tag:1", link="/a"), item("New words are here.", link="/a")),
        (item("Old words are here.", guid="tag:1", link="/a"), item("New words are here.", guid="tag:2", link="/a")),
    ],
    ids=["same guid", "guid since", "guid no more", "other guid"],
)
def test_an_item_known_by_its_guid_or_its_link_is_updated(tmp_path: Path, before: str, after: str) -> None:
    with closing(Store(tmp_path / "knowledge.db")) as store:
        assert stored_after(store, [before], [after], [after]) == ["New words are here."]


def test_items_that_share_a_link_stay_apart(tmp_path: Path) -> None:
    items = [item(f"Words of number {number}.", guid=f"tag:{number}", link="/live") for number in (1, 2, 3)]
    with closing(Store(tmp_path / "knowledge.db")) as store:
        assert len(stored_after(store, items[:2], items)) == 3


def content(words: str, title: str = "Title", date: str = "") -> str:
    return f"<item><title>{title}</title>{date}<description><![CDATA[{words}]]></description></item>"


def test_a_live_blog_in_the_feed_itself_has_the_times_of_its_updates() -> None:
    date = "<pubDate>Sun, 02 Feb 2025 09:00:00 +0100</pubDate>"
    posts = "<div><time>{0}</time><p>{1}</p></div>", "<h3>{0}</h3><p>{1}</p>", "<p><b>{0}</b> {1}</p>"
    for post in posts:
        words = post.format("12:40", "Nueve desaparecidos.") + post.format("11:05", "Cuatro desaparecidos.")
        (document,) = from_rss(content(words, "Temporal, en directo", date))
        times = [part.time for part in document.paragraphs]
        assert sorted({*times}) == ["2025-02-02T11:05", "2025-02-02T12:40"]


def test_what_is_asked_and_the_notes_of_an_item_say_so() -> None:
    words = (
        "<p>Q: Did it cost 12<sup><a href='#n1'>1</a></sup> million?</p><p>A: Four.</p><ol><li id=n1>In 1911.</li></ol>"
    )
    (document,) = from_rss(content(words))
    assert [(part.role, document.text[part.start : part.end]) for part in document.paragraphs] == [
        ("question", "Q: Did it cost 12 million?"),
        ("text", "A: Four."),
        ("note", "In 1911."),
    ]
