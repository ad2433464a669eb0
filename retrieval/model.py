"""The nouns of finding and answering: frozen dataclasses, from which every face derives its wording.

Offsets are Unicode code points in the snapshot whose digest is `source.sha256`; scores are higher-is-better.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from knowledge.model import Language, Reference, Source, Translation
from retrieval.fusion import Scores

CitationKind = Literal["passage", "quote"]


class Reason(StrEnum):
    """Why there is no answer."""

    NOTHING_NEAR = "nothing near"
    NEAR_BUT_NOT_ANSWERING = "near but does not answer"
    EMPTY_BASE = "empty knowledge base"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage that bears on a question, and its best unit: a sentence or a quote within it.

    `score` is the fused score, `scores` what it was made of.
    """

    passage: int
    unit: int
    start: int
    end: int
    score: float
    scores: Scores


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim excerpt and where it stands: `exact` is `text[start:end]` of the stored snapshot.

    `prefix` and `suffix` are up to 32 characters around it (TextQuoteSelector; W3C Web Annotation Data
    Model, 2017, section 4.2.4).
    `context` is the paragraph that holds the excerpt, and `context_start` where that paragraph begins.
    """

    n: int
    kind: CitationKind
    exact: str
    prefix: str
    suffix: str
    start: int
    end: int
    paragraph: int
    score: float
    speaker: str | None
    role: str | None
    verb: str | None
    direct: bool | None
    translation: Translation | None
    link: str | None
    source: Source
    references: tuple[Reference, ...]
    context: str
    context_start: int


@dataclass(frozen=True, slots=True)
class IndexState:
    """What the answer was made with: the index fingerprint, the encoder's name and digest, and the size of the base."""

    fingerprint: str
    encoder: str
    encoder_digest: str
    sources: int
    passages: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer made of citations alone, or an honest silence with its reason.

    `confidence` estimates the probability that the first citation holds the answer. `nearest` holds up to three
    citations when nothing was answered; they are shown only to somebody who asks for them. `read_as` is the question
    with misspelt names put right, where there were any; `foreign` the code of its language where that is neither
    Spanish nor English.
    """

    question: str
    language: Language
    answered: bool
    confidence: float
    reason: Reason | None
    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...]
    index: IndexState
    elapsed_ms: float
    read_as: str | None = None
    foreign: str | None = None

    @property
    def text(self) -> str | None:
        """The exact words of the first citation, or None when nothing was answered."""
        return self.citations[0].exact if self.citations else None


@dataclass(frozen=True, slots=True)
class Added:
    """What adding one document did to the base."""

    source: Source
    change: Literal["added", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did. `encoded` counts the texts that had no vector yet."""

    state: IndexState
    encoded: int
    changed: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that `verify` found not to be as it should."""

    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` re-read, and every difference it found."""

    snapshots: int
    spans: int
    vectors: int
    differences: tuple[Difference, ...]
