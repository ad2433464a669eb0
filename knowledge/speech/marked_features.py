"""The features of words between quotation marks."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from knowledge.speech.candidates import Candidate
from knowledge.speech.reading import Reading
from knowledge.speech.surroundings import Surroundings, token_span
from knowledge.speech.word_features import count_class, kind_of_word, verb_distance

# Our choice: as far as the words around a quotation tell anything about it.
_ABOUT_BEFORE, _ABOUT_AFTER = 6, 4
"""Tokens before marks, and after them, among which a word says what stands between them: a title, a term, a sign."""
_LOOKED_AT = 40
"""Characters between a mark and its sentence's edge in which a letter is looked for."""
_SHORT_GAP = 30
"""Characters between two stretches that may be a mark alone."""
_MOST_SIBLINGS, _SIBLINGS_NEAR = 4, 5
_LONGEST_SMALL_WORD = 3
"""Letters of words that stay in small letters in a title, such as "the", "and", "por"."""
_TITLE_TOKENS = 20
_SINGLE = "‘’'"


def marked_features(around: Surroundings, place: int) -> Iterator[str]:
    """Yield the features of words between marks that other forms do not have."""
    item, reading, text = around.candidates[place], around.reading, around.text
    first, last = token_span(reading, item.start, item.end)
    count = count_class(sum(token.is_word for token in reading.tokens[first:last]))
    sentence = _sentence(around, item)
    yield f"mark {text[item.left] if text[item.left] in _SINGLE else 'double'}"
    yield f"closed {item.closed} runs on {item.runs_on} goes on {item.goes_on}"
    yield f"sentence {sentence}"
    yield f"sentence {sentence} words {count}"
    yield f"title {_is_title(reading, first, last)}"
    yield from _of_cue(around, place, count)
    yield from _of_words(around, place, count)
    yield from _of_siblings(around, place, count)


def _of_cue(around: Surroundings, place: int, count: str) -> Iterator[str]:
    attribution = around.attributions[place]
    cue, where = attribution.cue, attribution.place or "nowhere"
    subject = "none" if cue is None else "unsaid" if cue.subject is None else "named" if cue.subject.name else "other"
    yield f"cue {where} {subject}"
    yield f"cue {where} words {count}"
    if cue and cue.subject and cue.subject.phrase:
        written = not around.reading.lexicon.inscriptions.isdisjoint(cue.subject.phrase.casefold().split())
        yield f"cue {where} inscription {written}"
    if cue and cue.verb:
        yield f"cue {where} clause {cue.verb.form.clause}"


def _of_words(around: Surroundings, place: int, count: str) -> Iterator[str]:
    """Yield what the words right before and after are, and what words about words stand near."""
    item, reading, paragraph = around.candidates[place], around.reading, around.paragraph(place)
    low, high = token_span(reading, paragraph.start, paragraph.end)
    left, right = token_span(reading, item.left, item.right)
    before, after = kind_of_word(reading, left - 1, low, high), kind_of_word(reading, right, low, high)
    yield f"before {before}"
    yield f"before {before} words {count}"
    yield f"before {before} cue {around.attributions[place].place or 'nowhere'}"
    yield f"after {after}"
    if after in ("comma", "stop"):
        yield f"after pause {kind_of_word(reading, right + 1, low, high)}"
    if not reading.tokens[left - 1].is_capital and left > low:
        yield f"before word {reading.key(left - 1)}"
        yield f"before words {reading.key(left - 2) if left - 1 > low else ''} {reading.key(left - 1)}"
    if right < high and not reading.tokens[right].is_capital:
        yield f"after word {reading.key(right)}"
    yield f"verb before {verb_distance(reading, left, low, -1)}"
    yield f"verb after {verb_distance(reading, right, high, 1)}"
    yield from _about(reading, (left, right), (low, high), count)


def _about(reading: Reading, own: tuple[int, int], edges: tuple[int, int], count: str) -> Iterator[str]:
    """Yield whether a word near a stretch says that it is a title, a term, a name or an inscription."""
    (left, right), (low, high), lexicon = own, edges, reading.lexicon
    before = {reading.key(index) for index in range(max(low, left - _ABOUT_BEFORE), left)}
    after = {reading.key(index) for index in range(right, min(high, right + _ABOUT_AFTER))}
    for name in ("titled", "terms", "naming", "inscriptions"):
        words = getattr(lexicon, name)
        if before & words:
            yield f"about {name}"
            yield f"about {name} words {count}"
        if after & words:
            yield f"about {name} after"
    if {reading.key(left - 1), reading.key(left - 2)} & lexicon.naming:
        yield "named right before"


def _of_siblings(around: Surroundings, place: int, count: str) -> Iterator[str]:
    """Yield what the other stretches between marks beside it are."""
    item, siblings = around.candidates[place], around.siblings[place]
    own = bisect_left(siblings, place)
    previous, following = around.neighbour(place, -1), around.neighbour(place, 1)
    if previous is None:
        yield "first"
    else:
        gap = _gap(around, around.candidates[previous].right, item.left)
        yield f"previous cue {around.attributions[previous].place} {gap}"
    if following is None:
        yield "last"
    else:
        other = around.candidates[following]
        yield f"next {_gap(around, item.right, other.left)}"
        yield f"next words {count_class(around.text.count(' ', other.start, other.end) + 1)}"
    near = siblings[max(0, own - _SIBLINGS_NEAR) : own + _SIBLINGS_NEAR + 1]
    cued = any(around.attributions[other].place in ("before", "after") for other in near if other != place)
    yield f"siblings {min(len(siblings), _MOST_SIBLINGS)}"
    yield f"cued sibling {cued} words {count}"


def _gap(around: Surroundings, start: int, end: int) -> str:
    """Return what stands between two stretches: a mark alone, or how many sentences begin there."""
    if end - start <= _SHORT_GAP and len(between := around.text[start:end].strip()) <= 1:
        return f"mark {between}"
    return str(min(around.sentences_between(start, end), 3))


def _sentence(around: Surroundings, item: Candidate) -> str:
    """Return whether a stretch begins a sentence or ends it: "both", "begins", "ends" or "part"."""
    text, starts, paragraph = around.text, around.starts, around.paragraphs[item.paragraph - 1]
    place = bisect_right(starts, item.left + 1) - 1
    start = starts[place] if place >= 0 else paragraph.start
    place = bisect_left(starts, item.right)
    stop = min(starts[place], paragraph.end) if place < len(starts) else paragraph.end
    begins = not any(letter.isalnum() for letter in text[max(start, item.left - _LOOKED_AT) : item.left])
    ends = not any(letter.isalnum() for letter in text[item.right : min(stop, item.right + _LOOKED_AT)])
    return "both" if begins and ends else "begins" if begins else "ends" if ends else "part"


def _is_title(reading: Reading, first: int, last: int) -> bool:
    """Say whether all telling words have a capital, as in an English title."""
    words = [token for token in reading.tokens[first : min(last, first + _TITLE_TOKENS)] if token.text[0].isalpha()]
    telling = [
        token
        for token in words
        if len(token.text) > _LONGEST_SMALL_WORD and token.key not in reading.lexicon.prepositions
    ]
    return len(telling) > 1 and all(token.text[0].isupper() for token in telling)
