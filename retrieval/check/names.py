"""Names in a text: words in capitals, one or several in a row."""

import re
from dataclasses import dataclass

from knowledge.terms import fold, stems, stopwords
from retrieval.words.lexicon import lexicon
from retrieval.words.phrases import phrases

_NAME = re.compile(r"(?<![^\W\d_])[^\W\d_]*[A-ZÁÉÍÓÚÑÜ][\w’'-]*(?:\.\w+)*|(?<!\d)\d++\.[A-Z]\w*")


@dataclass(frozen=True, slots=True)
class Named:
    """A name at `text[start:end]`, one word or several in a row, with its folded words."""

    text: str
    start: int
    end: int
    keys: tuple[str, ...]


def names(text: str, known: frozenset[str] = frozenset()) -> list[Named]:
    """The capitalised names of a text, months and days aside.

    A sentence's first word counts where it is `known` for a name, folded, or is no word of either language.
    """
    listed: list[Named] = []
    for token in _NAME.finditer(text):
        word = token.group()
        key = fold(word).removesuffix("'s").removesuffix("’s")
        opens = _opens(text, token.start())
        if key in stopwords("und") or phrases("dates", "calendar").fullmatch(key):
            continue
        if opens and key not in known and _is_word(key):
            continue
        joined = listed and text[listed[-1].end : token.start()] in (" ", "-")
        if joined:
            last = listed.pop()
            listed.append(Named(text[last.start : token.end()], last.start, token.end(), (*last.keys, key)))
        else:
            listed.append(Named(word, token.start(), token.end(), (key,)))
    return listed


def _opens(text: str, start: int) -> bool:
    """Say whether a sentence begins here."""
    before = text[:start].rstrip(" \t\"'“«(¿¡")
    return not before or before[-1] in ".!?:\n"


def _is_word(key: str) -> bool:
    return any(lexicon().knows(stem, language) for language in ("es", "en") for stem in stems(key, language))
