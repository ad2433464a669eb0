"""Claims in the words of the text that decides them: its own sentences, as they are, shortened, and changed.

Whoever writes claims by hand says true ones in other words, and false ones in those of the passage with something
changed. A reader that is taught on these alone takes the same words for a contradiction; here it learns that they are
support, and that a figure, a date, a "not" or the sentence around them makes the difference.
"""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.language import detect
from knowledge.model import Language, Paragraph
from knowledge.segment import sentences
from retrieval.train.bitext import Pair
from retrieval.train.changed_claims import with_other_date, with_other_number, with_other_sense
from retrieval.train.counted_claims import counted
from retrieval.train.data_folder import Decision
from retrieval.train.dated_claims import dated, years_later
from retrieval.train.embedded_claims import Embedded, corrected, embedded
from retrieval.train.rewritten_claims import shortened, with_date_rewritten, with_number_rewritten

# Words of a sentence that makes a claim: shorter ones say too little without what stands around them, and nobody makes
# longer claims. Our choice, as all shares here: of sentences that stand in another; of the rest, those of which
# something is changed, and of these, those that a text puts right; of the others, those that are written otherwise; of
# both, those where the text has the other form; of claims beside a whole paragraph, and beside a sentence with those
# around it; of claims that are also shown beside a text that says nothing of them; of translations that stand among
# other sentences.
_WORDS = range(6, 41)
_EMBEDDED, _CHANGED, _CORRECTED, _REWRITTEN, _IN_TEXT = 0.5, 0.5, 0.5, 0.6, 0.5
_WHOLE, _AROUND, _NEITHER, _AMONG_OTHERS = 0.4, 0.4, 0.2, 0.5
# Sentences on either side of a translation that stands among others.
_BESIDE = 2
_ASKED = re.compile(r"[?¿!¡]")
# What a sentence is about, so that another text seldom says it too.
_NAMED = re.compile(r"(?<=[a-záéíóúñ,] )[A-ZÁÉÍÓÚÑ]\w+|[0-9]")


@dataclass(frozen=True, slots=True)
class PlainClaim:
    """A claim, the text it is read beside, and what that does with it."""

    claim: str
    passage: str
    decision: Decision | Literal["not S"]


@dataclass(frozen=True, slots=True)
class ClaimingSentence:
    """A sentence, its language, the paragraph that it stands in with the spans of its sentences, and its number."""

    sentence: str
    language: Language
    paragraph: str
    spans: Sequence[tuple[int, int]]
    number: int
    others: Sequence[str]
    """The other paragraphs of its text, or, where that has no other, those of all texts."""


def claiming_sentences(texts: Sequence[Sequence[str]]) -> Iterator[ClaimingSentence]:
    """Yield the sentences of texts, each given by its paragraphs, that make a claim."""
    everything = [paragraph for text in texts for paragraph in text]
    for text in texts:
        for paragraph in text:
            others = [other for other in text if other != paragraph] or everything
            language = detect(paragraph)
            spans = sentences(paragraph, Paragraph(0, len(paragraph)), language=language)
            for number, (start, end) in enumerate(spans):
                if _makes_claim(paragraph[start:end]):
                    yield ClaimingSentence(paragraph[start:end], language, paragraph, spans, number, others)


def plain_claims(given: Iterable[ClaimingSentence], chance: random.Random) -> Iterator[PlainClaim]:
    """Yield claims made of sentences.

    Of every sentence one that its paragraph supports or contradicts; of some, one beside another paragraph of the same
    text, or of another text where that has no other, which says nothing of it.
    """
    for claiming in given:
        sentence = claiming.sentence
        yield _beside_others(_made(sentence, claiming.language, chance), claiming, chance)
        other = chance.choice(claiming.others)
        if chance.random() < _NEITHER and sentence not in other and _NAMED.search(sentence):
            yield PlainClaim(sentence, other, "N")


def ranged_claims(given: Iterable[ClaimingSentence], chance: random.Random) -> Iterator[PlainClaim]:
    """Yield claims that say when or how much something was, beside sentences that say so in another way."""
    for claiming in given:
        for make in _RANGED:
            if (made := make(claiming.sentence, claiming.language, chance)) is not None:
                yield _beside_others(made, claiming, chance)


def _exactly_counted(sentence: str, language: Language, chance: random.Random) -> Embedded | None:
    """Return a claim and a sentence that both say exactly how many: the same, perhaps otherwise written, or not.

    Without many of these a reader that is taught on bounds comes to take any two figures for compatible.
    """
    other = None if language == "und" else with_other_number(sentence, language, chance)
    if other is None:
        return None
    decision: Decision = chance.choice(("S", "C"))
    if decision == "S":
        other = with_number_rewritten(sentence, language, chance) or sentence
    return (sentence, other, decision) if chance.random() < _IN_TEXT else (other, sentence, decision)


