"""Reported speech: "X said that …", "según X, …", "…, agregó X", one sentence at most."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from knowledge.reporting import Verb
from knowledge.speech.attribution import Subject, subject_after, subject_at, subject_before
from knowledge.speech.clauses import MARKS, clause_subject, follows_words, is_subordinate
from knowledge.speech.cues import Cue, role_end
from knowledge.speech.reading import Reading
from knowledge.tokens import index_at

# All of these are our choice: room for the phrases below, and no more than one sentence of the writer's.
_FEWEST_WORDS = 2
"""Words of a reported clause; a single word states nothing."""
_FEWEST_BEFORE = 3
"""Words of a clause with which a sentence begins; fewer go on after their attribution: "He was, she said, asleep"."""
_MOST_WORDS = 60
"""Words of a reported clause; a longer sentence has turned into the writer's own somewhere."""
_LONGEST_SENTENCE = 120
"""Tokens; in a longer "sentence" (tables, lists) nothing is reported."""
_TO_THAT = 16
"""Tokens between a verb and its "that": "dijo el martes en una publicación en LinkedIn que"."""
_TAIL = 16
"""Tokens after an attribution that ends a sentence: ", agregó la empresa en un comunicado el martes"."""
_FEWEST_PARTICIPLE_LETTERS = 6
"""Letters of an English participle; shorter words may end in -ing by chance: "bring", "thing"."""
_TO_FINITE = 7
"""Tokens after "said" among which the verb of a clause without "that" stands: "said several of the crews had"."""
_HEARER = 5
"""Tokens after "told" among which the clause's subject stands: "told the court she had"."""
_GERUNDS = ("ando", "iendo", "yendo")
_CLOSING = {")": "(", "”": "“", "»": "«", "’": "‘", '"': '"'}


@dataclass(frozen=True, slots=True)
class Reported:
    """A reported clause, as offsets, and its attribution."""

    start: int
    end: int
    cue: Cue


def reported_clause(reading: Reading, start: int, end: int) -> Reported | None:
    """Return the clause that the sentence from `start` to `end` reports as said, or None."""
    first, last = index_at(reading.tokens, reading.dateline_end(start)), index_at(reading.tokens, end)
    if last - first > _LONGEST_SENTENCE or last - first < _FEWEST_WORDS or reading.key(last - 1) in "?¿":
        return None
    for opening, closing, cue in _clauses(reading, first, last):
        while opening < closing and not reading.tokens[opening].is_word and reading.key(opening) in ",;:":
            opening += 1
        closing = _clause_end(reading, opening, closing)
        words = sum(token.is_word for token in reading.tokens[opening:closing])
        fewest = _FEWEST_WORDS if opening > first else _FEWEST_BEFORE
        if fewest <= words <= _MOST_WORDS:
            return Reported(reading.tokens[opening].start, reading.tokens[closing - 1].end, cue)
    return None


_Clause = tuple[int, int, Cue]


def _clauses(reading: Reading, first: int, last: int) -> Iterator[_Clause]:
    """Yield the clauses that may be reported, as token numbers, the surest first."""
    yield from _after_source(reading, first, last)
    yield from _after_that(reading, first, last)
    yield from _before_source(reading, first, last)
    yield from _before_verb(reading, first, last)


def _clause_end(reading: Reading, first: int, last: int) -> int:
    """Return the token after a clause without what the writer adds to it: ", but critics …", ", impactando …"."""
    for index in range(first + 1, last - 1):
        if reading.key(index) == ";" or (reading.key(index) == "," and _is_added(reading, index + 1)):
            last = index
            break
    while last > first and not _ends_clause(reading, first, last - 1):
        last -= 1
        if reading.key(last) == "]" and reading.key(last - 1).isdigit():
            last -= 2  # a reference marker: [1]
    return last


