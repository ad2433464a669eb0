"""The nouns. Types, fields, tables, JSON and prose use these words and no others.

All offsets count Unicode code points in the stored text of one snapshot; ranges are half-open, [start, end).
Paragraphs are numbered from 1, as a reader counts them.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

Language = Literal["es", "en", "und"]
"""ISO 639 code; `und` (undetermined) for any other language and for text too short to tell."""

SourceKind = Literal["article", "brief", "quotation"]
"""`article`: somebody's document; `brief`: our own summary, which names its references; `quotation`: a speaker's
words gathered from the document named by the source's title and address."""

BUNDLED, OPERATOR = "bundled", "operator"
Owner = str
"""Whose a source is: the package's own base (`BUNDLED`), of whoever runs citabot (`OPERATOR`), or a community's."""


ATTACHED = "upload:"
"""How the location of an attachment begins: it was read from nowhere that could be read again."""


def community(number: int) -> Owner:
    """The owner of what was added from one community."""
    return f"community:{number}"


ParagraphRole = Literal["text", "heading", "item", "table", "code", "note", "question"]
"""`note`: a footnote or endnote; `question`: what somebody was asked in an interview, which states nothing."""
ReferenceKind = Literal["primary", "news", "commentary"]
"""From what is nearest to the fact to what is farthest from it."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Where one paragraph stands in a text, and what it is in its document.

    `time` is that of the update it belongs to, where its document is a run of updates: `YYYY-MM-DDTHH:MM` in the
    document's own time zone, or `HH:MM` where no day is known. Of two in one document the greater is later.
    """

    start: int
    end: int
    role: ParagraphRole = "text"
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A document that a brief's statements rest on, by the number that stands in the brief's text as [n]."""

    number: int
    publisher: str
    title: str
    kind: ReferenceKind
    author: str | None = None
    published: str | None = None
    url: str | None = None


ReviewVerdict = Literal[
    "supported", "partly supported", "contradicted", "disputed", "misleading", "outdated", "no evidence"
]


@dataclass(frozen=True, slots=True)
class ReviewedClaim:
    """A contested claim that somebody has looked into; texts by language, evidence numbered from 1.

    `wordings` holds the claim and other ways in which people put it; `would_change`: what would change the verdict.
    """

    id: str
    wordings: dict[Literal["es", "en"], tuple[str, ...]]
    verdict: ReviewVerdict
    reasons: dict[Literal["es", "en"], str]
    would_change: dict[Literal["es", "en"], str]
    reviewed: str
    evidence: tuple[Reference, ...]

    def claim(self, language: Language) -> str:
        """The claim in this language; in English where it is undetermined."""
        return self.wordings["es" if language == "es" else "en"][0]

    def why(self, language: Language) -> tuple[str, str]:
        """The reasons, and what would change the verdict, in this language or else in English."""
        key: Literal["es", "en"] = "es" if language == "es" else "en"
        return self.reasons[key], self.would_change[key]


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody is or was, in both languages, and of what; dates as far as they are known, `until` excluded."""

    title: dict[Literal["es", "en"], str]
    of: str
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class KnownName:
    """A person, organisation or model with other right writings of the name and wrong ones that people type."""

    name: str
    kind: Literal["person", "organisation", "model"]
    also: tuple[str, ...]
    misspelt: tuple[str, ...]
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document besides its words. None means that nobody said."""

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: str | None = None
    """ISO 8601 date, `YYYY-MM-DD`, or a shorter prefix of one (`2025-01`, `2025`)."""
    language: Language | None = None
    kind: SourceKind | None = None
    licence: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Translation:
    """A translation, always shown as one and never as the quotation itself."""

    text: str
    language: Language
    by: str


@dataclass(frozen=True, slots=True)
class FoundQuote:
    """A quotation as it stands in a text: the words between the marks, and who is said to have said them.

    `parts` are its words as (start, end), in order and apart: several where the text interrupts it to say who speaks,
    or where it goes on over paragraphs; whatever stands between them is the writer's. `speaker` is the fullest form of
    the name in the same text, or None where the text does not tell; `speaker_confidence` the probability that it is
    that person, None where nobody is named or nobody estimated it; `possible_speakers` the names of several people
    between whom the text leaves it open, where nobody is named. `direct` is False for reported speech ("she said that
    …"), whose words are the writer's.
    """

    parts: tuple[tuple[int, int], ...]
    speaker: str | None
    role: str | None
    verb: str | None
    direct: bool
    translations: tuple[Translation, ...] = ()
    speaker_confidence: float | None = None
    possible_speakers: tuple[str, ...] = ()

    @property
    def start(self) -> int:
        """Where its first part begins."""
        return self.parts[0][0]

    @property
    def end(self) -> int:
        """Where its last part ends."""
        return self.parts[-1][1]


def part_holding(parts: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    """Return the one of a quotation's parts, given in order, that holds all between two offsets, or None."""
    place = bisect_right(parts, start, key=itemgetter(0)) - 1
    return parts[place] if place >= 0 and end <= parts[place][1] else None


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader made of a file, page or stream: text in NFC with line feeds as line ends, and its paragraphs.

    Paragraphs are in order, do not overlap, and begin and end on characters that are not white space.
    `quotes` is None when they have yet to be found in the text (only the bundled quotations bring their own).
    """

    text: str
    paragraphs: tuple[Paragraph, ...]
    metadata: Metadata
    location: str
    references: tuple[Reference, ...] = ()
    quotes: tuple[FoundQuote, ...] | None = None
    described: bool = False
    """Whether `metadata` are the document's own front matter, written by whoever gives it."""
    known_by: tuple[str, ...] = ()
    """Of a feed's item: other locations in the feed, and the address, under which an earlier version may be stored."""


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of a source, and may be corrected without its words changing."""

    title: str
    language: Language
    kind: SourceKind
    author: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A document in the base. `id` is what people type; identity is never the hash of the text."""

    id: str
    title: str
    author: str | None
    publisher: str | None
    url: str | None
    published: str | None
    language: Language
    kind: SourceKind
    licence: str | None
    origin: str | None
    """Equal for sources of the same words, such as one text under two addresses, which count once where independence
    matters; None for those of earlier versions."""
    location: str
    snapshot: int
    sha256: str
    added: str
    paragraphs: int
    passages: int
    owner: Owner = OPERATOR


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The text of a source as it was when added. Never changes; `sha256` is of its UTF-8 bytes."""

    id: int
    source: str
    sha256: str
    text: str
    added: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one snapshot."""

    snapshot: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """What is searched: a paragraph, a merge of short ones, or a part of a very long one."""

    id: int
    span: Span
    paragraph: int
    last_paragraph: int
    source: str
    language: Language


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, within one paragraph and one passage. `role` is its paragraph's."""

    id: int
    span: Span
    passage: int
    paragraph: int
    role: ParagraphRole


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation in a stored text; fields as in FoundQuote.

    `passage` and `paragraph` are those in which it begins, `within` is the id of the quotation that it stands in.
    """

    id: int
    span: Span
    """From the beginning of its first part to the end of its last, with whatever stands between them."""
    passage: int
    paragraph: int
    source: str
    speaker: str | None
    role: str | None
    verb: str | None
    direct: bool
    digest: bytes
    """SHA-256 of the text of its span when it was stored."""
    parts: tuple[tuple[int, int], ...]
    translations: tuple[Translation, ...] = ()
    speaker_confidence: float | None = None
    possible_speakers: tuple[str, ...] = ()
    within: int | None = None

    def overlaps(self, start: int, end: int) -> bool:
        """Say whether words of it stand between two offsets."""
        return any(first < end and start < last for first, last in self.parts)


@dataclass(frozen=True, slots=True)
class FullPassage(Passage):
    """A passage with its snapshot, the paragraphs it reaches into, and its sentences and quotes by place.

    `quotes` are all that reach into it, each before those within it: of one that began in an earlier passage, that one
    is `Quote.passage`.
    """

    snapshot: Snapshot
    paragraphs: tuple[Paragraph, ...]
    sentences: tuple[Sentence, ...]
    quotes: tuple[Quote, ...]

    @property
    def own_quotes(self) -> tuple[Quote, ...]:
        """Its quotes that begin in it, each of which is a unit of this passage and of no other."""
        return tuple(quote for quote in self.quotes if quote.passage == self.id)

    @property
    def text(self) -> str:
        """Its words."""
        return self.snapshot.text[self.span.start : self.span.end]


@dataclass(frozen=True, slots=True)
class Segments:
    """Everything that segmentation found in a document, as (start, end) or richer, in order of position.

    `passages` holds (start, end, first paragraph, last paragraph); `sentences` holds (start, end, paragraph).
    Together the passages cover every paragraph, and every sentence lies in exactly one passage. `languages` holds
    each passage's own language.
    """

    passages: tuple[tuple[int, int, int, int], ...]
    sentences: tuple[tuple[int, int, int], ...]
    quotes: tuple[FoundQuote, ...] = ()
    languages: tuple[Language, ...] = ()
