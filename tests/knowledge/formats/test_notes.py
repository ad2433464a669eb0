"""Marks of notes are no digits, and notes are paragraphs that say so."""

import pytest

from knowledge.formats.markdown import read_markdown
from knowledge.formats.notes import read_raised
from knowledge.formats.pages import read_page
from knowledge.model import Document

MORE = "<p>The office was pulled down in 1902, and nothing of it is left but a door in the museum.</p>"


def page(body: str) -> Document:
    return read_page(f"<html><body><article>{body}{MORE}</article></body></html>".encode(), charset=None, location="a")


def parts(document: Document) -> list[tuple[str, str]]:
    return [(part.role, document.text[part.start : part.end]) for part in document.paragraphs]


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("It brought in 12<sup>3</sup> million crowns.", "It brought in 12 million crowns."),
        ("Abolished in 1893<sup id=r1><a href='#n1'>[1]</a></sup> by law.", "Abolished in 1893 by law."),
        ("Promised for years.<sup>2</sup>", "Promised for years."),
        ("The pans were 40 km<sup>2</sup> then.", "The pans were 40 km² then."),
        ("Some 10<sup>6</sup> grains, 10<sup>−3</sup> each.", "Some 10⁶ grains, 10⁻³ each."),
        ("A million[4] crowns[5][6], it says.", "A million crowns, it says."),
        ("A million<a href='#n4'>[4]</a> crowns.", "A million crowns."),
        ("A million<a href='#n4' role='doc-noteref'>4</a> crowns.", "A million crowns."),
        ("A crown<sup>*</sup> and a king<sup>†</sup>.", "A crown and a king."),
        ("<b>12</b><sup>3</sup> million.", "12 million."),
        ("Both.<sup>2,3</sup> And<sup>[nota 4]</sup> so on.", "Both. And so on."),
        ("In all 1.200<sup>a</sup> votes, and 12<sup>b</sup> more.", "In all 1.200 votes, and 12 more."),
        ("The 1<sup>a</sup> and 2<sup>o</sup> of May, the 3<sup>d</sup>.", "The 1a and 2o of May, the 3d."),
        ("The 19<sup>th</sup> century, CO<sub>2</sub>, n.<sup>o</sup> 4.", "The 19th century, CO2, n.o 4."),
        ("See section <a href='#s4'>4</a>.", "See section 4."),
        ("It was said [4] before.", "It was said [4] before."),
        ("Take <code>row[4]</code> of it.", "Take row[4] of it."),
    ],
)
def test_a_mark_is_no_part_of_the_word_it_is_glued_to(source: str, read: str) -> None:
    assert parts(page(f"<p>{source}</p>"))[0] == ("text", read)


@pytest.mark.parametrize(
    "notes",
    [
        "<ol class=footnotes><li id=n1>Some give 1895. <a href='#r1'>↩</a></li><li>Letter of 1889.</li></ol>",
        "<section role=doc-endnotes><p>Some give 1895.</p><p>Letter of 1889.</p></section>",
        "<div id=footnotes><hr><ol><li><p>Some give 1895. <a href='#r1' role=doc-backlink>Back</a></p></li>"
        "<li><p>Letter of 1889.</p></li></ol></div>",
    ],
)
def test_the_notes_of_a_page_are_paragraphs_that_say_so(notes: str) -> None:
    document = page(f"<p>The tax was abolished in 1893<sup><a href='#n1'>1</a></sup> by law.</p>{notes}")
    assert [text for role, text in parts(document) if role == "note"] == ["Some give 1895.", "Letter of 1889."]
    assert all(role == "text" for role, text in parts(document) if "1895" not in text and "1889" not in text)


def test_footnotes_of_markdown_are_paragraphs_that_say_so() -> None:
    text = "The office in Holm[^1] employed nine clerks.[^b]\n\n[^1]: Not the one in Vika.\n[^b]: Ten, with the guard."
    assert parts(read_markdown(text.encode(), charset=None, location="a")) == [
        ("text", "The office in Holm employed nine clerks."),
        ("note", "Not the one in Vika."),
        ("note", "Ten, with the guard."),
    ]


def test_marks_of_references_stay_where_the_front_matter_lists_them() -> None:
    reference = "{number: 1, publisher: A, title: B, type: primary}"
    text = f"---\ntitle: T\nreferences: [{reference}]\n---\n\nIt is 12[1] million."
    assert "12[1]" in read_markdown(text.encode(), charset=None, location="a").text
    assert read_markdown(b"It is 12[1] million.", charset=None, location="a").text == "It is 12 million."


@pytest.mark.parametrize(
    ("raised", "before", "read"),
    [("3", "12", ""), ("2", "5 km", "²"), ("th", "19", "th"), ("*", "x", ""), ("[a]", "x", ""), ("-1", "s", "⁻¹")],
)
def test_raised_text_is_a_mark_or_stays(raised: str, before: str, read: str) -> None:
    assert read_raised(raised, before=before) == read


@pytest.mark.parametrize(
    ("mark", "note"),
    [
        (
            "<sup class=fn><a href='#a1' id=a1-link>1</a></sup>",
            "<ol class=wp-block-footnotes><li id=a1>{} <a href='#a1-link'>↩︎</a></li></ol>",
        ),
        (
            "<sup id=cite_ref-1 class=reference><a href='#cite_note-1'>[1]</a></sup>",
            "<ol class=references><li id=cite_note-1>↑ <a href='#cite_ref-1'><sup>a</sup></a> {}</li></ol>",
        ),
        ("<a href='#_ftn1' name=_ftnref1>[1]</a>", "<div><a href='#_ftnref1' name=_ftn1>[1]</a> {}</div>"),
        ("<sup><a href='#n1' id=r1>1</a></sup>", "<p id=n1><a href='#r1'>1</a>. {}</p>"),
        ("<a href='#fn1' role=doc-noteref id=r1><sup>1</sup></a>", "<aside id=fn1><p>{}</p></aside>"),
    ],
)
def test_what_a_mark_leads_to_is_a_note_whatever_the_page_calls_it(mark: str, note: str) -> None:
    body = f"<p>It brought in 12{mark} million crowns.</p>{MORE * 3}{note.format('Some say 14.')}"
    document = read_page(f"<html><body><article>{body}</article></body></html>".encode(), charset=None, location="a")
    assert parts(document)[0] == ("text", "It brought in 12 million crowns.")
    assert [text for role, text in parts(document) if role == "note"] == ["Some say 14."]


def test_what_other_links_lead_to_is_no_note() -> None:
    body = "<p><a href='#s1'>[1]</a> and <a href='#s2'>section 2</a>.</p><div id=s1><h2>One</h2><p>The salt.</p></div>"
    assert all(role != "note" for role, _ in parts(page(f"{body}<p id=s2>The tax.</p>")))
