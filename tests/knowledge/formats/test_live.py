"""Live blogs: every update with its time and heading, in the page's order, under the page's title."""

import pytest

from knowledge.model import Document
from knowledge.readers import ReadingLimits, read_bytes

UPDATES = [
    ("12.40", "Nine missing in Vika", "Nine people are now missing in Vika, the police said at midday."),
    ("11.05", "Four missing in Vika", "Four people are missing in Vika, the police said this morning."),
    ("09.30", "School closed", "The school in Vika is closed, said its head, Liv Aasen."),
    ("08.00", "", "Good morning. Nobody is missing so far, says the police chief Tor Lund."),
]
STATED = """<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Storm",
"datePublished": "2025-02-01T06:00:00Z", "liveBlogUpdate": [{"@type": "BlogPosting", "headline": "Nine missing",
"articleBody": "Nine people.", "datePublished": "2025-02-01T12:40:00Z"}]}</script>"""


def read(source: str, name: str = "a.html") -> Document:
    return read_bytes(source.encode(), name=name, content_type=None, location="a", limits=ReadingLimits())


def page(post: str, *, title: str = "Storm live: latest updates", head: str = "", after: str = "") -> Document:
    posts = "".join(post.format(time=time, heading=heading, text=text) for time, heading, text in UPDATES)
    body = f"<nav><a href=/>Home</a></nav><main><h1>{title}</h1><p>All times local.</p>{posts}{after}</main>"
    return read(f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>")


POSTS = [
    "<div class=post><time>{time}</time><h2>{heading}</h2><p>{text}</p></div>",
    "<article class=update><h3>{heading}</h3><p><time>{time}</time></p><p>{text}</p></article>",
    "<section><h2><time>{time}</time> {heading}</h2><p>{text}</p></section>",
    "<div><span class=post-time>{time}</span><h2>{heading}</h2><p>{text}</p></div>",
    "<li><p class='timestamp'>{time}</p><h3>{heading}</h3><p>{text}</p></li>",
]


@pytest.mark.parametrize("post", POSTS)
@pytest.mark.parametrize("head", ["", STATED])
def test_updates_keep_order_times_and_headings(post: str, head: str) -> None:
    document = page(post, head=head)
    assert document.metadata.title == "Storm live: latest updates"
    texts = [(document.text[part.start : part.end], part.time) for part in document.paragraphs]
    day = "2025-02-01T" if head else ""
    for time, heading, text in UPDATES:
        clock = f"{day}{time.replace('.', ':')}"
        place = texts.index((f"{time} {heading}".strip(), clock))
        assert texts[place + 1] == (text, clock)
    assert [text for text, _ in texts].index(UPDATES[0][2]) < [text for text, _ in texts].index(UPDATES[3][2])
    assert ("All times local.", None) in texts


def test_what_stands_around_the_updates_is_none() -> None:
    after = (
        "<aside><p>Buy our paper.</p></aside><div class=comments><div><time>13.00</time><p>troll: All lies.</p></div>"
        "<div><time>13.01</time><p>troll: More lies.</p></div></div>"
    )
    text = page(POSTS[0], after=after).text
    assert "paper" not in text
    assert "lies" not in text


def test_a_page_that_does_not_say_so_is_none() -> None:
    document = page(POSTS[0], title="News of the day from the coast")
    assert all(part.time is None for part in document.paragraphs)


def test_a_time_that_is_only_stated_for_programs_is_read_from_there() -> None:
    post = "<div><time datetime='2025-02-01T{time}:00Z'>an hour ago</time><h2>{heading}</h2><p>{text}</p></div>"
    posts = "".join(
        post.format(time=time.replace(".", ":"), heading=heading, text=text) for time, heading, text in UPDATES
    )
    document = read(f"<html><head><title>Storm live</title></head><body><main><h1>Storm live</h1>{posts}</main></body>")
    assert [part.time for part in document.paragraphs][1] == "2025-02-01T12:40"


def test_damaged_statements_for_programs_do_no_harm() -> None:
    head = STATED.replace("]}", "]")
    assert page(POSTS[0], head=head).metadata.title == "Storm live: latest updates"


def test_updates_of_other_formats_are_known_by_their_headings() -> None:
    text = "# Storm live\n\n## 23:50 Still nobody\n\nNobody.\n\n## 0:20 Two missing\n\nTwo are missing.\n"
    document = read(f"---\npublished: 2025-02-01\n---\n\n{text}", "a.md")
    assert [part.time for part in document.paragraphs] == [
        None, "2025-02-01T23:50", "2025-02-01T23:50", "2025-02-02T00:20", "2025-02-02T00:20"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "headings",
    [["1.10 Scope", "1.20 Terms"], ["10.15 Notices", "10.20 Law"], ["At 12:40 it sank", "By 13:00 it was over"]],
)
def test_numbers_of_sections_are_no_times(headings: list[str]) -> None:
    text = "# The contract\n\n" + "".join(f"## {heading}\n\nWords of it.\n\n" for heading in headings)
    assert all(part.time is None for part in read(text, "a.md").paragraphs)


def test_a_correction_has_its_own_time() -> None:
    text = "# Live\n\n## 9:30 Closed\n\nIt is closed.\n\nCorrection 10.15: it is open.\n\n## 9:00 Wind\n\nIt blows.\n"
    assert [part.time for part in read(text, "a.md").paragraphs][2:4] == ["09:30", "10:15"]


def test_headings_with_times_are_no_questions_of_an_interview() -> None:
    asked = [("12:40", "Is the bridge safe?"), ("11:05", "Four are missing."), ("9:30", "Who is in charge?")]
    text = "# Live\n\n" + "".join(f"## {time} {heading}\n\nNobody knows yet.\n\n" for time, heading in asked)
    assert [part.role for part in read(text, "a.md").paragraphs[1::2]] == ["heading"] * 3


def test_a_time_within_a_heading_leads_it() -> None:
    post = "<li><h3><span>Published at </span><time>{time}</time> {heading}</h3><p>{text}</p></li>"
    assert [part.time for part in page(post).paragraphs if part.time] == [
        time.replace(".", ":") for time, *_ in UPDATES for _ in ("heading", "text")
    ]


@pytest.mark.parametrize("update", ["<p><strong>{0}.</strong> {1}</p>", "<p>{0} — {1}</p>", "<p><b>{0}h</b> {1}</p>"])
def test_paragraphs_that_begin_with_times_are_updates_where_the_page_says_so(update: str) -> None:
    updates = [
        ("12:30", "El fiscal pide ocho años."),
        ("11:15", "Declara la perita."),
        ("10:00", "Comienza el juicio."),
    ]
    body = "".join(update.format(*pair) for pair in updates) + "<p>La sala está llena.</p>"
    source = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1>{1}</article></body></html>"
    live = read(source.format("Juicio del caso Faro, minuto a minuto", body))
    assert [part.time for part in live.paragraphs] == [None, "12:30", "11:15", "10:00", "10:00"]
    assert all(part.time is None for part in read(source.format("Los trenes de hoy", body)).paragraphs)


@pytest.mark.parametrize(
    "post",
    [
        "<li><a class=entry-time><span>hace 3 horas</span><span>{time}</span></a><h3>{heading}</h3><p>{text}</p></li>",
        "<div><p class=date>1 de febrero | {time}</p><h3>{heading}</h3><p>{text}</p></div>",
        "<div><div class=post-date><span class=time>{time}</span></div><h3>{heading}</h3><p>{text}</p></div>",
    ],
)
def test_the_time_of_an_update_is_known_by_what_the_page_calls_it(post: str) -> None:
    times = [part.time for part in page(post, title="Directo: el temporal").paragraphs if part.time]
    assert sorted({*times}) == sorted(time.replace(".", ":") for time, *_ in UPDATES)
