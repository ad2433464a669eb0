"""The main verb of a sentence that reports a clause, and whatever is its subject."""

from knowledge.reporting import Verb
from knowledge.speech.attribution import Subject, subject_after, subject_before
from knowledge.speech.cues import sentence_subject
from knowledge.speech.reading import Reading

MARKS = frozenset('“”„«»"‹›')
"""Quotation marks, beyond which a clause does not go on."""
_CLOSING = frozenset('”»’"')


def follows_words(reading: Reading, verb: Verb) -> bool:
    """Say whether a verb reports the marked words before it: “…”, le respondió Ana Ruiz, de 91 años, que vive sola."""
    at = verb.first - 1
    while at > 0 and (reading.key(at) in reading.lexicon.skipped or reading.key(at) == ","):
        at -= 1
    return reading.key(at) in _CLOSING


def is_subordinate(reading: Reading, first: int, verb: Verb) -> bool:
    """Say whether the verb stands in a clause within another: "cuando Meta dijo que", "the man who said that"."""
    for index in range(verb.first - 1, first - 1, -1):
        if reading.key(index) in reading.lexicon.openings:
            return True
        if reading.key(index) == ",":
            subject = subject_before(reading, verb, floor=first)
            return subject is not None and subject.first < index and _opens_clause(reading, first, subject.first)
    return False


def _opens_clause(reading: Reading, first: int, subject: int) -> bool:
    return subject > first and reading.key(subject - 1) in reading.lexicon.openings


def clause_subject(reading: Reading, verb: Verb, first: int, that: int) -> tuple[Subject | None] | None:
    """Return a verb's subject in its sentence in a tuple: (None,) where it is unspoken, no tuple where it has none."""
    if subject := subject_before(reading, verb, floor=first):
        return (subject,)
    spanish = reading.lexicon.language != "en"
    if spanish and not verb.form.hearer and (subject := subject_after(reading, verb.last + 1, ceiling=that - 1)):
        return (subject,)
    before = {reading.key(index) for index in range(first, verb.first)}
    if spanish and "se" not in before and before <= reading.lexicon.leading | reading.lexicon.skipped | {","}:
        return (None,)
    if reading.key(verb.first - 1) in ("y", "e", "and") and (subject := sentence_subject(reading, first, verb)):
        return (subject,)
    # Without "that" a name may be the speaker's own: "The bridge will open, said Ann Ross".
    spoken = reading.key(that - 1) in reading.lexicon.that or that not in reading.name_at
    return _main_subject(reading, first, verb) if spoken else None


def _main_subject(reading: Reading, first: int, verb: Verb) -> tuple[Subject | None] | None:
    """Return whatever a main verb has for a subject: "La edil asegura", "Su mujer, notaria, dijo", "and aides warned".

    It stands since the sentence's beginning or its last comma, or before what two commas set off. A passive and a
    relative clause have none.
    """
    at = verb.first
    while at > first and reading.key(at - 1) in reading.lexicon.skipped:
        at -= 1
        if reading.key(at) == "se":
            return None
    if at <= first or reading.key(at - 1) in reading.lexicon.passive:
        return None
    commas = [index for index in range(first, at) if reading.key(index) == ","]
    if commas and commas[-1] == at - 1:
        begin, end = first, commas[0] if len(commas) > 1 else first
    else:
        begin, end = (commas[-1] + 1 if commas else first), at
    keys = [reading.key(index) for index in range(begin, end)]
    clauses = reading.lexicon.that | reading.lexicon.openings | MARKS
    if not any(reading.tokens[index].is_word for index in range(begin, end)) or clauses.intersection(keys):
        return None
    if any(index in reading.verb_at for index in range(begin, end)):
        return None
    begin += keys[0] in ("y", "e", "and", "but", "pero")
    return (Subject(begin, at, phrase=reading.between(begin, end)),) if begin < end else None
