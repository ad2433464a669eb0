"""Sentence pairs to learn from."""

from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import BadLabels
from retrieval.train.data_folder import read_lines

_COLUMNS = ("source", "English", "Spanish")


@dataclass(frozen=True, slots=True)
class Pair:
    """The same said in both languages."""

    english: str
    spanish: str

    @property
    def words(self) -> int:
        """How many words the English side has."""
        return self.english.count(" ") + 1


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a tab-separated file, packed or not: source, English, Spanish.

    Raises MissingFile, SourceTooLarge, or BadLabels with the number of a line that is none.
    """
    pairs = []
    for number, line in enumerate(read_lines(path), 1):
        parts = line.rstrip("\r").split("\t")
        if len(parts) != len(_COLUMNS):
            raise BadLabels(f"Line {number} of {path.name} does not hold {', '.join(_COLUMNS)}.")
        pairs.append(Pair(parts[1], parts[2]))
    return pairs
