"""Records of answers, verdicts and quotation checks, and their replay.

A record holds the request, the digests of index, models and cited sources, and the result as JSON without the time it
took. The same index and models give the same bytes; where they have changed, a replay names the source or model.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.errors import BadRecord, BadTarget, HomeNotWritable, SourceTooLarge
from knowledge.model import Source
from knowledge.storage import read_regular, write_whole
from retrieval.engine import Engine
from retrieval.model import Answer, CheckedMessage, QuoteResult

Json = dict[str, object]

# Bytes of a record file. Our choice: a verdict on a long message with its evidence takes some hundred kilobytes.
_MOST_BYTES = 10_000_000
# The field of a result that differs each time.
_VOLATILE_FIELD = "elapsed_ms"
# The most that `citabot ask -k` allows.
MOST_CANDIDATES = 1000


class Record(BaseModel):
    """The content of a record file. `request` holds the arguments by the names of the engine's parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    citabot: str
    kind: str
    request: dict[str, Any]
    sources: dict[str, str]
    """The SHA-256 of each cited source in hexadecimal, by source id."""
    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A difference from the time when the record was made: the name of what changed, and its values."""

    what: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """The result of a replay: `same` to the byte or not, the changes, and the outcome then and now."""

    same: bool
    changes: tuple[Change, ...]
    before: str
    now: str


def answered(answer: Answer, k: int | None, result: Json) -> Record:
    """Make the record of an answer, whose JSON is `result`."""
    return _record("ask", {"question": answer.question, "k": k}, result)


def checked(message: CheckedMessage, result: Json) -> Record:
    """Make the record of a checked message, whose JSON is `result`."""
    return _record("check", {"message": message.message}, result)


def quoted(quotation: QuoteResult, result: Json) -> Record:
    """Make the record of a quotation check, whose JSON is `result`."""
    return _record("quote", {"text": quotation.text, "speaker": quotation.speaker}, result)


def save(path: Path, text: str) -> None:
    """Write the JSON text of a record atomically. Raises BadTarget, HomeNotWritable or StorageFull."""
    try:
        write_whole(path, f"{text}\n".encode())
    except (BadTarget, HomeNotWritable) as error:
        error.hint = "Name another file with --save."
        raise


def read(path: Path) -> Record:
    """Read a record. Raises MissingFile, or BadRecord for anything that this program did not write."""
    try:
        record = Record.model_validate_json(read_regular(path, _MOST_BYTES), strict=True)
    except (SourceTooLarge, ValidationError) as error:
        raise BadRecord(f"{path} is not a record of this program.") from error
    if record.kind not in _REQUESTS:
        raise BadRecord(f"{path} is a record of something this program does not do: {record.kind}.")
    if not isinstance(record.result.get("index"), dict):
        raise BadRecord(f"{path} does not say with which index it was made.")
    return record


def replay(engine: Engine, record: Record, shapes: Mapping[str, Callable[[Any], Json]]) -> Replayed:
    """Repeat the request of a record, and compare the results; `shapes` make the JSON of each kind of result.

    Raises BadRecord where the request is invalid.
    """
    request_type, perform = _REQUESTS[record.kind]
    try:
        request = request_type.model_validate(record.request)
    except ValidationError as error:
        raise BadRecord("The record does not say what was asked.") from error
    present = perform(engine, request, shapes[record.kind])
    changes = [*_model_changes(record.result, present.result), *_source_changes(record, engine)]
    same = _bytes(record.result) == _bytes(present.result)
    return Replayed(same, tuple(changes), _outcome(record.result), _outcome(present.result))


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Question(_Request):
    question: str
    k: Annotated[int, Field(ge=1, le=MOST_CANDIDATES)] | None


class _Message(_Request):
    message: str


class _Quotation(_Request):
    text: str
    speaker: str | None


def _repeat_question(engine: Engine, request: _Question, shape: Callable[[Any], Json]) -> Record:
    answer = engine.ask(request.question, k=request.k)
    return answered(answer, request.k, shape(answer))


def _repeat_message(engine: Engine, request: _Message, shape: Callable[[Any], Json]) -> Record:
    message = engine.check(request.message)
    return checked(message, shape(message))


def _repeat_quotation(engine: Engine, request: _Quotation, shape: Callable[[Any], Json]) -> Record:
    quotation = engine.quote(request.text, speaker=request.speaker)
    return quoted(quotation, shape(quotation))


# The request of each kind of record, and the function that repeats it.
_REQUESTS: dict[str, tuple[type[_Request], Callable[[Engine, Any, Callable[[Any], Json]], Record]]] = {
    "ask": (_Question, _repeat_question),
    "check": (_Message, _repeat_message),
    "quote": (_Quotation, _repeat_quotation),
}


def _record(kind: str, request: dict[str, Any], result: Json) -> Record:
    stable: dict[str, Any] = {name: value for name, value in result.items() if name != _VOLATILE_FIELD}
    sources = dict(sorted(_cited_sources(stable)))
    return Record(citabot=version("citabot"), kind=kind, request=request, sources=sources, result=stable)


def _cited_sources(value: object) -> set[tuple[str, str]]:
    """Return the ids and digests of all sources in a result, at any depth."""
    if isinstance(value, dict):
        source = value.get("source")
        own = {(source["id"], source["sha256"])} if isinstance(source, dict) and "sha256" in source else set()
        return own.union(*(_cited_sources(item) for item in value.values()))
    if isinstance(value, list):
        return set[tuple[str, str]]().union(*(_cited_sources(item) for item in value))
    return set()


def _model_changes(before: dict[str, Any], now: dict[str, Any]) -> list[Change]:
    old, new = before["index"], now["index"]
    names = {
        "fingerprint": "index",
        "encoder_digest": "encoder",
        "reader_digest": "reader",
    }
    return [
        Change(name, str(old.get(key)), str(new[key]))
        for key, name in names.items()
        if key in new and old.get(key) != new[key]
    ]


def _source_changes(record: Record, engine: Engine) -> list[Change]:
    present: dict[str, Source] = {source.id: source for source in engine.sources()}
    changes = []
    for source_id, digest in record.sources.items():
        now = present[source_id].sha256 if source_id in present else "removed"
        if now != digest:
            changes.append(Change(f"source {source_id}", digest, now))
    return changes


def _outcome(result: dict[str, Any]) -> str:
    """Return the result in brief: the verdict, the result of a quotation check, or the answer's text or reason."""
    for key in ("verdict", "result"):
        if key in result:
            return str(result[key])
    return str(result.get("answer") or result.get("reason"))


def _bytes(result: dict[str, Any]) -> bytes:
    return json.dumps(result, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
