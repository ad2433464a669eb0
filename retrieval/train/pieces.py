"""The vocabulary: which of the base's 250,002 word pieces Spanish and English need, and a tokenizer of these alone.

A piece is worth its share of all pieces of running text plus its share of those of two word lists. The segmentation of
a text whose pieces are all chosen stays as it was (Unigram: Kudo 2018, https://aclanthology.org/P18-1007/).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from knowledge.errors import BadInput
from knowledge.extras import from_extra
from knowledge.storage import read_regular
from retrieval.train.bitext import read_pairs
from retrieval.train.data_folder import BITEXT, LARGEST, NLI, EvidenceRow, read_rows
from retrieval.train.pairs import training_pairs

PIECES = 40_960
"""Pieces chosen: our choice, 99.9 % of all that is counted in 8.8 MB of four-bit word vectors."""
_LANGUAGES = ("en", "es")
# Capitals begin sentences and names and fill headlines; the word lists have none. Weights beside a word as it is: our
# choice.
_TITLE, _UPPER = 0.2, 0.02
# Texts cut at a time: our choice, which bounds memory.
_TEXTS = 20_000
# What Spanish and English are written with: Latin-1's letters and digits, and the signs of both and of prices, formulas
# and addresses; "▁" marks the beginning of a word (https://github.com/google/sentencepiece).
_SIGNS = r"€$£%&.,;:!?¡¿\-–—«»“”\"'‘’()\[\]{}/\\@#*+=<>|~^_`°ºª§…·•²³½"
_LATIN = re.compile(rf"[▁0-9A-Za-zÀ-ÖØ-öø-ÿ{_SIGNS}]+")
# Single letters with which a name of another European language can be spelt besides: Latin Extended-A.
_LETTER = re.compile(rf"▁?[▁0-9A-Za-zÀ-ÖØ-öø-ÿĀ-ſ{_SIGNS}]?")

Description = dict[str, Any]
"""A tokenizer.json of the library `tokenizers`."""


def choose(original: Description, texts: Iterable[str], words: Iterable[Mapping[str, float]], size: int) -> list[int]:
    """Return the numbers of the pieces to keep, rising: special ones, single letters and signs, then what is commonest.

    `words` are lists of words with their frequencies. Fewer than `size` where no more are ever used.
    """
    pieces = [piece for piece, _ in original["model"]["vocab"]]
    chosen = {token["id"] for token in original["added_tokens"]}
    chosen |= {number for number, piece in enumerate(pieces) if _LETTER.fullmatch(piece)}
    mass = piece_mass(original, texts, words)
    # Sorting is stable, so that of equal pieces the first comes first.
    for number in np.argsort(-mass, kind="stable").tolist():
        if len(chosen) >= size or mass[number] == 0:
            break
        if _LATIN.fullmatch(pieces[number]):
            chosen.add(number)
    return sorted(chosen)


def piece_mass(
    original: Description, texts: Iterable[str], words: Iterable[Mapping[str, float]]
) -> NDArray[np.float64]:
    """Return the share of each piece in running text plus its share in the word lists."""
    tokenizer = Tokenizer.from_str(json.dumps(original))
    running, listed = np.zeros((2, len(original["model"]["vocab"])))
    for some in _batches(texts):
        running += _count(tokenizer, some, np.ones(len(some)), len(running))
    for frequencies in words:
        for some in _batches(frequencies):
            weights = np.array([frequencies[word] for word in some])
            listed += _count(tokenizer, some, weights, len(listed))
            listed += _count(tokenizer, [word.title() for word in some], _TITLE * weights, len(listed))
            listed += _count(tokenizer, [word.upper() for word in some], _UPPER * weights, len(listed))
    # Either may be empty.
    mass: NDArray[np.float64] = running / (running.sum() or 1.0) + listed / (listed.sum() or 1.0)
    return mass


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(texts)
    while some := list(islice(remaining, _TEXTS)):
        yield some


def _count(tokenizer: Tokenizer, texts: Sequence[str], weights: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Return for each piece the sum of the weights of the texts that it is used in, as often as it is."""
    every = [encoding.ids for encoding in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
    repeated = np.repeat(weights, [len(ids) for ids in every])
    used = np.array(list(chain.from_iterable(every)), dtype=np.int64)
    sums: NDArray[np.float64] = np.bincount(used, repeated, minlength=size).astype(np.float64)
    return sums


def running_texts(data: Path) -> Iterator[str]:
    """Yield the texts of a data folder that training reads. Raises as `training_pairs` does."""
    pairs = training_pairs(data)
    yield from (pair.question for pair in pairs)
    yield from dict.fromkeys(text for pair in pairs for text in (pair.passage, *pair.others))
    for row in read_rows(data / NLI, EvidenceRow):
        yield row.evidence
        yield row.claim
    if (data / BITEXT).exists():
        for sentence in read_pairs(data / BITEXT):
            yield sentence.english
            yield sentence.spanish


def word_lists() -> list[dict[str, float]]:
    """Return the words of both languages with their frequencies. Raises MissingExtra.

    They are those of the package wordfreq (Apache 2.0, its data CC BY-SA 4.0; Speer 2022,
    https://doi.org/10.5281/zenodo.7199437).
    """
    with from_extra("train", "wordfreq", purpose="Choosing the vocabulary"):
        from wordfreq import get_frequency_dict
    return [get_frequency_dict(language, "large") for language in _LANGUAGES]


def pieces_of(original: Description, path: Path) -> list[int]:
    """Return the numbers in the original of the pieces of a tokenizer that `cut` made of it.

    Raises MissingFile, or BadInput for another tokenizer.
    """
    content = read_regular(path, LARGEST)
    pieces = {piece: number for number, (piece, _) in enumerate(original["model"]["vocab"])}
    try:
        given = json.loads(content)
        numbers = [pieces[piece] for piece, _ in given["model"]["vocab"]]
        is_cut = cut(original, numbers) == given
    except (ValueError, KeyError, TypeError, RecursionError):
        is_cut = False
    if not is_cut:
        raise BadInput(f"{path} is not cut from the base's tokenizer.", hint="Without --tokenizer, pieces are chosen.")
    return numbers


def cut(original: Description, numbers: Sequence[int]) -> Description:
    """Return the tokenizer with these pieces alone, numbered anew in this order."""
    renumbered = {old: new for new, old in enumerate(numbers)}
    model, template = original["model"], original["post_processor"]
    special = {
        name: token | {"ids": [renumbered[number] for number in token["ids"]]}
        for name, token in template["special_tokens"].items()
    }
    return original | {
        "added_tokens": [token | {"id": renumbered[token["id"]]} for token in original["added_tokens"]],
        "post_processor": template | {"special_tokens": special},
        "model": model
        | {"unk_id": renumbered[model["unk_id"]], "vocab": [model["vocab"][number] for number in numbers]},
    }
