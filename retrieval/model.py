"""The nouns of finding and answering: frozen dataclasses, from which every face derives its wording.

Offsets are Unicode code points in the snapshot whose digest is `source.sha256`; scores are higher-is-better.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from knowledge.model import Language, Reference, ReviewedClaim, Source, Translation

ENCODER_NAME, ENTAILMENT_NAME = "citabot-minilm-es-en", "citabot-entailment-es-en"
"""The models that come with the package, as the settings call them."""

CitationKind = Literal["passage", "quote"]


class Reason(StrEnum):
    """Why there is no answer."""

    NOTHING_NEAR = "nothing near"
    NEAR_BUT_NOT_ANSWERING = "near but does not answer"
    EMPTY_BASE = "empty knowledge base"


@dataclass(frozen=True, slots=True)
class Scores:
    """What each ranker says of one passage, and whether it is in another language than the question.

    `late`: mean over the question's pieces of the best cosine with a piece of the passage; `weakest`: the same over the
    third of the pieces that are met worst; `sentence`: cosine with the passage's vector or with its nearest sentence's
    or quote's; `words`: share of the question's words.
    """

    late: float
    weakest: float
    sentence: float
    words: float
    across: bool


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


Standing = Literal["one source", "disputed"]
"""`one source`: a single document is named, and none of a first hand; `disputed`: or alleged, unproven, unclear."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim excerpt and where it stands: `exact` is `text[start:end]` of the stored snapshot.

    `prefix` and `suffix` are up to 32 characters around it (TextQuoteSelector; W3C Web Annotation Data
    Model, 2017, section 4.2.4).
    `context` is the paragraph that holds the excerpt, and `context_start` where that paragraph begins. `standing` is
    what keeps the words of a brief from being firm.
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
    translations: tuple[Translation, ...]
    link: str | None
    source: Source
    references: tuple[Reference, ...]
    context: str
    context_start: int
    standing: tuple[Standing, ...] = ()

    def translation(self, language: Language) -> Translation | None:
        """The translation for a reader of this language; another where there is none, and none of one's own."""
        if self.source.language == language or not self.translations:
            return None
        return next((one for one in self.translations if one.language == language), self.translations[0])


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


class VerdictKind(StrEnum):
    """What the sources say of a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    CONFLICTING = "conflicting"
    NOT_ENOUGH_EVIDENCE = "not enough evidence"


@dataclass(frozen=True, slots=True)
class Stances:
    """Probabilities that evidence supports a claim, contradicts it, or is neutral; they sum to 1."""

    supports: float
    contradicts: float
    neutral: float


Stance = Literal["supports", "contradicts", "neutral"]
NoteKind = Literal[
    "number agrees", "number differs", "date agrees", "date differs", "order agrees", "order differs", "name differs",
    "roles agree", "roles differ", "negation agrees", "negation differs", "opposite differs", "scope differs",
    "scope open", "told as untrue", "not asserted", "quotation agrees", "quotation differs", "rule turned", "part",
    "reported", "unnamed", "review differs",
    "own words", "our translation", "ellipsis", "edge", "several speakers", "unknown speaker",
    "stated",
    "nothing to check", "short",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a reader should know of how a result came about; `claim` and `source` are what was compared."""

    kind: NoteKind
    claim: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class ClaimEvidence:
    """A citation with what it says of the claim. `attributed_to` is who says it, where it is somebody's words."""

    citation: Citation
    stance: Stance
    stances: Stances
    attributed_to: str | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the sources say of one claim, `message[start:end]` of what was given.

    `confidence` estimates the probability that the verdict is right. `evidence` is empty where there is not enough;
    `nearest` then holds what came nearest, which decides nothing. `attributed_to`: a claim that is borne out only by
    this person's saying so. `review`: somebody has looked into this claim before.
    """

    claim: str
    start: int
    end: int
    language: Language
    kind: VerdictKind
    confidence: float
    evidence: tuple[ClaimEvidence, ...]
    nearest: tuple[ClaimEvidence, ...]
    notes: tuple[Note, ...]
    attributed_to: str | None
    review: ReviewedClaim | None


SetAsideReason = Literal["question", "opinion", "wish", "command", "no statement"]


@dataclass(frozen=True, slots=True)
class SetAside:
    """A sentence of the message that is no claim, and why."""

    text: str
    start: int
    end: int
    reason: SetAsideReason


@dataclass(frozen=True, slots=True)
class CheckedMessage:
    """The verdicts on all claims of a message, in its order, and what was set aside.

    `kind` and `confidence` speak of the message as a whole: contradicted as soon as one claim is, else conflicting,
    else not enough evidence, and supported only where all claims are.
    """

    message: str
    language: Language
    kind: VerdictKind
    confidence: float
    verdicts: tuple[Verdict, ...]
    set_aside: tuple[SetAside, ...]
    index: IndexState
    entailment: str
    entailment_digest: str
    elapsed_ms: float


class QuoteResultKind(StrEnum):
    """What became of a quotation."""

    VERBATIM = "verbatim"
    ALTERED = "altered"
    PARAPHRASE = "paraphrase"
    OTHER_SPEAKER = "other speaker"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class QuoteResult:
    """Whether somebody said it. `differences` lead from the words asked about to those of the source."""

    text: str
    speaker: str | None
    language: Language
    kind: QuoteResultKind
    match: Citation | None
    similarity: float
    differences: tuple[tuple[str, str], ...]
    notes: tuple[Note, ...]
    index: IndexState
    elapsed_ms: float


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


RequestKind = Literal["ask", "check", "quote", "find", "quotes", "sources"]


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `speaker` and `about` narrow quotations; `most` is how many citations an answer has."""

    kind: RequestKind
    text: str = ""
    speaker: str | None = None
    about: str | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Where the words of a message come from: quotations met, or else what comes nearest to it."""

    results: tuple[QuoteResult, ...]
    near: Answer | None


@dataclass(frozen=True, slots=True)
class QuoteList:
    """Quotations as asked for."""

    quotes: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class SourceList:
    """Every source."""

    sources: tuple[Source, ...]


Outcome = Answer | CheckedMessage | QuoteResult | Found | QuoteList | SourceList
