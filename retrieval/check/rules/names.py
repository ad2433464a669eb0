"""Who did what: names of a claim that its evidence lacks, and two names that have changed places."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.terms import fold, stems, stopwords
from retrieval.check.rules.finding import Finding, Outcome, Statement, terms_of
from retrieval.words.coverage import held_terms, meets
from retrieval.words.lexicon import lexicon
from retrieval.words.phrases import content, level, phrases, tokens
from retrieval.words.terms import Term

# So much of what a claim says besides its names must be in the evidence before another name there tells against it,
# and so many words at least: below that, the evidence speaks of something else.
_OTHERWISE, _FEWEST = 0.6, 2
_NAME = re.compile(r"(?<![^\W\d_])[^\W\d_]*[A-ZÁÉÍÓÚÑÜ][\w’'-]*(?:\.\w+)*|(?<!\d)\d++\.[A-Z]\w*")
_AUXILIARY = (
    r"\b(?:is|are|was|were|been|being|be|got|gets|get|getting|fue|fueron|es|son|era|ha sido|han sido|siendo|ser|quedo|"
    r"queda|se vio|se ve)"
)
_IRREGULAR = (
    r"built|drawn|hit|known|left|lost|made|paid|run|shown|won|"
    r"(?:escri|vis|(?:com|ex|im|pro|su)?pues|abier|cubier)t[oa]s?"
)
_PARTICIPLE = rf"(?:{_IRREGULAR}|\w+(?:ed|en|[ai]d[oa]s?|ch[oa]s?|ught|old|und))"
_PASSIVE = re.compile(
    rf"{_AUXILIARY}\s+(?:\w+\s+){{0,2}}?(?:{_PARTICIPLE}|\w+(?:t[oa]|ade))\s+(?:\w+\s+){{0,3}}?(?:by|por)\b"
    # Without an auxiliary only right behind the name: "DeepMind, bought by Google".
    rf"|^\W*(?:\w+(?:ly|mente)\s+)?{_PARTICIPLE}\s+(?:by|por)\b"
)
# "A Altman lo criticó LeCun": the object comes first, and a pronoun stands for it.
_OBJECT = re.compile(r"\bal?\s+$")
_PRONOUN = re.compile(r"\s*(?:no\s+)?(?:lo|la|los|las|le|les)\s")


@dataclass(frozen=True, slots=True)
class Named:
    """A name at `text[start:end]`, one word or several in a row, with its folded words."""

    text: str
    start: int
    end: int
    keys: tuple[str, ...]


def names(text: str, known: frozenset[str] = frozenset()) -> list[Named]:
    """The capitalised names of a text, months and days aside.

    A sentence's first word counts where it is `known` for a name, folded, or is no word of either language.
    """
    found: list[Named] = []
    for token in _NAME.finditer(text):
        word = token.group()
        key = fold(word).removesuffix("'s").removesuffix("’s")
        opens = _opens(text, token.start())
        if key in stopwords("und") or phrases("dates", "calendar").fullmatch(key):
            continue
        if opens and key not in known and _is_word(key):
            continue
        joined = found and text[found[-1].end : token.start()] in (" ", "-")
        if joined:
            last = found.pop()
            found.append(Named(text[last.start : token.end()], last.start, token.end(), (*last.keys, key)))
        else:
            found.append(Named(word, token.start(), token.end(), (key,)))
    return found


def compare_names(
    claim: Statement, evidence: Statement, context: str, known: frozenset[str] = frozenset()
) -> list[Finding]:
    """A name of the claim that neither evidence nor its context has.

    It differs where all else is there with another name, and stays open where it is not.
    `context` is what the evidence stands in: the sentences before it and the title. `known` are names, folded, that
    are known as such.
    """
    said, told = _both(claim, evidence, context, known)
    around = {key for one in names(context) for key in one.keys} | set(_keys(context))
    held = {key for one in told for key in one.keys} | set(_keys(evidence.text))
    own = {key for one in said for key in one.keys}
    missing = [one for one in said if not any(key in held or key in around for key in one.keys)]
    others = [one for one in told if not any(key in own for key in one.keys)]
    if not missing:
        return []
    unmet = [Finding("name", "open", missing[0].text, "")]
    if not others:
        return unmet
    rest = [term for term in terms_of(claim) if term.word not in own and not term.word.startswith("#")]
    met = _met(rest, evidence)
    if len(met) < _FEWEST or len(met) < _OTHERWISE * len(rest):
        return unmet
    return [Finding("name", "differs", missing[0].text, others[0].text)]


def compare_roles(claim: Statement, evidence: Statement, known: frozenset[str] = frozenset()) -> list[Finding]:
    """Whether two names that both sentences hold, around a verb that both hold, have changed places."""
    said, told = _both(claim, evidence, "", known)
    for first, second in pairwise(said):
        here = _pair(told, first, second)
        if here is None:
            continue
        there = sorted(here, key=lambda one: one.start)
        between = Statement(claim.text[first.end : second.start], claim.language)
        verbs = [term for term in terms_of(between) if not term.exact]
        told_between = Statement(evidence.text[there[0].end : there[1].start], evidence.language)
        if not verbs or not _met(verbs, told_between):
            continue
        turned = _is_turned(claim.text, first, second) != _is_turned(evidence.text, *there)
        same = (here[0].start < here[1].start) != turned
        outcome: Outcome = "agrees" if same else "differs"
        return [Finding("roles", outcome, claim.text[first.start : second.end],
                        evidence.text[there[0].start : there[1].end])]  # fmt: skip
    return []


def _is_turned(text: str, first: Named, second: Named) -> bool:
    """Whether the second of two names did it to the first."""
    between = level(text[first.end : second.start])
    fronted = _OBJECT.search(level(text[: first.start])) and _PRONOUN.match(between)
    return bool(fronted or _PASSIVE.search(between))


def _both(
    claim: Statement, evidence: Statement, context: str, known: frozenset[str]
) -> tuple[list[Named], list[Named]]:
    """The names of both; what is a name inside one of them is one at the beginning of the other."""
    known |= frozenset(key for text in (claim.text, evidence.text, context) for one in names(text) for key in one.keys)
    return names(claim.text, known), names(evidence.text, known)


def _pair(told: Sequence[Named], first: Named, second: Named) -> tuple[Named, Named] | None:
    """Two neighbouring names of the evidence that are these two of the claim, in the claim's order."""
    for one, other in pairwise(told):
        if _same(one, first) and _same(other, second):
            return one, other
        if _same(one, second) and _same(other, first):
            return other, one
    return None


def _same(one: Named, other: Named) -> bool:
    return bool(set(one.keys) & set(other.keys))


def _met(terms: Sequence[Term], statement: Statement) -> list[Term]:
    held = held_terms(statement.text, statement.language)
    return [term for term in terms if meets(term, held, statement.language)]


def _keys(text: str) -> list[str]:
    return [token.key for token in content(tokens(text))]


def _opens(text: str, start: int) -> bool:
    """Whether a sentence begins here."""
    before = text[:start].rstrip(" \t\"'“«(¿¡")
    return not before or before[-1] in ".!?:\n"


def _is_word(key: str) -> bool:
    return any(lexicon().knows(stem, language) for language in ("es", "en") for stem in stems(key, language))
