"""Encoding what has no encoding yet: each text once, in batches that are stored as they are done."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from retrieval.index.encoded import EncodedPassage
from retrieval.index.encoding_store import EncodingStore, Spans
from retrieval.models.encoder import Encoder

Progress = Callable[[str, int, int], None]
"""A callback with the name of the step, how much of it is done, and how much there is."""

# Passages encoded between two writes: some seconds of work, which a killed run has to repeat.
_TEXTS_PER_WRITE = 128


@dataclass(frozen=True, slots=True)
class Lacking:
    """A text to encode: its key, the text, and the places of its parts in every passage that has it."""

    key: bytes
    text: str
    spans: Spans


def lacking(
    passages: Iterable[EncodedPassage], encoder: Encoder, encodings: EncodingStore, *, again: bool = False
) -> list[Lacking]:
    """Return the texts without an encoding, without one of a part, or without token vectors; with `again`, all.

    A text of several passages is returned once, with the parts of all of them, whose sentences may differ.
    """
    texts = _distinct(passages)
    keys = list(texts)
    stored = encodings.get(encoder.digest, keys)
    tokens = encodings.with_tokens(encoder.digest, keys) if encoder.token_dimension else stored.keys()
    missing = []
    for key, text in texts.items():
        parts = stored[key].spans if key in stored else set[tuple[int, int]]()
        if again or key not in stored or key not in tokens or not set(text.spans) <= parts:
            # The parts that it has are those of other passages with the same text.
            missing.append(Lacking(key, text.text, tuple(sorted({*text.spans, *parts}))))
    return missing


def encode(texts: Sequence[Lacking], encoder: Encoder, encodings: EncodingStore, report: Progress) -> None:
    """Encode texts and store what was made of them. Raises HomeBusy, HomeNotWritable or StorageFull."""
    for start in range(0, len(texts), _TEXTS_PER_WRITE):
        batch = texts[start : start + _TEXTS_PER_WRITE]
        report("encoding", start, len(texts))
        spans = [text.spans for text in batch]
        made = encoder.encode_passages([text.text for text in batch], spans=spans)
        encodings.put(encoder.digest, [text.key for text in batch], spans, made)
    if texts:
        report("encoding", len(texts), len(texts))


def _distinct(passages: Iterable[EncodedPassage]) -> dict[bytes, Lacking]:
    texts: dict[bytes, Lacking] = {}
    for passage in passages:
        before = texts[passage.key].spans if passage.key in texts else ()
        texts[passage.key] = Lacking(passage.key, passage.text, tuple(sorted({*before, *passage.spans})))
    return texts
