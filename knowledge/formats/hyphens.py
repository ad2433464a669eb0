"""Hyphens at line ends: those that belong to the word, and those that belong only to the line."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W_]+)*")
_LAST_WORD = re.compile(r"(?<![^\W_])(?<![^\W_]-)[^\W_]++(?:-[^\W_]++)*+$")
# Characters: what is longer is no compound, and each of its hyphens would put another beginning of it in memory. Our
# choice.
_LONGEST_COMPOUND = 100
# Letters after the hyphen of a compound, at least; shorter ones are the ends of words. Our choice.
_SHORTEST_TAIL = 3
_FIRST_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The counts of words and hyphenated compounds that stand whole in a document, and the heads of its compounds."""

    counts: Counter[str]
    heads: frozenset[str]


def vocabulary(lines: Iterable[str]) -> Vocabulary:
    """Return the vocabulary of a document's lines, in small letters."""
    counts = Counter(word for line in lines for word in _WORD.findall(line.lower()))
    compounds = (word for word in counts if len(word) <= _LONGEST_COMPOUND)
    heads = frozenset(word[: hyphen.start()] for word in compounds for hyphen in re.finditer("-", word))
    return Vocabulary(counts, heads)


def join_hyphenated(before: str, after: str, *, words: Vocabulary) -> str:
    """Join a line that ended in a hyphen (`before`, without it) and the next one into one string.

    The rest of the document decides: the form, joined or hyphenated, that stands in it whole more often. If neither
    does, a hyphen stays before anything but a small letter and in a compound ("state-of-the-|art", after "co-" if
    another word begins with "co-", or "well-|known" by the words of data/compounds.toml); all others go.
    """
    left, right = _LAST_WORD.search(before), _FIRST_WORD.match(after)
    if left is None or right is None:
        return f"{before}-{after}"
    joined, hyphenated = (f"{left[0]}{hyphen}{right[0]}".lower() for hyphen in ("", "-"))
    if words.counts[joined] != words.counts[hyphenated]:
        keep_hyphen = words.counts[hyphenated] > words.counts[joined]
    else:
        head = left[0].lower()
        compound = ("-" in head or head in words.heads) and not words.counts[joined.rpartition("-")[2]]
        keep_hyphen = compound or not right[0][0].islower() or _is_compound(head, right[0].lower())
    return f"{before}{'-' if keep_hyphen else ''}{after}"


def _is_compound(head: str, tail: str) -> bool:
    """Say whether two parts make an English compound, by the first or by the last of them."""
    known = _parts()
    if head in known["tens"] and tail in known["ones"]:
        return True
    by_first = head in known["before"] and len(tail) >= _SHORTEST_TAIL and tail not in known["endings"]
    return by_first or (tail in known["after"] and head not in known["prefixes"])


@cache
def _parts() -> dict[str, frozenset[str]]:
    data = tomllib.loads(resources.files("knowledge").joinpath("data/compounds.toml").read_text("utf-8"))
    return {name: frozenset(words.split()) for name, words in data.items()}
