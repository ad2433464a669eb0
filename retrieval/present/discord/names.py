"""Names offered while somebody types: found in memory, so that no keystroke reads the database."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from knowledge.terms import words
from retrieval.present.discord.limits import CHOICE_LABEL, CHOICE_VALUE, CHOICES, cut, length
from retrieval.present.inert import inert_line

# Shorter words are like too many others to be taken for misspelt.
_SHORTEST_MISSPELT = 4
# Of what was typed only so much is compared; the rest would cost time and tell nothing more.
_LONGEST_MISSPELT = 24
# Of 100: one letter in four may be missing or wrong, two neighbours may have changed places.
_ALIKE = 75
_BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class Name:
    """A name to choose: `label` is read, `value` is sent."""

    label: str
    value: str


class NameList:
    """Names in the order in which they are offered: those mentioned most first, then by the alphabet."""

    def __init__(self, names: Iterable[tuple[str, str, int]]) -> None:
        """Of each name its label, its value, and how often it is mentioned.

        What has no label, or a value longer than the platform takes, is left out; of equal values the first counts.
        """
        known: dict[str, tuple[str, int]] = {}
        for text, value, count in names:
            label = inert_line(text)
            if label and 0 < length(value) <= CHOICE_VALUE:
                known.setdefault(value, (label, count))
        times = Counter(label for label, _ in known.values())
        ordered = sorted(known.items(), key=lambda entry: (-entry[1][1], words(entry[1][0]), entry[0]))
        self._names = [Name(_label(label, value, times[label]), value) for value, (label, _) in ordered]
        # A space before every word, so that a word's beginning is found by looking for a space and what was typed.
        self._folded = [" " + " ".join(words(label)) for _, (label, _) in ordered]

    def match(self, typed: str, most: int = CHOICES) -> list[Name]:
        """The names that are like what was typed, the best first; the first names where nothing was typed.

        Case and accents do not matter. Names that begin so come first, then those with such a word, with such words in
        another order, with such letters anywhere, and only then misspelt ones.
        """
        most, asked = min(most, CHOICES), words(typed[:CHOICE_LABEL])
        if not asked:
            return self._names[:most]
        places = self._beginning(asked)
        if len(places) < most:
            places += self._misspelt(" ".join(asked), set(places), most - len(places))
        return [self._names[place] for place in places[:most]]

    def _beginning(self, asked: list[str]) -> list[int]:
        text = " ".join(asked)
        start, starts = f" {text}", [f" {word}" for word in asked]
        ranks: list[list[int]] = [[], [], [], []]
        for place, folded in enumerate(self._folded):
            if folded.startswith(start):
                ranks[0].append(place)
            elif start in folded:
                ranks[1].append(place)
            elif len(starts) > 1 and all(word in folded for word in starts):
                ranks[2].append(place)
            elif text in folded:
                ranks[3].append(place)
        return [place for rank in ranks for place in rank]

    def _misspelt(self, text: str, known: set[int], most: int) -> list[int]:
        if len(text) < _SHORTEST_MISSPELT:
            return []
        asked = text[:_LONGEST_MISSPELT]
        # A short name is found in any long text. The library passes over None.
        others = [
            folded if len(folded) * 100 >= len(asked) * _ALIKE and place not in known else None
            for place, folded in enumerate(self._folded)
        ]
        matches = process.extract(asked, others, scorer=fuzz.partial_ratio, score_cutoff=_ALIKE, limit=most)
        return [place for _, _, place in matches]


def _label(label: str, value: str, times: int) -> str:
    """What is read of a name, with its value where several have the same label."""
    if times == 1:
        return cut(label, CHOICE_LABEL)
    suffix = _BETWEEN + inert_line(value)
    return cut(cut(label, max(0, CHOICE_LABEL - length(suffix))) + suffix, CHOICE_LABEL)
