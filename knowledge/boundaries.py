"""The ends of the sentences of a running text.

sentencex (Wikimedia, MIT, released monthly) proposes, and the rules here correct it with the words of
data/abbreviations.toml. It was chosen by measuring on 81 hard cases in Spanish and English (abbreviations, initials,
decimals, quotations, questions, reference markers, the damage of machine translation), on 55 more that came after the
first rules, on a machine-translated Spanish article (boundaries missing + false, of 22), and on how
many of 2711 words of that article and of English reports keep "Anna Lee saw WORD. Meta sold it all." in one piece.
The first two columns count cases with any boundary missing or false; of the words, a dozen are abbreviations and
prepositions, rightly kept; ms is for one case:

    library             81 cases   55 cases   article   words    ms
    this module                0          1     0 + 0      14  0.10
    sentencex 1.0.32          20         16     2 + 1      28  0.05
    nupunkt 0.8.0             17         10     2 + 0      78  0.09
    pysbd 0.3.4               24         15     2 + 2      15  2.20
    syntok 1.4.4              28         12     1 + 3      12  0.26

sentencex misses what stands in quotation marks and brackets, where it ends no sentence by design; the rules hide those
marks from it. nupunkt's abbreviations, learned from scanned documents, hold thousands of plain words and names, which
no rule tells apart. pysbd (2021) and syntok (2022) are no longer released. On the 55, those first rules made two
mistakes; the abbreviation `h` was then added. What remains is "Series B. Investors cheered", which looks like an
initial before a surname.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources

from sentencex import get_sentence_boundaries

from knowledge.model import Language

_OPENERS = "“„«‹‘\"'([{¿¡—–-*_•· \u00a0"
_CLOSERS = "”’»›\"')]}*_“"
_AFTER = ("", " ")
_QUOTE_CLOSERS = frozenset("”’»›\"'“")
_PAIRS = {"“": "”", "«": "»", "‘": "’", "(": ")", "„": "“"}
_REFERENCE = r"\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\]"

# A run of end marks with the closing marks and reference markers that belong to the same sentence: `.”`, `?).`, `.[1]`.
# Possessive throughout, and read once: rows of dots, as in tables of contents, must not be tried again from each dot.
_STOP = re.compile(
    r"(?:[.?!…]++|[؟۔।]++)"
    rf"(?:[{re.escape(_CLOSERS)}]|[.?!…]|\s?{_REFERENCE}|\s[”»](?=[\s.,;]|$))*+|[。！？]++[」』”）]*+"
)
_ENUMERATOR = re.compile(r"[#*_\s(\[]*(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})\\?[.)]+")
_LETTERED_ITEM = re.compile(r"(?:[a-z]|[ivx]{2,5})[.)]\s+[^\W\d_a-záéíóúñ]")
# What the library is not shown: marks within which it ends no sentence by design, and stops of which it has no doubt
# but in a text of which its time grows with the square of their number: wide ones, and those glued to what follows.
_HIDDEN = re.compile(r"[“”„«»‹›\"‘()\[\]。！？]")
_HIDDEN_BY_WHAT_FOLLOWS = re.compile(r"’(?!\w)|[?!؟۔।](?![.?!…؟۔।])(?=['*_}]*+[^\s'*_}“”„«»‹›\"‘’()\[\]])")
_FIRST_SIGN = re.compile(r"[.?!…؟۔।。！？]")
_OTHER_SPACE = re.compile(r"[^\S ]")
_ROMAN = re.compile(r"(?:[IVXLC]{2,}|[VX])\b")
_INFINITIVE = re.compile(r"En\s+[a-záéíóúñ]{2,}[aeií]r(?:se|l[aeo]s?)?\b")

_CONTEXT_CHARACTERS = 200
"""Characters looked at on either side of a stop: several times the longest reporting clause. Our choice."""
LONGEST_ASIDE = 300
"""Characters: a bracket or embedded quotation longer than this is a text with sentences of its own. Our choice."""
PLAIN_LETTERS = 4
"""Letters from which on a word in small letters and in no list is taken for no abbreviation. Our choice."""
ATTRIBUTION_WORDS = 6
"""Words after a closing mark among which the reporting verb of "Mr. Lee asked" is looked for; our choice."""


def ends(text: str, *, language: Language) -> list[int]:
    """Return the offsets right after each sentence of a text, the last sentence left out, in order.

    White space of any kind separates words; a line break does not end a sentence.
    """
    line = _OTHER_SPACE.sub(" ", text)
    stops = [stop for stop in _stops(line) if line[stop.end() : stop.end() + 1] in _AFTER or _is_wide(stop)]
    if not stops:
        return []
    proposed = _proposed(line, stops, language)
    inside = {position for opening, closing in _asides(line) for position in range(opening, closing)}
    length = len(line.rstrip())
    boundaries: list[int] = []
    for stop in stops:
        end = _with_stray_mark(line, stop.end())
        start = boundaries[-1] if boundaries else 0
        if (
            end < length
            and stop.start() not in inside
            and _ends_here(line, start, stop, end, proposed=stop.start() in proposed)
        ):
            boundaries.append(end)
    return boundaries


def _stops(line: str) -> Iterator[re.Match[str]]:
    """Yield what `_STOP` finds, in half the time: a set of characters alone is looked for faster."""
    sign = _FIRST_SIGN.search(line)
    while sign is not None:
        stop = _STOP.match(line, sign.start())
        if stop is None:
            return
        yield stop
        sign = _FIRST_SIGN.search(line, stop.end())


def _is_wide(stop: re.Match[str]) -> bool:
    """Say whether a stop is Chinese or Japanese, which needs no space after it."""
    return stop.group()[0] in "。！？"


def _proposed(line: str, stops: list[re.Match[str]], language: Language) -> set[int]:
    """Return the starts of those stops at which sentencex ends a sentence."""
    bare = _HIDDEN.sub(" ", _HIDDEN_BY_WHAT_FOLLOWS.sub(" ", line))  # in an unknown language: the English rules
    edges = [_visible_end(bare, proposal["end_index"]) for proposal in get_sentence_boundaries(language, bare)]
    proposed: set[int] = set()
    position = 0
    for stop in stops:
        while position < len(edges) and edges[position] <= stop.start():
            position += 1
        if position < len(edges) and edges[position] <= stop.end():
            proposed.add(stop.start())
    return proposed


def _visible_end(text: str, end: int) -> int:
    """Return `end` moved back over the space that sentencex counts to the sentence before."""
    while end > 0 and text[end - 1] == " ":
        end -= 1
    return end


def _with_stray_mark(line: str, end: int) -> int:
    """Return `end` moved over an opening mark alone where a closing one is due: `abierta. “ Luego`."""
    stray = re.match(r"\s“(?=\s|$)", line[end : end + 3])
    if stray and line.rfind("“", 0, end) > line.rfind("”", 0, end):
        return end + stray.end()
    return end


def _ends_here(line: str, start: int, stop: re.Match[str], end: int, *, proposed: bool) -> bool:
    """Say whether the sentence that began at `start` ends with this stop."""
    marks = stop.group()
    rest = line[end : end + _CONTEXT_CHARACTERS].lstrip()
    following = rest.lstrip(_OPENERS)
    if not following or _is_wide(stop):
        return True
    if _ENUMERATOR.fullmatch(line[start : min(stop.end(), start + _CONTEXT_CHARACTERS)].strip()):
        return False
    if following[0].islower() and not following[1:2].isupper():
        # After a single letter this is the rest of an abbreviation: "9 a. m. El".
        return line[stop.start() - 2 : stop.start()].isalpha() and _LETTERED_ITEM.match(rest) is not None
    if _QUOTE_CLOSERS & set(marks):
        return marks[0] == "." or not _attributed(rest)
    if marks[0] != "." or marks.startswith(".."):
        return not following[0].isdigit() or proposed
    return _ends_at_full_stop(
        line[max(start, stop.start() - _CONTEXT_CHARACTERS) : stop.start()], rest, proposed=proposed or "]" in marks
    )


def _ends_at_full_stop(before: str, rest: str, *, proposed: bool) -> bool:
    """Say whether a single full stop after `before` ends the sentence, given what the library proposed."""
    words = _words()
    # After a space there is no word that the stop belongs to.
    last_words = [] if before[-1:].isspace() else before.rsplit(maxsplit=2)[-2:]
    last = last_words[-1].strip(_OPENERS + _CLOSERS) if last_words else ""
    pair = " ".join(last_words).strip(_OPENERS + _CLOSERS).casefold()
    keys = {last.casefold(), pair}
    following = rest.lstrip(_OPENERS)
    if not last or before[-1] in _QUOTE_CLOSERS:
        return True
    if keys & words["clock"]:
        return _first_word(following) not in words["after_clock"]
    if keys & words["either"] or (len(last) == 1 and last.isupper()):
        return _starts_sentence(rest)
    if keys & words["never"]:
        return False
    if keys & words["numbered"] and (following[0].isdigit() or _ROMAN.match(following)):
        return False
    if len(last) > 1 and last.isupper() and last.isalpha():
        return True
    # The library takes many short words for abbreviations of something, in one language or another.
    return proposed or last in words["plain"] or (last.isalpha() and last.islower() and len(last) >= PLAIN_LETTERS)


def _starts_sentence(rest: str) -> bool:
    """Say whether `rest` begins like a sentence rather than like a name or a further initial."""
    if rest[0] in "“„«¿¡—":
        return True
    if _INFINITIVE.match(rest):
        return False  # "EE. UU. En adoptar": a capital that machine translation set after the full stop
    following = rest.lstrip(_OPENERS)
    return _first_word(following) in _words()["starters"] and not re.match(r"[^\W\d_]\.", following)


def _first_word(text: str) -> str:
    match = re.match(r"[^\W\d_]+", text)
    return match.group().casefold() if match else ""


def _attributed(rest: str) -> bool:
    """Say whether a clause such as `Mr. Lee asked` follows a quotation that ended in a mark of its own."""
    words = re.findall(r"[^\s,;:!?]+", rest)[:ATTRIBUTION_WORDS]
    for position, word in enumerate(words):
        if word.rstrip(".").casefold() in _words()["attribution"]:
            return position > 0
        if not (word[0].isupper() or word in ("de", "del", "la", "van", "von", "the")):
            return False
    return False


def _asides(line: str) -> Iterator[tuple[int, int]]:
    """Yield the brackets and embedded quotations whose inner stops end no sentence, because their sentence goes on."""
    stack: list[tuple[int, str]] = []
    for match in re.finditer(r"[“”«»‘’()„]", line):
        mark, position = match.group(), match.start()
        if stack and mark == stack[-1][1]:
            opening, _ = stack.pop()
            if position - opening <= LONGEST_ASIDE and _continues(line, opening, position, nested=bool(stack)):
                yield opening, position
        elif mark in _PAIRS:
            stack.append((position, _PAIRS[mark]))


def _continues(line: str, opening: int, closing: int, *, nested: bool) -> bool:
    """Say whether the sentence around a pair of marks began before it and continues after it."""
    before = line[max(0, opening - _CONTEXT_CHARACTERS) : opening].rstrip()
    inside_sentence = nested or (bool(before) and (before[-1].isalnum() or before[-1] in ",;"))
    if line[opening] == "(":
        return inside_sentence
    after = line[closing + 1 : closing + 3]
    return inside_sentence and after[:1] == " " and after[1:].islower()


@cache
def _words() -> dict[str, frozenset[str]]:
    data = tomllib.loads(resources.files("knowledge").joinpath("data/abbreviations.toml").read_text("utf-8"))
    return {name: frozenset(_entries(words)) for name, words in data.items()}


def _entries(words: str) -> Iterator[str]:
    """Yield each word of a list; a word that ends in a full stop forms one entry with the next (`ee. uu`)."""
    for match in re.finditer(r"(?:\S+\.\s)*\S+", words):
        yield match.group()
