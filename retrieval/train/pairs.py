"""Sentence pairs to learn from: files of them, short ones joined, and prose that a rule-based translator reads."""

import csv
import gzip
import json
import random
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

# Half of every batch comes from pairs of at least so many English words: the questions and passages of the product are
# that long, and most pairs that can be had are not.
LONG = 10
# A joined pair ends before it grows beyond what the encoder reads of a text in training.
_JOINED_WORDS = 60
_TRANSLATOR = "apertium"


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
    """The pairs of a tab-separated file, packed or not: source, English, Spanish."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Pair(english, spanish) for _, english, spanish in rows]


def read_prose(path: Path, sources: Iterable[str]) -> list[str]:
    """The different English texts of some sources of a file of evidence and claims, JSON lines, packed."""
    wanted = frozenset(sources)
    texts: dict[str, None] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["source"] in wanted and row["lang"] == "en":
                texts |= dict.fromkeys(" ".join(row[part].split()) for part in ("evidence", "claim"))
    return list(texts)


def to_english(texts: Sequence[str]) -> list[str]:
    """Spanish texts as Apertium's rules put them into English. Raises click.ClickException."""
    return _apertium(texts, "spa-eng")


def translated(texts: Sequence[str]) -> list[Pair]:
    """English texts beside what Apertium's rules make of them: good enough to learn from, never to be shown.

    Raises click.ClickException where Debian's package apertium-eng-spa is not installed.
    """
    return [Pair(english, spanish) for english, spanish in zip(texts, _apertium(texts, "eng-spa"), strict=True)]


def _apertium(texts: Sequence[str], direction: str) -> list[str]:
    if shutil.which(_TRANSLATOR) is None:
        raise click.ClickException("Apertium is not installed: apt install apertium-eng-spa.")
    # A blank line keeps the translator from joining a text to the next one; the text itself has no line breaks.
    given = "\n\n".join(" ".join(text.split()) for text in texts)
    done = subprocess.run([_TRANSLATOR, "-u", direction], input=given, capture_output=True, text=True, check=True)
    made = done.stdout.split("\n\n")
    if len(made) != len(texts):
        raise click.ClickException(f"Apertium gave {len(made)} texts for {len(texts)}.")
    return [" ".join(text.split()) for text in made]


def joined(pairs: Sequence[Pair], chance: random.Random) -> list[Pair]:
    """Short pairs one after the other, two to six at a time, in an order of chance: longer texts of many subjects."""
    order = list(pairs)
    chance.shuffle(order)
    made: list[Pair] = []
    while len(order) >= 6:
        group = [order.pop() for _ in range(chance.randint(2, 6))]
        if sum(pair.words for pair in group) <= _JOINED_WORDS:
            made.append(Pair(" ".join(p.english for p in group), " ".join(p.spanish for p in group)))
    return made
