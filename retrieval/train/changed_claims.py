"""A sentence with one thing changed, so that it contradicts what it was: a number, a date, or a "not"."""

import random
import re
from dataclasses import replace

from knowledge.model import Language
from knowledge.numbers import Number, numbers
from retrieval.train.dates import first_date, written
from retrieval.train.rewritten_claims import DIGIT, QUOTES, SMALL, small_words

# Our choice: how far a small number is moved at most, and the shares of changed dates in which it is the month, of
# figures in which it is not the first digit, of small numbers that are then in words, and of negations that are short.
_FARTHEST = 6
_MONTHS, _LATER_DIGITS, _IN_WORDS, _SHORT = 0.5, 0.3, 0.7, 0.3
# Days that every month has.
_DAYS, _TWELVE = range(1, 29), range(1, 13)
# A year's first two digits stay.
_CENTURY = 2
# Before a number that another one does not contradict.
BOUND = re.compile(
    r"\b(?:more|less|fewer|over|under|least|most|up to|nearly|almost|about|around|some|than|between|from|to|or|"
    r"más|menos|hasta|casi|unos|unas|cerca|entre|superior|inferior|mínimo|máximo|de|a|o)\s+(?:the\s+|los\s+|las\s+)?$",
    re.IGNORECASE,
)
_VERB: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:is|was|are|were|has|have|had|will|would|can|could|does|did|should)\b(?! not\b| no\b)"),
    "es": re.compile(
        r"(?<!\bno )(?<!\bse )\b(?:(?:se|le|les|lo|la|los|las) )?(?:es|fue|era|son|fueron|eran|está|están|estaba|"
        r"estaban|tiene|tienen|tenía|ha|han|había|habían|hay|será|serán|puede|pueden|podrá|tendrá|pudo|quiere|sabe)\b"
    ),
}
_NOT: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"(?<=is|as|re|ve|ad|ll|ld|an|es|id) not (?!only|just|yet|to\b|least)"),
    "es": re.compile(r"(?<=[a-záéíóúñ]) no (?!sol[oa]|obstante|sólo|menos|más|hay nada|tiene nada)"),
}
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|nobody|nothing|none|neither|nor|without|nunca|jamás|nadie|nada|ningun[oa]?|ningún|tampoco|ni|sin)"
    r"\b|n['’]t\b",
    re.IGNORECASE,
)
# Of these the short negation is another word.
_IRREGULAR = frozenset({"will", "can"})


def with_other_number(sentence: str, language: Language, chance: random.Random) -> str | None:
    """Return a sentence with another number in the place of one that is no bound."""
    options = [
        number
        for number in numbers(sentence, language)
        if number.kind != "ordinal" and not BOUND.search(sentence[: number.start])
    ]
    if not options:
        return None
    number = chance.choice(options)
    text = sentence[number.start : number.end]
    other = _other_figure(number, text, chance) or _other_word(number, text, language, chance)
    return None if other is None else sentence[: number.start] + other + sentence[number.end :]


def with_other_date(sentence: str, language: Language, chance: random.Random) -> str | None:
    """Return a sentence with another day or month in its first date."""
    date = first_date(sentence)
    if date is None:
        return None
    if date.day is None or chance.random() < _MONTHS:
        other = replace(date, month=chance.choice([month for month in _TWELVE if month != date.month]))
    else:
        other = replace(date, day=chance.choice([day for day in _DAYS if day != date.day]))
    return sentence[: date.start] + written(other, language, chance) + sentence[date.end :]


def with_other_sense(sentence: str, language: Language, chance: random.Random) -> str | None:
    """Return a sentence with its "not" taken out, or one put to its first auxiliary verb."""
    if (negation := _NOT[language].search(sentence)) is not None:
        is_quoted = QUOTES.search(sentence) is not None
        return None if is_quoted else f"{sentence[: negation.start()]} {sentence[negation.end() :]}"
    verb = _VERB[language].search(sentence)
    if verb is None or _NEGATIVE.search(sentence):
        return None
    if language == "es":
        return f"{sentence[: verb.start()]}no {sentence[verb.start() :]}"
    is_short = verb.group() not in _IRREGULAR and chance.random() < _SHORT
    return sentence[: verb.end()] + ("n't" if is_short else " not") + sentence[verb.end() :]


def _other_figure(number: Number, text: str, chance: random.Random) -> str | None:
    places = [match.start() for match in DIGIT.finditer(text)]
    if not places:
        return None
    if number.kind == "year":
        place = chance.choice(places[_CENTURY:])
    else:
        place = chance.choice(places[:2]) if chance.random() < _LATER_DIGITS else places[0]
    other = chance.choice([digit for digit in "123456789" if digit != text[place]])
    return text[:place] + other + text[place + 1 :]


def _other_word(number: Number, text: str, language: Language, chance: random.Random) -> str | None:
    if number.kind not in ("cardinal", "money") or number.value not in SMALL:
        return None
    _, space, currency = text.partition(" ")
    near = [value for value in SMALL if 0 < abs(value - number.value) <= _FARTHEST]
    value = chance.choice(near)
    word = small_words(language)[value] if chance.random() < _IN_WORDS else str(value)
    return f"{word}{space}{currency}"
