"""The stance of evidence on a claim, from the entailment model's probabilities and the findings of rules.

The stances have log-linear scores over a few features (that of neutral is 0), fitted on claims whose verdict is known
but not which evidence decides it: the score of a claim is a soft maximum over its evidence (multiple-instance learning,
Dietterich, Lathrop and Lozano-Pérez 1997), so that a single strong piece is enough and many weak ones are not.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.check.evidence import Candidate
from retrieval.check.rules.dates import compare_dates, compare_order
from retrieval.check.rules.factuality import compare_factuality, is_plain
from retrieval.check.rules.finding import Finding, Statement
from retrieval.check.rules.names import compare_names, compare_roles
from retrieval.check.rules.quantities import compare_quantities
from retrieval.check.rules.scope import compare_negation, compare_opposites, compare_scope
from retrieval.model import Stances
from retrieval.models.fitted import linear_score, read_fitted
from retrieval.words.alignment import find, is_negation_or_limit, read_words

# Lower probabilities of the entailment model are raised to this before their logarithm is taken. Our choice, so that a
# probability near 0 does not dominate the score.
_LEAST_PROBABILITY = 0.005
# The least share of a claim's words in evidence that calls this claim, and no other one, untrue. Our choice.
_MOST_WORDS = 0.8
# Words before a verbatim occurrence of the claim that may negate it. Our choice: enough for "it is not true that …".
_WORDS_BEFORE = 4
# The sharpness of the soft maximum over a claim's evidence: with 1 it is the sum of probabilities, with much more the
# maximum. Our choice, with which the coefficients were fitted.
SHARPNESS = 3.0
# In the order of the fitted coefficients; see `features`.
FEATURES = (
    "entailed", "denied", "coverage", "likeness", "late", "weakest", "rank",
    "figures_agree", "figures_differ", "name_differs", "roles_differ", "negation_differs", "opposite_differs",
    "scope_differs", "scope_open", "figures_open", "name_open", "exact", "met", "unmet", "covered_differs",
    "whole", "across",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WeighedEvidence:
    """A candidate with its stances: `entailment` are those of the entailment model, `stances` those with all features.

    `findings` are those of the rules.
    """

    candidate: Candidate
    entailment: Stances
    findings: tuple[Finding, ...]
    stances: Stances

    @property
    def asserted(self) -> bool:
        """Say whether the evidence asserts a statement rather than reports it as untrue or unproven."""
        return all(finding.kind != "factuality" for finding in self.findings)

    @property
    def features(self) -> dict[str, float]:
        """Return the features by name."""
        return features(self.candidate, self.entailment, self.findings)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The coefficients: for each stance but neutral the intercept and the feature weights by name, and two bounds.

    `near`: least probability that the evidence decides the claim; `sure`: least share of that for a stance.
    """

    supports: Mapping[str, float]
    contradicts: Mapping[str, float]
    near: float
    sure: float


FITTED = read_fitted("retrieval.check", "stance.json")
CALIBRATION = Calibration(**FITTED.values)


def check(claim: Statement, candidate: Candidate, known: frozenset[str]) -> tuple[Finding, ...]:
    """Return the findings of all rules on a claim and a candidate; `known` are the base's names, folded."""
    return rules(claim, Statement(candidate.plain, candidate.language), candidate.context, known)


def rules(
    claim: Statement, evidence: Statement, context: str = "", known: frozenset[str] = frozenset()
) -> tuple[Finding, ...]:
    """Return the findings of all rules on a claim and evidence; `context` may name what pronouns in it refer to."""
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


