"""The tokenizer learns Spanish, and each new piece begins where its translation is."""

import numpy as np
from tokenizers import Tokenizer

from retrieval.train.pairs import Pair
from retrieval.train.vocabulary import bilingual, starting_vectors

NEW = ("empresa", "puente", "pescador", "vendio")


def test_spanish_words_become_whole_and_english_ones_stay(english: Tokenizer, corpus: list[Pair]) -> None:
    after, _ = bilingual(english, corpus * 3)
    before = english.encode("la empresa vendió el puente", add_special_tokens=False).tokens
    found = after.encode("la empresa vendió el puente", add_special_tokens=False).tokens
    assert found == ["la", "empresa", "vendio", "el", "puente"]
    assert len(before) > len(found)
    for pair in corpus:
        assert after.encode(pair.english).tokens == english.encode(pair.english).tokens


def test_every_piece_knows_its_old_number(english: Tokenizer, corpus: list[Pair]) -> None:
    after, numbers = bilingual(english, corpus * 3)
    old, new = english.get_vocab(), after.get_vocab()
    assert sorted(new.values()) == list(range(len(numbers)))
    assert all(numbers[number] == old.get(piece) for piece, number in new.items())


def test_unused_pieces_and_other_scripts_make_room(english: Tokenizer, corpus: list[Pair]) -> None:
    kept = bilingual(english, corpus)[0].get_vocab()
    assert not any(piece.startswith("[unused") for piece in kept)
    assert not {"日", "##я", "ب"} & set(kept)
    assert {"[CLS]", "[SEP]", "[UNK]", "¿", "the", "##ing"} <= set(kept)


def test_a_new_piece_begins_near_its_translation(english: Tokenizer, corpus: list[Pair]) -> None:
    after, numbers = bilingual(english, corpus * 3)
    vectors = np.random.default_rng(1).standard_normal((len(english.get_vocab()), 64)).astype(np.float32)
    made = starting_vectors(english, after, numbers, vectors, corpus * 3)
    old, new = english.get_vocab(), after.get_vocab()
    for spanish, translation in (("empresa", "company"), ("puente", "bridge"), ("vendio", "sold")):
        likeness = vectors @ made[new[spanish]] / np.linalg.norm(vectors, axis=1)
        assert int(likeness.argmax()) == old[translation]
    assert np.array_equal(made[new["bridge"]], vectors[old["bridge"]])
