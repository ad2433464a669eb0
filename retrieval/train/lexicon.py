"""The bilingual lexicon that full-text search translates questions with, learnt from the same sentence pairs."""

import gzip
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy import sparse

from knowledge.model import Language
from knowledge.terms import fold, stems, stopwords
from retrieval.train.alignment import translation_table
from retrieval.train.pairs import Pair

# A translation is kept when it is at least this likely, and when the way back is not all but impossible: what a word
# stands beside by chance seldom holds in both directions.
_LEAST, _LEAST_BACK = 0.08, 0.02
# Alternatives of one term: more than four hardly ever reach the least probability together.
_MOST = 4
# A term seen fewer times than this has been aligned with whatever stood beside it.
_SEEN = 3


def learn_lexicon(pairs: Sequence[Pair]) -> dict[Language, dict[str, dict[str, float]]]:
    """For each language, its terms with the terms of the other one that translate them and their probabilities."""
    english = [stems(pair.english, "en") for pair in pairs]
    spanish = [stems(pair.spanish, "es") for pair in pairs]
    return {"en": _one_way("en", english, "es", spanish), "es": _one_way("es", spanish, "en", english)}


def save_lexicon(lexicon: dict[Language, dict[str, dict[str, float]]], path: Path) -> None:
    """Write it as packed lines: language, term, then translations and probabilities in turn, tab-separated."""
    lines = [
        "\t".join([language, term, *(part for word, p in translations.items() for part in (word, f"{p:.2f}"))])
        for language in sorted(lexicon)
        for term, translations in sorted(lexicon[language].items())
    ]
    # No time and no name in the header, so that the same lexicon is the same file.
    with path.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write(("\n".join(lines) + "\n").encode())


def _one_way(
    given: Language, texts: Sequence[list[str]], made: Language, translations: Sequence[list[str]]
) -> dict[str, dict[str, float]]:
    own, own_names = _numbered(texts)
    other, other_names = _numbered(translations)
    forth = translation_table(list(zip(own, other, strict=True)), len(own_names), len(other_names))
    back = translation_table(list(zip(other, own, strict=True)), len(other_names), len(own_names)).T.tocsr()
    seen = Counter(term for text in texts for term in set(text))
    skipped = {term for word in stopwords("und") for term in (*stems(word, given), *stems(word, made), fold(word))}
    lexicon = {}
    for number, term in enumerate(own_names):
        if term in skipped or seen[term] < _SEEN or term.isdecimal():
            continue
        likely = {
            other_names[column]: probability
            for column, probability in _row(forth, number)
            if probability >= _LEAST and back[number, column] >= _LEAST_BACK and other_names[column] not in skipped
        }
        best = sorted(likely.items(), key=lambda item: (-item[1], item[0]))[:_MOST]
        # A term that only ever stands for itself is a name: search takes names as they are.
        if best and [name for name, _ in best] != [term]:
            lexicon[term] = dict(best)
    return lexicon


def _numbered(texts: Sequence[list[str]]) -> tuple[list[list[int]], list[str]]:
    names = sorted({term for text in texts for term in text})
    numbers = {name: number for number, name in enumerate(names)}
    return [[numbers[term] for term in text] for text in texts], names


def _row(table: sparse.csr_matrix, number: int) -> list[tuple[int, float]]:
    span = slice(table.indptr[number], table.indptr[number + 1])
    return [
        (int(column), float(value))
        for column, value in zip(table.indices[span], np.asarray(table.data[span]), strict=True)
    ]
