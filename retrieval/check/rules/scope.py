"""No, not, only, all, none, some, and words that mean the opposite: what a claim and its evidence say of the same.

Negation is told by scope: a "not" bears on the few content words behind it (Councill, McDonald and Velikovich 2010,
"What's great and what's not", use a like window where there is no parser).
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from retrieval.check.rules.finding import Finding, Statement, terms_of
from retrieval.words.coverage import held_terms, meets
from retrieval.words.lexicon import lexicon
from retrieval.words.phrases import Token, content, data, level, pattern, phrases, tokens
from retrieval.words.terms import Term, question_terms, search_terms

# Content words behind a negation that it bears on.
_REACH = 3
# Share of a claim's words that evidence must hold before its "not" or its opposite tells against the claim.
_ALIKE = 0.5
# Words before a word that can deny it.
_NEAR = 3
# "Not only" denies nothing, and "it is not true that" what follows.
_ADDING = frozenset(["only", "just", "merely", "solely", "solo", "solamente", "unicamente"])
_UNTRUE = re.compile(
    r"\s+(?:(?:is|was|es|era|fue|sea|quite|really|at all|del todo)\s+)*"
    r"(?:true|correct|right|the case|a fact|verdad|cierto|correcto|exacto)\s+(?:that|que)\b"
)
_SPANISH_SECOND = frozenset(["nada", "nadie", "nunca", "jamas", "ni", "ningun", "ninguno", "ninguna", "tampoco"])
_CLAUSE = re.compile(r"[,;:.()]|\b(?:but|pero|sino|although|aunque|while|mientras|whereas|and|y)\b")


def compare_negation(claim: Statement, evidence: Statement) -> list[Finding]:
    """Whether the one denies what the other says: a negation whose words the other has without one."""
    terms = terms_of(claim)
    if _share(terms, evidence) < _ALIKE:
        return []
    said, told = _negated(claim), _negated(evidence)
    here = _unmatched(said, claim, evidence, told)
    there = _unmatched(told, evidence, claim, said)
    if here is not None and there is None:
        return [Finding("negation", "differs", here, "")]
    if there is not None and here is None:
        return [Finding("negation", "differs", "", there)]
    return [Finding("negation", "agrees", said[0][0], told[0][0])] if said and told else []


def compare_opposites(claim: Statement, evidence: Statement) -> list[Finding]:
    """Words of the claim whose opposite stands in the evidence, and not they themselves."""
    said, told, terms = level(claim.text), level(evidence.text), terms_of(claim)
    for sides in _opposites():
        for one, other in (sides, sides[::-1]):
            mine, theirs = one.search(said), other.search(told)
            if not mine or not theirs or one.search(told) or other.search(said):
                continue
            # "Did not rise" and "fell" say the same.
            if _is_denied(claim.text, mine.start()) or _is_denied(evidence.text, theirs.start()):
                continue
            if _share([term for term in terms if not one.fullmatch(term.word)], evidence) < _ALIKE:
                continue
            shown = claim.text[mine.start() : mine.end()], evidence.text[theirs.start() : theirs.end()]
            return [Finding("opposite", "differs", *shown)]
    return []


def compare_scope(claim: Statement, evidence: Statement) -> list[Finding]:
    """Whether the claim takes in more than the evidence: all for some, only for also."""
    if _share(terms_of(claim), evidence) < _ALIKE:
        return []
    told = level(evidence.text)
    found = []
    for wide, narrow in (("all", "some"), ("none", "some"), ("only", "also")):
        mine = _plain(wide, claim.text)
        if mine is None or phrases("scope", wide).search(told):
            continue
        theirs = phrases("scope", narrow).search(told)
        shown = claim.text[mine.start() : mine.end()]
        if theirs:
            found.append(Finding("scope", "differs", shown, evidence.text[theirs.start() : theirs.end()]))
        elif wide != "none":
            found.append(Finding("scope", "open", shown, ""))
    return found[:1]


def _plain(name: str, text: str) -> re.Match[str] | None:
    """The word of scope, unless a negation stands before it: "not all" claims nothing wide."""
    folded = level(text)
    for match in phrases("scope", name).finditer(folded):
        if name == "none" and phrases("scope", "all").match(folded, match.end() + 1):
            continue  # "Never all."
        # "No … ninguna" denies once.
        if match.group() in _SPANISH_SECOND or not _is_denied(text, match.start()):
            return match
    return None


def _is_denied(text: str, start: int) -> bool:
    """Whether a negation stands close before a word, within its clause."""
    clause = _CLAUSE.split(level(text[:start]))[-1]
    words = [one.key for one in tokens(clause)][-_NEAR:]
    return any(
        phrases("negation", "words").fullmatch(key) and not _ADDING.intersection(words[place + 1 : place + 2])
        for place, key in enumerate(words)
    )


def _share(terms: Sequence[Term], evidence: Statement) -> float:
    held = held_terms(evidence.text, evidence.language)
    words = [term for term in terms if not phrases("negation", "words").fullmatch(term.word)]
    return sum(meets(term, held, evidence.language) for term in words) / len(words) if words else 0.0


def _negated(statement: Statement) -> list[tuple[str, list[str]]]:
    """Each negation as written and the content words it bears on; two that undo each other are left out."""
    found: list[tuple[str, list[str]]] = []
    words = tokens(statement.text)
    seen = -1
    for place, word in enumerate(words):
        if not _is_negation(word.key) or place <= seen:
            continue
        if any(one.key in _ADDING for one in words[place + 1 : place + 2]):
            continue
        if word.key in _SPANISH_SECOND and any(one.key == "no" for one in words[max(0, place - 6) : place]):
            continue  # "No dijo nada" denies once.
        clause, untrue = _clause(statement.text, words, place)
        following = list(content(clause))[:_REACH]
        undoing = [one for one in following if _is_turning(one.key)]
        # "No es falso que" says that it is so, and so does "no es verdad que no".
        undoing += [one for one in clause if untrue and _is_negation(one.key) and one.key not in _SPANISH_SECOND]
        if undoing:
            seen = words.index(undoing[0])
            continue
        found.append((statement.text[word.start : word.end], [one.key for one in following]))
    return found


def _clause(text: str, words: Sequence[Token], place: int) -> tuple[list[Token], bool]:
    """The words of its clause behind a negation, and whether it is "not true that", whose words are left out."""
    folded = level(text)
    untrue = _UNTRUE.match(folded, words[place].end)
    begin = untrue.end() if untrue else words[place].end
    stop = _CLAUSE.search(folded, begin)
    end = stop.start() if stop else len(text)
    return [one for one in words[place + 1 :] if begin <= one.start < end], untrue is not None


def _is_negation(key: str) -> bool:
    return bool(phrases("negation", "words").fullmatch(key) or _is_turning(key))


def _is_turning(key: str) -> bool:
    return bool(phrases("negation", "turning").fullmatch(key))


def _unmatched(
    negated: Sequence[tuple[str, list[str]]],
    own: Statement,
    other: Statement,
    others: Sequence[tuple[str, list[str]]],
) -> str | None:
    """A negation of `own` whose first words the other statement has too, and there without one."""
    held = held_terms(other.text, other.language)
    denied = {word for _, words in others for word in words}
    for written, words in negated:
        terms = list(_as_terms(words, own))
        met = [term for term in terms if meets(term, held, other.language)]
        if not met or met[0] is not terms[0]:
            continue
        if any(_meets_any(term, denied, other) for term in met):
            continue
        return f"{written} … {met[0].word}"
    return None


def _meets_any(term: Term, words: set[str], statement: Statement) -> bool:
    held = frozenset(stem for word in words for stem in search_terms(word, statement.language))
    return meets(term, held, statement.language)


def _as_terms(words: Sequence[str], statement: Statement) -> Iterator[Term]:
    for word in words:
        yield from question_terms(word, statement.language, lexicon())[:1]


@cache
def _opposites() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    return [(pattern(one), pattern(other)) for one, other in data()["opposites"]["pairs"]]
