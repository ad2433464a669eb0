"""Independence of sources: copies of a wire story, and a brief in its two languages, have the same origin."""

from collections.abc import Iterable
from functools import lru_cache

from knowledge.model import Source
from knowledge.terms import words
from retrieval.search.base import Base

# Two texts that share this part of the shingles, of five words, of the shorter text are copies of the same story
# (Broder 1997, "On the resemblance and containment of documents"). Our choice: articles by two writers on the same
# event share a few per cent, quotations included.
_SAME_SHARE, _SHINGLE_WORDS = 0.5, 5
# Texts whose shingles are cached. Our choice: more than the sources of the evidence of a message.
_CACHED_TEXTS = 256


def origins(base: Base, source_ids: Iterable[str]) -> dict[str, str]:
    """Return for each source id the id of the first source of the same story, its own where there is no other."""
    stories: dict[str, str] = {}
    for source_id in sorted(set(source_ids)):
        source = base.sources[source_id]
        copy = next((other for other in stories.values() if _same_story(base, source, base.sources[other])), None)
        stories[source_id] = copy or source_id
    return stories


def _same_story(base: Base, source: Source, other: Source) -> bool:
    if _has_same_text(source, other):
        return True
    if source.kind == other.kind == "brief":
        return story(source) == story(other)
    left, right = (_shingles(base.store.snapshot(snapshot).text) for snapshot in (source.snapshot, other.snapshot))
    return len(left & right) >= _SAME_SHARE * min(len(left), len(right))


def also_at(base: Base, source: Source) -> tuple[Source, ...]:
    """Return the other sources that have the text of this one, under another address or of another publisher."""
    return tuple(other for other in base.sources.values() if other.id != source.id and _has_same_text(source, other))


def _has_same_text(source: Source, other: Source) -> bool:
    return source.sha256 == other.sha256 or (source.origin is not None and source.origin == other.origin)


def story(source: Source) -> str:
    """Return the id of a brief without its language, which a brief and its translation share."""
    return source.id.removesuffix(f"-{source.language}")


@lru_cache(_CACHED_TEXTS)
def _shingles(text: str) -> frozenset[int]:
    own_words = words(text)
    starts = range(max(1, len(own_words) - _SHINGLE_WORDS + 1))
    return frozenset(hash(tuple(own_words[start : start + _SHINGLE_WORDS])) for start in starts)
