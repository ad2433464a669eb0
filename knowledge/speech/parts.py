"""Quotations that a text interrupts to say who speaks, as in “We knew,” she said. “We did nothing”."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from knowledge.model import FoundQuote

_LONGEST_INTERRUPTION = 200
"""Characters between two parts, marks included. Our choice: a name with a role and a subordinate clause."""
_MARKS = " \t\n\u00a0\u202f“”„‟«»‹›\"'‘’"
_INTERRUPTION_ENDS = (",", ";", ".", "?", "!", "…", "—", "–", "―")
"""What an interruption ends with, marks aside. A word or a colon introduces another quotation: he called it “B”."""
_SENTENCE_ENDS = (".", "?", "!", "…")


def join_parts(
    text: str, quotes: Sequence[FoundQuote], *, sentence_starts: Sequence[int], paragraph_starts: Sequence[int]
) -> tuple[FoundQuote, ...]:
    """Return the quotes in order, with those joined that only their own attribution parts; no two spans overlap.

    Direct quotations of one speaker in one paragraph are joined where the words between them hold the reporting verb
    and no other sentence. Of nobody who is named, only where the sentence goes on: two voices may stand side by side. A
    quotation between whose parts another stands is divided there. Offsets are given in order.
    """
    joined: list[FoundQuote] = []
    for quote in divided(quotes):
        last = joined[-1] if joined else None
        if (
            last
            and _goes_on(text, last, quote)
            and not _begins_between(text, last, quote, sentence_starts)
            and bisect_right(paragraph_starts, last.end) == bisect_right(paragraph_starts, quote.start)
        ):
            joined[-1] = _join(last, quote)
        else:
            joined.append(quote)
    return tuple(joined)


def divided(quotes: Sequence[FoundQuote]) -> list[FoundQuote]:
    """Return the quotes by place, those divided between whose parts another stands."""
    pieces = sorted(((part, number) for number, quote in enumerate(quotes) for part in quote.parts))
    return [
        replace(quotes[number], parts=tuple(part for part, _ in own))
        for number, own in groupby(pieces, key=lambda piece: piece[1])
    ]


def _goes_on(text: str, last: FoundQuote, quote: FoundQuote) -> bool:
    """Say whether a quotation goes on in the next one, as far as the words between them tell."""
    if not (last.direct and quote.direct) or quote.start - last.end > _LONGEST_INTERRUPTION:
        return False
    if (last.speaker, last.possible_speakers) != (quote.speaker, quote.possible_speakers):
        return False
    between = text[last.end : quote.start]
    ending = between.rstrip(_MARKS)
    if not ending.endswith(_INTERRUPTION_ENDS) or not last.verb or last.verb not in between:
        return False
    return last.speaker is not None or not ending.endswith(_SENTENCE_ENDS)


def _begins_between(text: str, last: FoundQuote, quote: FoundQuote, starts: Sequence[int]) -> bool:
    """Say whether another sentence than the next quotation's begins between two quotations."""
    inside = starts[bisect_right(starts, last.end) : bisect_right(starts, quote.start)]
    return any(character.isalnum() for start in inside for character in text[start : quote.start])


def _join(last: FoundQuote, quote: FoundQuote) -> FoundQuote:
    sure = [value for value in (last.speaker_confidence, quote.speaker_confidence) if value is not None]
    return replace(
        last,
        parts=(*last.parts, *quote.parts),
        role=last.role or quote.role,
        speaker_confidence=min(sure, default=None),
    )