def states(claim: Statement, evidence: WeighedEvidence) -> bool:
    """Say whether evidence states the claim: verbatim, or with all of its words and no finding against it.

    Such evidence decides, as other evidence, on another year or subject, may seem to contradict it.
    """
    if not evidence.asserted:
        return False
    candidate = evidence.candidate
    words = read_words(candidate.plain)
    occurrence = find(claim.text, words)
    if occurrence is not None and not occurrence.skipped:
        before = words[max(0, occurrence.first - _WORDS_BEFORE) : occurrence.first]
        return not any(is_negation_or_limit(word.key) for word in before)
    if candidate.whole or candidate.coverage < 1.0 or candidate.exact < 1.0:
        return False
    if any(finding.outcome in ("differs", "open") for finding in evidence.findings):
        return False
    plain = is_plain(Statement(candidate.plain, candidate.language))
    entailment = evidence.entailment
    return plain and entailment.supports > entailment.contradicts + entailment.neutral


def denies(evidence: WeighedEvidence) -> bool:
    """Say whether evidence has nearly all words of the claim and calls it untrue."""
    findings = evidence.findings
    untrue = any(finding.kind == "factuality" and finding.outcome == "differs" for finding in findings)
    differs = any(finding.kind != "factuality" and finding.outcome == "differs" for finding in findings)
    candidate = evidence.candidate
    return untrue and not differs and candidate.coverage >= _MOST_WORDS and not candidate.whole


def weigh(candidate: Candidate, entailment: Stances, findings: Sequence[Finding]) -> WeighedEvidence:
    """Compute the stances of a candidate from those of the entailment model and the findings of the rules."""
    if any(finding.kind == "factuality" for finding in findings):
        return WeighedEvidence(candidate, entailment, tuple(findings), Stances(0.0, 0.0, 1.0))
    supports, contradicts = scores(features(candidate, entailment, findings), CALIBRATION)
    most = max(supports, contradicts, 0.0)
    shares = [math.exp(score - most) for score in (supports, contradicts, 0.0)]
    stances = Stances(*(share / sum(shares) for share in shares))
    return WeighedEvidence(candidate, entailment, tuple(findings), stances)


def scores(values: Mapping[str, float], calibration: Calibration) -> tuple[float, float]:
    """Return the log-odds of supports and of contradicts, each against neutral, from the feature values by name."""
    return linear_score(values, calibration.supports), linear_score(values, calibration.contradicts)


def features(candidate: Candidate, entailment: Stances, findings: Sequence[Finding]) -> dict[str, float]:
    """Return the features of a candidate by the names of `FEATURES`.

    `entailed` and `denied` are log-odds against neutral; those named after findings are 1 or 0; the others are values
    of the candidate and of its evidence.
    """
    differs = {finding.kind for finding in findings if finding.outcome == "differs"}
    agrees = {finding.kind for finding in findings if finding.outcome == "agrees"}
    open_kinds = {finding.kind for finding in findings if finding.outcome == "open"}
    neutral = math.log(max(entailment.neutral, _LEAST_PROBABILITY))
    evidence = candidate.evidence
    return {
        "entailed": math.log(max(entailment.supports, _LEAST_PROBABILITY)) - neutral,
        "denied": math.log(max(entailment.contradicts, _LEAST_PROBABILITY)) - neutral,
        "coverage": candidate.coverage,
        "likeness": candidate.likeness,
        "late": evidence.scores.late,
        "weakest": evidence.scores.weakest,
        "rank": evidence.score,
        "figures_agree": float(bool(agrees & {"number", "date"}) and not differs & {"number", "date"}),
        "figures_differ": float(bool(differs & {"number", "date", "order"})),
        "name_differs": float("name" in differs),
        "roles_differ": float("roles" in differs),
        "negation_differs": float("negation" in differs),
        "opposite_differs": float("opposite" in differs),
        "scope_differs": float("scope" in differs),
        "scope_open": float("scope" in open_kinds),
        "figures_open": float(bool(open_kinds & {"number", "date"})),
        "name_open": float("name" in open_kinds),
        "exact": candidate.exact,
        "met": candidate.met,
        "unmet": candidate.unmet,
        "covered_differs": candidate.coverage * float(bool(differs)),
        "whole": float(candidate.whole),
        "across": float(evidence.scores.across),
    }
