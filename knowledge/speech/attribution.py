"""The subject of a reporting verb, before or after it, as the text puts it."""

from dataclasses import dataclass

from knowledge.names import Name
from knowledge.reporting import Verb
from knowledge.speech.reading import Reading
from knowledge.speech.roles import apposition_end, is_abbreviated, is_role_phrase, role_start

# In tokens, and our choice: room for the phrases below and for longer ones, without reaching another clause.
_FARTHEST_SUBJECT = 40
"""Tokens between a subject and its verb, apposition included."""
_LONGEST_PHRASE = 10
"""Tokens of a phrase that describes a speaker: "un portavoz de la empresa Meta en Madrid"."""
_ADVERBS = 4
"""Adverbs and pronouns between a subject and the verb after it: "also", "no se lo"."""
_ADVERBIAL = 8
"""Tokens between a verb and the subject after it: "dijo este martes en rueda de prensa el presidente"."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A speaker as the text puts it, at the tokens `first` to `last`. One of `name`, `pronoun` and `phrase` is set."""

    first: int
    last: int
    name: Name | None = None
    pronoun: str | None = None
    phrase: str | None = None


def subject_before(reading: Reading, verb: Verb, *, floor: int) -> Subject | None:
    """Return the subject that stands before a verb, not before token `floor`: "Yann LeCun, a pioneer, also said"."""
    last = verb.first
    for _ in range(_ADVERBS):
        key = reading.key(last - 1)
        if last - 1 < floor or not (key in reading.lexicon.skipped or key.endswith(("mente", "ly"))):
            break
        last -= 1
    if last <= floor:
        return None
    if reading.key(last - 1) == ",":
        return _before_comma(reading, last - 1, floor)
    return _ending_at(reading, last, floor)


def _ending_at(reading: Reading, last: int, floor: int) -> Subject | None:
    """Return the subject that ends right before token `last`."""
    if reading.key(last - 1) in reading.lexicon.pronouns:
        return Subject(last - 1, last, pronoun=reading.key(last - 1))
    name = reading.name_before.get(last)
    if name and name.first >= floor and not _is_plural_noun(reading, name):
        first = name_start(reading, name)
        if reading.key(first - 1) not in reading.lexicon.prepositions or first - 1 < floor:
            return Subject(max(first, floor), last, name=name)
    return _phrase_before(reading, last, floor)


def _is_plural_noun(reading: Reading, name: Name) -> bool:
    """Say whether what looks like a name is a plural noun at the beginning of a sentence: "Fishermen say"."""
    verb = reading.verb_at.get(name.last)
    if verb is None or verb.form.mood != "present" or len(name.keys) > 1 or reading.lexicon.language != "en":
        return False
    return not reading.key(verb.first).endswith("s") and reading.begins_sentence(name.first)


def name_start(reading: Reading, name: Name) -> int:
    """Return the token at which a name begins with its title, its role, and the article before them."""
    first = reading.title_start(name.first)
    first = role_start(reading, first)
    owner = reading.name_before.get(first - 1) if reading.key(first - 1) in ("'s", "’s") else None
    if owner:
        first = owner.first
    return first - 1 if reading.key(first - 1) in reading.lexicon.articles and first > 0 else first


def _before_comma(reading: Reading, comma: int, floor: int) -> Subject | None:
    """Return the subject of "Name, apposition, verb" or of "el director de X, Name, verb"."""
    name = reading.name_before.get(comma)
    titled = reading.title_start(name.first) if name else floor
    if name and titled > floor and reading.key(titled - 1) == ",":
        start = role_start(reading, titled)
        if start < titled:
            return Subject(max(start, floor), comma, name=name)
    for index in range(comma - 1, max(floor, comma - _FARTHEST_SUBJECT), -1):
        if reading.key(index) in ".;:?!" and not is_abbreviated(reading.key(index - 1)):
            return None
        name = reading.name_before.get(index) if reading.key(index) == "," else None
        if name and name.first >= floor and _is_apposition(reading, index + 1, comma):
            return Subject(max(name_start(reading, name), floor), comma, name=name)
    return None


def _is_apposition(reading: Reading, first: int, last: int) -> bool:
    """Say whether the words between two commas after a name describe it: a role, an age, "who leads …", "of Meta"."""
    key = reading.key(first)
    if key.isdigit() or key in ("a", "an", "un", "una", "who", "quien", "que", "of", "from", "at", "de", "del"):
        return True
    return is_role_phrase(reading, first, last)


