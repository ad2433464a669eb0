"""What a person asks a face for, and what the face then has to show."""

from dataclasses import dataclass
from typing import Literal

from knowledge.model import Source
from retrieval.model import Answer, CheckedMessage, Citation, QuoteResult

RequestKind = Literal["ask", "check", "quote", "find", "quotes", "sources"]


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `speaker` and `about` filter quotations; `most` is the number of citations of an answer."""

    kind: RequestKind
    text: str = ""
    speaker: str | None = None
    about: str | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class MessageOrigin:
    """The origin of the words of a message: the quotations it contains, else the answer nearest to it."""

    results: tuple[QuoteResult, ...]
    near: Answer | None


@dataclass(frozen=True, slots=True)
class QuoteList:
    """The quotations requested."""

    quotes: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class SourceList:
    """Every source."""

    sources: tuple[Source, ...]


Outcome = Answer | CheckedMessage | QuoteResult | MessageOrigin | QuoteList | SourceList
