"""Names that a question misspells, put right by the names that the base knows.

Only what no passage holds and no lexicon knows is taken for a slip, and only a name is put in its place: "deepsek" is
read as DeepSeek, while a word that the base merely lacks stays as it was asked.
"""

import re
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from knowledge.model import Language
from knowledge.terms import fold, stems, stopwords
from retrieval.lexicon import Lexicon
from retrieval.postings import Postings

# Damerau 1964: four of five slips are one letter wrong, lacking, too many or swapped; a long name bears two.
_SHORTEST, _LONG = 5, 9
_WORD = re.compile(r"[^\W\d_]+")
_LANGUAGES: tuple[Language, ...] = ("es", "en", "und")


def respelled(text: str, postings: Postings, lexicon: Lexicon) -> str:
    """The text with misspelt names as the base spells them; itself where there is nothing to put right."""

    def better(match: re.Match[str]) -> str:
        word = fold(match.group())
        if len(word) < _SHORTEST or word in stopwords("und") or _is_known(word, postings, lexicon):
            return match.group()
        found = _nearest_name(word, postings.names)
        return match.group() if found is None else found

    return _WORD.sub(better, text)


def _is_known(word: str, postings: Postings, lexicon: Lexicon) -> bool:
    return any(
        postings.has(stem, language) or lexicon.knows(stem, language)
        for language in _LANGUAGES
        for stem in stems(word, language)
    )


def _nearest_name(word: str, names: Iterable[str]) -> str | None:
    """The one name within reach whose first letter is the word's; None where there is none or more than one."""
    reach = 2 if len(word) >= _LONG else 1
    alike = {fold(name): name for name in names if fold(name)[:1] == word[0]}
    found = process.extract(word, list(alike), scorer=DamerauLevenshtein.distance, score_cutoff=reach, limit=2)
    if not found or (len(found) > 1 and found[0][1] == found[1][1]):
        return None
    return alike[found[0][0]]
