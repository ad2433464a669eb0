"""A citation on Discord: the words that answer are a heading and bold, and no text breaks out of either."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import discord
import pytest
import regex
from discord_markdown import notifying, previewed, shown
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from retrieval.model import Citation, Highlight
from retrieval.present.discord.answers import answer_view, evidence_view
from retrieval.present.discord.citation import EXCERPT, citation_text, reference_text
from retrieval.present.discord.limits import length
from retrieval.present.highlight import answering_words, split_at_highlight
from retrieval.present.inert import inert
from retrieval.present.surroundings import MARK

Make = Callable[..., Citation]
KEY = "k" * 22
PIECES = [
    "*", "**", "***", "_", "__", "\\", "\\\\", "~~", "||", "`", "```", " ", "  ", "\n", "\n\n", "\t", "\r\n", "\0",
    ":", "::", ":a:", "/", "http://b.cd", "https:", "discord.gg/x", "@", "@everyone", "<@1>", "<", ">", "> ", "[", "]",
    "(", ")", "](http://b.cd)", "#", "# ", "-# ", "- ", "+ ", "1", "1. ", ".", "a", "b c", "é", "e\u0301", "\u0301",
    "\u200b", "\u200d", "\u202e", "\u00a0", "👩‍🔬", "می‌خواهم", "**b**", "<t:1>",
]  # fmt: skip
any_text = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), min_size=1, max_size=14).map("".join)
offsets = st.tuples(st.integers(0, 30), st.integers(1, 30))
thorough = settings(
    derandomize=True, deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
BOLD = regex.compile(r"(?s)\\.(*SKIP)(*FAIL)|\*\*(?P<words>(?:\\.|[^\\])+?)\*\*(?!\*)")


def marked(citation: Citation, exact: str, start: int, end: int) -> Citation:
    """The citation of other words, those from `start` to `end` in it marked."""
    place = citation.start
    highlight = Highlight(place + start, place + end, "never shown")
    return replace(citation, exact=exact, context=exact, end=place + len(exact), highlight=highlight)


def quotation(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.startswith("> "))


def texts(view: discord.ui.LayoutView) -> list[str]:
    return [one.content for one in view.walk_children() if isinstance(one, discord.ui.TextDisplay)]


def test_the_words_that_answer_stand_above_the_first_citation_and_bold_in_every_one(
    make_answer: Any, highlighted: Make
) -> None:
    answer = make_answer(highlighted(), replace(highlighted("The mill"), n=2))
    _, first, second, _ = texts(answer_view(answer, KEY))
    assert first.split("\n")[:2] == [
        "### 300 kilograms of flour",
        "> The mill produces **300 kilograms of flour** a week, but only when the tide is high enough.",
    ]
    assert second.startswith("> **The mill** produces 300 kilograms")
    assert "###" not in second
    assert texts(evidence_view("more-title", [highlighted()], "en"))[1] == first.partition("\n")[2]


def test_a_citation_without_them_or_with_offsets_outside_it_is_shown_as_it_stands(make_citation: Make) -> None:
    citation = make_citation()
    outside = marked(citation, citation.exact, 80, 88)
    for one in (citation, outside):
        assert citation_text(one, "en", leading=True) == (
            f"> {citation.exact}\n**1.** Source: **The tide mill** · The Estuary Post · 2024-05-11 · paragraph 6"
        )


def test_an_answer_likelier_wrong_than_right_says_so_above_it_and_is_not_green(
    make_answer: Any, make_citation: Make
) -> None:
    views = [answer_view(make_answer(make_citation(), confidence=value), KEY) for value in (0.22, 0.5)]
    unsure, fair = (texts(view)[0] for view in views)
    assert unsure == f"{fair}\nI am not sure that this answers your question."
    cards = [child for view in views for child in view.children if isinstance(child, discord.ui.Container)]
    assert [card.accent_colour for card in cards] == [discord.Colour.greyple(), discord.Colour.green()]


def test_a_brief_is_called_a_summary_of_what_stands_below_it(briefed: Citation) -> None:
    whose, where, reference = citation_text(briefed, "es").split("\n")[1:]
    assert whose == "-# resumen nuestro de la referencia de abajo, no una cita"
    assert where.startswith("**2.** Fuente: **The tide mill** · Citabot · ")
    assert reference.startswith("-# [1] [Acta del molino]")


def test_words_that_are_nearly_the_whole_excerpt_are_no_heading(highlighted: Make) -> None:
    citation = highlighted(highlighted().exact[:-1])
    assert citation_text(citation, "en", leading=True).startswith(f"> **{citation.exact[:-1]}**.")


def test_a_heading_is_one_line_of_words_cut_where_it_is_long(make_citation: Make) -> None:
    exact = "1. **a**\n" + "word " * 60 + "and more" * 20
    heading = citation_text(marked(make_citation(), exact, 0, 250), "en", leading=True).split("\n")[0]
    assert heading.startswith("### 1\\. \\*\\*a\\*\\* word word")
    assert heading.endswith(f"word {MARK}")
    assert length(heading) <= 104


def test_words_beyond_the_cut_are_not_bold(make_citation: Make) -> None:
    exact = "one two three four five six seven eight nine ten"
    for start, end, expected in ((4, 7, "> one **two** three […]"), (8, 18, "> one two three four […]")):
        text = quotation(citation_text(marked(make_citation(), exact, start, end), "en", most=25))
        assert text == expected


def test_words_that_answer_far_into_an_excerpt_are_shown_with_a_mark_at_both_ends(make_citation: Make) -> None:
    exact = "One two three four. Five six seven. Eight nine ten eleven twelve."
    citation = marked(make_citation(), exact, 25, 28)
    assert quotation(citation_text(citation, "en", most=30)) == "> […] Five **six** seven. […]"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (True, False, "> […] one two three"),
        (False, True, "> one two three […]"),
        (True, True, "> […] one two three […]"),
        (False, False, "> one two three"),
    ],
)
def test_an_excerpt_from_inside_a_sentence_says_so(
    make_citation: Make, before: bool, after: bool, expected: str
) -> None:
    citation = replace(make_citation(*["one two three"] * 2), cut_before=before, cut_after=after, highlight=None)
    assert quotation(citation_text(citation, "en")) == expected


def test_an_excerpt_that_is_cut_for_a_message_too_has_one_mark_at_its_end(make_citation: Make) -> None:
    citation = replace(
        make_citation(*["one two three four five six"] * 2), cut_before=True, cut_after=True, highlight=None
    )
    assert quotation(citation_text(citation, "en", most=26)) == "> […] one two three […]"


def test_the_reference_to_copy_is_the_excerpt_alone(highlighted: Make, make_citation: Make) -> None:
    assert reference_text(highlighted(), "en") == reference_text(make_citation(), "en")


@pytest.mark.parametrize(
    ("exact", "start", "end", "markdown"),
    [
        ("a*b*c", 2, 3, r"> a\***b**\*c"),
        ("a b c", 1, 4, "> a **b** c"),
        ("x\\y\\z", 0, 4, "> **x\\\\y\\\\**z"),
        ("snake_case_x", 5, 10, r"> snake**\_case**\_x"),
        ("one\ntwo three", 0, 7, "> **one**\n> **two** three"),
        ("one \n\n two, three", 0, 10, "> **one** \n> \n>  **two**, three"),
        ("It is 1. a", 6, 10, r"> It is **1\. a**"),
        ("::x", 1, 3, r"> \:**\:x**"),
        ("@everyone", 1, 9, "> @\u200b**everyone**"),
        ("see http://b.cd", 4, 9, r"> see **http\:**//b.cd"),
        ("[a](http://b.cd)", 0, 3, r"> **\[a\]**(http:\//b.cd)"),
    ],
)
def test_marks_of_ours_stand_beside_marks_of_strangers(
    make_citation: Make, exact: str, start: int, end: int, markdown: str
) -> None:
    text = quotation(citation_text(marked(make_citation(), exact, start, end), "en"))
    assert text == markdown
    assert shown(text).text == exact


@given(any_text, offsets, st.just(EXCERPT) | st.integers(8, 60))
@example("::", (1, 1), EXCERPT)
@example("a:: b:", (0, 2), EXCERPT)
@example("- a\n1. b", (0, 8), EXCERPT)
@thorough
def test_whatever_is_marked_its_very_words_are_shown_and_none_breaks_out(
    make_citation: Make, exact: str, place: tuple[int, int], most: int
) -> None:
    citation = marked(make_citation(), exact, place[0], sum(place))
    text = quotation(citation_text(citation, "en", most=most))
    words = inert(exact).rstrip().lstrip("\n")
    found = shown(text)
    assert found.kinds <= {"quotation", "bold"}
    if not found.text.startswith(f"{MARK} ") or words.startswith(MARK):
        assert found.text == words or (
            found.text.endswith(MARK) and words.startswith(found.text.removesuffix(MARK).rstrip())
        )
    else:
        kept = found.text.removeprefix(MARK)
        assert kept.strip() in words and (words.endswith(kept.rstrip()) or kept.endswith(MARK))
    assert (notifying(text), previewed(text)) == ([], [])
    parts, bold = split_at_highlight(citation), [match["words"] for match in BOLD.finditer(text)]
    assert all(one == one.strip() for one in bold)
    if bold:
        assert parts is not None
        assert "".join("".join(shown(one).text for one in bold).split()) == "".join(parts[1].split())
    elif parts is not None:
        assert most != EXCERPT


@given(any_text, offsets)
@thorough
def test_a_heading_holds_the_very_words(make_citation: Make, exact: str, place: tuple[int, int]) -> None:
    citation = marked(make_citation(), exact, place[0], sum(place))
    first = citation_text(citation, "en", leading=True).split("\n")[0]
    words = answering_words(citation)
    assert first.startswith("### ") == (words is not None)
    if words is not None:
        assert (shown(first).text, shown(first).kinds) == (words, {"heading"})
