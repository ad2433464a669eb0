"""The results of keeping a base: frozen dataclasses that say what adding, rebuilding and verifying did."""

from dataclasses import dataclass
from typing import Literal

from knowledge.model import Source
from retrieval.model import IndexState


@dataclass(frozen=True, slots=True)
class Added:
    """The change that adding a document made."""

    source: Source
    change: Literal["added", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The result of a rebuild. `encoded`: the number of texts that had no vector yet."""

    state: IndexState
    encoded: int
    changed: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference that `verify` found: where it is, and what it is."""

    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The numbers of snapshots, spans and vectors that `verify` re-read, and every difference it found."""

    snapshots: int
    spans: int
    vectors: int
    differences: tuple[Difference, ...]
