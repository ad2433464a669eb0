"""Matching of claims with reviewed claims.

A wording of a reviewed claim is matched by words and vectors together, as in work on previously fact-checked claims
(Shaar, Babulkov, Da San Martino and Nakov 2020, "That is a Known Lie"), and matches where the reader says that either
bears the other out: a claim with another number, date or name, or with a "not", is another claim.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.model import ReviewedClaim, ReviewVerdict
from knowledge.numbers import canonical, numbers
from knowledge.terms import fold
from retrieval.check.claims import Claim, Message
from retrieval.check.statement import Statement, terms_of
from retrieval.model import VerdictKind
from retrieval.models.encoder import Encoder
from retrieval.models.reader import Reader
from retrieval.search.question import Question
from retrieval.words.coverage import coverage

# Wordings, those that share most words with the claim, whose vectors are compared with the claim's. Our choice: as many
# as two reviewed claims have in a language.
_COMPARED_WORDINGS = 8
# Least mean of shared words and cosine: `tests/benchmarks/reviewed.py` prints the matches at several values.
LEAST_LIKENESS = 0.74
# The least probability, in either direction, that one text bears the other out: likelier than not.
LEAST_SUPPORT = 0.5
_WORD = re.compile(r"\w+")

# The verdicts of a check that agree with that of a review, besides not enough evidence.
_COMPATIBLE: dict[ReviewVerdict, tuple[VerdictKind, ...]] = {
    "supported": (VerdictKind.SUPPORTED,),
    "partly supported": (VerdictKind.CONFLICTING,),
    "contradicted": (VerdictKind.CONTRADICTED,),
    "disputed": (VerdictKind.CONFLICTING,),
    "misleading": (VerdictKind.CONTRADICTED, VerdictKind.CONFLICTING),
    "outdated": (VerdictKind.CONTRADICTED, VerdictKind.CONFLICTING),
    "no evidence": (),
}


@dataclass(frozen=True, slots=True)
class Match:
    """A reviewed claim, its wording that matched, and the similarity of this (0 to 1)."""

    review: ReviewedClaim
    wording: str
    likeness: float


def match(claim: Question, encoder: Encoder, reader: Reader, reviews: Sequence[ReviewedClaim]) -> Match | None:
    """Return the reviewed claim that says the same as a claim, or None."""
    candidates = []
    for review in reviews:
        for language, wordings in review.wordings.items():
            if claim.language in (language, "und"):
                # In a claim of undetermined language "50.000" is read as the language of the wording writes numbers.
                statement = Statement(claim.text, language)
                for text in wordings:
                    wording = Statement(text, language)
                    candidates.append((_shared_words(statement, wording), review, statement, wording))
    candidates.sort(key=lambda candidate: -candidate[0])
    best: Match | None = None
    for shared, review, statement, wording in candidates[:_COMPARED_WORDINGS]:
        vector = encoder.encode_questions([wording.text]).vectors[0]
        likeness = (shared + float(np.dot(vector, claim.vector))) / 2
        if (
            likeness >= LEAST_LIKENESS
            and (best is None or likeness > best.likeness)
            and _same(reader, statement, wording)
        ):
            best = Match(review, wording.text, likeness)
    return best


def agrees(review: ReviewVerdict, kind: VerdictKind) -> bool:
    """Say whether the verdict of a check agrees with that of a review."""
    return kind is VerdictKind.NOT_ENOUGH_EVIDENCE or kind in _COMPATIBLE[review]


def with_reviewed(message: Message, reviews: Sequence[ReviewedClaim]) -> Message:
    """Return a message with each opinion that is a wording of a review ("distillation is theft") as a claim."""
    reviewed = {_words(text) for review in reviews for wordings in review.wordings.values() for text in wordings}
    opinions = [part for part in message.set_aside if part.reason == "opinion" and _words(part.text) in reviewed]
    claims = [*message.claims, *(Claim(opinion.text, opinion.start, opinion.end) for opinion in opinions)]
    set_aside = tuple(part for part in message.set_aside if part not in opinions)
    return Message(tuple(sorted(claims, key=lambda claim: claim.start)), set_aside)


def _words(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))


def _shared_words(statement: Statement, wording: Statement) -> float:
    """Return the harmonic mean of the shares of each text's terms that are in the other."""
    forth = coverage(terms_of(statement), wording.text, wording.language)
    back = coverage(terms_of(wording), statement.text, statement.language)
    return 2 * forth * back / (forth + back) if forth + back else 0.0


def _same(reader: Reader, statement: Statement, wording: Statement) -> bool:
    """Say whether both texts are the same, or either bears the other out and both have the same numbers."""
    if _words(statement.text) == _words(wording.text):
        return True  # The reader is unsure of some texts beside themselves.
    if _numbers(statement) != _numbers(wording):
        return False
    both = reader.read([(statement.text, wording.text), (wording.text, statement.text)])
    return all(reading.stances.supports > LEAST_SUPPORT for reading in both)


def _numbers(statement: Statement) -> set[str]:
    return {canonical(number) for number in numbers(statement.text, statement.language)}
