"""Encoding what has no encoding yet: each text once, in batches that are stored as they are done."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from retrieval.index.encoded import EncodedPassage
from retrieval.index.encoding_store import EncodingStore, Spans
from retrieval.models.encoder import Encoder

Progress = Callable[[str, int, int], None]
"""A callback with the name of the step, how much of it is done, and how much there is."""

# Texts encoded between two writes, which a run that is stopped has to encode again: as many as take two seconds by what
# the last ones took, from the first number on and within these limits. Our choice: encoders differ a hundredfold.
_SECONDS_PER_WRITE, _FIRST_TEXTS, _FEWEST_TEXTS, _MOST_TEXTS = 2.0, 64, 8, 1024


@dataclass(frozen=True, slots=True)
class Lacking:
    """A text to encode: its key, the text, and the places of its parts in every passage that has it."""

    key: bytes
    text: str
    spans: Spans


def lacking(
    passages: Iterable[EncodedPassage], encoder: Encoder, encodings: EncodingStore, *, again: bool = False
) -> list[Lacking]:
    """Return the texts without an encoding, without one of a part, or without token vectors.

    With `again`, return all of them but those that a run with `again` has encoded which was stopped before its end. A
    text of several passages is returned once, with the parts of all of them, whose sentences may differ.
    """
    texts = _distinct(passages)
    keys = list(texts)
    stored = encodings.get(encoder.digest, keys)
    # Read whole, as damaged ones count as missing.
    width = encoder.token_dimension
    tokens = set(encodings.get_tokens(encoder.digest, keys, width)) if width else stored.keys()
    renewed = encodings.renewed(encoder.digest) if again else set()
    missing = []
    for key, text in texts.items():
        parts = stored[key].spans if key in stored else set[tuple[int, int]]()
        is_old = again and key not in renewed
        if is_old or key not in stored or key not in tokens or not set(text.spans) <= parts:
            # The parts that it has are those of other passages with the same text.
            missing.append(Lacking(key, text.text, tuple(sorted({*text.spans, *parts}))))
    return missing


def encode(
    texts: Sequence[Lacking], encoder: Encoder, encodings: EncodingStore, report: Progress, *, again: bool = False
) -> None:
    """Encode texts and store what was made of them, every few seconds; `again` is that of `lacking`.

    Raises HomeBusy, HomeNotWritable or StorageFull. Where it is stopped, what was stored is not lacking any more.
    """
    done, size = 0, _FIRST_TEXTS
    while done < len(texts):
        report("encoding", done, len(texts))
        batch, started = texts[done : done + size], time.monotonic()
        spans = [text.spans for text in batch]
        made = encoder.encode_passages([text.text for text in batch], spans=spans)
        encodings.put(encoder.digest, [text.key for text in batch], spans, made, renew=again)
        done += len(batch)
        a_second = len(batch) / max(time.monotonic() - started, 1e-3)
        size = min(max(round(a_second * _SECONDS_PER_WRITE), _FEWEST_TEXTS), _MOST_TEXTS)
    if texts:
        report("encoding", len(texts), len(texts))


def _distinct(passages: Iterable[EncodedPassage]) -> dict[bytes, Lacking]:
    texts: dict[bytes, Lacking] = {}
    for passage in passages:
        before = texts[passage.key].spans if passage.key in texts else ()
        texts[passage.key] = Lacking(passage.key, passage.text, tuple(sorted({*before, *passage.spans})))
    return texts
