"""On a terminal the words that answer come first, and are marked in the sentence that they are taken from."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import regex
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType

from retrieval.model import Citation, Highlight, Reason
from retrieval.present import terminal
from retrieval.present.highlight import answering_words
from retrieval.present.inert import inert
from retrieval.present.terminal_citation import lead
from retrieval.present.terminal_writer import Inert

Make = Callable[..., Citation]
BOLD, UNDERLINED = "\x1b[1m", "\x1b[1;4m"
STYLES = {"force_terminal": True, "color_system": "truecolor"}
ESCAPES = regex.compile(r"\x1b(?:\[[0-9;]*m|\][^\x1b]*\x1b\\)")
LEAD = (
    "▌ 300 kilograms of flour\n"
    "▌ The mill produces ▸300 kilograms of flour◂ a week, but only \n"
    "▌ when the tide is high enough.\n"
)


def shown(renderable: RenderableType, *, width: int = 100, **options: Any) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, legacy_windows=False, **options)
    with console.capture() as capture:
        console.print(Inert(renderable))
    return capture.get()


def flat(text: str) -> str:
    """The words without styles, the bar, the wrapping and the indentation."""
    return " ".join(ESCAPES.sub("", text).replace("▌", " ").split())


def test_the_words_that_answer_come_first_then_their_sentence_then_where_it_stands(
    make_answer: Any, highlighted: Make
) -> None:
    answer = shown(terminal.answer(make_answer(highlighted())), width=62)
    assert answer.startswith(f"{LEAD}\n1.  ")
    assert "Source: The tide mill" in answer
    # Without styles the excerpt alone is marked in its paragraph.
    assert f"▸{highlighted().exact}◂ Nobody objected." in flat(answer)


@pytest.mark.parametrize("no_color", [False, True])
def test_with_styles_they_are_bold_in_a_plain_sentence_and_underlined_in_the_bold_excerpt(
    make_answer: Any, highlighted: Make, no_color: bool
) -> None:
    answer = shown(terminal.answer(make_answer(highlighted())), **STYLES, no_color=no_color)
    first, second = (line.partition("▌ ")[2].removeprefix("\x1b[0m") for line in answer.splitlines()[:2])
    assert first == f"{BOLD}300 kilograms of flour\x1b[0m"
    assert second.startswith(f"The mill produces {BOLD}300 kilograms of flour\x1b[0m a week")
    assert f"{UNDERLINED}300 kilograms of flour\x1b[0m{BOLD} a week" in answer
    assert "▸" not in answer


def test_further_citations_and_the_nearest_have_their_words_underlined_in_the_paragraph(
    make_answer: Any, make_citation: Make, highlighted: Make
) -> None:
    further = make_answer(make_citation(), replace(highlighted(), n=2))
    silent = make_answer(reason=Reason.NEAR_BUT_NOT_ANSWERING, nearest=(highlighted(),))
    for view in (terminal.answer(further), terminal.answer(silent, nearest=True)):
        assert shown(view, **STYLES).count(UNDERLINED) == 1
        assert "▌ 300" not in shown(view)
    assert flat(shown(terminal.answer(further))).startswith(make_citation().exact)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("The mill produces 300 kilograms of flour a week, but only when the tide is high", "▌ ▸The mill produces 300"),
        ("The mill produces 300 kilograms of flour a week, but only when the tide is high enough.", "▌ The mill"),
    ],
)
def test_words_that_are_nearly_the_whole_excerpt_are_not_said_twice(
    make_answer: Any, highlighted: Make, words: str, first: str
) -> None:
    answer = shown(terminal.answer(make_answer(highlighted(words))), width=60)
    assert answer.startswith(first)
    assert flat(answer).replace("▸", "").replace("◂", "").count("The mill produces") == 2


def test_an_excerpt_that_is_its_whole_paragraph_is_shown_once_with_its_words_marked(
    make_answer: Any, highlighted: Make
) -> None:
    answer = shown(terminal.answer(make_answer(highlighted("All", "All of it.", context="All of it."))))
    assert answer.startswith("▌ All\n▌ ▸All◂ of it.\n\n1.  Source")


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("options", [{}, STYLES, {**STYLES, "no_color": True}], ids=["plain", "colour", "no colour"])
def test_words_marked_wrongly_are_shown_as_if_they_were_not_marked(
    make_answer: Any, make_citation: Make, width: int, options: dict[str, Any]
) -> None:
    citation = make_citation()
    wrong = replace(citation, highlight=Highlight(citation.end - 5, citation.end + 1, "enough"))
    pages = [
        regex.sub(r"id=\d+", "", shown(terminal.answer(make_answer(one, one)), width=width, **options))
        for one in (citation, wrong)
    ]
    assert pages[0] == pages[1]


@given(st.text(min_size=1, max_size=80), st.integers(0, 80), st.integers(1, 80), st.sampled_from([60, 80, 100]))
@example("[bold]x[/bold] \x1b[31m 漢字 \u202e", 0, 9, 60)
@settings(
    derandomize=True, deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_marked_the_words_are_those_of_the_excerpt(
    make_citation: Make, exact: str, start: int, length: int, width: int
) -> None:
    plain = replace(make_citation(), exact=exact, context=exact)
    highlight = Highlight(plain.start + start, plain.start + start + length, "never shown")
    citation = replace(plain, highlight=highlight)
    page = shown(lead(citation, "en"), width=width)
    words = "".join(flat(page).replace("▸", "").replace("◂", "").split())
    before = "".join((answering_words(citation) or "").split())
    assert words == "".join(f"{before}{inert(exact)}".replace("▌", "").replace("▸", "").replace("◂", "").split())
    assert max(cell_len(line) for line in page.splitlines()) <= width
    assert flat(shown(lead(citation, "en"), **STYLES)) == flat(page.replace("▸", "").replace("◂", "")) or "▸" in exact
