"""Tables of HTML: what lays a page out is none, and the cells of the others hold all their words apart."""

import pytest

from knowledge.formats.fragments import fragment_blocks
from knowledge.formats.pages import read_page

MORE = "<p>The clerk of the parish read the minutes of the last meeting aloud, and nobody had anything to add.</p>" * 3


def blocks(source: str) -> list[tuple[str, str]]:
    return [(block.role, " ".join(block.text.split(" "))) for block in fragment_blocks(source)]


def test_the_cells_of_a_table_in_a_cell_are_words_of_that_cell() -> None:
    inner = "<table><tr><td>wheat</td><td>7.1 t</td></tr><tr><td>barley</td><td>5.2 t</td></tr></table>"
    table = f"<table><tr><th>County</th><th>Yield</th></tr><tr><td>Kent</td><td>{inner}</td></tr></table>"
    rows = "County | Yield\nKent | wheat 7.1 t barley 5.2 t"
    assert blocks(table) == [("table", rows)]
    assert rows in read_page(f"<article>{MORE}{table}</article>".encode(), charset=None, location="a").text


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("<p>Ana Ruiz</p><p>mayor</p>", "Ana Ruiz mayor"),
        ("4<br>million", "4 million"),
        ("<ul><li>one<li>two</ul>", "one two"),
        ("<!-- x -->7 <b>t</b>ons", "7 tons"),
    ],
)
def test_the_paragraphs_and_lines_of_a_cell_are_not_glued(cell: str, words: str) -> None:
    table = f"<table><tr><td>Name</td><td>{cell}</td></tr></table>"
    assert blocks(table) == [("table", f"Name | {words}")]
    assert f"Name | {words}" in read_page(f"<article>{MORE}{table}</article>".encode(), charset=None, location="a").text


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td>Menu</td><td><h2>Notes</h2>{words}</td></tr></table>",
        "<table role=presentation><tr><td>Menu</td><td><h2>Notes</h2></td></tr><tr><td>{words}</td></tr></table>",
        "<table><tr><td>Menu</td></tr><tr><td><table><tr><td><h2>Notes</h2>{words}</td></tr></table></td></tr></table>",
    ],
)
def test_a_table_that_lays_the_page_out_is_read_as_its_paragraphs(table: str) -> None:
    data = "<table><tr><th>Ward</th><th>For</th></tr><tr><td>North</td><td>5</td></tr></table>"
    words = f"<p>The council raised the rate to 12 pounds.</p><p>The vote was nine to two.</p>{data}"
    assert blocks(table.format(words=words)) == [
        ("text", "Menu"),
        ("heading", "Notes"),
        ("text", "The council raised the rate to 12 pounds."),
        ("text", "The vote was nine to two."),
        ("table", "Ward | For\nNorth | 5"),
    ]
