"""Attributions around quotation marks: the words that say who spoke what stands between them."""

from bisect import bisect_right
from dataclasses import dataclass

from knowledge.reporting import Verb
from knowledge.speech.attribution import Subject, name_start, subject_after, subject_at, subject_before
from knowledge.speech.reading import Reading
from knowledge.speech.roles import apposition_end, role_after
from knowledge.tokens import index_at

# In tokens unless said otherwise, and our choice: room for the phrases below, without reaching another clause.
_FARTHEST_VERB = 20
"""Tokens between a reporting verb and the mark that opens the words: "dijo el martes en una conferencia en Madrid:"."""
_FARTHEST_SUBJECT = 40
"""Tokens between closed words and the verb of their attribution: `”, X, director ejecutivo de Y, said`."""
_TRIED_VERBS = 3
"""Verbs after closed words of which the subject is looked for; the first may stand in a clause about the subject."""
_TITLED_NEAR = 4
"""Tokens before a colon among which a word such as "titled" shows that a title follows and no speech."""
_LONGEST_UNNAMED = 4
"""Tokens of a subject that names nobody."""


@dataclass(frozen=True, slots=True)
class Cue:
    """An attribution: the subject as written (None where it goes unsaid), its verb, and the reporting words."""

    subject: Subject | None
    verb: Verb | None
    words: str


def cue_before(reading: Reading, left: int, *, floor: int) -> Cue | None:
    """Return the attribution before the words that open at offset `left`, none before offset `floor`.

    It ends right before them in a colon, a comma, "that", "que" or the verb itself.
    """
    at, first = index_at(reading.tokens, left), index_at(reading.tokens, floor)
    if at <= first:
        return None
    mark = reading.key(at - 1)
    verb = _last_verb(reading, first, at)
    if verb and not verb.doubtful and at - verb.last <= _FARTHEST_VERB and _introduces(reading, verb, at, mark):
        return verb_cue(reading, verb, floor=first, ceiling=at)
    if mark in ":,":
        return _source_cue(reading, first, at - 1) or (
            (_bare_cue(reading, first, at - 1) or _person_before(reading, first, at - 1)) if mark == ":" else None
        )
    return None


def cue_within(reading: Reading, left: int, *, floor: int) -> Cue | None:
    """Return the attribution of words in quotation marks that are part of a sentence: its verb and subject.

    What stands before a "but" is said of somebody else: Altamar promised “A”, but the committee speaks of “B”.
    """
    at, first = index_at(reading.tokens, left), index_at(reading.tokens, floor)
    contrasts = (index + 1 for index in range(at - 1, first, -1) if reading.key(index) in reading.lexicon.contrasts)
    first = next(contrasts, first)
    for verb in _verbs_between(reading, first, at):
        if not verb.doubtful and verb.form.mood not in ("infinitive", "gerund"):
            cue = verb_cue(reading, verb, floor=first, ceiling=at)
            if cue.subject:
                return cue
    return None


def cue_after(reading: Reading, right: int, *, ceiling: int, ended: bool) -> Cue | None:
    """Return the attribution after the words that close at offset `right`: `”, dijo X`, `,” X said`.

    `ended` says that the words end in punctuation of their own, as English has them before the mark.
    """
    first, stop = index_at(reading.tokens, right), index_at(reading.tokens, ceiling)
    comma = False
    while first < stop and reading.key(first) in ",;—–-―":
        comma, first = True, first + 1
    if first >= stop:
        return None
    at = first
    while at < stop and reading.key(at) in reading.lexicon.skipped and at not in reading.verb_at:
        at += 1  # "se quejó", "luego añadió"
    verb = reading.verb_at.get(at)
    if verb and verb.first == at and verb.form.mood != "infinitive":
        return _verb_then_subject(reading, verb, stop, pause=comma or ended)
    if not (comma or ended):
        return None
    return (
        _source_cue(reading, first, stop) or _subject_then_verb(reading, first, stop) or _dash_cue(reading, first, stop)
    )


def verb_cue(reading: Reading, verb: Verb, *, floor: int, ceiling: int) -> Cue:
    """Return a verb with its subject, wherever that stands between two token numbers."""
    subject = subject_before(reading, verb, floor=floor)
    if subject is None and not verb.form.hearer:
        subject = subject_after(reading, verb.last + 1, ceiling=ceiling)
    if subject is None:
        subject = sentence_subject(reading, floor, verb)
    return Cue(subject, verb, reading.between(verb.first, verb.last + 1))


def sentence_subject(reading: Reading, floor: int, verb: Verb) -> Subject | None:
    """Return the subject with which a sentence begins, for a verb further on: "Meta unveiled it and said"."""
    first = floor
    while first < verb.first and reading.key(first) in reading.lexicon.leading | {","}:
        first += 1
    subject = subject_at(reading, first, verb.first)
    if subject is None or (subject.pronoun is None and subject.name is None):
        return None
    between = {reading.key(index) for index in range(subject.last, verb.first)}
    return None if between & (reading.lexicon.that | set('“”"«»')) else subject


