"""What a reader is asked about the speaker of a quotation, and the stretch of its text that it reads."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

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
# Of the stretch that is read for a speaker in doubt: words, those after the quotation, and the fewest that are worth
# leaving out of it. Our choice: fewer cost less, as the corpus of the fit was named nearly as well.
_WORDS_BESIDE, _AFTER_BESIDE, _WORDS_SPARED = 150, 30, 2
_LEFT_OUT = "…"
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class SpanQuestion:
    """A question, the stretch that a reader reads beside it, and the spans of that which may answer it, as offsets."""

    question: str
    passage: str
    spans: tuple[tuple[int, int], ...]


Ask = Callable[[Sequence[SpanQuestion]], Sequence[Sequence[float]] | None]
"""A reader, as it is asked the questions of a text together.

It returns for each question the probability of each of its spans; None where there is no reader.
"""


def speaker_question(words: str, language: Language) -> str:
    """Return the question for the speaker of these words, of which it names the first."""
    return _QUESTIONS[language].format(" ".join(words.split()[:_WORDS_ASKED]))


def ask_speaker(
    text: str,
    sentences: Sequence[tuple[int, int]],
    parts: Sequence[tuple[int, int]],
    candidates: Mapping[int, tuple[int, int]],
    language: Language,
) -> tuple[SpanQuestion, list[int]]:
    """Return the question for the speaker of a quotation in parts, and the numbers of those candidates that are spans.

    It is asked beside the stretch around the quotation, of whose first part the beginning alone is read: `candidates`
    elsewhere in the stretch are spans, by number. Sentences are given in order.
    """
    start, stop = stretch_around(text, sentences, parts[0][0], parts[-1][1], words=_WORDS_BESIDE, after=_AFTER_BESIDE)
    # A quotation may stand in no sentence, as in a table.
    start, end = min(start, parts[0][0]), max(parts[0][0], min(parts[0][1], stop))
    words = list(_WORD.finditer(text, parts[0][0], end))
    cut = words[_WORDS_ASKED - 1].end() if len(words) > _WORDS_ASKED + _WORDS_SPARED else end
    passage = text[start:cut] + _LEFT_OUT * (cut < end) + text[end:stop]
    saved = end - cut - len(_LEFT_OUT) if cut < end else 0
    spans = {}
    for number, (first, last) in candidates.items():
        if start <= first and last <= cut:
            spans[number] = first - start, last - start
        elif end <= first and last <= stop:
            spans[number] = first - start - saved, last - start - saved
    asked = speaker_question(text[parts[0][0] : parts[-1][1]], language)
    return SpanQuestion(asked, passage, tuple(spans.values())), list(spans)


def stretch_around(
    text: str,
    sentences: Sequence[tuple[int, int]],
    start: int,
    end: int,
    *,
    words: int = _WORDS_READ,
    after: int = _WORDS_AFTER,
) -> tuple[int, int]:
    """Return the offsets of whole sentences around a quotation: the next one or two, and before it what is read.

    Sentences are given in order; `words` are read in all, `after` of them at most after it. Of a quotation longer than
    what is read at once, its beginning is in the stretch.
    """

    def count(number: int) -> int:
        return len(text[slice(*sentences[number])].split())

    first, last = (
        min(place(sentences, at, key=_end), len(sentences) - 1)
        for place, at in ((bisect_right, start), (bisect_left, end))
    )
    own = sum(map(count, range(first, last + 1)))
    while last > first and own > words:
        own, last = own - count(last), last - 1
    room = min(after, words - own)
    while last + 1 < len(sentences) and count(last + 1) <= room:
        last, own, room = last + 1, own + count(last + 1), room - count(last + 1)
    while first and own + count(first - 1) <= words:
        first, own = first - 1, own + count(first - 1)
    return sentences[first][0], sentences[last][1]


def _end(sentence: tuple[int, int]) -> int:
    return sentence[1]
