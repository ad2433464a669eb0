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
    assert document.text.split("\n\n")[1].splitlines()[:2] == ["Model | Cost | Speed", "V3 | 5.6 | 12.5"]


def placed_rows(*rows: Sequence[str], lefts: Sequence[float], top: float = 600, leading: float = 14) -> list[Placed]:
    """Rows of cells, each cell where its column begins; an empty one is not there."""
    return [
        (left, top - leading * number, words)
        for number, row in enumerate(rows)
        for left, words in zip(lefts, row, strict=True)
        if words
    ]


def test_cells_that_are_placed_one_by_one_are_cells_of_their_row() -> None:
    cells = placed_rows(
        ("Year", "Tax (crowns)", "Where it was paid"),
        ("1890", "12.5", "Norsund"),
        ("1891", "13", "Vika and Holm"),
        lefts=(100, 200, 350),
    )
    document = read(pdf([[*column(FULL), *cells]]))
    assert document.text.split("\n\n")[1] == (
        "Year | Tax (crowns) | Where it was paid\n1890 | 12.5 | Norsund\n1891 | 13 | Vika and Holm"
    )
    assert document.paragraphs[1].role == "table"


def test_the_next_line_of_a_cell_stays_in_its_cell() -> None:
    cells = placed_rows(
        ("Model", "What it costs for a million", "Since"),
        ("", "tokens that go in", ""),
        ("V3", "0.27 dollars, and less for", "May"),
        ("", "those in the cache", "of last year"),
        lefts=(100, 180, 400),
    )
    text = read(pdf([[*column(FULL), *cells]])).text.split("\n\n")[1]
    assert text.splitlines() == [
        "Model | What it costs for a million tokens that go in | Since",
        "V3 | 0.27 dollars, and less for those in the cache | May of last year",
    ]


def test_pieces_far_from_each_other_make_no_sentence() -> None:
    head: list[Placed] = [(100, 780, "The Valley Gazette"), (420, 780, "3 May 2025")]
    assert paragraphs([*head, *column(FULL)])[0] == "The Valley Gazette | 3 May 2025"


def test_who_speaks_and_what_is_said_are_no_cells() -> None:
    turns = placed_rows(
        ("LUND:", "I have thought about it."),
        ("REPORTER:", "Will you go?"),
        ("LUND:", "No. I stay."),
        lefts=(100, 200),
    )
    assert paragraphs(turns) == ["LUND: I have thought about it.", "REPORTER: Will you go?", "LUND: No. I stay."]


NARROW = [
    "The council met on Monday and",
    "agreed that the rules which it",
    "had written would apply to all",
    "firms, large and small, from",
    "the first day of the new year.",
]
OTHER = [
    "The mayor said that the bridge",
    "would not open before autumn",
    "because the steel had arrived",
    "late and the welders had left",
    "for other work on the coast.",
]


def test_columns_whose_lines_come_in_turns_are_read_one_after_the_other() -> None:
    lines = placed_rows(*zip(NARROW, OTHER, strict=True), lefts=(60, 310), leading=12)
    assert paragraphs([(60.0, 640.0, "Two reports from the valley, side by side in columns"), *lines]) == [
        "Two reports from the valley, side by side in columns",
        " ".join(NARROW),
        " ".join(OTHER),
    ]


def test_a_column_of_few_lines_beside_a_wide_does_not_cut_sentences() -> None:
    few = ["The council said that", "the salt tax of Norsund", "is to end this year."]
    assert paragraphs([*column(few, left=60), *column([*FULL, *FULL], left=200)])[0] == " ".join(few)


@pytest.mark.parametrize("notes", [["See p. 9"], ["The last", "of them", "was Lund."]])
def test_a_note_in_the_margin_does_not_cut_the_sentence_beside_it(notes: Sequence[str]) -> None:
    beside = column(notes, top=688, left=480)
    lines = [placed for line in column([*FULL, *FULL]) for placed in (line, *(n for n in beside if n[1] == line[1]))]
    assert paragraphs(lines) == [" ".join([*FULL, *FULL]), " ".join(notes)]


def raised(sign: str, *, size: float = 6, rise: float = 4, usual: float = 10) -> str:
    """A raised sign inside the words of a line, as PDF's operators set it (ISO 32000-1, sections 9.3 and 9.4)."""
    return f") Tj /F {size} Tf {rise} Ts ({sign}) Tj /F {usual} Tf 0 Ts ("