# A sentence that says when it was makes several claims, as few do; of figures, most people give exact ones.
_RANGED: tuple[Callable[[str, Language, random.Random], Embedded | None], ...] = (
    dated, dated, dated, years_later, counted, _exactly_counted, _exactly_counted,
)  # fmt: skip


def translated_claims(pairs: Sequence[Pair], texts: Sequence[str], chance: random.Random) -> Iterator[PlainClaim]:
    """Yield claims beside their translations, some of which stand among sentences of a text."""
    by_language: dict[Language, list[str]] = {"en": [], "es": [], "und": []}
    for text in texts:
        by_language[detect(text)].append(text)
    for pair, other in zip(pairs, [*pairs[1:], *pairs[:1]], strict=True):
        directions: list[tuple[str, str, str, Language, Language]] = [
            (pair.english, pair.spanish, other.english, "en", "es"),
            (pair.spanish, pair.english, other.spanish, "es", "en"),
        ]
        claim, passage, elsewhere, language, passage_language = chance.choice(directions)
        if not _makes_claim(claim):
            continue
        own = by_language[passage_language]
        if chance.random() < _AMONG_OTHERS and own:
            passage = _among_others(passage, chance.choice(own), passage_language, chance)
        if chance.random() < _NEITHER:
            yield PlainClaim(elsewhere, passage, "N")
        elif chance.random() < _CHANGED and (changed := _changed(claim, language, chance)) is not None:
            yield PlainClaim(changed, passage, "C")
        else:
            yield PlainClaim(_rewritten(claim, language, chance), passage, "S")


def _makes_claim(sentence: str) -> bool:
    return len(sentence.split()) in _WORDS and not _ASKED.search(sentence)


def _made(sentence: str, language: Language, chance: random.Random) -> Embedded:
    """Return a claim made of a sentence, the sentence as the text then has it, and what that does with the claim."""
    if language == "und":
        return sentence, sentence, "S"
    if chance.random() < _EMBEDDED and (inside := embedded(sentence, language, chance)) is not None:
        return inside
    decision: Decision = "S"
    other = _changed(sentence, language, chance) if chance.random() < _CHANGED else None
    if other is None:
        other = _rewritten(sentence, language, chance)
    elif chance.random() < _CORRECTED and (inside := corrected(sentence, other, language, chance)) is not None:
        return inside
    else:
        decision = "C"
    # What is shortened says less, so that it bears out nothing that says more.
    in_text = chance.random() < _IN_TEXT and len(other.split()) >= len(sentence.split())
    return (sentence, other, decision) if in_text else (other, sentence, decision)


def _changed(sentence: str, language: Language, chance: random.Random) -> str | None:
    changes = [with_other_number, with_other_date, with_other_sense]
    chance.shuffle(changes)
    made = (change(sentence, language, chance) for change in changes)
    return next((changed for changed in made if changed is not None), None)


def _rewritten(sentence: str, language: Language, chance: random.Random) -> str:
    if chance.random() >= _REWRITTEN:
        return sentence
    sentence = shortened(sentence, language) or sentence
    rewritten = with_date_rewritten(sentence, language, chance) or with_number_rewritten(sentence, language, chance)
    return rewritten or sentence


def _beside_others(made: Embedded, claiming: ClaimingSentence, chance: random.Random) -> PlainClaim:
    """Return a claim beside what the text then says, among the sentences around it."""
    claim, stated, decision = made
    before, after = _around(claiming.paragraph, claiming.spans, claiming.number, chance)
    return PlainClaim(claim, f"{before}{stated}{after}", decision)


def _around(paragraph: str, spans: Sequence[tuple[int, int]], number: int, chance: random.Random) -> tuple[str, str]:
    """Return what stands before and after a sentence: all of its paragraph, what is beside it, or nothing."""
    how = chance.random()
    beside = len(spans) if how < _WHOLE else 1 if how < _WHOLE + _AROUND else 0
    (start, end), last = spans[number], min(len(spans) - 1, number + beside)
    return paragraph[spans[max(0, number - beside)][0] : start], paragraph[end : spans[last][1]]


def _among_others(sentence: str, text: str, language: Language, chance: random.Random) -> str:
    spans = sentences(text, Paragraph(0, len(text)), language=language)
    place = chance.randrange(len(spans) + 1)
    before, after = spans[:place][-_BESIDE:], spans[place:][:_BESIDE]
    return " ".join([*(text[slice(*span)] for span in before), sentence, *(text[slice(*span)] for span in after)])
