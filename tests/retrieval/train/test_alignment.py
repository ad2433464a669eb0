"""Word alignment learns a dictionary from sentences alone."""

import numpy as np
import pytest

from retrieval.train.alignment import translation_table

# "the house", "the book", "a book", with the words in either order: Knight's classroom example.
HOUSE, BOOK, A, THE = range(4)
CASA, LIBRO, UN, EL = range(4)
PAIRS = [([CASA, EL], [HOUSE, THE]), ([EL, LIBRO], [THE, BOOK]), ([LIBRO, UN], [A, BOOK])]


def test_words_find_their_translations() -> None:
    table = translation_table(PAIRS * 5, 4, 4)
    assert [int(np.argmax(table[word].toarray())) for word in (CASA, LIBRO, UN, EL)] == [HOUSE, BOOK, A, THE]


def test_the_probabilities_of_a_word_sum_to_one() -> None:
    table = translation_table(PAIRS, 4, 4)
    assert np.asarray(table.sum(axis=1)).ravel() == pytest.approx(1)


def test_a_word_never_seen_has_no_translation() -> None:
    assert translation_table(PAIRS, 6, 4)[4].nnz == 0


def test_empty_sentences_teach_nothing() -> None:
    one, other = translation_table([*PAIRS, ([], [A]), ([CASA], [])], 4, 4), translation_table(PAIRS, 4, 4)
    assert (one != other).nnz == 0
