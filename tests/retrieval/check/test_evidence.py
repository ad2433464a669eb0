"""What is read beside a claim, and which words of it are shown: the fewest sentences that say the same."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model import FullPassage, Paragraph, Quote, Sentence, Snapshot, Span
from knowledge.segment import sentences
from retrieval.check.evidence import READ, JudgedPassage, deciding_excerpt, judge_passages, nearest_excerpt
from retrieval.model import Evidence, Reading, Scores, Stances
from retrieval.search.question import Question

CLAIM = Question(
    "Flour is ground beside the tower.", "en", np.zeros(1, np.float32), np.zeros((0, 0), np.float32),
    np.zeros(0, np.float32), (), frozenset(),
)  # fmt: skip
HEADING = "# "
STORIES = {"mill": "mill", "kiln": "kiln"}
MILL = "Sada has a mill of stone. Its wheel grinds flour. Every boat sees the tower. Cala Honda has a kiln."


class WordReader:
    """Supports a claim by the share of some words that a text has; writes down what it reads."""

    name, digest = "words", "0" * 64

    def __init__(self, *wanted: str) -> None:
        self.wanted = wanted
        self.texts: list[str] = []

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        assert all(claim == CLAIM.text for claim, _ in pairs)
        self.texts += [text for _, text in pairs]
        return [Reading(self.stances(text)) for _, text in pairs]

    def stances(self, text: str) -> Stances:
        share = 0.9 * sum(word in text for word in self.wanted) / len(self.wanted)
        return Stances(share, 0.05, 0.95 - share)


def passage_of(*paragraphs: str, quotes: Sequence[tuple[str, str | None]] = ()) -> FullPassage:
    """A passage of paragraphs, of which those that begin with a # are headings, with quotes and their speakers."""
    texts = [paragraph.removeprefix(HEADING) for paragraph in paragraphs]
    text = "\n\n".join(texts)
    starts = accumulate((len(each) + 2 for each in texts[:-1]), initial=0)
    places = [
        Paragraph(start, start + len(each), "heading" if each != paragraph else "text")
        for start, each, paragraph in zip(starts, texts, paragraphs, strict=True)
    ]
    spans = [
        (*span, number) for number, place in enumerate(places, 1) for span in sentences(text, place, language="en")
    ]
    return FullPassage(
        1, Span(1, 0, len(text)), 1, len(places), "mill", "en", Snapshot(1, "mill", "0" * 64, text, "2026-01-01"),
        tuple(places),
        tuple(
            Sentence(n, Span(1, start, end), 1, number, places[number - 1].role)
            for n, (start, end, number) in enumerate(spans, 1)
        ),
        tuple(quote(100 + n, text.index(words), words, speaker) for n, (words, speaker) in enumerate(quotes)),
    )  # fmt: skip


def quote(number: int, start: int, words: str, speaker: str | None) -> Quote:
    """Words in quotation marks, which begin at this offset."""
    span = Span(1, start, start + len(words))
    return Quote(
        number, span, 1, 1, "mill", speaker, None, "said", direct=True, digest=b"", parts=((span.start, span.end),)
    )


def evidence_of(passage: FullPassage) -> Evidence:
    return Evidence(passage, passage, 2.0, Scores(0.8, 0.6, 0.7, 0.6, across=False), {})


def judged_by(reader: WordReader, passage: FullPassage) -> JudgedPassage:
    return JudgedPassage(evidence_of(passage), reader.stances(passage.text))


def shown(reader: WordReader, passage: FullPassage) -> str:
    excerpt = deciding_excerpt(reader, CLAIM, judged_by(reader, passage), "supports")
    assert excerpt.stance == "supports"
    return passage.snapshot.text[excerpt.start : excerpt.end]


def test_the_best_passages_are_read_whole_and_in_their_order() -> None:
    passages = [passage_of(f"Mill number {n} grinds flour [{n}]. It is old.") for n in range(READ + 2)]
    reader = WordReader("number 1", "flour")
    judged = judge_passages(reader, CLAIM, [evidence_of(passage) for passage in passages], STORIES)
    assert [item.evidence.passage for item in judged] == passages[:READ]
    assert reader.texts == [f"Mill number {n} grinds flour    . It is old." for n in range(READ)]
    assert [item.stances.supports for item in judged] == [0.45, 0.9, 0.45, 0.45]


