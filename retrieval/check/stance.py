"""What a piece of evidence says of a claim: an entailment model's reading and rules' findings, weighed together.

Three log-linear scores over a few features, fitted on claims whose verdict is known but not which evidence it rests on:
the claim's score is a soft maximum over its evidence (multiple-instance learning, Dietterich, Lathrop and Lozano-Pérez
1997), so that one piece is enough and many weak ones are not.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from retrieval.check.evidence import Candidate
from retrieval.check.rules.dates import compare_dates, compare_order
from retrieval.check.rules.factuality import compare_factuality, is_plain
from retrieval.check.rules.finding import Finding, Statement
from retrieval.check.rules.names import compare_names, compare_roles
from retrieval.check.rules.quantities import compare_quantities
from retrieval.check.rules.scope import compare_negation, compare_opposites, compare_scope
from retrieval.model import Stances
from retrieval.words.alignment import find, is_turning, read_words

# Probabilities of the entailment model are kept this far from 0 and 1 before their logarithm is taken.
_LEAST = 0.005
# Share of a claim's words that evidence holds which tells of this claim and not of another.
_MOSTLY = 0.8
# Words before a run of the claim's own words that may turn it ("it is not true that …").
_BEFORE = 4
# How sharp the soft maximum over a claim's evidence is: 1 adds probabilities up, much more takes the best alone.
SHARPNESS = 3.0
FEATURES = (
    "entailed", "denied", "coverage", "likeness", "late", "weakest", "rank",
    "figures_agree", "figures_differ", "name_differs", "roles_differ", "negation_differs", "opposite_differs",
    "scope_differs", "scope_open", "figures_open", "name_open", "exact", "met", "unmet", "covered_differs",
    "whole", "across",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with what was found: `read` is the entailment model's view, `stances` ours, rules included."""

    candidate: Candidate
    read: Stances
    findings: tuple[Finding, ...]
    stances: Stances

    @property
    def asserted(self) -> bool:
        """Whether the evidence asserts what it says of the claim; what it only tells of decides nothing."""
        return all(one.kind != "factuality" for one in self.findings)

    @property
    def features(self) -> dict[str, float]:
        """What the weights apply to."""
        return features(self.candidate, self.read, self.findings)


@dataclass(frozen=True, slots=True)
class Calibration:
    """For each stance besides neutral the intercept and a weight for each feature; `claim` ones for the verdict."""

    supports: Mapping[str, float]
    contradicts: Mapping[str, float]


def check(claim: Statement, candidate: Candidate, known: frozenset[str]) -> tuple[Finding, ...]:
    """Every rule's findings on a claim and a candidate; `known` are names, folded."""
    return rules(claim, Statement(candidate.plain, candidate.language), candidate.context, known)


def rules(
    claim: Statement, evidence: Statement, context: str = "", known: frozenset[str] = frozenset()
) -> tuple[Finding, ...]:
    """Every rule's findings on a claim and evidence, whose context may name what it only points to."""
    return (
        *compare_quantities(claim, evidence),
        *compare_dates(claim, evidence),
        *compare_order(claim, evidence),
        *compare_names(claim, evidence, context, known),
        *compare_roles(claim, evidence, known),
        *compare_negation(claim, evidence),
        *compare_opposites(claim, evidence),
        *compare_scope(claim, evidence),
        *compare_factuality(claim, evidence),
    )


def states(claim: Statement, one: Weighed) -> bool:
    """Whether evidence says the very claim: in its own words, or in all of its words with no figure and no "not" off.

    Other evidence, on another year or another thing, may look as if it denied what this one says.
    """
    if not one.asserted:
        return False
    words = read_words(one.candidate.plain)
    place = find(claim.text, words)
    if place is not None and not place.skipped:
        return not any(is_turning(word.key) for word in words[max(0, place.first - _BEFORE) : place.first])
    if one.candidate.whole or one.candidate.coverage < 1.0 or one.candidate.exact < 1.0:
        return False
    if any(finding.outcome in ("differs", "open") for finding in one.findings):
        return False
    plain = is_plain(Statement(one.candidate.plain, one.candidate.language))
    return plain and one.read.supports > one.read.contradicts + one.read.neutral


def denies(claim: Statement, one: Weighed) -> bool:
    """Whether evidence tells of the very claim, in nearly all of its words, and calls it untrue."""
    told = any(found.kind == "factuality" and found.outcome == "differs" for found in one.findings)
    differs = any(found.kind != "factuality" and found.outcome == "differs" for found in one.findings)
    return told and not differs and one.candidate.coverage >= _MOSTLY and not one.candidate.whole


def weigh(candidate: Candidate, read: Stances, findings: Sequence[Finding]) -> Weighed:
    """The stance of a candidate, from the entailment model's probabilities and what the rules found."""
    if any(one.kind == "factuality" for one in findings):
        return Weighed(candidate, read, tuple(findings), Stances(0.0, 0.0, 1.0))
    supports, contradicts = scores(features(candidate, read, findings), calibration())
    most = max(supports, contradicts, 0.0)
    shares = [math.exp(score - most) for score in (supports, contradicts, 0.0)]
    return Weighed(candidate, read, tuple(findings), Stances(*(share / sum(shares) for share in shares)))


def scores(found: Mapping[str, float], calibration: Calibration) -> tuple[float, float]:
    """Log-odds of supports and of contradicts, each against neutral."""
    return _weighted(found, calibration.supports), _weighted(found, calibration.contradicts)


def features(candidate: Candidate, read: Stances, findings: Sequence[Finding]) -> dict[str, float]:
    """The features by name; see `FEATURES`. A whole passage bears on too much for the rules of sentences to count."""
    differs = {one.kind for one in findings if one.outcome == "differs"}
    agrees = {one.kind for one in findings if one.outcome == "agrees"}
    unmet = {one.kind for one in findings if one.outcome == "open"}
    neutral = math.log(max(read.neutral, _LEAST))
    retrieval = candidate.retrieval
    return {
        "entailed": math.log(max(read.supports, _LEAST)) - neutral,
        "denied": math.log(max(read.contradicts, _LEAST)) - neutral,
        "coverage": candidate.coverage,
        "likeness": candidate.likeness,
        "late": retrieval.scores.late,
        "weakest": retrieval.scores.weakest,
        "rank": retrieval.score,
        "figures_agree": float(bool(agrees & {"number", "date"}) and not differs & {"number", "date"}),
        "figures_differ": float(bool(differs & {"number", "date", "order"})),
        "name_differs": float("name" in differs),
        "roles_differ": float("roles" in differs),
        "negation_differs": float("negation" in differs),
        "opposite_differs": float("opposite" in differs),
        "scope_differs": float("scope" in differs),
        "scope_open": float("scope" in unmet),
        "figures_open": float(bool(unmet & {"number", "date"})),
        "name_open": float("name" in unmet),
        "exact": candidate.exact,
        "met": candidate.met,
        "unmet": candidate.unmet,
        "covered_differs": candidate.coverage * float(bool(differs)),
        "whole": float(candidate.whole),
        "across": float(retrieval.scores.across),
    }


def _weighted(found: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return weights["intercept"] + sum(weights[name] * value for name, value in found.items())


@cache
def calibration() -> Calibration:
    """The weights of data/stance.json."""
    stored = json.loads(resources.files("retrieval.check").joinpath("stance.json").read_text("utf-8"))
    return Calibration(stored["calibration"]["supports"], stored["calibration"]["contradicts"])
