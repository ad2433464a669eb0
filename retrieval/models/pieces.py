"""The word pieces that encoder and reader share: one tokenizer, read once."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# Those of XLM-R's tokenizer (Conneau et al. 2020, https://arxiv.org/abs/1911.02116), as its file names them: <s> stands
# before a text, </s> after it, and twice between two.
FIRST, LAST = "<s>", "</s>"
SPECIAL_PIECES = frozenset({FIRST, LAST, "<pad>", "<unk>", "<mask>"})
_SPECIAL = re.compile("|".join(map(re.escape, sorted(SPECIAL_PIECES))))
# Other brackets of the same length, so that "</s>" in a source parts nothing and every offset stays.
_BRACKETS = str.maketrans("<>", "‹›")
# A program has the tokenizer that ships, tests have others besides.
_CACHED = 4


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a text: their numbers, and their starts and ends in the text's code points."""

    ids: list[int]
    offsets: list[tuple[int, int]]


@lru_cache(_CACHED)
def open_tokenizer(path: Path) -> "Tokenizer":
    """Open a tokenizer that neither pads nor cuts; it is shared and must not be changed.

    Raises whatever the library raises, whose errors have no class below Exception.
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def cut_pieces(tokenizer: "Tokenizer", text: str, most: int | None = None) -> Pieces:
    """Return the first `most` pieces of a text by itself, or all; names of special pieces in it are text."""
    plain = _SPECIAL.sub(lambda name: name.group().translate(_BRACKETS), storable(text))
    encoding = tokenizer.encode(plain, add_special_tokens=False)
    return Pieces(encoding.ids[:most], encoding.offsets[:most])


def storable(text: str) -> str:
    """Return a text as UTF-8 can hold it."""
    # A command line may hand over bytes that are no UTF-8 as lone surrogates, which tokenizers refuse.
    return text.encode("utf-8", "replace").decode()
