"""The people and organisations of a text: every name under its fullest form, with the role the text gives it."""

from dataclasses import dataclass, field

from knowledge.names import Name, fold_name
from knowledge.speech.reading import Reading

_LONGEST_ROLE = 24
"""Tokens of an apposition; a longer one is a clause of the writer's. Our choice."""
_ROLE_WITHIN = 7
"""First tokens of an apposition among which the noun that makes it a role stands; our choice."""
_ROLE_NEAR_START = 4
"""Tokens after an article among which the noun of "el nuevo director de Meta, Mark Zuckerberg" stands; our choice."""
_GENDER_NEAR = 3
"""Tokens before a name, or after its comma, among which a role noun shows the gender; our choice."""
_OCCASION_NEAR = 2
"""Tokens after a preposition among which the noun of an occasion stands: "en una entrevista"; our choice."""
_STOPS = frozenset(',;:.()[]“”«»"—–!?…')


@dataclass(slots=True)
class Roster:
    """The fullest names of a text, their roles and genders. Filled by `make_roster` and then only read."""

    reading: Reading
    roles: dict[str, str] = field(default_factory=dict)
    genders: dict[str, str] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    by_last: dict[str, Name] = field(default_factory=dict)
    by_ends: dict[tuple[str, str], Name] = field(default_factory=dict)
    by_first: dict[str, Name] = field(default_factory=dict)
    articled: frozenset[str] = frozenset()
    """Names that have an article of their own: The Information."""
    bare: frozenset[str] = frozenset()
    """Names of one word."""

    def full_name(self, name: Name) -> str:
        """Return the fullest form of a name in the text; a surname that stands only with its title keeps it."""
        start = self.reading.title_start(name.first)
        if f"The {name.text}" in self.articled:
            return f"The {name.text}"
        if len(name.keys) > 1:
            return self.by_ends.get((name.keys[0], name.keys[-1]), name).text
        if not name.keys:
            return name.text
        fuller = self.by_last.get(name.keys[0])
        # Of a surname that no title or role shows to be one, the rest must be a given name, which seldom stands alone.
        if fuller and (start < name.first or fuller.text in self.people or fuller.keys[0] not in self.bare):
            return fuller.text
        called = self.by_first.get(name.keys[0])
        if called and name.keys[0] in self.reading.names.given:
            return called.text
        return self.reading.between(start, name.last)

    def is_person(self, name: Name) -> bool:
        """Say whether the text shows a name to be a person's."""
        return self.full_name(name) in self.people

    def holder(self, role: str) -> str | None:
        """Return the person to whom the text gives a role in the same words, or None."""
        wanted = fold_name(role)
        return next((person for person, own_role in self.roles.items() if fold_name(own_role).endswith(wanted)), None)


def make_roster(reading: Reading) -> Roster:
    """Return the roster of a text."""
    roster = Roster(
        reading,
        articled=frozenset(name.text for name in reading.text_names if name.text.startswith("The ")),
        bare=frozenset(name.keys[0] for name in reading.text_names if len(name.keys) == 1),
    )
    shown: dict[Name, tuple[bool, str | None]] = {name: _shown(reading, name) for name in reading.text_names}
    # A fuller name wins, then one shown to be a person's, then the earlier; so the best is written last.
    ranked = sorted(reading.text_names, key=lambda name: (shown[name][0], len(name.keys), -name.first))
    for name in ranked:
        if len(name.keys) > 1:
            roster.by_ends[name.keys[0], name.keys[-1]] = name
            if not _is_organisation(reading, name):
                roster.by_last[name.keys[-1]] = name
                if shown[name][0]:
                    roster.by_first[name.keys[0]] = name
    people = [name for name in ranked if shown[name][0] and name.keys]
    roster.people = {roster.by_ends.get((name.keys[0], name.keys[-1]), name).text for name in people}
    for name in reading.text_names:
        person, role = shown[name]
        full = roster.full_name(name)
        if person or full in roster.people:
            roster.people.add(full)
        if role:
            roster.roles.setdefault(full, role)
        if gender := _gender(reading, name):
            roster.genders.setdefault(full, gender)
    return roster


def _shown(reading: Reading, name: Name) -> tuple[bool, str | None]:
    """Return whether a name is shown to be a person's where it stands, and the role given there."""
    if _is_organisation(reading, name):
        return False, None
    titled = reading.title_start(name.first) < name.first
    if len(name.keys) < 2 and not titled:
        return False, None  # a single word may be anything: "Meta, propietaria de Facebook"
    role = role_after(reading, name.last) or role_before(reading, reading.title_start(name.first))
    given = len(name.keys) > 1 and reading.key(name.first) in reading.names.given
    return bool(role) or titled or given, role


def _is_organisation(reading: Reading, name: Name) -> bool:
    keys = [reading.key(index) for index in range(name.first, name.last)]
    known = reading.names
    # A place may be a given name (Francia, London), but hardly a surname.
    return any(key in known.organisation_words for key in keys) or any(key in known.places for key in keys[1:] or keys)


