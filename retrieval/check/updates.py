"""Updates of one document on both sides of a claim: the newest that decides is heard, and says which it outweighs."""

from collections.abc import Sequence
from itertools import product

from retrieval.answer.recency import time_of
from retrieval.check.evidence import JudgedPassage
from retrieval.check.verdict import SIDES, deciding
from retrieval.model import Note


def outdated(passages: Sequence[JudgedPassage]) -> list[tuple[JudgedPassage, Note]]:
    """Return the passages that decide for one side where a newer update of the same document decides for the other.

    With each comes a note that names the times of both.
    """
    supporting, contradicting = (deciding(passages, side) for side in SIDES)
    opposed = [*product(supporting, contradicting), *product(contradicting, supporting)]
    return list(
        {
            older.id: (older, Note("newer update", _time(older), _time(newer)))
            for older, newer in opposed
            if older.source == newer.source and "" < _time(older) < _time(newer)
        }.values()
    )


def _time(passage: JudgedPassage) -> str:
    return (time_of(passage.evidence.passage) or "").replace("T", " ")
