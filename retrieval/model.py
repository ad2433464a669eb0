"""The data model of retrieval: frozen dataclasses that every interface turns into its own texts.

Offsets are Unicode code points in the snapshot whose digest is `source.sha256`; scores are higher-is-better.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from knowledge.model import (
    FullPassage,
    Language,
    ParagraphRole,
    Passage,
    Quote,
    Reference,
    ReviewedClaim,
    Sentence,
    Source,
    Translation,
)

ENCODER_NAME, READER_NAME = "citabot-e5-es-en", "citabot-reader-es-en"
"""The models that come with the package, as the settings call them."""

CitationKind = Literal["passage", "quote"]


class Reason(StrEnum):
    """The reason why there is no answer."""

    NOTHING_NEAR = "nothing near"
    NEAR_BUT_NOT_ANSWERING = "near but does not answer"
    EMPTY_BASE = "empty knowledge base"


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of one passage by ranker.

    `late`: mean over the question's word pieces of the highest cosine with a piece of the passage; `weakest`: the same
    over the third of the pieces with the lowest cosines; `sentence`: highest cosine with the vector of the passage, of
    a sentence or of a quote of it; `words`: share of the question's words (0 to a little over 1, see `lexical`);
    `across`: whether the passage is in another language than the question.
    """

    late: float
    weakest: float
    sentence: float
    words: float
    across: bool


@dataclass(frozen=True, slots=True)
class Stances:
    """The probabilities that a passage supports a claim, contradicts it, or is neutral; they sum to 1."""

    supports: float
    contradicts: float
    neutral: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader says of a passage: its `stances` on a claim, the probability that it has `answered` a question.

    `span` is where in it the likeliest answer lies, with its probability. A reader of claims alone has no answer.
    """

    stances: Stances
    answered: float | None = None
    span: tuple[int, int] | None = None
    span_probability: float = 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage retrieved for a question, with its text and units, of which `unit` is the excerpt to show.

    `score` is the fused score, with what a `reading` adds to it; `scores` are its other parts; `cosines` are those of
    its units with the question, by unit id.
    """

    passage: FullPassage
    unit: Passage | Sentence | Quote
    score: float
    scores: Scores
    cosines: Mapping[int, float]
    reading: Reading | None = None


Standing = Literal["one source", "disputed"]
"""`one source`: a single document is cited, and no primary source; `disputed`: disputed, alleged or unproven."""


@dataclass(frozen=True, slots=True)
class Highlight:
    """Words of a citation that answer or decide, `text[start:end]` of its snapshot; `sure`: they may stand alone."""

    start: int
    end: int
    exact: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim excerpt and its position: `exact` is `text[start:end]` of the stored snapshot.

    `prefix` and `suffix` are up to 32 characters around it (TextQuoteSelector; W3C Web Annotation Data Model, 2017,
    section 4.2.4). `n` and `paragraph` count from 1. `context` is the paragraph's text, `context_start` its offset.
    `standing` holds the reservations about a sentence of a brief, `highlight` the words that answer the question.
    Of a quote `parts` are the spans of its words in the excerpt, which holds the words between them as well;
    `speaker_confidence` and `possible_speakers` are as in FoundQuote.
    `cut_before` and `cut_after`: it begins, or ends, inside a sentence. `recording_seconds`: where its paragraph begins
    in the recording whose transcript it is from.
    `time` is that of the update it is from, `superseded`: its own document has put it right since; `also_at` are other
    sources that say the same in the same words. `part` is what its paragraph is in the document.
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
    highlight: Highlight | None = None
    parts: tuple[tuple[int, int], ...] = ()
    speaker_confidence: float | None = None
    possible_speakers: tuple[str, ...] = ()
    cut_before: bool = False
    cut_after: bool = False
    recording_seconds: int | None = None
    part: ParagraphRole = "text"
    time: str | None = None
    superseded: bool = False
    also_at: tuple[Source, ...] = ()

    def translation(self, language: Language) -> Translation | None:
        """Return the translation into a reader's language, else the first; None where the original is in it."""
        if self.source.language == language or not self.translations:
            return None
        translations = self.translations
        return next((translation for translation in translations if translation.language == language), translations[0])