def test_headings_without_a_text_are_no_evidence() -> None:
    bare, full = passage_of("# The mill", "# Flour"), passage_of("# The mill", "Flour is ground here.")
    reader = WordReader("Flour")
    judged = judge_passages(reader, CLAIM, [*[evidence_of(bare)] * READ, evidence_of(full)], STORIES)
    assert [item.evidence.passage for item in judged] == [full]
    assert reader.texts == ["The mill\n\nFlour is ground here."]


def test_where_all_are_of_one_story_the_last_makes_way_for_the_best_of_another() -> None:
    own = [passage_of(f"Mill number {n} grinds flour.") for n in range(READ + 1)]
    others = [replace(passage_of(f"Kiln number {n} grinds nothing."), source="kiln") for n in range(2)]
    evidence = [evidence_of(passage) for passage in [*own, *others]]
    judged = judge_passages(WordReader("flour"), CLAIM, evidence, STORIES)
    assert [item.evidence.passage for item in judged] == [*own[: READ - 1], others[0]]
    copies = judge_passages(WordReader("flour"), CLAIM, evidence, STORIES | {"kiln": "mill"})
    assert [item.evidence.passage for item in copies] == own[:READ]
    mixed = judge_passages(WordReader("flour"), CLAIM, [evidence[-1], *evidence], STORIES)
    assert [item.evidence.passage for item in mixed] == [others[1], *own[: READ - 1]]


def test_without_passages_there_is_no_evidence() -> None:
    assert judge_passages(WordReader("flour"), CLAIM, [], {}) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["kiln"], "Cala Honda has a kiln."),
        (["tower", "kiln"], "Every boat sees the tower. Cala Honda has a kiln."),
        (["tower", "Every"], "Every boat sees the tower."),
        (["mill", "kiln"], MILL),
        (["mill", "flour", "tower", "kiln"], MILL),
        # A sentence that leans on the one before is shown with it, and read with it.
        (["flour"], "Sada has a mill of stone. Its wheel grinds flour."),
        (["mill", "flour"], "Sada has a mill of stone. Its wheel grinds flour."),
    ],
)
def test_the_fewest_sentences_that_say_the_same_are_shown(words: list[str], expected: str) -> None:
    assert shown(WordReader(*words), passage_of(MILL)) == expected


def test_no_more_is_read_than_is_needed() -> None:
    reader = WordReader("kiln")
    shown(reader, passage_of(MILL))
    assert reader.texts == [
        "Sada has a mill of stone.", "Sada has a mill of stone. Its wheel grinds flour.", "Every boat sees the tower.",
        "Cala Honda has a kiln.",
    ]  # fmt: skip


def test_of_sentences_that_say_the_same_the_surest_is_shown() -> None:
    reader = WordReader("flour", "tower", "wheel", "mill", "stone", "kiln")
    texts = [
        "Ana saw the mill, the wheel, the tower, the stone and flour.",
        "Eva saw " + ", ".join(reader.wanted) + ".",
    ]
    assert shown(reader, passage_of(" ".join(texts))) == texts[1]


def test_a_paragraph_is_shown_where_two_sentences_do_not_say_it() -> None:
    ferry = "Ana saw a ferry."
    assert shown(WordReader("mill", "kiln"), passage_of(ferry, MILL, ferry)) == MILL


def test_what_two_paragraphs_say_together_is_shown_by_the_nearer_of_them() -> None:
    reader = WordReader("mill", "kiln", "ferry")
    assert shown(reader, passage_of(MILL, "Ana saw a ferry.")) == MILL
    assert shown(reader, passage_of("Ana saw a ferry.", MILL)) == MILL


def test_two_sentences_of_different_paragraphs_are_no_run() -> None:
    passage = passage_of("Sada has a mill.", "Ana saw the kiln.")
    assert shown(WordReader("mill", "kiln"), passage) in ("Sada has a mill.", "Ana saw the kiln.")


def test_a_heading_is_never_shown() -> None:
    passage = passage_of("# Flour of the tower", "Ana saw the flour.", "Eva has a kiln.")
    assert shown(WordReader("Flour of the tower"), passage) in ("Ana saw the flour.", "Eva has a kiln.")
    assert shown(WordReader("Flour", "tower", "flour"), passage) == "Ana saw the flour."


def test_marks_of_reference_are_shown_but_not_read() -> None:
    reader = WordReader("kiln")
    assert shown(reader, passage_of("Sada has a mill. Cala Honda has a kiln [2].")) == "Cala Honda has a kiln [2]."
    assert "Cala Honda has a kiln    ." in reader.texts