def _is_added(reading: Reading, index: int) -> bool:
    """Say whether words of the writer's own begin here, after a comma within a reported clause."""
    key = reading.key(index)
    if key in reading.lexicon.breaks:
        return reading.key(index + 1) not in reading.lexicon.that
    if key in reading.lexicon.contrasts or (key in ("y", "e") and reading.lexicon.language == "es"):
        return reading.key(index + 1) not in reading.lexicon.that  # Spanish has no comma before the last of a list
    return key.endswith(_GERUNDS) or _is_participle(reading, key) or reading.source_end(index) > index


def _ends_clause(reading: Reading, first: int, index: int) -> bool:
    """Say whether a token may be a clause's last: a word, or a mark that closes what the clause opened."""
    token = reading.tokens[index]
    if token.key in _CLOSING:
        inside = [reading.key(at) for at in range(first, index)]
        return (token.key == '"' and inside.count('"') % 2 == 1) or (_CLOSING[token.key] in inside and token.key != '"')
    return token.is_word or token.key == "%"


def _is_participle(reading: Reading, word: str) -> bool:
    return reading.lexicon.language != "es" and len(word) >= _FEWEST_PARTICIPLE_LETTERS and word.endswith("ing")


def _after_source(reading: Reading, first: int, last: int) -> Iterator[_Clause]:
    """Yield the clause of "According to X, role, …"."""
    source = _source_at(reading, first, last)
    if source:
        cue, ends = source
        if reading.key(ends) != "," and cue.subject and reading.key(cue.subject.last) == ",":
            ends = cue.subject.last  # what follows was no role: "Según ella, su padre no ha dormido"
        if reading.key(ends) == ",":
            yield ends + 1, last, cue


def _before_source(reading: Reading, first: int, last: int) -> Iterator[_Clause]:
    """Yield the clause of "…, according to X"."""
    for index in range(max(first + 2, last - 2 * _TAIL), last):
        source = _source_at(reading, index, last) if reading.key(index - 1) == "," else None
        if source and last - source[1] <= _TAIL:
            yield first, index - 1, source[0]


def _source_at(reading: Reading, index: int, last: int) -> tuple[Cue, int] | None:
    after = reading.source_end(index)
    subject = subject_at(reading, after, last) if after > index else None
    # "According to European diplomats": what is followed by a noun is an adjective.
    if subject is None or (subject.name and subject.last < last and reading.tokens[subject.last].is_word):
        return None
    return Cue(subject, None, reading.between(index, after)), role_end(reading, subject.last)


def _after_that(reading: Reading, first: int, last: int) -> Iterator[_Clause]:
    """Yield the clauses of "X said that …" and "dijo X que …"."""
    for verb in _verbs(reading, first, last):
        if not _reports(verb):
            continue
        that = _that(reading, verb, last)
        if that is None or is_subordinate(reading, first, verb) or follows_words(reading, verb):
            continue
        subject = clause_subject(reading, verb, first, that)
        if subject:
            yield that, last, Cue(subject[0], verb, reading.between(verb.first, verb.last + 1))


def _reports(verb: Verb) -> bool:
    """Say whether a clause beside this verb was stated: not denied, wished or only thought of."""
    return verb.form.clause and not (verb.doubtful or verb.form.denies or verb.form.mood in ("infinitive", "gerund"))


def _that(reading: Reading, verb: Verb, last: int) -> int | None:
    """Return the token at which the clause after a verb begins, or None where none does."""
    following, commas = verb.last + 1, 0
    for index in range(following, min(following + _TO_THAT, last)):
        key = reading.key(index)
        if key in reading.lexicon.that:
            if reading.key(index - 1) in reading.lexicon.relatives or _is_object(reading, verb, index):
                return None
            # Within an apposition "que" is a pronoun: "dijo Ruiz, jefe de una firma que …", "contó Luna, que …".
            return index + 1 if not commas or (commas > 1 and reading.key(index - 1) == ",") else None
        commas += key == ","
        if key in MARKS or key in ":;?!" or (index in reading.verb_at and index > following):
            break
    named = following in reading.name_at and reading.name_at[following].last < last - 1
    if verb.form.lemma == "say" and (named or _begins_clause(reading, following, last)):
        return following
    if verb.form.hearer and reading.lexicon.language == "en":
        heard = range(following + 1, min(following + _HEARER, last))
        subject = next((index for index in heard if reading.key(index) in reading.lexicon.subjects), last)
        told_of = reading.lexicon.prepositions.intersection(map(reading.key, range(following, subject)))
        return subject if subject < last and not told_of else None
    return None


