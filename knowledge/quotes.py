"""Quotations in a text, and the speakers to whom the text attributes them."""

from collections.abc import Sequence

from knowledge.model import FoundQuote, Language, Paragraph
from knowledge.speech.asking import Ask
from knowledge.speech.finder import Sentence, find_utterances
from knowledge.speech.parts import join_parts
from knowledge.speech.reading import read_names
from knowledge.speech.said_by import Attribution, attribute
from knowledge.speech.utterance import Utterance


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
    outer, within = _apart(sorted(kept, key=_place))
    joined = join_parts(
        text,
        outer,
        sentence_starts=[start for start, _, _ in sentences],
        paragraph_starts=[paragraph.start for paragraph in paragraphs],
    )
    return tuple(sorted((*joined, *within), key=_place))


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


def _apart(quotes: Sequence[FoundQuote]) -> tuple[list[FoundQuote], list[FoundQuote]]:
    """Divide quotations, given by place, into those that stand apart and those within one of these."""
    outer: list[FoundQuote] = []
    within: list[FoundQuote] = []
    for quote in quotes:
        inside = outer and any(start <= quote.start and quote.end <= end for start, end in outer[-1].parts)
        (within if inside else outer).append(quote)
    return outer, within
