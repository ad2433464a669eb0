"""Spanish words for an English word-piece tokenizer, each beginning where its translations are.

The packaged tokenizer cuts Spanish into twice as many pieces as English and none of them means anything to the model.
Here its unused pieces, and those of scripts that neither language is written in, make room for the commonest Spanish
pieces; the vector of each is the mean of the vectors of the English pieces that translate it, weighted by the
probability that they do. The idea is that of Minixhofer, Paischer and Rekabsaz 2022 (WECHSEL,
https://aclanthology.org/2022.naacl-main.293/), with a translation table in place of aligned word vectors.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.trainers import WordPieceTrainer

from retrieval.train.alignment import translation_table
from retrieval.train.pairs import Pair

# As many as leave the quantised model below 25 MB.
ADDED_PIECES = 6000
# Spanish pieces are learnt to a vocabulary of this size; the commonest that English lacks are taken.
_LEARNT_PIECES = 16_000
# A piece that English uses this often for each time that Spanish does would change how English is read.
_ENGLISH_SHARE = 0.05
# Seen fewer times than this, a piece's translations are mixed half and half with the pieces it used to be cut into.
_TRUSTED_COUNT = 10
_FOREIGN = [
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "HANGUL",
    "ARABIC",
    "HEBREW",
    "DEVANAGARI",
    "BENGALI",
    "TAMIL",
    "TELUGU",
    "KANNADA",
    "MALAYALAM",
    "GUJARATI",
    "GURMUKHI",
    "THAI",
    "LAO",
    "TIBETAN",
    "KHMER",
    "MYANMAR",
    "SINHALA",
    "GEORGIAN",
    "ARMENIAN",
    "ETHIOPIC",
    "CYRILLIC",
    "KANGXI",
    "IDEOGRAPHIC",
    "BOPOMOFO",
]


def bilingual(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> tuple[Tokenizer, list[int | None]]:
    """The tokenizer with Spanish pieces, and for each of its pieces the number it had before, None for a new one."""
    old: dict[str, int] = json.loads(tokenizer.to_str())["model"]["vocab"]
    kept = [piece for piece in sorted(old, key=old.__getitem__) if not _needless(piece)]
    new = _spanish_pieces(tokenizer, pairs, frozenset(old))
    pieces = [*kept, *new]
    return _with_vocabulary(tokenizer, pieces), [old.get(piece) for piece in pieces]


def starting_vectors(
    before: Tokenizer,
    after: Tokenizer,
    numbers: Sequence[int | None],
    vectors: NDArray[np.float32],
    pairs: Sequence[Pair],
) -> NDArray[np.float32]:
    """Word vectors (pieces, d) for the bilingual tokenizer, from those (old pieces, d) of the English one."""
    spanish = [
        encoding.ids for encoding in after.encode_batch_fast([p.spanish for p in pairs], add_special_tokens=False)
    ]
    english = [
        encoding.ids for encoding in before.encode_batch_fast([p.english for p in pairs], add_special_tokens=False)
    ]
    table = translation_table(list(zip(spanish, english, strict=True)), len(numbers), len(vectors))
    seen = Counter(piece for text in spanish for piece in set(text))
    usual = float(np.linalg.norm(vectors, axis=1).mean())
    made = np.zeros((len(numbers), vectors.shape[1]), dtype=np.float32)
    names = after.get_vocab()
    text_of = {number: piece.removeprefix("##") for piece, number in names.items()}
    for number, previous in enumerate(numbers):
        if previous is not None:
            made[number] = vectors[previous]
            continue
        parts = vectors[before.encode(text_of[number], add_special_tokens=False).ids].mean(axis=0)
        meaning = np.asarray(table[number] @ vectors).ravel()
        trust = seen[number] / (seen[number] + _TRUSTED_COUNT)
        mixed = trust * meaning + (1 - trust) * parts
        # A mean of many vectors is shorter than any of them, and the model reads the length too.
        made[number] = mixed * (usual / np.linalg.norm(mixed))
    return made


def _needless(piece: str) -> bool:
    if piece.startswith("[unused"):
        return True
    return any(unicodedata.name(letter, "").startswith(tuple(_FOREIGN)) for letter in piece.removeprefix("##"))


def _spanish_pieces(tokenizer: Tokenizer, pairs: Sequence[Pair], known: frozenset[str]) -> list[str]:
    learner = Tokenizer(WordPiece(unk_token="[UNK]"))
    learner.normalizer, learner.pre_tokenizer = tokenizer.normalizer, tokenizer.pre_tokenizer
    learner.train_from_iterator(
        (pair.spanish for pair in pairs),
        WordPieceTrainer(vocab_size=_LEARNT_PIECES, special_tokens=["[UNK]"], show_progress=False),
    )
    learnt = [piece for piece in learner.get_vocab() if piece not in known and not _needless(piece) and piece.isascii()]
    trial = _with_vocabulary(tokenizer, [*known, *sorted(learnt)])
    spanish, english = (_uses(trial, texts) for texts in ((p.spanish for p in pairs), (p.english for p in pairs)))
    fit = [piece for piece in learnt if spanish[piece] and english[piece] <= _ENGLISH_SHARE * spanish[piece]]
    return sorted(fit, key=lambda piece: (-spanish[piece], piece))[:ADDED_PIECES]


def _uses(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[str]:
    return Counter(
        piece for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False) for piece in encoding.tokens
    )


def _with_vocabulary(tokenizer: Tokenizer, pieces: Sequence[str]) -> Tokenizer:
    written: dict[str, Any] = json.loads(tokenizer.to_str())
    numbers = {piece: number for number, piece in enumerate(pieces)}
    written["model"]["vocab"] = numbers
    written["truncation"] = written["padding"] = None
    for token in written["added_tokens"]:
        token["id"] = numbers[token["content"]]
    for name, token in written["post_processor"].get("special_tokens", {}).items():
        token["ids"] = [numbers[name]]
    for end in ("sep", "cls"):
        if end in written["post_processor"]:
            name = written["post_processor"][end][0]
            written["post_processor"][end] = [name, numbers[name]]
    return Tokenizer.from_str(json.dumps(written))
