"""Quotations in a text, and the speakers to whom the text attributes them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from knowledge.model import FoundQuote, Language, Paragraph, part_holding
from knowledge.speech.asking import Ask
from knowledge.speech.finder import Sentence, find_utterances
from knowledge.speech.parts import divided, join_parts
from knowledge.speech.reading import read_names
from knowledge.speech.said_by import Attribution, attribute
from knowledge.speech.utterance import Utterance

Parts = tuple[tuple[int, int], ...]


def find_quotes(
    text: str,
    paragraphs: Sequence[Paragraph],
    *,
    language: Language,
    sentences: Sequence[Sentence],
    ask: Ask | None = None,
) -> tuple[FoundQuote, ...]:
    """Return the quotations of a text in order, with speaker, role and reporting verb.

    Direct speech spans the words between the marks, without outer white space; it is one quotation in several parts
    where it goes on after its attribution or in the next paragraph. Reported speech (`direct` is False) spans the
    clause that is reported, at most one sentence; it is left out where nobody is named. Words in quotation marks that
    nobody spoke, such as titles and scare quotes, are left out. Two quotations stand apart or one within the other, as
    a quotation in a quotation does. `sentences` holds (start, end, paragraph number from 1).
    With `ask` a reader is asked where the speaker is in doubt.
    """
    reading = read_names(text, language=language, sentence_starts=frozenset(start for start, _, _ in sentences))
    utterances = find_utterances(reading, paragraphs, sentences)
    attributions = attribute(reading, paragraphs, sentences, utterances, ask=ask)
    quotes = [_quote(utterance, said) for utterance, said in zip(utterances, attributions, strict=True)]
    kept = [quote for quote in quotes if quote.direct or quote.speaker or quote.possible_speakers]
    outer, *deeper = _levels(sorted(kept, key=_place))
    joined = join_parts(
        text,
        outer,
        sentence_starts=[start for start, _, _ in sentences],
        paragraph_starts=[paragraph.start for paragraph in paragraphs],
    )
    return tuple(sorted((*joined, *(quote for level in deeper for quote in divided(level))), key=_place))


def _quote(utterance: Utterance, said: Attribution) -> FoundQuote:
    return FoundQuote(
        utterance.parts,
        said.speaker,
        said.role,
        said.words,
        direct=utterance.direct,
        speaker_confidence=said.confidence if said.speaker else None,
        possible_speakers=said.possible,
    )


def _place(quote: FoundQuote) -> tuple[int, int]:
    """Return what sorts quotations by place, one that holds another before it."""
    return quote.start, -quote.end


def _levels(quotes: Sequence[FoundQuote]) -> Iterator[list[FoundQuote]]:
    """Yield the quotations, given by place, that stand in no other, then those within these, and so on.

    One of which another holds some parts alone, or in several of its own, is divided there.
    """
    outer: list[FoundQuote] = []
    within: list[FoundQuote] = []
    holder: Parts = ()
    for quote in quotes:
        for part, own in groupby(quote.parts, key=lambda span: part_holding(holder, *span)):
            (within if part is not None else outer).append(replace(quote, parts=tuple(own)))
        if not holder or quote.end > holder[-1][1]:
            holder = quote.parts
    yield outer
    if within:
        yield from _levels(within)
