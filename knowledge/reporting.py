"""Verbs that report speech, in every form that news uses, and their places in a text."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from knowledge.lexicon import Lexicon
from knowledge.model import Language
from knowledge.tokens import Token

Mood = Literal["present", "past", "participle", "gerund", "infinitive"]
_BEFORE_VERB = 3
"""Tokens before a verb that may hold its auxiliary and a negation: "no lo había", "has not yet". Our choice."""


@dataclass(frozen=True, slots=True)
class Form:
    """One written form of a verb. `rest` holds the further words of a verb such as "point out"."""

    lemma: str
    mood: Mood
    clause: bool
    """Whether the verb may introduce a reported clause without quotation marks."""
    hearer: bool = False
    denies: bool = False
    noun: bool = False
    """Whether the form after "la" is a noun."""
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verb:
    """A reporting verb in a text, as token numbers: `first` to `last`, auxiliary and further words included."""

    first: int
    last: int
    form: Form
    doubtful: bool
    """Negated, or after a modal verb: nothing is said to have been said."""


@cache
def forms(language: Language) -> dict[str, tuple[Form, ...]]:
    """Return every form of the language's reporting verbs by its first word; of both when undetermined."""
    data = tomllib.loads(resources.files("knowledge").joinpath("data/reporting_verbs.toml").read_text("utf-8"))
    by_word: dict[str, dict[Form, None]] = {}
    for code in ("es", "en") if language == "und" else (language,):
        for lemma, clause in _lemmas(data[code]):
            first, *rest = lemma.split()
            hearer = lemma in data[code].get("hearer", "").split()
            denies = lemma in data[code]["denying"].split()
            for word, mood in _conjugate(first, data[code], spanish=code == "es"):
                noun = word in data[code]["nouns"].split()
                by_word.setdefault(word, {})[Form(lemma, mood, clause, hearer, denies, noun, tuple(rest))] = None
    # Longest first, so that "point out" is met before a verb "point" would be.
    return {word: tuple(sorted(entries, key=lambda form: -len(form.rest))) for word, entries in by_word.items()}


def reporting_verbs(tokens: Sequence[Token], lexicon: Lexicon) -> list[Verb]:
    """Return the reporting verbs of a text in order."""
    known = forms(lexicon.language)
    verbs: list[Verb] = []
    for index, token in enumerate(tokens):
        for form in known.get(token.key, ()):
            last = index + len(form.rest)
            if form.rest and tuple(following.key for following in tokens[index + 1 : last + 1]) != form.rest:
                continue
            if verb := _verb(tokens, index, last, form, lexicon):
                if verbs and _is_noun_before(verbs[-1], verb):
                    verbs.pop()
                verbs.append(verb)
                break
    return verbs


def _verb(tokens: Sequence[Token], index: int, last: int, form: Form, lexicon: Lexicon) -> Verb | None:
    """Return the verb that stands at `index`, or None where the word is a noun or an adjective there."""
    before = [token.key for token in tokens[max(0, index - _BEFORE_VERB) : index]]
    auxiliaries = [position for position, word in enumerate(before) if word in lexicon.auxiliaries]
    if form.mood == "participle" and not auxiliaries:
        return None
    if before and _makes_noun(before[-1], form, lexicon):
        return None
    first = index
    if auxiliaries and _is_auxiliary(before[auxiliaries[-1] + 1 :], lexicon):
        first -= len(before) - auxiliaries[-1]
    preceding = {token.key for token in tokens[max(0, first - 2) : index]}
    doubtful = bool(preceding & (lexicon.negations | lexicon.modals))
    return Verb(first, last, form, doubtful)


def _makes_noun(before: str, form: Form, lexicon: Lexicon) -> bool:
    """Say whether the word before makes a noun or an infinitive of the form: "the report", "una nota", "to say"."""
    if before == "to":
        return True
    pronoun = before in lexicon.skipped and not form.noun
    return before in lexicon.articles and form.mood != "gerund" and not pronoun