@pytest.mark.parametrize("stance", ["supports", "contradicts"])
def test_an_excerpt_is_chosen_for_the_stance_of_its_passage(stance: str) -> None:
    class Denier(WordReader):
        def stances(self, text: str) -> Stances:
            stances = super().stances(text)
            return Stances(stances.contradicts, stances.supports, stances.neutral)

    reader = WordReader("kiln") if stance == "supports" else Denier("kiln")
    judged = judged_by(reader, passage_of(MILL))
    excerpt = deciding_excerpt(reader, CLAIM, judged, "supports" if stance == "supports" else "contradicts")
    assert (excerpt.stance, excerpt.judged) == (stance, judged)
    assert MILL[excerpt.start : excerpt.end] == "Cala Honda has a kiln."


SPEECH = "“The mill grinds flour,” said Marta Rial. The council has a tower. “The kiln burns peat,” a neighbour said."
QUOTES = [("The mill grinds flour,", "Marta Rial"), ("The kiln burns peat,", None)]


@pytest.mark.parametrize(("word", "speaker"), [("flour", "Marta Rial"), ("tower", None), ("peat", None)])
def test_whose_words_an_excerpt_holds_is_told(word: str, speaker: str | None) -> None:
    reader = WordReader(word)
    judged = judged_by(reader, passage_of(SPEECH, quotes=QUOTES))
    excerpt = deciding_excerpt(reader, CLAIM, judged, "supports")
    assert excerpt.speaker == speaker
    assert SPEECH[excerpt.start : excerpt.end].count(".") == 1


def test_the_sentence_most_like_a_claim_is_shown_where_nothing_decides() -> None:
    passage = passage_of("# Flour", "Sada has a mill. Cala Honda has a kiln.", "Ana saw the tower.")
    cosines = {1: 0.9, 2: 0.2, 3: 0.4, 4: 0.3}
    excerpt = nearest_excerpt(JudgedPassage(replace(evidence_of(passage), cosines=cosines), Stances(0.2, 0.2, 0.6)))
    assert passage.snapshot.text[excerpt.start : excerpt.end] == "Cala Honda has a kiln."
    assert excerpt.stance == "neutral"


def test_without_vectors_the_first_sentence_is_shown() -> None:
    passage = passage_of("# Flour", "Sada has a mill. Cala Honda has a kiln.")
    excerpt = nearest_excerpt(JudgedPassage(evidence_of(passage), Stances(0.2, 0.2, 0.6)))
    assert passage.snapshot.text[excerpt.start : excerpt.end] == "Sada has a mill."


WORDS = ["flour", "kiln", "mill", "tower"]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda own: f"Ana saw {' and '.join(own)}.")
TEXTS = st.lists(st.lists(SENTENCES, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=3)


@given(TEXTS, st.sets(st.sampled_from(WORDS), min_size=1), st.booleans())
def test_an_excerpt_is_of_one_paragraph_and_as_short_as_can_be(texts: list[str], words: set[str], headed: bool) -> None:
    reader = WordReader(*words)
    passage = passage_of(*(["# Mill and flour and kiln and tower"] if headed else []), *texts)
    judged = judged_by(reader, passage)
    excerpt = deciding_excerpt(reader, CLAIM, judged, "supports")
    number = [place.start <= excerpt.start < excerpt.end <= place.end for place in passage.paragraphs].index(True)
    assert passage.paragraphs[number].role == "text"
    text = passage.snapshot.text[excerpt.start : excerpt.end]
    runs = [run for each in texts for run in runs_of(each)]
    enough = [count for count, run in runs if reader.stances(run).supports >= 0.8 * judged.stances.supports]
    if enough and min(enough) <= 2:
        assert text.count(".") == min(enough)
        assert reader.stances(text).supports >= 0.8 * judged.stances.supports
    else:
        assert text in texts
        assert reader.stances(text).supports == max(reader.stances(each).supports for each in texts)
    nearest = nearest_excerpt(judged)
    assert passage.snapshot.text[nearest.start : nearest.end] == texts[0].split(". ")[0].rstrip(".") + "."


def runs_of(paragraph: str) -> list[tuple[int, str]]:
    """Every run of sentences of a paragraph, with how many they are."""
    own = [f"{sentence.rstrip('.')}." for sentence in paragraph.split(". ")]
    return [
        (end - start, " ".join(own[start:end])) for start in range(len(own)) for end in range(start + 1, len(own) + 1)
    ]
