"""PDF: paragraphs put together again from lines on pages. The files are made here, word by word."""

import time
from collections.abc import Sequence

import pytest

from knowledge.errors import CitabotError, DamagedDocument, EncryptedDocument, NoText, SourceTooLarge
from knowledge.formats.limits import ReadingLimits
from knowledge.formats.pdf import read_pdf
from knowledge.model import Document
from knowledge.readers import read_bytes

Placed = tuple[float, float, str]  # from the left and from the foot of the page, in points, and the words

# Lines that fill a column of Courier, in which every letter is 0.6 of its size wide: 60 letters are 360 points.
FULL = [
    "The committee met on Monday and agreed that all of the rules",
    "which it had written would apply to every company, large and",
    "small, from the first day of the year that comes after them.",
]


def pdf(pages: Sequence[Sequence[Placed]], *, size: float = 10, trailer: str = "", info: str = "") -> bytes:
    """A PDF with these words at these places, by the rules of ISO 32000-1."""
    numbers = [4 + 2 * page for page in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    ]
    for number, words in zip(numbers, pages, strict=True):
        shown = "\n".join(f"BT /F {size} Tf {x} {y} Td ({text}) Tj ET" for x, y, text in words)
        stream = shown.encode("cp1252").decode("latin-1")
        resources = "/Resources << /Font << /F 3 0 R >> >> /MediaBox [0 0 595 842]"
        objects.append(f"<< /Type /Page /Parent 2 0 R {resources} /Contents {number + 1} 0 R >>")
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects.append(f"<< {info} >>")
    content, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    root = f"/Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R {trailer}"
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< {root} >>\n"
    return content + f"{end}startxref\n{len(content)}\n%%EOF\n".encode("latin-1")


def column(lines: Sequence[str], *, top: float = 700, left: float = 100, leading: float = 12) -> list[Placed]:
    return [(left, top - leading * row, text) for row, text in enumerate(lines)]


def read(content: bytes, *, max_pages: int = 100, max_characters: int = 100_000) -> Document:
    limits = ReadingLimits(max_pages=max_pages, max_characters=max_characters)
    return read_pdf(content, location="a.pdf", limits=limits)


def paragraphs(*pages: Sequence[Placed], size: float = 10) -> list[str]:
    document = read(pdf(pages, size=size))
    return [document.text[part.start : part.end] for part in document.paragraphs]


def test_lines_become_paragraphs_where_the_space_between_them_is_wider() -> None:
    lines = [*column(FULL), *column(FULL, top=650)]
    assert paragraphs(lines) == [" ".join(FULL)] * 2


def test_an_indent_begins_a_paragraph() -> None:
    second = [(112.0, 664.0, FULL[0][:58]), *column(FULL[1:], top=652)]
    assert paragraphs([*column(FULL), *second]) == [" ".join(FULL), " ".join([FULL[0][:58], *FULL[1:]])]


def test_a_line_that_ends_early_ends_its_paragraph() -> None:
    assert paragraphs(column([*FULL, "It was late.", *FULL])) == [" ".join([*FULL, "It was late."]), " ".join(FULL)]


def test_hanging_lines_belong_to_the_entry_above() -> None:
    entries = []
    for entry in range(3):
        top = 700 - 36 * entry
        entries += [*column([FULL[0]], top=top), *column([text[:57] for text in FULL[1:]], top=top - 12, left=115)]
    assert len(paragraphs(entries)) == 3


def test_a_hyphen_at_the_end_of_a_line_is_mended() -> None:
    lines = [
        "The report said that development and open-source models are ",
        "alike in this respect, and it praised both their quick devel-",
        "opment and their cost; yet few of them were made in the open-",
        "source way that the authors of this long report had hoped for",
    ]
    [text] = paragraphs(column(lines))
    assert "quick development and" in text
    assert "the open-source way" in text


def test_a_paragraph_goes_on_across_pages_and_running_lines_are_dropped() -> None:
    pages = []
    for number in range(1, 5):
        head: list[Placed] = [(100, 800, "Annual report of the committee")]
        foot: list[Placed] = [(290, 40, f"Page {number}")]
        pages.append([*head, *column([*FULL, *FULL[:2]]), *foot])
    [text] = paragraphs(
        *pages[:1],
        [*pages[1][:1], *column(["small firms included, as the last line of this page says."]), *pages[1][-1:]],
    )[:1]
    found = paragraphs(*pages)
    assert not any("Annual" in part or "Page" in part for part in found)
    assert text.endswith("large and small firms included, as the last line of this page says.")


