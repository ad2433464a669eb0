"""Which sources are one voice: copies of a wire story, and a brief in its two languages."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from knowledge.model import Source
from knowledge.store import Store
from knowledge.terms import words

# Two texts that share this part of the shorter one's shingles are copies of one story (Broder 1997, "On the resemblance
# and containment of documents"); news on the same event by two hands shares a few per cent, quotations included.
_SAME, _SHINGLE = 0.5, 5
_KEPT = 256


def origins(store: Store, sources: Mapping[str, Source], among: Iterable[str]) -> dict[str, str]:
    """For each of these sources the id of the one that stands for its story: itself where it stands alone."""
    found: dict[str, str] = {}
    for name in sorted(set(among)):
        source = sources[name]
        twin = next((other for other in found.values() if _one_voice(store, source, sources[other])), None)
        found[name] = twin or name
    return found


def _one_voice(store: Store, one: Source, other: Source) -> bool:
    if one.origin and other.origin:
        return one.origin == other.origin
    if one.kind == other.kind == "brief":
        return story(one) == story(other)
    left, right = (_shingles(store.snapshot(source.snapshot).text) for source in (one, other))
    return len(left & right) >= _SAME * min(len(left), len(right))


def story(source: Source) -> str:
    """What a source and its translation have in common: a brief's id without its language."""
    return source.id.removesuffix(f"-{source.language}")


@lru_cache(_KEPT)
def _shingles(text: str) -> frozenset[int]:
    found = words(text)
    return frozenset(hash(tuple(found[at : at + _SHINGLE])) for at in range(max(1, len(found) - _SHINGLE + 1)))