def _introduces(reading: Reading, verb: Verb, at: int, mark: str) -> bool:
    """Say whether the words from a verb up to token `at` lead over to a quotation."""
    if mark == ":":
        return True
    if verb.last == at - 1:
        return verb.form.mood != "infinitive"
    if mark in reading.lexicon.that:
        return verb.form.clause
    if mark != ",":
        return False
    following = verb.last + 1
    if following == at - 1 or reading.key(following) in reading.lexicon.prepositions | {","}:
        return True
    subject = subject_after(reading, following, ceiling=at)
    if subject is None:
        return reading.key(following) in reading.lexicon.occasions
    return apposition_end(reading, subject.last) == subject.last and role_end(reading, subject.last) >= at - 1


def role_end(reading: Reading, index: int) -> int:
    """Return the token after the role in apposition that begins with the comma at `index`, or `index`."""
    return apposition_end(reading, index + 1) if role_after(reading, index) else index


def _source_cue(reading: Reading, first: int, stop: int) -> Cue | None:
    """Return the attribution of "según X", "according to X"."""
    last = first + 1 if reading.key(first) in reading.lexicon.view else reading.source_end(first)
    subject = subject_at(reading, last, stop) if last > first else None
    return Cue(subject, None, reading.between(first, last)) if subject else None


def _bare_cue(reading: Reading, first: int, colon: int) -> Cue | None:
    """Return the attribution of a name before a colon and no verb: `X, role: “…”`."""
    subject = subject_at(reading, first, colon)
    if subject is None or subject.pronoun:
        return None
    ends = subject.last == colon or role_end(reading, subject.last) == colon
    return Cue(subject, None, "") if ends else None


def _person_before(reading: Reading, first: int, colon: int) -> Cue | None:
    """Return the attribution of a person named in a sentence that ends in a colon: "Ray Sands was blunt: “…”"."""
    if any(reading.key(index) in reading.lexicon.titled for index in range(max(first, colon - _TITLED_NEAR), colon)):
        return None
    for index in range(first, colon):
        name = reading.name_at.get(index)
        if name and len(name.keys) > 1 and reading.key(index) in reading.names.given:
            start = name_start(reading, name)
            if start <= first or reading.key(start - 1) not in reading.lexicon.prepositions:
                return Cue(Subject(index, name.last, name=name), None, "")
    return None


def _verb_then_subject(reading: Reading, verb: Verb, stop: int, *, pause: bool) -> Cue | None:
    words = reading.between(verb.first, verb.last + 1)
    subject = None if verb.form.hearer else subject_after(reading, verb.last + 1, ceiling=stop)
    if subject:
        return Cue(subject, verb, words) if pause or verb.form.clause else None
    if verb.form.mood == "gerund":
        return None
    following = reading.key(verb.last + 1)
    # An article after the verb begins its object: `“Hamlet”, cuenta la historia`.
    if not pause or following in reading.lexicon.that:
        return None
    if following in reading.lexicon.articles:
        noun_end = verb.last + 3  # after the article and its noun
        subject = Subject(verb.last + 1, noun_end, phrase=reading.between(verb.last + 1, noun_end))
        return Cue(subject, verb, words) if verb.form.mood == "past" and noun_end <= stop else None
    if reading.lexicon.language == "en":
        return None
    unsaid = verb.last + 1 >= stop or following in ".,;:—" or following in reading.lexicon.prepositions
    return Cue(None, verb, words) if unsaid else None


def _subject_then_verb(reading: Reading, first: int, stop: int) -> Cue | None:
    for verb in _verbs_between(reading, first, min(stop, first + _FARTHEST_SUBJECT))[:_TRIED_VERBS]:
        if verb.doubtful or verb.form.mood in ("infinitive", "gerund"):
            continue
        subject = subject_before(reading, verb, floor=first) or _unnamed(reading, first, verb)
        if subject and subject.first == first:
            return Cue(subject, verb, reading.between(verb.first, verb.last + 1))
    return None


def _unnamed(reading: Reading, first: int, verb: Verb) -> Subject | None:
    """Return a subject that names nobody: "several customers complained"."""
    words = [reading.tokens[index].text for index in range(first, verb.first)]
    if not 1 < len(words) <= _LONGEST_UNNAMED or reading.key(first) not in reading.lexicon.articles:
        return None
    return Subject(first, verb.first, phrase=" ".join(words)) if all(word.islower() for word in words) else None


def _dash_cue(reading: Reading, first: int, stop: int) -> Cue | None:
    """Return the attribution of a name after a dash: `“…” — Yann LeCun`."""
    name = reading.name_at.get(first)
    if name is None or reading.key(first - 1) not in "—–―":
        return None
    done = (
        name.last >= stop
        or reading.key(name.last) == ","
        or "\n" in reading.text[reading.tokens[name.last - 1].end : reading.tokens[name.last].start]
    )
    return Cue(Subject(first, name.last, name=name), None, "") if done else None


def _verbs_between(reading: Reading, first: int, last: int) -> list[Verb]:
    begin = bisect_right(reading.verbs, first - 1, key=_first)
    end = bisect_right(reading.verbs, last - 1, key=_first)
    return [verb for verb in reading.verbs[begin:end] if verb.last < last]


def _last_verb(reading: Reading, first: int, last: int) -> Verb | None:
    verbs = _verbs_between(reading, max(first, last - _FARTHEST_VERB), last)
    return verbs[-1] if verbs else None


def _first(verb: Verb) -> int:
    return verb.first
