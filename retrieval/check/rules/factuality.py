"""Whether evidence asserts what it says, or only tells of it: what it calls disputed or unproven bears nothing out.

A clause under "whether", "no evidence that" or "the claim that" is mentioned and not asserted (event factuality: Saurí
and Pustejovsky 2009, "FactBank: a corpus annotated with event factuality"); so is what somebody alleges. Words in the
evidence's other clauses are asserted all the same.
"""

import re
from collections.abc import Sequence

from retrieval.check.rules.finding import Finding, Statement, terms_of
from retrieval.words.coverage import held_terms, meets
from retrieval.words.phrases import level, phrases, tokens
from retrieval.words.terms import Term

# A clause ends where the next begins; "because", "but" and their like open one that may assert what the first does not.
_BOUND = re.compile(
    r"[,;:](?=\s)|\b(?:because|but|although|though|while|whereas|since|as|pero|sino|porque|aunque|pues|mientras|"
    r"ya que|si bien)\b"
)
_GOES_ON = re.compile(r"\s*(?:(?:and|or|nor|y|o|ni)\s+)?(?:that|que)\b")
_LOOKS_BACK = re.compile(r"\s*(?:which|lo que|lo cual|algo que|cosa que)\b")


def compare_factuality(claim: Statement, evidence: Statement) -> list[Finding]:
    """What the evidence does with the claim's words where it does not assert them: deny them, or leave them open."""
    if _mark("doubt", claim.text) or _mark("refuted", claim.text):
        return []  # A claim about a dispute is a claim like any other.
    clauses = _clauses(evidence.text)
    doubts = _handed_on(clauses, [_mark("doubt", one) for one in clauses])
    denials = [""] * len(clauses)
    if _mark("mentioned", evidence.text):
        denials = _handed_on(clauses, [_mark("refuted", one) for one in clauses])
    if not any(doubts) and not any(denials):
        return []
    terms = terms_of(claim)
    shares = [_share(terms, Statement(one, evidence.language)) for one in clauses]
    told = [place for place, share in enumerate(shares) if share == max(shares)]
    denied, doubted = ([marks[place] for place in told if marks[place]] for marks in (denials, doubts))
    if denied:
        return [Finding("factuality", "differs", "", denied[0])]
    return [Finding("factuality", "open", "", doubted[0])] if doubted else []


def is_plain(statement: Statement) -> bool:
    """Whether a statement neither doubts, reports, contrasts nor denies anything."""
    return not any(_mark(name, statement.text) for name in ("doubt", "refuted", "contrast", "reported")) and not any(
        phrases("negation", "words").fullmatch(one.key) for one in tokens(statement.text)
    )


def _handed_on(clauses: Sequence[str], marks: Sequence[str]) -> list[str]:
    """The marks, with those that bear on a neighbour: ": that …" goes on with a clause, ", which …" looks back."""
    found = list(marks)
    for place in range(1, len(clauses)):
        if _GOES_ON.match(level(clauses[place])):
            found[place] = found[place] or found[place - 1]
        if found[place] and _LOOKS_BACK.match(level(clauses[place])):
            found[place - 1] = found[place - 1] or found[place]
    return found


def _clauses(text: str) -> list[str]:
    folded, found, start = level(text), [], 0
    for match in _BOUND.finditer(folded):
        found.append(text[start : match.start()])
        start = match.start() if match.group()[0].isalpha() else match.end()
    return [one for one in (*found, text[start:]) if one.strip()]


def _mark(name: str, text: str) -> str:
    """The phrase of a list that a text holds, as written, or nothing."""
    found = phrases("factuality", name).search(level(text))
    return text[found.start() : found.end()] if found else ""


def _share(terms: Sequence[Term], evidence: Statement) -> float:
    held = held_terms(evidence.text, evidence.language)
    return sum(meets(term, held, evidence.language) for term in terms) / len(terms) if terms else 0.0
