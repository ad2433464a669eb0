"""What a reader is asked about the speaker of a quotation, and the stretch of its text that it reads."""

from collections.abc import Sequence

from knowledge.model import Language

# Our choice: words that tell a quotation from others of its text; words that are read, which with the question fill the
# reader's 320 pieces in Spanish, two thirds of them before the quotation, where speakers are named as a rule.
_WORDS_ASKED = 12
_WORDS_READ, _WORDS_AFTER = 190, 40
_QUESTIONS: dict[Language, str] = {
    "en": "Who said “{}”?",
    "es": "¿Quién dijo «{}»?",
    "und": "¿Quién dijo «{}»?",
}


def speaker_question(words: str, language: Language) -> str:
    """Return the question for the speaker of these words, of which it names the first."""
    return _QUESTIONS[language].format(" ".join(words.split()[:_WORDS_ASKED]))


def stretch_around(text: str, sentences: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """Return the offsets of whole sentences around a quotation: the next one or two, and before it what is read.

    Sentences are given in order. Of a quotation longer than what is read at once, its beginning is in the stretch.
    """
    first = next((number for number, (_, last) in enumerate(sentences) if last > start), len(sentences) - 1)
    last = next((number for number, (_, stop) in enumerate(sentences) if stop >= end), len(sentences) - 1)
    counts = [len(text[begin:stop].split()) for begin, stop in sentences]
    own = sum(counts[first : last + 1])
    while last > first and own > _WORDS_READ:
        own, last = own - counts[last], last - 1
    after = 0
    while last + 1 < len(sentences) and after + counts[last + 1] <= min(_WORDS_AFTER, _WORDS_READ - own):
        last, after = last + 1, after + counts[last + 1]
    own += after
    while first and own + counts[first - 1] <= _WORDS_READ:
        first, own = first - 1, own + counts[first - 1]
    return sentences[first][0], sentences[last][1]
