"""Word's text as its reader sees it: what is struck out, hidden, deleted or moved away is not read, and notes are."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from knowledge.formats.documents import read_docx
from knowledge.model import Document

W = nsdecls("w")


def saved(paragraph: str, *, notes: dict[str, str] | None = None, styles: str = "") -> bytes:
    """A document of one paragraph of these runs, with notes of these kinds and styles."""
    document = docx.Document()
    document.element.body.insert(0, parse_xml(f"<w:p {W}>{paragraph}</w:p>"))
    if styles:
        for style in parse_xml(f"<w:styles {W}>{styles}</w:styles>"):
            document.styles.element.append(style)
    content = io.BytesIO()
    document.save(content)
    return with_notes(content.getvalue(), notes or {})


def with_notes(content: bytes, notes: dict[str, str]) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            part = before.read(name).decode("utf-8", "surrogateescape")
            for kind in notes:
                override = (
                    f'<Override PartName="/word/{kind}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
                    f'wordprocessingml.{kind}+xml"/></Types>'
                )
                relation = (
                    f'<Relationship Id="rId9{kind}" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
                    f'relationships/{kind}" Target="{kind}.xml"/></Relationships>'
                )
                if name == "[Content_Types].xml":
                    part = part.replace("</Types>", override)
                if name == "word/_rels/document.xml.rels":
                    part = part.replace("</Relationships>", relation)
            after.writestr(name, part.encode("utf-8", "surrogateescape"))
        for kind, body in notes.items():
            after.writestr(f"word/{kind}.xml", f"<w:{kind} {W}>{body}</w:{kind}>")
    return changed.getvalue()


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def read(paragraph: str, **more: object) -> Document:
    return read_docx(saved(paragraph, **more), location="a.docx")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "properties",
    [
        "<w:strike/>",
        "<w:dstrike/>",
        "<w:vanish/>",
        '<w:strike w:val="1"/>',
        '<w:rStyle w:val="Old"/>',
        '<w:rStyle w:val="Older"/>',
    ],
)
def test_struck_out_and_hidden_runs_are_not_read(properties: str) -> None:
    styles = (
        '<w:style w:type="character" w:styleId="Old"><w:name w:val="Old"/><w:rPr><w:strike/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Older"><w:name w:val="Older"/><w:basedOn w:val="Old"/></w:style>'
    )
    body = run("The pumps, ") + run("bought in 1987", properties) + run("bought in 1993.")
    assert read(body, styles=styles).text == "The pumps, bought in 1993."


@pytest.mark.parametrize("properties", ['<w:strike w:val="0"/>', '<w:vanish w:val="false"/>', "<w:b/>"])
def test_what_is_switched_off_hides_nothing(properties: str) -> None:
    style = '<w:style w:type="paragraph" w:styleId="X"><w:name w:val="X"/><w:rPr><w:strike/></w:rPr></w:style>'
    assert read(run("Words.", properties)).text == "Words."
    if "strike" in properties:
        assert read(f'<w:pPr><w:pStyle w:val="X"/></w:pPr>{run("Words.", properties)}', styles=style).text == "Words."


def test_a_circle_of_styles_has_an_end() -> None:
    style = '<w:style w:type="character" w:styleId="X"><w:name w:val="X"/><w:basedOn w:val="X"/></w:style>'
    assert read(run("Words.", '<w:rStyle w:val="X"/>'), styles=style).text == "Words."


def test_deleted_and_moved_text_is_not_read_and_a_fallback_is_not_read_again() -> None:
    tracked = 'w:id="1" w:author="A"'
    again = (
        '<w:r xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:AlternateContent>'
        '<mc:Choice Requires="x"><w:t> So.</w:t></mc:Choice><mc:Fallback><w:t> So.</w:t></mc:Fallback>'
        "</mc:AlternateContent></w:r>"
    )
    body = (
        f"{run('A levy of ')}<w:del {tracked}><w:r><w:delText>12</w:delText></w:r></w:del>"
        f"<w:ins {tracked}>{run('18')}</w:ins>{run(' euros.')}<w:moveFrom {tracked}>{run(' Gone.')}</w:moveFrom>{again}"
    )
    assert read(body).text == "A levy of 18 euros. So."


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        (["It brought in 12", "^3", " million."], "It brought in 12 million."),
        (["Some 40 km", "^2", " of pans."], "Some 40 km² of pans."),
        (["The 19", "^th", " century."], "The 19th century."),
        (["Both", "^1", "^2", " went."], "Both went."),
        (["It is so.", "^[4]"], "It is so."),
    ],
)
def test_raised_marks_are_no_digits(runs: list[str], words: str) -> None:
    raised = '<w:vertAlign w:val="superscript"/>'
    assert read("".join(run(text.lstrip("^"), raised if text[0] == "^" else "") for text in runs)).text == words


@pytest.mark.parametrize(("position", "words"), [("6", "12 million."), ("0", "123 million."), ("-4", "123 million.")])
def test_figures_that_stand_higher_are_raised_too(position: str, words: str) -> None:
    body = run("12") + run("3", f'<w:position w:val="{position}"/>') + run(" million.")
    assert read(body).text == words


def test_notes_are_paragraphs_that_say_so_where_they_are_referred_to() -> None:
    def note(kind: str, key: str, text: str, more: str = "") -> str:
        return f'<w:{kind} w:id="{key}"{more}><w:p>{run(text)}</w:p></w:{kind}>'

    foot = note("footnote", "-1", "line", ' w:type="separator"') + note("footnote", "2", "Of which 30,000 are pledged.")
    body = (
        f'{run("The reserve stands at 90,000 euros")}<w:r><w:footnoteReference w:id="2"/></w:r>{run(".")}'
        '<w:r><w:endnoteReference w:id="5"/></w:r>'
        '<w:r><w:rPr><w:vanish/></w:rPr><w:footnoteReference w:id="3"/></w:r>'
    )
    notes = {
        "footnotes": foot + note("footnote", "3", "Nobody refers to this."),
        "endnotes": note("endnote", "5", "Minutes of May."),
    }
    document = read(body, notes=notes)
    assert [(part.role, document.text[part.start : part.end]) for part in document.paragraphs] == [
        ("text", "The reserve stands at 90,000 euros."),
        ("note", "Of which 30,000 are pledged."),
        ("note", "Minutes of May."),
    ]


def test_a_row_that_a_change_takes_away_is_not_read() -> None:
    row = "<w:tr>{0}<w:tc><w:p><w:r><w:t>{1}</w:t></w:r></w:p></w:tc></w:tr>"
    deleted = '<w:trPr><w:del w:id="1" w:author="A"/></w:trPr>'
    document = docx.Document()
    document.element.body.insert(
        0, parse_xml(f"<w:tbl {W}>{row.format('', 'Kept')}{row.format(deleted, 'Gone')}</w:tbl>")
    )
    content = io.BytesIO()
    document.save(content)
    assert read_docx(content.getvalue(), location="a").text == "Kept"
