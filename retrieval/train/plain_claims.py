"""Claims in the words of the text that decides them: its own sentences, as they are, shortened, and changed.

Whoever writes claims by hand says true ones in other words, and false ones in those of the passage with something
changed. A reader that is taught on these alone takes the same words for a contradiction; here it learns that they are
support, and that a figure, a date or a "not" makes the difference.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.language import detect
from knowledge.model import Language, Paragraph
from knowledge.segment import sentences
from retrieval.train.bitext import Pair
from retrieval.train.changed_claims import with_other_date, with_other_number, with_other_sense
from retrieval.train.data_folder import Decision
from retrieval.train.rewritten_claims import shortened, with_date_rewritten, with_number_rewritten

# Words of a sentence that makes a claim: shorter ones say too little without what stands around them, and nobody makes
# longer claims. Our choice, as all shares here: of sentences of which something is changed; of the others, those that
# are written otherwise; of claims beside a whole paragraph, and beside a sentence with those around it; of claims that
# are also shown beside a text that says nothing of them; of translations that stand among other sentences.
_WORDS = range(6, 41)
_CHANGED, _REWRITTEN, _WHOLE, _AROUND, _NEITHER, _AMONG_OTHERS = 0.4, 0.6, 0.4, 0.4, 0.2, 0.5
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
    decision: Decision


def plain_claims(texts: Sequence[Sequence[str]], chance: random.Random) -> Iterator[PlainClaim]:
    """Yield claims made of the sentences of texts, each given by its paragraphs.

    Of every sentence one that its paragraph supports or contradicts; of some, one beside another paragraph of the same
    text, or of another text where that has no other, which says nothing of it.
    """
    everything = [paragraph for text in texts for paragraph in text]
    for text in texts:
        for paragraph in text:
            others = [other for other in text if other != paragraph] or everything
            language = detect(paragraph)
            spans = sentences(paragraph, Paragraph(0, len(paragraph)), language=language)
            for number, (start, end) in enumerate(spans):
                sentence = paragraph[start:end]
                if not _makes_claim(sentence):
                    continue
                claim, decision = _made(sentence, language, chance)
                yield PlainClaim(claim, _shown(paragraph, spans, number, chance), decision)
                other = chance.choice(others)
                if chance.random() < _NEITHER and sentence not in other and _NAMED.search(sentence):
                    yield PlainClaim(sentence, other, "N")


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
        else:
            claim, decision = _made(claim, language, chance)
            yield PlainClaim(claim, passage, decision)


def _makes_claim(sentence: str) -> bool:
    return len(sentence.split()) in _WORDS and not _ASKED.search(sentence)


def _made(sentence: str, language: Language, chance: random.Random) -> tuple[str, Decision]:
    """Return a claim made of a sentence, and what the sentence does with it."""
    if language == "und":
        return sentence, "S"
    if chance.random() < _CHANGED:
        changes = [with_other_number, with_other_date, with_other_sense]
        chance.shuffle(changes)
        for change in changes:
            if (changed := change(sentence, language, chance)) is not None:
                return changed, "C"
    if chance.random() < _REWRITTEN:
        sentence = shortened(sentence, language) or sentence
        rewritten = with_date_rewritten(sentence, language, chance) or with_number_rewritten(sentence, language, chance)
        sentence = rewritten or sentence
    return sentence, "S"


def _shown(paragraph: str, spans: Sequence[tuple[int, int]], number: int, chance: random.Random) -> str:
    """Return the paragraph, the sentence with those beside it, or the sentence alone."""
    how = chance.random()
    if how < _WHOLE:
        return paragraph
    beside = 1 if how < _WHOLE + _AROUND else 0
    return paragraph[spans[max(0, number - beside)][0] : spans[min(len(spans) - 1, number + beside)][1]]


def _among_others(sentence: str, text: str, language: Language, chance: random.Random) -> str:
    spans = sentences(text, Paragraph(0, len(text)), language=language)
    place = chance.randrange(len(spans) + 1)
    before, after = spans[:place][-_BESIDE:], spans[place:][:_BESIDE]
    return " ".join([*(text[slice(*span)] for span in before), sentence, *(text[slice(*span)] for span in after)])
