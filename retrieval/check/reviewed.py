"""Matching of claims with reviewed claims.

A wording of a reviewed claim is matched by words and vectors together, as in work on previously fact-checked claims
(Shaar, Babulkov, Da San Martino and Nakov 2020, "That is a Known Lie"). Rules exclude a match: a claim with another
number, date or name, or with a "not", is another claim.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.model import ReviewedClaim, ReviewVerdict
from knowledge.numbers import canonical, numbers
from knowledge.terms import fold
from retrieval.check.claims import Claim, Message
from retrieval.check.rules.finding import Statement, terms_of
from retrieval.check.stance import rules
from retrieval.model import VerdictKind
from retrieval.models.encoder import Encoder
from retrieval.search.question import Question
from retrieval.words.coverage import coverage

# Wordings, those that share most words with the claim, whose vectors are compared with the claim's. Our choice: as many
# as two reviewed claims have in a language.
_COMPARED_WORDINGS = 8
# Least mean of shared words and cosine: `tests/benchmarks/reviewed.py` prints the matches at several values.
LEAST_LIKENESS = 0.74
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


def match(claim: Question, encoder: Encoder, reviews: Sequence[ReviewedClaim]) -> Match | None:
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
        if likeness >= LEAST_LIKENESS and (best is None or likeness > best.likeness) and _same(statement, wording):
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


def _same(statement: Statement, wording: Statement) -> bool:
    """Say whether no rule finds a difference and both texts have the same numbers."""
    if any(finding.outcome == "differs" for finding in rules(statement, wording)):
        return False
    return _numbers(statement) == _numbers(wording)


def _numbers(statement: Statement) -> set[str]:
    return {canonical(number) for number in numbers(statement.text, statement.language)}
