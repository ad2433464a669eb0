"""Contradictions that rest on a date alone, where the source's date may be the claim's.

The reader takes a date in another form, or one that is more or less exact, for another date too often. What it then
calls contradicted is left open, if the passage supports the same claim without its dates, and what decides in it has no
date that is certainly another. Of 120 development claims on dates in other forms that undoes 7 contradictions, of which
6 are wrong; with the reader before, of 29 other contradicted claims with a date that may be the passage's, none.
"""

import re

from knowledge.model import Language
from knowledge.terms import fold, stopwords
from retrieval.check.dates import dates, is_relative, may_agree
from retrieval.models.reader import Reader

# The reader's probability from which the rest of a claim is supported: likelier than all else.
_SUPPORTED = 0.5
# Words that belong to a date besides those without content of their own.
_OF_DATES = (
    "ano", "year", "dia", "day", "mes", "month", "early", "late", "mid", "end", "beginning", "principios", "comienzos",
    "mediados", "finales", "fines",
)  # fmt: skip
_LAST_WORD = re.compile(r"(?:^|\s)(?P<word>\w+)\s*$")


def leaves_date_open(reader: Reader, claim: str, language: Language, passage: str, excerpt: str) -> bool:
    """Say whether a passage contradicts a claim by a date that may be the claim's; its excerpt is what decides.

    The passage is given as the reader reads it.
    """
    if not dates(claim) or not _may_agree(claim, excerpt):
        return False
    (reading,) = reader.read([(without_dates(claim, language), passage)])
    return reading.stances.supports >= _SUPPORTED


def without_dates(claim: str, language: Language) -> str:
    """Return a claim without its dates and the prepositions before them: "The bridge opened on 3 May 2020.", opened."""
    for date in reversed(dates(claim)):
        before = claim[: date.start]
        while (last := _LAST_WORD.search(before)) is not None and _belongs_to_date(last["word"], language):
            before = before[: last.start()]
        claim = before.rstrip() + claim[date.end :]
    return claim.strip()


def _may_agree(claim: str, excerpt: str) -> bool:
    """Say whether each date of a claim may be one of an excerpt's, or that gives none or one that is relative."""
    stated = dates(excerpt)
    if not stated or is_relative(excerpt):
        return True
    return all(any(may_agree(date, other) for other in stated) for date in dates(claim))


def _belongs_to_date(word: str, language: Language) -> bool:
    return fold(word) in stopwords(language) or fold(word) in _OF_DATES