def _gender(reading: Reading, name: Name) -> str | None:
    """Return "m" or "f" where a title, a given name or a role noun beside the name shows the gender, else None."""
    if gender := reading.gender(name.first):
        return gender
    if len(name.keys) < 2:
        return None
    if gender := reading.names.given.get(reading.key(name.first)):
        return gender
    lexicon = reading.lexicon
    nearby = [reading.key(index) for index in range(max(0, name.first - _GENDER_NEAR), name.first)]
    if reading.key(name.last) == ",":
        nearby += [reading.key(index) for index in range(name.last + 1, name.last + 1 + _GENDER_NEAR)]
    for key in nearby:
        if key in lexicon.roles_f:
            return "f"
        if key in lexicon.roles_m and lexicon.language != "en":
            return "m"
    return None


def role_after(reading: Reading, index: int) -> str | None:
    """Return the role in apposition after a name that ends before token `index`: ", director ejecutivo de Meta"."""
    if reading.key(index) != ",":
        return None
    first = index + 1
    if reading.key(first).isdigit() and reading.key(first + 1) == ",":
        first += 2  # an age
    last = apposition_end(reading, first)
    if not is_role_phrase(reading, first, last):
        return None
    if reading.key(first) in reading.lexicon.definite:
        first += 1
    return reading.between(first, last) or None


def apposition_end(reading: Reading, first: int) -> int:
    """Return the token before which an apposition ends: a comma, a stop, a reporting verb, "in an interview"."""
    last = first
    limit = min(first + _LONGEST_ROLE, len(reading.tokens))
    while last < limit:
        key = reading.key(last)
        if key in _STOPS and not (key == "." and is_abbreviated(reading.key(last - 1))):
            return last
        if last in reading.verb_at and last > first and reading.verb_at[last].form.clause:
            return last
        if key in ("en", "in", "on", "during", "durante", "este", "esta", "el") and _is_occasion(reading, last):
            return last
        last += 1
    return last


def is_abbreviated(key: str) -> bool:
    """Say whether a full stop after this word may belong to it: an initial, "C.E.O"."""
    return len(key) == 1 or "." in key


def _is_occasion(reading: Reading, index: int) -> bool:
    """Say whether words such as "en una entrevista" or "el martes" begin here."""
    nearby = range(index + 1, index + 1 + _OCCASION_NEAR)
    return any(reading.key(following) in reading.lexicon.occasions for following in nearby)


def is_role_phrase(reading: Reading, first: int, last: int) -> bool:
    """Say whether the tokens form a phrase that says what somebody is."""
    if first >= last or reading.text[reading.tokens[first].start : reading.tokens[last - 1].end].count("\n"):
        return False
    lexicon = reading.lexicon
    for index in range(first, min(last, first + _ROLE_WITHIN)):
        if reading.is_role(index):
            return True
        if reading.key(index) in lexicon.prepositions or reading.key(index) in lexicon.openings:
            return False
    return False


def role_before(reading: Reading, first: int) -> str | None:
    """Return the role before a name that begins at token `first`: "Meta vice president", "el director de X, "."""
    start = role_start(reading, first)
    if start == first:
        return None
    last = first - 1 if reading.key(first - 1) == "," else first
    if reading.key(start) in reading.lexicon.articles:
        start += 1
    return reading.between(start, last) or None


def role_start(reading: Reading, first: int) -> int:
    """Return the token at which the role before a name begins, article included, or `first` where there is none."""
    if reading.key(first - 1) == ",":
        return _phrase_start(reading, first)
    if not reading.is_role(first - 1):
        return first
    start = first - 1
    while start > 0 and (reading.is_role(start - 1) or reading.key(start - 1) in reading.lexicon.modifiers):
        if (name := reading.name_before.get(start)) and len(name.keys) > 1:
            break  # "Scale AI CEO", but "chief AI scientist"
        start -= 1
    before = reading.name_before.get(start - 1 if reading.key(start - 1) in ("'s", "’s") else start)
    if before:
        start = before.first
    if reading.key(start - 1) in reading.lexicon.articles:
        start -= 1
    return start


def _phrase_start(reading: Reading, first: int) -> int:
    """Return the token at which "el director ejecutivo de Meta, Mark Zuckerberg" begins, or `first`."""
    # Before a name roles are shorter than after it: half as long at most, our choice.
    for start in range(first - 2, max(-1, first - 2 - _LONGEST_ROLE // 2), -1):
        key = reading.key(start)
        if key in _STOPS or start in reading.verb_at:
            return first
        begins = key in reading.lexicon.articles or (start in reading.name_at and reading.key(start + 1) == "'s")
        nearby = range(start + 1, min(start + 1 + _ROLE_NEAR_START, first - 1))
        if begins and any(reading.is_role(index) for index in nearby):
            return start
    return first
