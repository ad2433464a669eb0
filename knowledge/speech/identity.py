"""Somebody whom a text mentions, and what it says of them beside their name: gender, role, other nouns for them."""

import re
from dataclasses import dataclass, field
from itertools import takewhile

from knowledge.names import Name
from knowledge.speech.appositions import apposition_after, apposition_before
from knowledge.speech.mentions import Mention
from knowledge.speech.nouns import stem
from knowledge.speech.reading import Reading
from knowledge.speech.roles import past_age, role_after, role_before
from knowledge.terms import fold

_ENDS_PHRASE = frozenset(',.;:()“”«»"')
_VERBS_OF_BEING = frozenset(("es", "era", "fue", "será", "is", "was", "are", "as", "como"))
_TAIL = re.compile(r" (?:of|from|in|at|for) ")
_CLAUSE = re.compile(r",? (?:who|that|which|que|quien|y que|and who) ")
# In tokens, and our choice: how far from a name nouns for its bearer are looked for.
_NOUNS_BEFORE, _NOUNS_AFTER = 4, 7


@dataclass(slots=True)
class Identity:
    """Somebody whom a text mentions. Filled by `find_identities`, and then only read."""

    label: str
    """The fullest name, or the description where the text gives no name."""
    keys: tuple[str, ...]
    """The folded parts of the fullest name; none where it has none."""
    gender: str = ""
    sure_gender: bool = False
    """Whether a title, a listed given name or a noun shows the gender, and not the name's ending alone."""
    person: bool = False
    organisation: bool = False
    plural: bool = False
    role: str | None = None
    stems: set[str] = field(default_factory=set)
    """Stems of the nouns that the text calls them by."""
    mentions: list[int] = field(default_factory=list)
    """Numbers of the mentions by name or description, in order."""

    @property
    def named(self) -> bool:
        """Say whether the text gives a name."""
        return bool(self.keys)


def describe(reading: Reading, identity: Identity, mention: Mention) -> None:
    """Add what the text says of somebody beside a mention by their name alone, titles and ranks aside."""
    name = mention.name
    if name is None:
        return
    known, keys = reading.names, name_parts(reading, mention)
    words = [reading.key(at) for at in range(name.first, name.last)]
    if not known.organisation_words.isdisjoint(words) or not known.places.isdisjoint(words[1:] or words):
        identity.organisation = True
    wide = known.given_wide.get(keys[0], "")
    given = known.given.get(keys[0]) or (wide if len(keys) > 1 and not identity.organisation else "")
    if not identity.gender:
        identity.gender, identity.sure_gender = given or (wide if len(keys) == 1 else ""), bool(given)
    role = role_after(reading, name.last) or role_before(reading, reading.title_start(name.first))
    other = "" if role or not (given or len(keys) > 1) else _apposition(reading, identity, name)
    _give_role(reading, identity, role or other or _office(reading, mention))
    if mention.title:
        identity.stems.add(stem(mention.title))
    _call_by_nouns_beside(reading, identity, name)
    identity.person = identity.person or bool(given or role or mention.title)
    if not identity.gender and keys[0][-1:] in ("a", "o"):
        identity.gender = "f" if keys[0].endswith("a") else "m"


def name_parts(reading: Reading, mention: Mention) -> tuple[str, ...]:
    """Return the parts of a name without what somebody is: "Canon Abigail Ross" is Abigail Ross."""
    keys = mention.name.keys if mention.name else ()
    ranks = reading.lexicon.people | reading.lexicon.roles | reading.names.ranks
    while len(keys) > 1 and not mention.title and keys[0] in ranks:
        keys = keys[1:]
    return keys


def call(reading: Reading, identity: Identity, key: str) -> None:
    """Add a noun for people that somebody is called by, and the gender that it shows in Spanish."""
    lexicon = reading.lexicon
    if key in lexicon.roles or key in lexicon.people:
        identity.stems.add(stem(key))
        identity.person = True
        _give_gender(reading, identity, key)


def _give_gender(reading: Reading, identity: Identity, key: str) -> None:
    lexicon = reading.lexicon
    if not identity.gender and lexicon.language != "en" and key in lexicon.roles_f | lexicon.roles_m:
        identity.gender, identity.sure_gender = ("f" if key in lexicon.roles_f else "m"), True


def _apposition(reading: Reading, identity: Identity, name: Name) -> str:
    """Return what else the text says that a person is; its noun is one that they are called by."""
    role = apposition_after(reading, name.last) or apposition_before(reading, reading.title_start(name.first)) or ""
    if role and not identity.organisation:
        words = _TAIL.split(role)[0].split()
        identity.stems.add(stem(words[-1 if reading.lexicon.language == "en" else 0].casefold()))
        identity.person = True
    return role


def _office(reading: Reading, mention: Mention) -> str:
    """Return the office or rank that stands before a name as a title: "Judge", "Councillor"."""
    names, words = reading.names, mention.name.text.split() if mention.name else []
    ranks = list(takewhile(lambda word: fold(word) in names.ranks and fold(word) not in names.titles, words[:-1]))
    return " ".join(ranks) or (mention.title if names.titles.get(mention.title) == "either" else "")


def _give_role(reading: Reading, identity: Identity, role: str) -> None:
    """Add a role with the nouns in it, which show the gender in Spanish."""
    lexicon = reading.lexicon
    identity.role = identity.role or _CLAUSE.split(role)[0] or None
    for word in role.split():
        key = word.strip(",.'’").casefold()
        if key in lexicon.roles or key in lexicon.people or key in lexicon.modifiers:
            identity.stems.add(stem(key))
            _give_gender(reading, identity, key)


def _call_by_nouns_beside(reading: Reading, identity: Identity, name: Name) -> None:
    """Add the nouns for people right before a name or in the phrase after its comma."""
    lexicon = reading.lexicon
    first = past_age(reading, name.last + 1)
    if reading.key(name.last) in _VERBS_OF_BEING or reading.key(name.last) in (",", "("):
        for at in range(first, min(first + _NOUNS_AFTER, len(reading.tokens))):
            key = reading.key(at)
            if key in _ENDS_PHRASE or at in reading.verb_at or key in lexicon.prepositions | lexicon.links:
                break
            call(reading, identity, key)
    for at in range(name.first - 1, max(-1, name.first - 1 - _NOUNS_BEFORE), -1):
        if reading.key(at) in _ENDS_PHRASE or at in reading.verb_at or reading.key(at) in lexicon.prepositions:
            break
        call(reading, identity, reading.key(at))
