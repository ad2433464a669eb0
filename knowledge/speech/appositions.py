"""What a text says that somebody is by nouns that no list has: "el maletero Luis Funes", "Orla Ash, a rancher"."""

from knowledge.speech.reading import Reading
from knowledge.speech.roles import past_age

# In tokens, and our choice.
_LONGEST_BEFORE, _LONGEST_AFTER = 10, 8
_MOST_BARE = 3
"""Words of an English role without an article: "highways chief"."""
_FEWEST_LETTERS = 4
_STOPS = frozenset(',;:.()[]“”«»"—–!?…')


def apposition_before(reading: Reading, first: int) -> str | None:
    """Return what stands before a name and says what its bearer is, without its article; None where nothing does."""
    last = first - 1 if reading.key(first - 1) == "," else first
    if reading.lexicon.language == "en":
        start = _bare_start(reading, last) if last == first else last
        return reading.between(start, last) or None
    start = last
    while last - start < _LONGEST_BEFORE:
        start -= 1
        key = reading.key(start)
        if start < 0 or key in _STOPS or start in reading.verb_at:
            return None
        if key in reading.lexicon.articles and reading.key(start - 1) not in ("de", "a", "con", "en", "por"):
            break
    else:
        return None
    words = range(start + 1, last)
    if not words or not _is_plain(reading, words[0]) or reading.key(words[0]) in reading.lexicon.unlike_people:
        return None
    known = reading.names.organisation_nouns | reading.names.organisation_words | reading.lexicon.titled
    if reading.key(words[0]) in known or any(not _is_inner(reading, at) for at in words):
        return None
    ending = reading.lexicon.prepositions | reading.lexicon.links | reading.lexicon.titled | reading.lexicon.articles
    if reading.key(last - 1) in ending:
        return None  # "la dimisión de Ana Ruiz", "un cura llamado Luis"
    return reading.between(words[0], last)


def apposition_after(reading: Reading, index: int) -> str | None:
    """Return what stands between commas after a name that ends before token `index`, without its article."""
    first = past_age(reading, index + 1)
    if reading.key(index) != "," or reading.key(first) not in ("a", "an", "un", "una"):
        return None
    last = first + 1
    while last - first <= _LONGEST_AFTER and last < len(reading.tokens) and reading.key(last) not in _STOPS:
        if last in reading.verb_at or reading.key(last) in reading.lexicon.unlike_people:
            return None
        last += 1
    return reading.between(first + 1, last) if reading.key(last) in (",", ".", ")", ";") else None


def _bare_start(reading: Reading, last: int) -> int:
    """Return the token at which an English role before a name begins, or `last` where none stands there."""
    head = last - 1
    key = reading.key(head)
    if (
        head < 0
        or not _is_plain(reading, head)
        or len(key) < _FEWEST_LETTERS
        or not key.endswith(reading.lexicon.agents)
    ):
        return last
    start = head
    while head - start < _MOST_BARE - 1 and start > 0 and _is_plain(reading, start - 1):
        start -= 1
    return start


def _is_plain(reading: Reading, index: int) -> bool:
    """Say whether a token is a noun or an adjective as far as it can be seen: no name, verb or small word."""
    lexicon, key = reading.lexicon, reading.key(index)
    if not 0 <= index < len(reading.tokens) or not reading.tokens[index].is_word or index in reading.verb_at:
        return False
    capital = reading.tokens[index].is_capital and not reading.begins_sentence(index)
    small = lexicon.prepositions | lexicon.articles | lexicon.links | lexicon.openings | lexicon.pronouns
    return not capital and key not in small | lexicon.skipped | lexicon.modals | lexicon.common | lexicon.leading


def _is_inner(reading: Reading, index: int) -> bool:
    """Say whether a token can stand in a Spanish role: a plain word, a name, "de" with its article, "y"."""
    inner = reading.key(index) in ("de", "del", "la", "las", "los", "el", "y", "e", "en")
    return inner or _is_plain(reading, index) or reading.tokens[index].is_capital
