"""What a passage states: not what somebody is asked in it, nor what it says that it once said."""

from itertools import accumulate

import pytest

from knowledge.model import FullPassage, Paragraph, ParagraphRole, Sentence, Snapshot, Span
from knowledge.segment import sentences
from retrieval.words.stated import stated_sentences, stated_text


def passage_of(*paragraphs: tuple[ParagraphRole, str]) -> FullPassage:
    text = "\n\n".join(words for _, words in paragraphs)
    starts = accumulate((len(words) + 2 for _, words in paragraphs[:-1]), initial=0)
    places = [
        Paragraph(start, start + len(words), role) for start, (role, words) in zip(starts, paragraphs, strict=True)
    ]
    spans = [(n, place, span) for n, place in enumerate(places, 1) for span in sentences(text, place, language="en")]
    parts = tuple(Sentence(k, Span(1, *span), 1, n, place.role) for k, (n, place, span) in enumerate(spans, 1))
    snapshot = Snapshot(1, "mill", "0" * 64, text, "2026-01-01")
    return FullPassage(1, Span(1, 0, len(text)), 1, len(places), "mill", "en", snapshot, tuple(places), parts, ())


def stated(passage: FullPassage) -> list[str]:
    return [passage.snapshot.text[each.span.start : each.span.end] for each in stated_sentences(passage)]


def test_headings_questions_and_what_is_asked_state_nothing() -> None:
    passage = passage_of(
        ("heading", "The mill"), ("question", "You burned it. Why?"), ("text", "I did not. Who says so? Nobody saw it.")
    )
    assert stated(passage) == ["I did not.", "Nobody saw it."]


def test_what_an_interviewer_asks_is_not_read_and_other_questions_are() -> None:
    passage = passage_of(("question", "You burned it. Why?"), ("text", "I did not[1]. Who says so?"))
    assert stated_text(passage).split() == ["I", "did", "not", ".", "Who", "says", "so?"]
    assert len(stated_text(passage)) == len(passage.text)


@pytest.mark.parametrize(
    "retracted",
    [
        "Correction: an earlier version of this article said that three people had died.",
        "A previous version of this story misstated the year.",
        "This article originally said that three people had died.",
        "Una versión anterior de este artículo decía que hubo tres muertos.",
        "Esta noticia afirmaba erróneamente que hubo tres muertos.",
    ],
)
def test_what_is_said_to_have_been_wrong_is_not_read(retracted: str) -> None:
    passage = passage_of(("text", f"{retracted} The fire killed two people."))
    assert stated(passage) == ["The fire killed two people."]
    assert stated_text(passage).strip() == "The fire killed two people."


@pytest.mark.parametrize(
    "words", ["An earlier version of the engine failed.", "The article originally stood in the window of the shop."]
)
def test_versions_of_other_things_are_read(words: str) -> None:
    assert stated(passage_of(("text", words))) == ([words] if "engine" in words else [])
