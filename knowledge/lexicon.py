"""The word lists by which speakers are found, a set for each language."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

from knowledge.model import Language


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Sets of case-folded words, named as in data/attribution.toml, data/roles.toml and data/organisations.toml."""

    language: Language
    he: frozenset[str]
    she: frozenset[str]
    they: frozenset[str]
    that: frozenset[str]
    auxiliaries: frozenset[str]
    skipped: frozenset[str]
    leading: frozenset[str]
    negations: frozenset[str]
    modals: frozenset[str]
    articles: frozenset[str]
    definite: frozenset[str]
    prepositions: frozenset[str]
    particles: frozenset[str]
    joiners: frozenset[str]
    occasions: frozenset[str]
    breaks: frozenset[str]
    links: frozenset[str]
    contrasts: frozenset[str]
    """Words after which somebody else is spoken of: "but", "while"."""
    openings: frozenset[str]
    zero: frozenset[str]
    finite: frozenset[str]
    """Auxiliary verbs that tell a clause without "that" from a noun."""
    subjects: frozenset[str]
    """Pronouns with which such a clause begins after its hearer: "told the court she had"."""
    passive: frozenset[str]
    relatives: frozenset[str]
    """Words after which "que" begins no reported clause: "los que", "cada vez que"."""
    titled: frozenset[str]
    first_person: frozenset[str]
    sentence_words: frozenset[str]
    terms: frozenset[str]
    naming: frozenset[str]
    inscriptions: frozenset[str]
    common: frozenset[str]
    source: tuple[tuple[str, ...], ...]
    """Phrases such as "according to", as words, the longest first."""
    view: frozenset[str]
    """Words before the person of an opinion, who speaks only where quotation marks follow: "para X, “…”"."""
    roles_m: frozenset[str]
    roles_f: frozenset[str]
    roles: frozenset[str]
    generic_roles: frozenset[str]
    plural_roles: frozenset[str]
    modifiers: frozenset[str]
    people: frozenset[str]
    """Nouns for people that are no role beside a name: "woman", "accused"."""
    tails: frozenset[str]
    """Words that begin what is said more of a noun: "of", "from"."""
    unlike_people: frozenset[str]
    """Words of a phrase beside a name that does not say what somebody is: places, works, times."""
    writings: frozenset[str]
    """Nouns for the text itself: "this article"."""
    agents: tuple[str, ...]
    """Ends of nouns for who does something."""
    kin: frozenset[str]
    """Nouns that after a possessive mean somebody else than whoever it names: "her son", "su abogado"."""

    @property
    def pronouns(self) -> frozenset[str]:
        """Return the personal pronouns that may be speakers."""
        return self.he | self.she | self.they


@dataclass(frozen=True, slots=True)
class Names:
    """Word lists about names in any language: titles and given names by gender, organisations' words, places."""

    titles: dict[str, str]
    """The gender of each title: "m", "f" or "either"."""
    ranks: frozenset[str]
    """Ranks and offices before a name that are no part of it: "Canon Abigail Ross"."""
    given: dict[str, str]
    """The gender of given names that are frequent in the news: they show a name to be a person's."""
    given_wide: dict[str, str]
    """The gender of many more given names."""
    organisation_words: frozenset[str]
    organisation_nouns: frozenset[str]
    places: frozenset[str]


@cache
def lexicon(language: Language) -> Lexicon:
    """Return the word lists of a language; of both when it is undetermined."""
    codes = ("es", "en") if language == "und" else (language,)
    attribution, roles = _read("attribution"), _read("roles")

    def words(data: dict[str, Any], *names: str) -> frozenset[str]:
        return frozenset(word for code in codes for name in names for word in data[code].get(name, "").split())

    phrases = {tuple(phrase.split()) for code in codes for phrase in attribution[code]["source"].split("|")}
    roles_m, roles_f = words(roles, "m"), words(roles, "f")
    lists = [field.name for field in fields(Lexicon) if field.name in attribution["es"] and field.name != "source"]
    values: dict[str, Any] = {name: words(attribution, name) for name in lists}
    return Lexicon(
        language=language,
        source=tuple(sorted(phrases, key=lambda phrase: (-len(phrase), phrase))),
        roles_m=roles_m,
        roles_f=roles_f,
        roles=roles_m | roles_f | words(roles, "either"),
        generic_roles=words(roles, "generic"),
        plural_roles=words(roles, "plural"),
        modifiers=words(roles, "modifiers"),
        people=words(roles, "people"),
        tails=words(roles, "tails"),
        unlike_people=words(roles, "unlike_people"),
        writings=words(roles, "writings"),
        agents=tuple(sorted(words(roles, "agents"))),
        kin=words(roles, "kin"),
        **values,
    )


@cache
def names() -> Names:
    """Return the word lists about names."""
    titles, given, organisations = _read("titles"), _read("given_names"), _read("organisations")
    wide = _read("given_names_wide")
    return Names(
        titles={word: gender for gender in ("either", "m", "f") for word in titles[gender].split()},
        ranks=frozenset(titles["ranks"].split()),
        given={word: gender for gender in ("m", "f") for word in given[gender].split()},
        given_wide={word: gender for gender in ("m", "f") for word in wide[gender].split()},
        organisation_words=frozenset(organisations["words"].split()),
        organisation_nouns=frozenset(organisations["nouns"].split()),
        places=frozenset(organisations["places"].split()),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("knowledge").joinpath(f"data/{name}.toml").read_text("utf-8"))
