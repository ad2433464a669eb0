"""Labelled files, which come from users: JSON lines, each a question, claim or quotation with the right result."""

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

# Names are shown in tables and messages. 200 characters are our choice, far more than any id in use has.
_Name = Annotated[str, Field(min_length=1, max_length=200)]
# Some editors write this mark at the start of a file (Unicode 16, section 23.8).
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Place:
    """A paragraph of a source: the source's id, and the paragraph's number from 1."""

    source: _Name
    paragraph: Annotated[int, Field(ge=1)]


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question and every place that answers it; without `gold`, one that is not to be answered.

    Where there are `answers`, a place is right only if its paragraph contains one of them. `kind` is a class of the
    labeller's own, by which measures are grouped, such as near and far questions.
    """

    id: _Name
    question: str
    language: Language
    gold: Annotated[tuple[Place, ...], AfterValidator(lambda places: tuple(dict.fromkeys(places)))]
    answers: tuple[str, ...] = ()
    kind: _Name | None = None


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    """A claim and its right verdict; `gold` may name the places of the evidence, which are not measured."""

    id: _Name
    claim: str
    language: Language
    verdict: Literal["supported", "contradicted", "conflicting", "not enough evidence"]
    gold: tuple[Place, ...] = ()
    kind: _Name | None = None


@dataclass(frozen=True, slots=True)
class LabelledQuotation:
    """A quotation with its alleged speaker, and the right result of checking it."""

    id: _Name
    text: str
    result: Literal["verbatim", "altered", "paraphrase", "other speaker", "unattributed", "not found"]
    speaker: str | None = None
    language: Language | None = None
    kind: _Name | None = None


Label = LabelledQuestion | LabelledClaim | LabelledQuotation

# The type of a label by the field that identifies it.
_KINDS: dict[str, TypeAdapter[Any]] = {
    "question": TypeAdapter(LabelledQuestion),
    "claim": TypeAdapter(LabelledClaim),
    "text": TypeAdapter(LabelledQuotation),
}
_JSON: TypeAdapter[Any] = TypeAdapter(Any)


def read_labels(path: Path, *, max_bytes: int) -> tuple[Label, ...]:
    """Read the labels of a file, in its order.

    Raises MissingFile, SourceTooLarge, or BadLabels with the number of the first invalid line.
    """
    line_numbers: dict[str, int] = {}
    labels = []
    for number, line in _lines(path, max_bytes):
        try:
            label = _label(line)
        except BadLabels as error:
            raise BadLabels(f"Line {number} of {path.name} {error.message}.") from error
        if label.id in line_numbers:
            first = line_numbers[label.id]
            raise BadLabels(f"Line {number} of {path.name} repeats the id “{label.id}” of line {first}.")
        line_numbers[label.id] = number
        labels.append(label)
    if not labels:
        raise BadLabels(f"{path.name} holds no labelled line.")
    return tuple(labels)


def folded(text: str) -> str:
    """Fold a text for comparison, with a single space for every run of white space."""
    return " ".join(fold(text).split())


def _lines(path: Path, max_bytes: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers from 1."""
    data = read_regular(path, max_bytes)
    for number, line in enumerate(data.removeprefix(_BYTE_ORDER_MARK).split(b"\n"), 1):
        if line.strip():
            yield number, line


def _label(line: bytes) -> Label:
    """Read and check a line. Raises BadLabels with a message that continues one that names the line."""
    fields = _object(line)
    kind = next((name for name in _KINDS if name in fields), None)
    if kind is None:
        raise BadLabels("has no question, no claim and no text")
    try:
        label: Label = _KINDS[kind].validate_json(line, strict=True)
        check_question(getattr(label, kind), {"text": "quotation"}.get(kind, kind))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BadLabels(f"is not usable: {name}: {_without_full_stop(first['msg'])}") from error
    except BadQuestion as error:
        raise BadLabels(f"is not usable: {_without_full_stop(error.message)}") from error
    if isinstance(label, LabelledQuestion) and not all(map(folded, label.answers)):
        raise BadLabels("has an answer without a word in it")
    return label


def _object(line: bytes) -> dict[str, Any]:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadLabels("is not UTF-8 text") from error
    try:
        value = _JSON.validate_json(line)
    except ValueError as error:
        raise BadLabels("is not JSON") from error
    if not isinstance(value, dict):
        raise BadLabels("is not a JSON object")
    return value


def _without_full_stop(message: str) -> str:
    """Return a message without its full stop, as part of another sentence."""
    return re.sub(r"\.$", "", message)
