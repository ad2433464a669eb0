"""Correction of misspelt names in a question by the names in the base.

Known other spellings come first ("Zuck", "Deep Seek"). Of other words, only those that neither a passage nor the
lexicon has are taken for misspellings, and only names replace them: "deepsek" is read as DeepSeek, while a word that
the base merely lacks stays as it is.
"""

import re
from collections.abc import Mapping

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein, Postfix, Prefix

from knowledge.known_names import put_right
from knowledge.terms import fold, stems, stopwords, words
from retrieval.index.postings import Postings
from retrieval.words.lexicon import Lexicon
from retrieval.words.terms import LANGUAGES

# Letters of the shortest word that is corrected, and of the shortest in which two edits are. Damerau 1964, "A technique
# for computer detection and correction of spelling errors": four of five misspellings are a single edit (a letter
# wrong, missing, added or transposed). The lengths are our choice.
_SHORTEST, _SHORTEST_WITH_TWO_EDITS = 5, 9
# Letters with their marks, even separate ones ("e" and an accent): a mark alone is no letter to `\w`.
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")


def respelled(text: str, postings: Postings, lexicon: Lexicon) -> str:
    """Return a text with misspelt names in the spelling of the base; the text itself where there are none."""

    def corrected(match: re.Match[str]) -> str:
        word = fold(match.group())
        if len(word) < _SHORTEST or word in stopwords("und") or _is_indexed(word, postings) or _is_word(word, lexicon):
            return match.group()
        near = _near_names(word, {fold(name): name for name in postings.names(word[0])})
        names = [(distance, name) for distance, name in near if not _is_word(fold(name), lexicon)]
        if not names or (len(names) > 1 and names[0][0] == names[1][0]):
            return match.group()
        nearest = names[0][1]
        return nearest.upper() if match.group().isupper() else nearest

    return _WORD.sub(corrected, put_right(text, lambda spelling, name: _is_better(spelling, name, postings, lexicon)))


def _is_better(spelling: str, name: str, postings: Postings, lexicon: Lexicon) -> bool:
    """Say whether the base has a name and not this known spelling of it, which is no ordinary word either."""
    if not all(_is_indexed(word, postings) for word in words(name)):
        return False
    spelt_words = words(spelling)
    return len(spelt_words) > 1 or not any(
        _is_indexed(word, postings) or _is_word(word, lexicon) for word in spelt_words
    )


def _is_indexed(word: str, postings: Postings) -> bool:
    return any(postings.has(stem, language) for language in LANGUAGES for stem in stems(word, language))


def _is_word(word: str, lexicon: Lexicon) -> bool:
    return any(lexicon.knows(stem, language) for language in LANGUAGES for stem in stems(word, language))


def _near_names(word: str, names: Mapping[str, str]) -> list[tuple[int, str]]:
    """Return the edit distances and names near a word, nearest first; `names` are folded → as written."""
    most = 2 if len(word) >= _SHORTEST_WITH_TWO_EDITS else 1
    near = process.extract(word, names.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=None)
    return [(int(distance), names[name]) for name, distance, _ in near if not _is_another_form(word, name)]


def _is_another_form(word: str, name: str) -> bool:
    """Say whether only their ends differ, as in "Romans" and "Romana": an inflection or a cognate, no misspelling."""
    prefix = Prefix.similarity(word, name)
    return Postfix.similarity(word[prefix:], name[prefix:]) == 0