def _is_noun_before(last: Verb, verb: Verb) -> bool:
    """Say whether what looks like a verb is the noun of the one right after it: "an anonymous post alleged"."""
    return last.last + 1 == verb.first and last.form.mood == "present" and verb.form.mood == "past"


def _is_auxiliary(between: Sequence[str], lexicon: Lexicon) -> bool:
    """Say whether only adverbs stand between an auxiliary and its participle."""
    return all(word in lexicon.skipped or word in lexicon.negations for word in between)


def _lemmas(data: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yield the lemmas of a language and whether each may introduce a reported clause."""
    for lemma in data["phrases"].split("|"):
        yield lemma.strip(), True
    for lemma in data["reporting"].split():
        yield lemma, True
    for lemma in data["speaking"].split():
        yield lemma, False


def _conjugate(lemma: str, data: dict[str, Any], *, spanish: bool) -> Iterator[tuple[str, Mood]]:
    if spanish:
        return _spanish(lemma, data["irregular"].get(lemma, {}))
    return _english(lemma, data["irregular"].get(lemma, "").split(), doubles=lemma in data["double"].split())


def _english(lemma: str, irregular: Sequence[str], *, doubles: bool) -> Iterator[tuple[str, Mood]]:
    """Yield the forms of an English verb (Quirk et al., A Comprehensive Grammar, 3.5 to 3.10)."""
    yield lemma, "present"
    soft = lemma[:-1] if lemma.endswith("e") else lemma
    stem = lemma + lemma[-1] if doubles else soft
    ends_in_y = lemma.endswith("y") and lemma[-2] not in "aeiou"
    if ends_in_y:
        yield lemma[:-1] + "ies", "present"
    else:
        yield lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "z", "o")) else "s"), "present"
    if irregular:
        past, participle, gerund = irregular
        yield past, "past"
        if participle != past:
            yield participle, "participle"
        yield gerund, "gerund"
    else:
        yield (lemma[:-1] + "ied" if ends_in_y else stem + "ed"), "past"
        yield stem + "ing", "gerund"


def _spanish(lemma: str, irregular: dict[str, Any]) -> Iterator[tuple[str, Mood]]:
    """Yield the third-person forms of a Spanish verb (RAE, Nueva gramática, 4.9 to 4.14)."""
    lemma = lemma.removesuffix("se")
    base, first_conjugation = lemma[:-2], lemma.endswith("ar")
    stressed = irregular.get("stressed", base)
    endings = ("a", "an") if first_conjugation else ("e", "en")
    yield from ((word, "present") for word in irregular.get("present") or [stressed + end for end in endings])
    yield from ((word, "past") for word in irregular.get("past") or _preterite(base, irregular, first_conjugation))
    yield from ((base + end, "past") for end in (("aba", "aban") if first_conjugation else ("ía", "ían")))
    yield from ((irregular.get("future", lemma) + end, "past") for end in ("á", "án", "ía", "ían"))
    raised = irregular.get("raised", base)
    glide = "y" if _ends_in_vowel(raised) else "i"
    yield irregular.get("gerund", base + "ando" if first_conjugation else raised + glide + "endo"), "gerund"
    accented = "í" if base[-1] in "aeo" else "i"
    yield irregular.get("participle", base + ("ado" if first_conjugation else accented + "do")), "participle"
    yield lemma, "infinitive"


def _preterite(base: str, irregular: dict[str, Any], first_conjugation: bool) -> tuple[str, ...]:
    if strong := irregular.get("strong"):
        return strong + "o", strong + ("eron" if strong.endswith("j") else "ieron")
    if first_conjugation:
        return base + "ó", base + "aron"
    raised = irregular.get("raised", base)
    glide = "y" if _ends_in_vowel(raised) else "i"
    return raised + glide + "ó", raised + glide + "eron"


def _ends_in_vowel(stem: str) -> bool:
    """Say whether a stem ends in a spoken vowel; the u of "qu" and "gu" is none (siguió, but concluyó)."""
    return stem == "argu" or (stem[-1] in "aeiouü" and not stem.endswith(("qu", "gu")))
