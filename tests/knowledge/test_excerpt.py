"""Where an excerpt begins and ends."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import DamagedDatabase
from knowledge.excerpt import LONGEST_QUOTE, MOST_AFTER, MOST_BEFORE, context, cut_ends, text_of, widen
from knowledge.model import Language, Paragraph
from knowledge.segment import sentences


def shown(text: str, words: str, language: Language = "en") -> str:
    """What is shown of a text when `words` are found in it; every quotation of two words or more is a quote."""
    start = text.index(words)
    quotes = [match.span(1) for match in re.finditer(r"[“\"«](\S+ [^”\"»]+)", text)]
    whole = sentences(text, Paragraph(0, len(text)), language=language)
    found = widen(text, span=(start, start + len(words)), sentences=whole, quotes=quotes, language=language)
    return text_of(text, *found)


@pytest.mark.parametrize(
    ("language", "text", "words", "expected"),
    [
        ("en", "Rain fell. The firm does not sell data. Snow came.", "sell data", "The firm does not sell data."),
        ("en", "A plan exists. But nobody has read it. Fine.", "has read", "A plan exists. But nobody has read it."),
        ("en", "A plan exists. However, it is old. Fine.", "A plan", "A plan exists. However, it is old."),
        ("en", "Li may leave. She has two offers. Snow came.", "offers", "Li may leave. She has two offers."),
        ("en", "Li left. She won. But she lost later. Rain.", "lost", "Li left. She won. But she lost later."),
        ("en", "Sales stop in May. Unless Li objects. Rain.", "Sales", "Sales stop in May. Unless Li objects."),
        ("en", "Li met Bo. Bo agreed. That was on Monday.", "Monday", "Bo agreed. That was on Monday."),
        ("en", "Li met Bo. This year Bo retires.", "retires", "This year Bo retires."),
        ("es", "Nevó. La firma no vende datos. Llovió.", "vende datos", "La firma no vende datos."),
        ("es", "Hay un plan. Pero nadie lo ha leído. Bien.", "leído", "Hay un plan. Pero nadie lo ha leído."),
        ("es", "Hay un plan. Sin embargo, es viejo.", "Hay", "Hay un plan. Sin embargo, es viejo."),
        ("es", "Las tiendas abren. Salvo que nieve. Fin.", "abren", "Las tiendas abren. Salvo que nieve."),
        ("es", "Ana ganó. Lo hizo sola. Llovió.", "sola", "Ana ganó. Lo hizo sola."),
        ("es", "Ana ganó. Después de Ana llegó Eva.", "Eva", "Después de Ana llegó Eva."),
        ("es", "Ana vendió la finca. Este año nevó.", "nevó", "Este año nevó."),
        ("und", "Ana ganó. But Eva perdió.", "Ana", "Ana ganó. But Eva perdió."),
    ],
)
def test_no_negation_hedge_condition_or_reference_is_lost(
    language: Language, text: str, words: str, expected: str
) -> None:
    assert shown(text, words, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "words", "expected"),
    [
        (
            "en",
            "Rain fell. “Trains pay. Buses lose. Nobody minds,” said Ann Lee of Acme. Snow came.",
            "Buses lose",
            "“Trains pay. Buses lose. Nobody minds,” said Ann Lee of Acme.",
        ),
        (
            "en",
            "“Trains pay,” said Ann Lee of Acme. “Buses lose money.” Snow came.",
            "Buses lose",
            "“Trains pay,” said Ann Lee of Acme. “Buses lose money.”",
        ),
        (
            "en",
            '"It was a shock." That is how Ann Lee put it.',
            "shock",
            '"It was a shock." That is how Ann Lee put it.',
        ),
        (
            "en",
            "Ann Lee runs Acme. “Trains pay,” she said. Snow came.",
            "pay",
            "Ann Lee runs Acme. “Trains pay,” she said.",
        ),
        (
            "es",
            "Eva Ruiz dirige Acme. “El tren gana”, dijo. Nevó.",
            "gana",
            "Eva Ruiz dirige Acme. “El tren gana”, dijo.",
        ),
        (
            "es",
            "Eva Ruiz calla. El tren gana dinero, agregó. Nevó.",
            "gana",
            "Eva Ruiz calla. El tren gana dinero, agregó.",
        ),
        ("es", "Nevó. «El tren gana», dijo Eva Ruiz. Llovió.", "gana", "«El tren gana», dijo Eva Ruiz."),
        (
            "es",
            "Eva Ruiz fue clara. «El tren gana. Y el bus pierde». Nevó.",
            "bus",
            "Eva Ruiz fue clara. «El tren gana. Y el bus pierde».",
        ),
    ],
)
def test_a_quotation_is_shown_whole_and_with_its_speaker(
    language: Language, text: str, words: str, expected: str
) -> None:
    assert shown(text, words, language) == expected


def test_of_a_speech_only_the_sentence_is_shown_and_the_speaker_where_next_to_it() -> None:
    speech = " ".join(f"Line {number} of the speech is here." for number in range(60))
    text = f"Rain fell. Ann Lee said: “{speech} The end is near.” Snow came."
    assert len(speech) > LONGEST_QUOTE
    assert shown(text, "Line 30") == "Line 30 of the speech is here."
    assert shown(text, "Line 1 of") == "Ann Lee said: “Line 0 of the speech is here. Line 1 of the speech is here."
    closing = f"“{speech} The end is near,” said Ann Lee. Snow came."
    assert shown(closing, "Line 59") == "Line 59 of the speech is here. The end is near,” said Ann Lee."


def test_a_span_outside_every_sentence_is_returned_as_it_is() -> None:
    assert widen("One. Two.", span=(4, 5), sentences=[(0, 4), (5, 9)], quotes=[], language="en") == (4, 5)
    assert widen("One.", span=(0, 4), sentences=[], quotes=[], language="en") == (0, 4)


def test_a_quotation_between_two_sentences_changes_nothing() -> None:
    assert widen("One.  Two.", span=(0, 10), sentences=[(0, 4), (6, 10)], quotes=[(4, 5)], language="en") == (0, 10)


def test_an_empty_span_is_a_point_in_its_sentence() -> None:
    assert widen("One. Two.", span=(5, 5), sentences=[(0, 4), (5, 9)], quotes=[], language="en") == (5, 9)


WORDS = ["Ana", "dijo", "ella", "No hay", "“", "”", ".", "?", ", ", " ", " ", "Pero", "But", "She", "said", "El Sr."]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map("".join) | st.text(min_size=1, max_size=200)


def pairs(limit: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(0, limit), st.integers(0, limit)).map(lambda pair: (min(pair), max(pair)))


@settings(derandomize=True, deadline=None)
@given(TEXTS.filter(str.strip), st.sampled_from(["es", "en", "und"]), st.data())
def test_any_excerpt_is_a_run_of_whole_sentences_that_holds_the_span(
    text: str, language: Language, data: st.DataObject
) -> None:
    whole = sentences(text, Paragraph(0, len(text)), language=language)
    wanted = data.draw(st.sampled_from(whole))
    start = data.draw(st.integers(wanted[0], wanted[1] - 1))
    span = (start, data.draw(st.integers(start + 1, wanted[1])))
    spans = data.draw(st.lists(pairs(len(text)).filter(lambda pair: pair[0] < pair[1]), max_size=3))
    found = widen(text, span=span, sentences=whole, quotes=spans, language=language)
    assert found[0] <= span[0] < span[1] <= found[1]
    assert found[0] in {sentence[0] for sentence in whole}
    assert found[1] in {sentence[1] for sentence in whole}
    for quote in spans:
        visible = {place for place in range(*quote) if any(first <= place < last for first, last in whole)}
        if visible & set(range(*found)):
            assert visible <= set(range(*found))
    if not spans:
        run = [sentence for sentence in whole if found[0] <= sentence[0] < found[1]]
        assert run.index(wanted) <= MOST_BEFORE
        assert len(run) - 1 - run.index(wanted) <= MOST_AFTER


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=100), st.integers(-5, 110), st.integers(-5, 110))
def test_the_words_of_a_span_are_those_stored_or_an_error(text: str, start: int, end: int) -> None:
    if 0 <= start < end <= len(text):
        assert text_of(text, start, end) == text[start:end] != ""
        prefix, suffix = context(text, start, end)
        assert (prefix + text[start:end] + suffix) in text
        assert len(prefix) == min(32, start)
        assert len(suffix) == min(32, len(text) - end)
    else:
        with pytest.raises(DamagedDatabase, match="does not fit"):
            text_of(text, start, end)


def test_the_width_of_the_context_can_be_chosen() -> None:
    assert context("0123456789", 4, 6, width=2) == ("23", "67")


PIER = "El puerto se amplió en mayo. La ministra dijo: «No habrá peajes, y punto», según el acta [3]. Nadie protestó"


@pytest.mark.parametrize(
    ("words", "cut"),
    [
        ("El puerto se amplió en mayo.", (False, False)),
        ("puerto se amplió en mayo.", (True, False)),
        ("El puerto se amplió", (False, True)),
        ("se amplió", (True, True)),
        ("No habrá peajes, y punto", (False, False)),
        ("habrá peajes", (True, True)),
        ("La ministra dijo: «No habrá peajes, y punto», según el acta [3].", (False, False)),
        ("Nadie protestó", (False, False)),
        ("Nadie", (False, True)),
    ],
)
def test_an_excerpt_is_cut_where_it_begins_or_ends_inside_a_sentence_or_quotation(
    words: str, cut: tuple[bool, bool]
) -> None:
    text = f"Antes.\n\n{PIER}\n\nDespués"
    start = text.index(words)
    assert cut_ends(text, (start, start + len(words)), [Paragraph(8, 8 + len(PIER))]) == cut


def test_a_part_of_a_sentence_longer_than_any_is_cut_and_lines_of_tables_are_not() -> None:
    text = "palabra " * 400
    [first, second, *_] = sentences(text, Paragraph(0, len(text)), language="es")
    assert cut_ends(text, first, [Paragraph(0, len(text))]) == (False, True)
    assert cut_ends(text, second, [Paragraph(0, len(text))]) == (True, True)
    table = "Modelo | Coste\nV3 | 5,6\nR1 | 1,2"
    assert cut_ends(table, (15, 23), [Paragraph(0, len(table), "table")]) == (False, False)


def test_an_excerpt_over_two_paragraphs_is_judged_in_each() -> None:
    text = "Uno dos tres.\n\nCuatro cinco seis."
    paragraphs = [Paragraph(0, 13), Paragraph(15, 33)]
    assert cut_ends(text, (4, 27), paragraphs) == (True, True)
    assert cut_ends(text, (0, 33), paragraphs) == (False, False)


def test_words_before_a_closing_mark_that_stands_apart_are_whole() -> None:
    text = "“Era más defendible ”, dijo Chris V. Nicholson."
    assert cut_ends(text, (1, text.index(" ”")), [Paragraph(0, len(text))]) == (False, False)