def _is_object(reading: Reading, verb: Verb, that: int) -> bool:
    """Say whether "que" tells more of what a verb has for an object: "mantuvo los millones que había anunciado"."""
    following = verb.last + 1
    if verb.form.lemma == "decir" or reading.key(that) != "que" or following == that:
        return False
    if reading.key(following) not in reading.lexicon.articles or subject_after(reading, following, ceiling=that):
        return False
    noun = reading.key(following + 1)
    return not (noun.isdigit() or noun in reading.lexicon.occasions)  # "anunció el 7 de mayo que", "dijo el lunes que"


def _begins_clause(reading: Reading, first: int, last: int) -> bool:
    """Say whether a clause without "that" begins: "said he won", "said crews had found them"."""
    key = reading.key(first)
    if key in reading.lexicon.zero:
        return True
    if key in reading.lexicon.prepositions | reading.lexicon.skipped | reading.lexicon.occasions:
        return False
    nearby = [reading.tokens[index] for index in range(first, min(first + _TO_FINITE, last))]
    before = takewhile(lambda token: token.key not in reading.lexicon.finite, nearby)
    return any(token.key in reading.lexicon.finite for token in nearby) and all(token.is_word for token in before)


def _before_verb(reading: Reading, first: int, last: int) -> Iterator[_Clause]:
    """Yield the clause of "…, agregó X." and "…, X said."."""
    if reading.key(first) in MARKS or reading.key(first) in reading.lexicon.openings:
        return
    for verb in _verbs(reading, max(first, last - 2 * _TAIL), last):
        if not _reports(verb):
            continue
        before, after = _around(reading, verb, first, last)
        if before is not None and last - after <= _TAIL and not _leads_on(reading, after, last):
            cue = Cue(before[1], verb, reading.between(verb.first, verb.last + 1))
            yield first, before[0], cue


def _around(reading: Reading, verb: Verb, first: int, last: int) -> tuple[tuple[int, Subject | None] | None, int]:
    """Return the comma before an attribution with its subject, if it is one, and the token after it."""
    if reading.key(verb.first - 1) == "," and verb.first - 1 > first:
        subject = None if verb.form.hearer else subject_after(reading, verb.last + 1, ceiling=last)
        if subject:
            return (verb.first - 1, subject), role_end(reading, subject.last)
        ends = verb.last + 1 >= last or reading.key(verb.last + 1) in ".,"
        unspoken = ends and reading.lexicon.language != "en"
        return ((verb.first - 1, None) if unspoken else None), verb.last + 1
    subject = subject_before(reading, verb, floor=first)
    if subject and subject.first - 1 > first and reading.key(subject.first - 1) == ",":
        return (subject.first - 1, subject), verb.last + 1
    return None, verb.last + 1


def _leads_on(reading: Reading, first: int, last: int) -> bool:
    """Say whether another clause follows, so that the verb does not belong to what stands before it."""
    following = [reading.key(index) for index in range(first, last)]
    ends = not following or following[0] in ".,;)" or following[0] in reading.lexicon.prepositions
    on = any(key in reading.lexicon.that or key in MARKS or key == ":" for key in following)
    return on or not (ends or following[0] in reading.lexicon.occasions or following[0] in reading.lexicon.articles)


def _verbs(reading: Reading, first: int, last: int) -> Iterator[Verb]:
    seen = -1
    for index in range(first, last):
        verb = reading.verb_at.get(index)
        if verb and verb.first > seen and verb.first >= first:
            seen = verb.first
            yield verb
