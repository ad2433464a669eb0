"""The role that a text gives to a name: before it, or in apposition after it."""

from knowledge.speech.reading import Reading

_LONGEST_ROLE = 24
"""Tokens of an apposition; a longer one is a clause of the writer's. Our choice."""
_ROLE_WITHIN = 7
"""First tokens of an apposition among which the noun that makes it a role stands; our choice."""
_ROLE_NEAR_START = 4
"""Tokens after an article among which the noun of "el nuevo director de Meta, Mark Zuckerberg" stands; our choice."""
_OCCASION_NEAR = 2
"""Tokens after a preposition among which the noun of an occasion stands: "en una entrevista"; our choice."""
_STOPS = frozenset(',;:.()[]“”«»"—–!?…')


def role_after(reading: Reading, index: int) -> str | None:
    """Return the role in apposition after a name that ends before token `index`: ", director ejecutivo de Meta"."""
    if reading.key(index) != ",":
        return None
    first = past_age(reading, index + 1)
    if reading.key(first) in reading.lexicon.links:
        return None  # "Ana Ruiz, y el fiscal"
    last = apposition_end(reading, first)
    if not is_role_phrase(reading, first, last):
        return None
    if reading.key(first) in reading.lexicon.definite:
        if last in reading.verb_at and reading.key(last) not in _STOPS:
            return None  # "at the summit of Roseville, the diplomat had declared"
        first += 1
    return reading.between(first, last) or None


def past_age(reading: Reading, index: int) -> int:
    """Return the token after an age and its comma that begin at `index` ("44, "), or `index` where none does."""
    return index + 2 if reading.key(index).isdigit() and reading.key(index + 1) == "," else index


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