@dataclass(frozen=True, slots=True)
class IndexState:
    """The index an answer was made with: its fingerprint, the encoder's name and digest, and the size of the base."""

    fingerprint: str
    encoder: str
    encoder_digest: str
    sources: int
    passages: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that consists of citations alone, or a refusal with its reason.

    `confidence` estimates the probability that the first citation holds the answer. `nearest` holds up to three
    citations when nothing was answered; they are shown only on request. `read_as` is the question with misspelt names
    corrected, where there were any; `foreign` the code of its language where that is neither Spanish nor English.
    `calibrated`: whether the confidence was fitted with these models; `degraded`: whether only full text was searched,
    because the vector index could not be read.
    """

    question: str
    language: Language
    answered: bool
    confidence: float
    reason: Reason | None
    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...]
    index: IndexState
    reader: str
    reader_digest: str
    elapsed_ms: float
    read_as: str | None = None
    foreign: str | None = None
    calibrated: bool = True
    degraded: bool = False

    @property
    def text(self) -> str | None:
        """Return the exact text of the first citation, or None when nothing was answered."""
        return self.citations[0].exact if self.citations else None


class VerdictKind(StrEnum):
    """The verdict of the sources on a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    CONFLICTING = "conflicting"
    NOT_ENOUGH_EVIDENCE = "not enough evidence"


Stance = Literal["supports", "contradicts", "neutral"]
NoteKind = Literal[
    "number differs", "name differs", "negation differs", "quotation agrees", "quotation differs", "part", "reported",
    "unnamed", "review differs", "own words", "our translation", "ellipsis", "edge", "several speakers",
    "unknown speaker", "speaker not named", "date left open", "newer update", "nothing to check", "short",
    "several voices", "possible speakers",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on how a result came about; `claim` and `source` are the texts that were compared."""

    kind: NoteKind
    claim: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class ClaimEvidence:
    """A citation, its stance on a claim, who says it, and the claim's words in whose place its highlight stands.

    `speaker_confidence` is the probability that those to whom it is attributed say it, where it was estimated.
    """

    citation: Citation
    stance: Stance
    stances: Stances
    attributed_to: str | None
    notes: tuple[Note, ...]
    claimed: str | None = None
    speaker_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one claim, `message[start:end]` of the message.

    `confidence` estimates the probability that the verdict is right. `evidence` is empty where there is not enough;
    `nearest` then holds the most similar evidence, which decides nothing. `attributed_to`: the only person on whose
    words the support for the claim rests. `review`: an earlier review of this claim by a person.

    How it was decided: `decider` is the name of the row of the table in `verdict` that did, or "review_differs"; `read`
    holds every passage that was read with the claim, best ranked first; `read_as` is the claim after the sentence that
    it leans on, where it was read so.
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
    decider: str
    read: tuple[ClaimEvidence, ...]
    read_as: str | None = None


SetAsideReason = Literal["question", "opinion", "wish", "command", "no statement"]


@dataclass(frozen=True, slots=True)
class SetAside:
    """A sentence of the message that is no claim, and the reason."""

    text: str
    start: int
    end: int
    reason: SetAsideReason


@dataclass(frozen=True, slots=True)
class CheckedMessage:
    """The verdicts on all claims of a message, in its order, and the sentences that are no claims.

    `kind` and `confidence` are of the message as a whole: contradicted as soon as one claim is, else conflicting,
    else not enough evidence, and supported only where all claims are. `calibrated` and `degraded` as in an answer.
    """

    message: str
    language: Language
    kind: VerdictKind
    confidence: float
    verdicts: tuple[Verdict, ...]
    set_aside: tuple[SetAside, ...]
    index: IndexState
    reader: str
    reader_digest: str
    elapsed_ms: float
    calibrated: bool = True
    degraded: bool = False


class QuoteResultKind(StrEnum):
    """The result of a quotation check."""

    VERBATIM = "verbatim"
    ALTERED = "altered"
    PARAPHRASE = "paraphrase"
    OTHER_SPEAKER = "other speaker"
    UNATTRIBUTED = "unattributed"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class QuoteResult:
    """The result of comparing a quotation with the sources.

    `similarity` is from 0 to 1. `differences` are pairs of an operation and words that lead from the quotation to the
    source: "=" in both, "-" only in the quotation, "+" only in the source. `calibrated` and `degraded` as in an answer.
    """

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
    calibrated: bool = True
    degraded: bool = False