def test_a_word_that_appears_once_at_the_top_is_no_running_head() -> None:
    pages = [[(100.0, 800.0, f"{word} of a kind"), *column(FULL)] for word in ("First", "Second", "Third")]
    assert paragraphs(*pages)[0] == "First of a kind"


def test_a_table_keeps_its_rows() -> None:
    rows = column(
        ["Model    Cost    Speed", "V3       5.6     12.5", "R1       1.2     10.0", "V2       0.9     9.1"], top=600
    )
    document = read(pdf([[*column(FULL), *rows]]))
    assert [part.role for part in document.paragraphs] == ["text", "table"]
    assert document.text.split("\n\n")[1].splitlines()[1].split() == ["V3", "5.6", "12.5"]


def test_items_of_a_list_stand_alone_without_their_bullets() -> None:
    items = column(
        ["• One thing that matters, said in a line.", "• Another thing, which is said in a line too."], top=600
    )
    document = read(pdf([[*column(FULL), *items]]))
    assert document.text.split("\n\n")[1:] == [
        "One thing that matters, said in a line.",
        "Another thing, which is said in a line too.",
    ]
    assert [part.role for part in document.paragraphs][1:] == ["item", "item"]


def test_title_and_author_are_taken_unless_a_program_wrote_them() -> None:
    page = column(FULL)
    known = read(pdf([page], info="/Title (A study) /Author (Ana P.) /CreationDate (D:20250129)")).metadata
    assert (known.title, known.author, known.published) == ("A study", "Ana P.", None)
    for junk in ("Microsoft Word - draft", "draft.docx", "untitled"):
        assert read(pdf([page], info=f"/Title ({junk})")).metadata.title is None


def test_accents_are_kept() -> None:
    assert paragraphs(column(["El señor Núñez dijo «sí» a la reunión del próximo año."])) == [
        "El señor Núñez dijo «sí» a la reunión del próximo año."
    ]


ENCRYPTED = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{0}> /U <{0}> >> /ID [<{1}> <{1}>]".format(
    "ab" * 32, "cd" * 16
)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf([column(FULL)])[:-200], DamagedDocument),
        (pdf([column(FULL)])[:300], DamagedDocument),
        (b"%PDF-1.4\n%%EOF", DamagedDocument),
        (pdf([column(FULL)], trailer=ENCRYPTED), EncryptedDocument),
        (pdf([[]]), NoText),
        (pdf([[]] * 101), SourceTooLarge),
        (pdf([[(10, row * 7, "x" * 900) for row in range(119)]]), SourceTooLarge),
    ],
    ids=["cut off", "cut short", "hollow", "encrypted", "scanned", "pages", "characters"],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(content: bytes, kind: type[CitabotError]) -> None:
    with pytest.raises(kind) as caught:
        read(content)
    assert type(caught.value) is kind
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "title", ["<FEFFD8000041>", "<FEFF0041D800>", "<FEFF00>", "(a\\000b)", f"({'x' * 100_000})", "12", "[(a)]"]
)
def test_a_title_that_is_no_text_does_no_harm(title: str) -> None:
    document = read_bytes(
        pdf([column(FULL)], info=f"/Title {title}"),
        name="a.pdf",
        content_type=None,
        location="a",
        limits=ReadingLimits(),
    )
    assert document.text == " ".join(FULL)
    assert "\0" not in (document.metadata.title or "").encode().decode()
    assert len(document.metadata.title or "") <= 500


@pytest.mark.parametrize("size", [0, 1e-9, 1e30, -10])
def test_type_of_any_size_does_no_harm(size: float) -> None:
    try:
        read(pdf([column(FULL)], size=size))
    except CitabotError as error:
        assert error.exit_code == 2


def test_labels_without_number_take_no_time_by_their_square() -> None:
    start = time.process_time()
    read(pdf([[(50 + place % 90 * 5, 50 + place // 90 * 15, "a") for place in range(3000)]]), max_characters=50_000)
    assert time.process_time() - start < 15
