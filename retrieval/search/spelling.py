"""Names that a question misspells, put right by the names that the base knows.

Known writings come first ("Zuck", "Deep Seek"). Of other words only what no passage holds and no lexicon knows is taken
for a slip, and only a name is put in its place: "deepsek" is read as DeepSeek, while a word that the base merely lacks
stays as it was asked.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein, Postfix, Prefix

from knowledge.known_names import put_right
from knowledge.terms import fold, stems, stopwords, words
from retrieval.index.postings import Postings
from retrieval.words.lexicon import Lexicon
from retrieval.words.terms import LANGUAGES

# Damerau 1964: four of five slips are one letter wrong, lacking, too many or swapped; a long name bears two.
_SHORTEST, _LONG = 5, 9
# Letters with their marks, be they apart ("e" and an accent): a mark alone is no letter to `\w`.
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")


def respelled(text: str, postings: Postings, lexicon: Lexicon) -> str:
    """The text with misspelt names as the base spells them; itself where there is nothing to put right."""

    def better(match: re.Match[str]) -> str:
        word = fold(match.group())
        if len(word) < _SHORTEST or word in stopwords("und") or _is_held(word, postings) or _is_word(word, lexicon):
            return match.group()
        near = _near_names(word, _by_initial(postings).get(word[0], {}))
        found = [(distance, name) for distance, name in near if not _is_word(fold(name), lexicon)]
        if not found or (len(found) > 1 and found[0][0] == found[1][0]):
            return match.group()
        return found[0][1].upper() if match.group().isupper() else found[0][1]

    return _WORD.sub(better, put_right(text, lambda written, name: _is_better(written, name, postings, lexicon)))


def _is_better(written: str, name: str, postings: Postings, lexicon: Lexicon) -> bool:
    """Whether the base knows a name and not this known writing of it, which is no ordinary word either."""
    if not all(_is_held(word, postings) for word in words(name)):
        return False
    asked = words(written)
    return len(asked) > 1 or not any(_is_held(word, postings) or _is_word(word, lexicon) for word in asked)


def _is_held(word: str, postings: Postings) -> bool:
    return any(postings.has(stem, language) for language in LANGUAGES for stem in stems(word, language))


def _is_word(word: str, lexicon: Lexicon) -> bool:
    return any(lexicon.knows(stem, language) for language in LANGUAGES for stem in stems(word, language))


def _near_names(word: str, names: Mapping[str, str]) -> list[tuple[int, str]]:
    """The names within reach of a word, of those given folded and as written, with their distances, nearest first."""
    reach = 2 if len(word) >= _LONG else 1
    near = process.extract(word, names.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=reach, limit=None)
    return [(int(distance), names[name]) for name, distance, _ in near if not _is_another_form(word, name)]


def _is_another_form(word: str, name: str) -> bool:
    """Whether only their ends differ, as in "Romans" and "Romana": an inflection, or a cognate, and no slip."""
    alike = Prefix.similarity(word, name)
    return Postfix.similarity(word[alike:], name[alike:]) == 0


# One base serves at a time; the one before may still be asked while an index is replaced.
@lru_cache(2)
def _by_initial(postings: Postings) -> dict[str, dict[str, str]]:
    """The names, folded → as written, by their first letter, which slips seldom touch."""
    found: dict[str, dict[str, str]] = {}
    for name in postings.names.tolist():
        folded = fold(name)
        found.setdefault(folded[:1], {})[folded] = name
    return found
