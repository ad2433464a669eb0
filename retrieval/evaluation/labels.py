"""The labelled file: JSON lines, each a question with the places that answer it. Strangers write these files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from knowledge.errors import BadLabels, BadQuestion, MissingFile, SourceTooLarge
from knowledge.model import Language
from knowledge.terms import fold
from retrieval.answer import check_question

# Names are shown in tables and messages: our choice, far longer than any id in use.
_Name = Annotated[str, Field(min_length=1, max_length=200)]
_MEGABYTE = 1_000_000
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


# What a line holds, by the field that tells its kind: a new kind of line is one more entry.
_KINDS: dict[str, TypeAdapter[LabelledQuestion]] = {"question": TypeAdapter(LabelledQuestion)}
_JSON: TypeAdapter[Any] = TypeAdapter(Any)
_UNMEASURED = {"claim": "verdicts", "text": "quotes"}


def read_labels(path: Path, *, max_bytes: int) -> tuple[LabelledQuestion, ...]:
    """The labelled questions of a file, in its order.

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
        raise BadLabels(f"{path.name} holds no labelled question.")
    return tuple(found)


def folded(text: str) -> str:
    """Text as it is compared: folded, and every run of white space one space."""
    return " ".join(fold(text).split())


def _lines(path: Path, max_bytes: int) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers."""
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be used"
        raise MissingFile(f"{path} cannot be read: {reason}.") from error
    if len(data) > max_bytes:
        raise SourceTooLarge(f"{path} is larger than {max_bytes / _MEGABYTE:.3g} MB.")
    for number, line in enumerate(data.removeprefix(_BYTE_ORDER_MARK).split(b"\n"), 1):
        if line.strip():
            yield number, line


def _label(line: bytes) -> LabelledQuestion:
    """One line read and checked. The message of the BadLabels it raises follows the line's number."""
    held = _object(line)
    kind = next((name for name in _KINDS if name in held), None)
    unmeasured = next((what for name, what in _UNMEASURED.items() if name in held), None)
    if kind is None and unmeasured is not None:
        raise BadLabels(f"is about {unmeasured}, which are not measured yet", hint="Keep the lines with a question.")
    if kind is None:
        raise BadLabels("has no question")
    try:
        label = _KINDS[kind].validate_json(line, strict=True)
        check_question(label.question)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BadLabels(f"is not usable: {name}: {_sentence(first['msg'])}") from error
    except BadQuestion as error:
        raise BadLabels(f"is not usable: {_sentence(error.message)}") from error
    if not all(map(folded, label.answers)):
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
