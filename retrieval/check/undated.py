"""Contradictions that rest on a date alone, where the source's date may be the claim's.

The reader takes a date in another form, or one that is more or less exact, for another date too often. What it then
calls contradicted is left open, if the same claim without its dates is supported, and no date of the passage is
certainly another.
"""

import re
from collections.abc import Sequence

from knowledge.model import Language
from knowledge.terms import fold, stopwords
from retrieval.check.dates import dates, is_relative, may_agree
from retrieval.models.reader import Reader
from retrieval.words.reference_marks import blanked

# The reader's probability from which the rest of a claim is supported: likelier than all else.
_SUPPORTED = 0.5
# Words that belong to a date besides those without content of their own.
_OF_DATES = (
    "ano", "year", "dia", "day", "mes", "month", "early", "late", "mid", "end", "beginning", "principios", "comienzos",
    "mediados", "finales", "fines",
)  # fmt: skip
_LAST_WORD = re.compile(r"(?:^|\s)(?P<word>\w+)\s*$")


def leave_date_open(reader: Reader, claim: str, language: Language, passages: Sequence[str]) -> list[bool]:
    """Say of each passage that contradicts a claim whether it does so by a date that may be the claim's."""
    may_agree_with = [bool(dates(claim)) and _leaves_open(claim, passage) for passage in passages]
    rest = without_dates(claim, language)
    compared = [(rest, blanked(passage)) for passage, agrees in zip(passages, may_agree_with, strict=True) if agrees]
    readings = iter(reader.read(compared))
    return [agrees and next(readings).stances.supports >= _SUPPORTED for agrees in may_agree_with]


def without_dates(claim: str, language: Language) -> str:
    """Return a claim without its dates and the prepositions before them: "The bridge opened on 3 May 2020.", opened."""
    for date in reversed(dates(claim)):
        before = claim[: date.start]
        while (last := _LAST_WORD.search(before)) is not None and _belongs_to_date(last["word"], language):
            before = before[: last.start()]
        claim = before.rstrip() + claim[date.end :]
    return claim.strip()


def _leaves_open(claim: str, passage: str) -> bool:
    """Say whether each date of a claim may be one of a passage's, or the passage gives none or one that is relative."""
    stated = dates(passage)
    if not stated or is_relative(passage):
        return True
    return all(any(may_agree(date, other) for other in stated) for date in dates(claim))


def _belongs_to_date(word: str, language: Language) -> bool:
    return fold(word) in stopwords(language) or fold(word) in _OF_DATES
