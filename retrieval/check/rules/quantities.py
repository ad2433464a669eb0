"""Numbers of a claim beside those of its evidence, with what stands around them: units, "almost", "more than".

A number says a stretch of values: as written, with the exactness of its last digit; "more than" opens it upwards,
"almost" and "about" widen it by a tenth, and a range goes from its low end to its high one. Two numbers agree where
their stretches meet and differ where they lie farther apart than rounding explains; between these nothing is said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from knowledge.model import Language
from knowledge.numbers import Number, canonical, numbers
from knowledge.terms import fold, stopwords
from retrieval.check.rules.dates import counts_things, dates
from retrieval.check.rules.finding import Finding, Statement, terms_of
from retrieval.words.coverage import held_terms, meets
from retrieval.words.phrases import level, phrases
from retrieval.words.terms import Term, ends_a_name

# "About" and "almost" reach a tenth either way: our reading of newspapers' usage, where 5.5 is "almost 6".
_LOOSE = Decimal("0.1")
# A number written out is exact to half of its last digit other than zero, and at most to this share of its value.
_EXACT = Decimal("0.025")
# Letters before a number that can hold "approximately".
_BEFORE = 40
# Letters around a number that say what it counts.
_AROUND = 60
# Below this, things are counted and not estimated: 12 is not about 13.
_COUNTED = 100
_VERSION = re.compile(r"\b[A-Z][\w-]* v?\d+\.\d+$")
_UNBOUNDED = Decimal("Infinity")
_BOUNDS = ("least", "most", "almost", "about")
# An article between a bound and its number: "al menos un 30 %", "cerca de los 6 millones".
_ARTICLE = re.compile(r"\s(?:un|una|el|la|los|las|the|a|an)$")
_CONTRACTED = re.compile(r"\b(de|a)l$")
# What joins the ends of a range; "and" does so only after "between".
_LINK = re.compile(r"\s?[-–—]\s?|\s+(?:a|al|to|hasta|(?P<both>y|e|and))\s+(?:(?:un|una|el|la|los|las|the|a)\s+)?", re.I)
_BETWEEN = re.compile(r"\b(?:between|entre)\s+(?:(?:un|una|el|la|los|las|the|a)\s+)?$", re.I)
_NAME_BEFORE = re.compile(r"(?<!\w)[\d_]*+[^\W\d_]\w*+-$")
_WORD_BEHIND = re.compile(
    r"\s+(?:(?:de|of)\s+)?(?:(?:the|those|these|its|las|los|esas|esos|estas|estos|sus)\s+)?([^\W\d_]+)", re.IGNORECASE
)
_TIME = re.compile(r"\d:\d")
# Numbers of telephones and the like, and dates that cannot be.
_CHAIN = re.compile(r"(?<!\d)\d++(?:-\d++){2,}+")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with the stretch of values that it can mean, and the words around it."""

    number: Number
    low: Decimal
    high: Decimal
    written: str
    around: str
    bounded: bool
    """Whether words in front widen it."""
    ranged: bool = False
    """Whether it goes from one number to another; `number` is then the second, with the place of both."""
    named: bool = False
    """Whether a word behind it, or behind the one before it, says what it counts: "2.788 million hours"."""


def quantities(statement: Statement) -> list[Quantity]:
    """The quantities of a statement: its numbers without dates and without digits that are part of a name."""
    text = statement.text
    taken = [(one.start, one.end) for one in dates(text)] + [match.span() for match in _CHAIN.finditer(text)]
    found: list[Quantity] = []
    for number in numbers(text, statement.language):
        if any(start <= number.start < end for start, end in taken) or not _counts(text, number):
            continue
        if number.kind == "year":
            number = replace(number, kind="cardinal")
        low, high, bounded = _stretch(text, number)
        written = text[number.start : number.end]
        # "2.664 million hours on one thing, 119,000 on another": what counts hours goes on counting them.
        named = _named(text, number) or bool(found and found[-1].named and found[-1].number.kind == "cardinal")
        one = Quantity(number, low, high, written, _around(text, number), bounded, named=named)
        if found and _is_range(text, found[-1], one):
            one = _range(text, found.pop(), one)
        found.append(one)
    return found


def _counts(text: str, number: Number) -> bool:
    """Whether a number tells how many or how much: it is no year, no time and no part of a name."""
    if number.kind == "year" and not counts_things(text, number.start, number.end):
        return False
    return not (_ends_a_name(text, number) or _in_word(text, number))


def _around(text: str, number: Number) -> str:
    return text[max(0, number.start - _AROUND) : number.start] + " " + text[number.end : number.end + _AROUND]


def _is_range(text: str, first: Quantity, second: Quantity) -> bool:
    """Whether two neighbouring quantities are the ends of one: "10-20 million", "entre 10 y 20"."""
    link = _LINK.fullmatch(text, first.number.end, second.number.start)
    if link is None or first.ranged:
        return False
    # "Entre un 10 y un 20 %": the measure may stand at the second end alone.
    if first.number.kind != "cardinal" and not _comparable(first.number, second.number):
        return False
    if link["both"] and not _BETWEEN.search(text[max(0, first.number.start - _BEFORE) : first.number.start]):
        return False
    return first.number.value <= second.number.value


def _range(text: str, first: Quantity, second: Quantity) -> Quantity:
    # "Hasta" before the second end is no bound but joins it to the first.
    high = second.number.value + _half_of_last_digit(second.number.value)
    number = replace(second.number, start=first.number.start)
    written = text[number.start : number.end]
    around = _around(text, number)
    return Quantity(number, first.low, high, written, around, bounded=True, ranged=True, named=second.named)


