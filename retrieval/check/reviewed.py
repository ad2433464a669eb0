"""Has this claim been looked into before? A claim is matched with the reviewed ones by meaning and by figures.

As in work on claims fact-checked before (Shaar, Babulkov, Da San Martino and Nakov 2020, "That is a Known Lie"), a
wording is found by words and vectors together; what sets a match aside is a rule: another number, date or name, or a
"not", makes another claim.
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

# Wordings whose vectors are compared with the claim's, those that share most words with it.
_COMPARED = 8
# Least mean of shared words, both ways, and cosine: `tests/benchmarks/reviewed.py` shows what it lets through.
LEAST_LIKENESS = 0.7
_WORD = re.compile(r"\w+")


_BESIDE: dict[ReviewVerdict, tuple[VerdictKind, ...]] = {
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
    """A reviewed claim, the wording that was met, and how like it is (0 to 1)."""

    review: ReviewedClaim
    wording: str
    likeness: float


def match(claim: Question, encoder: Encoder, reviews: Sequence[ReviewedClaim]) -> Match | None:
    """The reviewed claim that says the same as this one, or None."""
    found = []
    for review in reviews:
        for language, wordings in review.wordings.items():
            if claim.language in (language, "und"):
                # Where the claim's language is not plain, its "50.000" is read as the wording's language writes it.
                said = Statement(claim.text, language)
                compared = (Statement(one, language) for one in wordings)
                found += [(_shared(said, one), review, said, one) for one in compared]
    found.sort(key=lambda one: -one[0])
    best: Match | None = None
    for shared, review, said, wording in found[:_COMPARED]:
        vector = encoder.encode_questions([wording.text]).vectors[0]
        likeness = (shared + float(np.dot(vector, claim.vector))) / 2
        if likeness >= LEAST_LIKENESS and (best is None or likeness > best.likeness) and _same(said, wording):
            best = Match(review, wording.text, likeness)
    return best


def bears(review: ReviewVerdict, found: VerdictKind) -> bool:
    """Whether what was found in the sources can stand beside what a person found."""
    return found is VerdictKind.NOT_ENOUGH_EVIDENCE or found in _BESIDE[review]


def with_reviewed(message: Message, reviews: Sequence[ReviewedClaim]) -> Message:
    """The message with each opinion that has been reviewed in just these words ("distillation is theft") as a claim."""
    known = {_words(one) for review in reviews for wordings in review.wordings.values() for one in wordings}
    found = [one for one in message.set_aside if one.reason == "opinion" and _words(one.text) in known]
    claims = [*message.claims, *(Claim(one.text, one.start, one.end) for one in found)]
    kept = tuple(one for one in message.set_aside if one not in found)
    return Message(tuple(sorted(claims, key=lambda one: one.start)), kept)


def _words(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))


def _shared(said: Statement, wording: Statement) -> float:
    """The harmonic mean of the shares of words that each finds in the other."""
    forth, back = (
        coverage(terms_of(said), wording.text, wording.language),
        coverage(terms_of(wording), said.text, said.language),
    )
    return 2 * forth * back / (forth + back) if forth + back else 0.0


def _same(said: Statement, wording: Statement) -> bool:
    """Whether no rule tells the two apart and both hold the same numbers."""
    if any(finding.outcome == "differs" for finding in rules(said, wording)):
        return False
    mine, theirs = ({canonical(one) for one in numbers(one.text, one.language)} for one in (said, wording))
    return mine == theirs
