"""The labelled file: JSON lines, each a question, a claim or a quotation with what is right. Strangers write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from knowledge.errors import BadLabels, BadQuestion
from knowledge.model import Language
from knowledge.storage import read_regular
from knowledge.terms import fold
from retrieval.answer.cite import check_question

# Names are shown in tables and messages: our choice, far longer than any id in use.
_Name = Annotated[str, Field(min_length=1, max_length=200)]
# Editors of some systems begin a file with this mark (Unicode 16, section 23.8).
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Place:
    """A paragraph of a source, counted from 1."""

    source: _Name
    paragraph: Annotated[int, Field(ge=1)]


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question and every place that answers it; without `gold`, one to be silent at.

    Where there are `answers`, a place is right only if its paragraph holds one of them. Questions may be told apart by
    a `kind` of the labeller's own, such as near and far ones.
    """

    id: _Name
    question: str
    language: Language
    gold: Annotated[tuple[Place, ...], AfterValidator(lambda places: tuple(dict.fromkeys(places)))]
    answers: tuple[str, ...] = ()
    kind: _Name | None = None


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    """A claim and its right verdict; `gold` may say where the evidence stands, which is not measured."""

    id: _Name
    claim: str
    language: Language
    verdict: Literal["supported", "contradicted", "conflicting", "not enough evidence"]
    gold: tuple[Place, ...] = ()
    kind: _Name | None = None


@dataclass(frozen=True, slots=True)
class LabelledQuotation:
    """A quotation, who is said to have said it, and what becomes of it."""

    id: _Name
    text: str
    result: Literal["verbatim", "altered", "paraphrase", "other speaker", "not found"]
    speaker: str | None = None
    language: Language | None = None
    kind: _Name | None = None


Label = LabelledQuestion | LabelledClaim | LabelledQuotation

# What a line holds, by the field that tells its kind: a new kind of line is one more entry.
_KINDS: dict[str, TypeAdapter[Any]] = {
    "question": TypeAdapter(LabelledQuestion),
    "claim": TypeAdapter(LabelledClaim),
    "text": TypeAdapter(LabelledQuotation),
}
_JSON: TypeAdapter[Any] = TypeAdapter(Any)


def read_labels(path: Path, *, max_bytes: int) -> tuple[Label, ...]:
    """The labels of a file, in its order.

    Raises MissingFile, SourceTooLarge, or BadLabels with the number of the first line that is not as it should be.
    """
    read: dict[str, int] = {}
    found = []
    for number, line in _lines(path, max_bytes):
        try:
            label = _label(line)
        except BadLabels as error:
            raise BadLabels(f"Line {number} of {path.name} {error.message}.") from error
        if label.id in read:
            raise BadLabels(f"Line {number} of {path.name} repeats the id “{label.id}” of line {read[label.id]}.")
        read[label.id] = number
        found.append(label)
    if not found:
        raise BadLabels(f"{path.name} holds no labelled line.")
    return tuple(found)


def folded(text: str) -> str:
    """Text as it is compared: folded, and every run of white space one space."""
    return " ".join(fold(text).split())


def _lines(path: Path, max_bytes: int) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers."""
    data = read_regular(path, max_bytes)
    for number, line in enumerate(data.removeprefix(_BYTE_ORDER_MARK).split(b"\n"), 1):
        if line.strip():
            yield number, line


def _label(line: bytes) -> Label:
    """One line read and checked. The message of the BadLabels it raises follows the line's number."""
    held = _object(line)
    kind = next((name for name in _KINDS if name in held), None)
    if kind is None:
        raise BadLabels("has no question, no claim and no text")
    try:
        label: Label = _KINDS[kind].validate_json(line, strict=True)
        check_question(getattr(label, kind), {"text": "quotation"}.get(kind, kind))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BadLabels(f"is not usable: {name}: {_sentence(first['msg'])}") from error
    except BadQuestion as error:
        raise BadLabels(f"is not usable: {_sentence(error.message)}") from error
    if isinstance(label, LabelledQuestion) and not all(map(folded, label.answers)):
        raise BadLabels("has an answer without a word in it")
    return label


def _object(line: bytes) -> dict[str, Any]:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadLabels("is not UTF-8 text") from error
    try:
        held = _JSON.validate_json(line)
    except ValueError as error:
        raise BadLabels("is not JSON") from error
    if not isinstance(held, dict):
        raise BadLabels("is not a JSON object")
    return held


def _sentence(message: str) -> str:
    """A message as part of a sentence of ours."""
    return re.sub(r"\.$", "", message)
