"""The plain features by which speech is told from titles, terms and everything else, each there or not.

A feature is a name such as "marks before colon": the form of the candidate, then what was seen. The fitted model gives
each a weight, those that it has not met count for nothing.
"""

from bisect import bisect_right
from collections.abc import Iterator

from knowledge.speech.candidates import Candidate
from knowledge.speech.marked_features import marked_features
from knowledge.speech.surroundings import DASHES, Surroundings, is_bold, token_span
from knowledge.speech.word_features import count_class, end_class, kind_of_word, verb_distance

# Our choice: the beginning of long words shows whether they are spoken; more turns than so many are a conversation.
_TOKENS_READ = 80
_MOST_TURNS, _MOST_ALIKE, _MOST_LABEL_WORDS = 5, 3, 5
_VERB_WITHIN = 12
_QUOTING = '“«"‘„'


def features(around: Surroundings, place: int) -> Iterator[str]:
    """Yield the features of a candidate, given by its place."""
    form = around.candidates[place].form
    of_form = {"marks": marked_features, "dash": _of_dash, "colon": _of_colon}.get(form, _of_paragraph)
    for part in (_common, of_form):
        for name in part(around, place):
            yield f"{form} {name}"


def _common(around: Surroundings, place: int) -> Iterator[str]:
    item, reading, text = around.candidates[place], around.reading, around.text
    first, last = token_span(reading, item.start, item.end)
    keys = [token.key for token in reading.tokens[first : min(last, first + _TOKENS_READ)] if token.is_word]
    ended, opening = end_class(text[item.end - 1]), text[item.start]
    yield "always"
    yield f"words {count_class(len(keys))}"
    yield f"ends {ended}"
    yield f"ends {ended} next {end_class(text[item.right : item.right + 1])}"
    shape = "capital" if opening.isupper() else "small" if opening.islower() else "other"
    yield f"begins {'question' if opening in '¿¡' else shape}"
    yield f"first person {not reading.lexicon.first_person.isdisjoint(keys)}"
    yield f"sentence words {not reading.lexicon.sentence_words.isdisjoint(keys)}"
    yield f"within {around.candidates[item.within].form if item.within is not None else 'nothing'}"
    yield f"role {around.paragraph(place).role}"
    if item.narrations:
        yield f"narrated {bool(around.attributions[place].cue)}"


def _of_dash(around: Surroundings, place: int) -> Iterator[str]:
    item, paragraph, text = around.candidates[place], around.paragraph(place), around.text
    opens, narrated = item.left == paragraph.start, bool(item.narrations)
    first, _ = token_span(around.reading, item.start, item.end)
    name = around.reading.name_at.get(first)
    yield f"opens paragraph {opens} narrated {narrated}"
    yield f"fills paragraph {opens and item.right >= paragraph.end}"
    yield f"spaced {text[item.left + 1 : item.left + 2].isspace()}"
    yield f"name {bool(name and len(name.keys) > 1)} ends {end_class(text[item.end - 1])}"
    yield f"dashed paragraphs {min(around.dashed, 4)} narrated {narrated}"
    yield f"siblings {min(len(around.siblings[place]), _MOST_ALIKE)}"


def _of_paragraph(around: Surroundings, place: int) -> Iterator[str]:
    """Yield the features of a turn or a block."""
    item, text = around.candidates[place], around.text
    opening = text[item.start]
    within = sum(other.within == place for other in around.candidates[place + 1 : place + 4])
    yield f"opens with {'mark' if opening in _QUOTING else 'dash' if opening in DASHES else 'word'}"
    yield f"marked within {min(within, 2)}"
    yield f"first {item.paragraph == 1} last {item.paragraph == len(around.paragraphs)}"
    yield from _of_label(around, item) if item.label else _of_block(around, item)


def _of_label(around: Surroundings, item: Candidate) -> Iterator[str]:
    label, text, reading = item.label, around.text, around.reading
    if label is None:
        return
    name = text[label.start : label.end]
    words = [word for word in name.split() if word[0].isalpha()]
    titled = all(word[0].isupper() for word in words)
    case = "letter" if len(name) == 1 else "capitals" if name.isupper() else "title" if titled else "small"
    tokens = range(*token_span(reading, label.start, label.end))
    yield f"label alike {min(label.alike, _MOST_ALIKE)}"
    yield f"labels {min(label.all, _MOST_TURNS)}"
    yield f"share of labels {4 * label.all // len(around.paragraphs)}"
    yield f"label {case}"
    yield f"label {case} labels {min(label.all, _MOST_TURNS)}"
    yield f"label words {min(len(name.split()), _MOST_LABEL_WORDS)}"
    yield f"label bold {label.bold} timed {label.timed}"
    yield f"label sign {text[label.end : label.body].strip()[:1]}"
    yield f"label named {any(index in reading.name_at for index in tokens)}"
    yield f"label verb {any(index in reading.verb_at for index in tokens)}"
    yield f"label comma {',' in name}"
    yield f"label beside {item.paragraph - 1 in around.turns} {item.paragraph + 1 in around.turns}"


def _of_block(around: Surroundings, item: Candidate) -> Iterator[str]:
    text, reading = around.text, around.reading
    own = around.paragraphs[item.paragraph - 1]
    before = around.paragraphs[item.paragraph - 2] if item.paragraph > 1 else None
    after = around.paragraphs[item.paragraph] if item.paragraph < len(around.paragraphs) else None
    signed = bool(after) and text[after.start] in DASHES if after else False
    asked = is_bold(text, own) or bool(before and is_bold(text, before))
    yield f"quoted {text[own.start] == '>'} signed {signed}"
    bold = is_bold(text, own)
    yield f"bold {bold} before {bool(before and is_bold(text, before))} of {min(around.bold, _MOST_ALIKE)}"
    yield f"asked {asked} question {text[own.end - 1 - 2 * bold] == '?'}"
    if before and text[before.end - 1] == ":":
        at, low = token_span(reading, before.end - 1, before.end)[0], token_span(reading, before.start, before.end)[0]
        yield f"after colon verb {verb_distance(reading, at, low, -1)} signed {signed}"
    else:
        yield f"after colon none signed {signed}"


def _of_colon(around: Surroundings, place: int) -> Iterator[str]:
    item, reading = around.candidates[place], around.reading
    low, at = token_span(reading, around.paragraph(place).start, item.left)
    colon = at - 1
    index = max(0, bisect_right(around.starts, item.left) - 1)
    verbs = [
        reading.verb_at[at] for at in range(colon - 1, max(low, colon - _VERB_WITHIN) - 1, -1) if at in reading.verb_at
    ]
    yield f"before {kind_of_word(reading, colon - 1, low, colon)}"
    yield f"verb {verb_distance(reading, colon, low, -1)}"
    if verbs:
        yield f"verb clause {verbs[0].form.clause} mood {verbs[0].form.mood}"
        yield f"verb {verbs[0].form.lemma}"
    attribution = around.attributions[place]
    yield f"cue {attribution.place} {bool(attribution.cue and attribution.cue.subject)}"
    yield f"sentence begins paragraph {around.starts[index] == around.paragraph(place).start}"
