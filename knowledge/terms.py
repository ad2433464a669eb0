"""Search terms: words folded (case, diacritics) and stemmed in the language of their text.

Words are folded before they are stemmed, so that "tecnologia" typed without its accent meets "tecnología":
Snowball's Spanish rules read accents, and one spelling must give one stem.
"""

import re
import threading
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import Stemmer

from knowledge.marks import has_marks, squeezed
from knowledge.model import Language

# A term is a run of letters and digits; inner full stops and commas belong to numbers and names ("5.6", "01.AI").
_WORD = re.compile(r"[^\W_]+(?:[.,][^\W_]+)*")
# No combining mark is ASCII, and looking at every letter in Python is what costs.
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ALGORITHMS: dict[Language, str] = {"es": "spanish", "en": "english"}
# Vocabularies are smaller than texts (Heaps' law): with so many stems cached, a word is stemmed once. Our choice.
_CACHED_STEMS = 1 << 16
_of_this_thread = threading.local()


def fold(text: str) -> str:
    """Return a text without case and diacritics: NFKD, combining marks dropped, then case-folded."""
    return _NOT_ASCII.sub(_unmarked, unicodedata.normalize("NFKD", text)).casefold()


def words(text: str) -> list[str]:
    """Return the folded words of a text in order, none dropped; marks of notes and invisible signs are no part of any.

    NFKD would make digits of raised marks, and of "12³" 123.
    """
    return _WORD.findall(fold(squeezed(text)[0] if has_marks(text) else text))


def stems(text: str, language: Language) -> list[str]:
    """Return the folded, stemmed words of a text in order; of an undetermined language, the folded words."""
    return [_stem(word, language) for word in words(text)]


@cache
def stopwords(language: Language) -> frozenset[str]:
    """Return the folded function and question words of a language; of both languages when it is undetermined."""
    data = tomllib.loads(resources.files("knowledge").joinpath("data/stopwords.toml").read_text("utf-8"))
    chosen = data if language == "und" else [language]
    return frozenset(fold(word) for key in chosen for word in data[key]["words"].split())


def _unmarked(character: re.Match[str]) -> str:
    return "" if unicodedata.combining(character.group()) else character.group()


@lru_cache(_CACHED_STEMS)
def _stem(word: str, language: Language) -> str:
    return word if language == "und" else str(_stemmer(language).stemWord(word))


def _stemmer(language: Language) -> Any:  # noqa: ANN401 (the library has no types)
    # A stemmer keeps the word that it works on in itself, so that each thread needs its own.
    own: dict[str, Any] = _of_this_thread.__dict__
    if language not in own:
        own[language] = Stemmer.Stemmer(_ALGORITHMS[language])
    return own[language]