def _phrase_before(reading: Reading, last: int, floor: int) -> Subject | None:
    """Return a descriptive subject that ends before token `last`: "un portavoz de Meta", "the company"."""
    for first in range(last - 1, max(floor, last - _LONGEST_PHRASE) - 1, -1):
        token = reading.tokens[first]
        if not (token.is_word or token.key in ("'s", "’s")) or first in reading.verb_at:
            return None
        if token.key in reading.lexicon.openings:
            return None
        if token.key in reading.lexicon.articles and _is_head(reading, first + 1, last):
            return _phrase(reading, first, last)
        if _is_bare_head(reading, first, last, floor):
            return _phrase(reading, first, last)
    return None


def _is_bare_head(reading: Reading, first: int, last: int, floor: int) -> bool:
    """Say whether a phrase without article begins here: "Meta executives said", "Investigadores de Meta dijeron"."""
    before = reading.key(first - 1) if first > floor else ""
    if before and (before in reading.lexicon.articles or before in reading.lexicon.prepositions):
        return False
    if first in reading.name_at:
        return _is_head(reading, reading.name_at[first].last, last)
    plural = reading.key(first) in reading.lexicon.plural_roles
    return plural and (reading.tokens[first].is_capital or first == floor)


def _is_head(reading: Reading, first: int, last: int) -> bool:
    """Say whether a phrase has a person or an organisation as its head, before any preposition."""
    lexicon, nouns = reading.lexicon, reading.names.organisation_nouns
    for index in range(first, min(last, first + _LONGEST_PHRASE)):
        key = reading.key(index)
        if key in lexicon.roles or key in lexicon.plural_roles or key in nouns:
            return True
        if key in lexicon.prepositions:
            return False
    return False


def _phrase(reading: Reading, first: int, last: int) -> Subject:
    return Subject(first, last, phrase=reading.between(first, last))


def subject_after(reading: Reading, index: int, *, ceiling: int) -> Subject | None:
    """Return the subject that begins at token `index` or soon after, before token `ceiling`: "dijo ayer el Sr. N."."""
    direct = subject_at(reading, index, ceiling)
    if direct:
        return direct
    for later in range(index, min(index + _ADVERBIAL, ceiling)):
        key = reading.key(later)
        if not (reading.tokens[later].is_word or key == ",") or key in reading.lexicon.that:
            return None
        free = reading.key(later - 1) not in reading.lexicon.prepositions
        starts = key in reading.lexicon.articles or later in reading.name_at
        if starts and free and (subject := subject_at(reading, later, ceiling)) and _is_person(reading, subject):
            return subject
    return None


def _is_person(reading: Reading, subject: Subject) -> bool:
    """Say whether a subject that does not stand beside its verb is surely one: described, in a role, or a full name."""
    name = subject.name
    if name is None:
        return subject.phrase is not None
    return subject.first < name.first or len(name.keys) > 1 or reading.key(name.first) in reading.names.given


def subject_at(reading: Reading, index: int, ceiling: int) -> Subject | None:
    """Return the subject that begins exactly at token `index`."""
    if index >= ceiling:
        return None
    if reading.key(index) in reading.lexicon.pronouns:
        return Subject(index, index + 1, pronoun=reading.key(index))
    first = index + 1 if reading.key(index) in reading.lexicon.articles else index
    named = first
    if reading.key(first) in reading.names.titles:
        named = first + 2 if reading.key(first + 1) == "." else first + 1
    if named > first and (name := reading.name_at.get(named)):
        return Subject(index, name.last, name=name)
    return _role_then_name(reading, index, first, ceiling)


def _role_then_name(reading: Reading, index: int, first: int, ceiling: int) -> Subject | None:
    """Return the subject of "Meta vice president Name", "Name", "el presidente Name", "el director de X, Name"."""
    name = reading.name_at.get(first)
    after = name.last if name else first
    after += reading.key(after) in ("'s", "’s")
    noun = after
    while noun < ceiling and (reading.is_role(noun) or reading.key(noun) in reading.lexicon.modifiers):
        noun += 1
    following = reading.name_at.get(noun)
    if following and following is not name and (noun > after or reading.key(after - 1) in ("'s", "’s")):
        return Subject(index, following.last, name=following)
    if name and noun == after and after == name.last:
        return Subject(index, name.last, name=name)
    if not _is_head(reading, first, ceiling) or (first == index and not name and not _is_plural(reading, index)):
        return None
    last = min(apposition_end(reading, first), ceiling, index + _LONGEST_PHRASE)
    last = next((at for at in range(first, last) if reading.key(at) in reading.lexicon.that), last)
    if reading.key(last) == "," and (named := reading.name_at.get(last + 1)) and role_start(reading, last + 1) <= last:
        return Subject(index, named.last, name=named)
    return _phrase(reading, index, last)


def _is_plural(reading: Reading, index: int) -> bool:
    return reading.key(index) in reading.lexicon.plural_roles