@pytest.mark.parametrize(
    ("line", "read_as"),
    [
        (f"The tax brought in 12{raised('3')} million crowns.", "The tax brought in 12 million crowns."),
        (f"The tax brought in 12{raised('3,4')} million.", "The tax brought in 12 million."),
        (f"It ended in 1893.{raised('12')} Nobody missed it{raised('*')}.", "It ended in 1893. Nobody missed it."),
        (f"It grew by 20%{raised('[4]')} in a year{raised('1', size=10)}.", "It grew by 20% in a year."),
        ("The tax brought in 12\u00b3 million crowns.", "The tax brought in 12 million crowns."),
        (f"It weighs 1.5 x 10{raised('6')} tonnes.", "It weighs 1.5 x 10\u2076 tonnes."),
        (
            f"It is 10{raised('-3')} m{raised('2')} or 4 km\u00b2 large.",
            "It is 10\u207b\u00b3 m\u00b2 or 4 km\u00b2 large.",
        ),
        (f"CO{raised('2', rise=-2)} and the 1{raised('st')} place.", "CO2 and the 1st place."),
        (f"It takes 3{raised('1')}/2 hours.", "It takes 3 1/2 hours."),
        ("In 2025, 12.5 of 100* (1,200).", "In 2025, 12.5 of 100* (1,200)."),
    ],
)
def test_a_raised_mark_is_no_part_of_a_figure_and_an_exponent_stays_one(line: str, read_as: str) -> None:
    # Alone on its page a line of figures would be taken for a table.
    assert paragraphs([*column(FULL), (100, 640, line)])[-1] == read_as


def test_the_number_of_a_note_stays_at_its_beginning() -> None:
    note: Placed = (100, 600, f"{raised('3')} A note about the crowns, in one line.")
    assert paragraphs([*column(FULL), note])[-1] == "3 A note about the crowns, in one line."


def test_a_running_head_in_two_pieces_that_the_first_page_has_not_is_dropped() -> None:
    def head(page: int) -> list[Placed]:
        return [(100, 800, "The Valley Gazette"), (450, 800, f"{page} | Page")] if page > 1 else []

    pages = [[*head(page), *column([f"Page {page} begins here.", *FULL])] for page in (1, 2, 3)]
    assert "Gazette" not in " ".join(paragraphs(*pages))
    assert "| Page" not in " ".join(paragraphs(*pages))


def test_a_figure_in_the_first_row_of_a_page_stays_in_its_row() -> None:
    cells = placed_rows(
        ("Harbour of Vika", "27"), ("Mill of Sada", "12"), ("Bridge of Holm", "9"), lefts=(100, 300), top=800
    )
    found = paragraphs([*column(FULL)], [*cells, *column(FULL)])
    assert "Harbour of Vika | 27\nMill of Sada | 12\nBridge of Holm | 9" in found


def with_one_page_often(count: int) -> bytes:
    kids = b"/Kids [" + b"4 0 R " * count + b"] /Count %d" % count
    return pdf([[(100.0, 700.0, "Words.")]]).replace(b"/Kids [4 0 R] /Count 1", kids)


def test_as_many_pages_as_the_limit_are_read_and_one_more_is_refused_before_any() -> None:
    document = read_pdf(with_one_page_often(5000), location="a.pdf")
    assert document.text.split() == ["Words."] * 5000
    with pytest.raises(SourceTooLarge, match="5001 pages, more than 5000"):
        read_pdf(with_one_page_often(5001), location="a.pdf")


def test_pages_of_nothing_but_one_line_keep_it() -> None:
    assert paragraphs(*[[(100.0, 700.0, f"Picture {page} of the mill.")] for page in (1, 2, 3)]) == [
        "Picture 1 of the mill.",
        "Picture 2 of the mill.",
        "Picture 3 of the mill.",
    ]


def test_a_row_of_pieces_without_number_takes_no_time_by_their_square() -> None:
    start = time.process_time()
    read(pdf([[(10 + place * 20, 700, "a") for place in range(6000)]] * 2), max_characters=50_000)
    assert time.process_time() - start < 15


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