def compare_quantities(claim: Statement, evidence: Statement) -> list[Finding]:
    """Each quantity of the claim beside those of its kind in the evidence.

    One that fits agrees; one that counts the same thing and does not fit differs; without either it stays open.
    """
    told = quantities(evidence)
    found = []
    for said in quantities(claim):
        alike = [one for one in told if _of_one_kind(said, one)]
        agreeing = next((one for one in alike if _meet(said, one)), None)
        if agreeing is not None:
            found.append(Finding("number", "agrees", _shown(said), _shown(agreeing)))
            continue
        counted = terms_of(Statement(said.around, claim.language))
        rival = _same_thing(counted, alike, evidence.language)
        if rival is not None and _apart(said, rival):
            found.append(Finding("number", "differs", _shown(said), _shown(rival)))
        else:
            found.append(Finding("number", "open", _shown(said), ""))
    return found


def _same_thing(counted: Sequence[Term], told: Sequence[Quantity], language: Language) -> Quantity | None:
    """The quantity that counts what the claim's does: most words around it are shared, and one at least."""
    best, most = None, 0
    for one in told:
        held = held_terms(one.around, language)
        shared = sum(meets(term, held, language) for term in counted)
        if shared > most:
            best, most = one, shared
    return best


def _comparable(said: Number, told: Number) -> bool:
    if said.kind != told.kind and {said.kind, told.kind} != {"cardinal", "money"}:
        return False
    return not (said.currency and told.currency and said.currency != told.currency)


def _of_one_kind(said: Quantity, told: Quantity) -> bool:
    """Whether two quantities can be of the same thing: money may stand without its currency, hours are no money."""
    others = [one for one in (said, told) if one.number.kind == "cardinal"]
    mixed = len(others) == 1
    return _comparable(said.number, told.number) and not (mixed and others[0].named)


def _named(text: str, number: Number) -> bool:
    following = _WORD_BEHIND.match(text, number.end)
    return following is not None and fold(following[1]) not in stopwords("und")


def _meet(said: Quantity, told: Quantity) -> bool:
    if said.number.value == told.number.value or said.bounded or told.bounded:
        return said.low <= told.high and told.low <= said.high
    # Two numbers that rounding leaves side by side, as 2.4 and 2.5, are not the same.
    return said.low < told.high and told.low < said.high


def _apart(said: Quantity, told: Quantity) -> bool:
    """Whether no rounding makes them meet."""
    widened = said.bounded or told.bounded
    reach = Decimal(0) if widened else _LOOSE * max(abs(said.number.value), abs(told.number.value))
    counted = not widened and max(said.number.value, told.number.value) < _COUNTED
    return counted or said.low > told.high + reach or told.low > said.high + reach


def _stretch(text: str, number: Number) -> tuple[Decimal, Decimal, bool]:
    before = level(text[max(0, number.start - _BEFORE) : number.start]).rstrip(" $€£¥")
    before = _CONTRACTED.sub(r"\1", _ARTICLE.sub("", before))
    value = number.value
    half = _half_of_last_digit(value)
    # The widest reading comes last: "almost" would otherwise hide behind the "over" of another word.
    for name in _BOUNDS:
        found = [match for match in phrases("bounds", name).finditer(before) if match.end() == len(before)]
        if found and name == "least":
            return value, _UNBOUNDED, True
        if found and name == "most":
            return -_UNBOUNDED, value, True
        if found:
            reach = abs(value) * _LOOSE + half
            # What is almost there lies nearer to zero.
            low = value if name == "almost" and value < 0 else value - reach
            return low, value if name == "almost" and value >= 0 else value + reach, True
    return value - half, value + half, False


def _half_of_last_digit(value: Decimal) -> Decimal:
    digits = value.normalize()
    exponent = digits.as_tuple().exponent
    half = Decimal(5).scaleb(int(exponent) - 1) if isinstance(exponent, int) else Decimal(0)
    return min(half, abs(value) * _EXACT)


def _ends_a_name(text: str, number: Number) -> bool:
    """Whether a name stands before the digits: "Llama 2", and not "About 300" at the beginning of a sentence."""
    if not ends_a_name(text, number.start, number.end):
        return False
    word = fold(text[: number.start].split()[-1].strip("\"'“«(¿¡"))
    bound = any(phrases("bounds", name).fullmatch(word) for name in _BOUNDS)
    # A single letter is more often part of a name ("Serie A 12") than a word.
    return len(word) == 1 or not (bound or word in stopwords("und"))


def _in_word(text: str, number: Number) -> bool:
    """Whether the digits are part of a time or of a name like "01.AI", "R1", "GPT-4" or "Llama 3.1"."""
    before, after = text[max(0, number.start - 2) : number.start], text[number.end : number.end + 2]
    if _TIME.search(before + text[number.start]) or _TIME.search(text[number.end - 1] + after):
        return True
    joined = before[-1:].isalpha() or (after[:1] in (".", "-") and after[1:].isalpha())
    named = before.endswith("-") and _NAME_BEFORE.search(text[: number.start])
    return joined or bool(named) or bool(_VERSION.search(text[: number.end]))


def _shown(quantity: Quantity) -> str:
    """The number as written and, where that is not plain, its value: "5,6 millones (5.6e6)"."""
    if quantity.ranged:
        return quantity.written
    token = canonical(quantity.number)
    plain = quantity.written.replace(",", "").replace(" ", "")
    return quantity.written if token in (quantity.written, plain) else f"{quantity.written} ({token})"
