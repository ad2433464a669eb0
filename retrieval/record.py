"""Saved answers and verdicts, and whether the same comes out again.

A record holds what was asked, what it was made with, and the result as JSON without the time it took. The same index
and models give the same bytes; where they have changed, the record tells which source or model did.
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

# A verdict on a long message with its evidence takes some hundred kilobytes; more is no record of ours.
_LARGEST = 10_000_000
_VOLATILE = "elapsed_ms"
# What `citabot ask -k` allows at most.
MOST_CANDIDATES = 1000


class Record(BaseModel):
    """What a record file holds. `request` is what was asked, by the names of the engine's own parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    citabot: str
    kind: str
    request: dict[str, Any]
    sources: dict[str, str]
    """SHA-256 of each source cited, by its id."""
    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was when the record was made."""

    what: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found: `same` to the byte or not, what has changed, and the outcome then and now."""

    same: bool
    changes: tuple[Change, ...]
    before: str
    now: str


def answered(answer: Answer, k: int | None, result: Json) -> Record:
    """The record of an answer, whose JSON is `result`."""
    return _record("ask", {"question": answer.question, "k": k}, result)


def checked(found: CheckedMessage, result: Json) -> Record:
    """The record of a verdict."""
    return _record("check", {"message": found.message}, result)


def quoted(found: QuoteResult, result: Json) -> Record:
    """The record of a quotation check."""
    return _record("quote", {"text": found.text, "speaker": found.speaker}, result)


def save(path: Path, text: str) -> None:
    """Write the JSON text of a record, whole or not at all. Raises BadTarget, HomeNotWritable or StorageFull."""
    try:
        write_whole(path, f"{text}\n".encode())
    except (BadTarget, HomeNotWritable) as error:
        error.hint = "Name another file with --save."
        raise


def read(path: Path) -> Record:
    """A record. Raises MissingFile, or BadRecord for anything that this program did not write."""
    try:
        found = Record.model_validate_json(read_regular(path, _LARGEST), strict=True)
    except (SourceTooLarge, ValidationError) as error:
        raise BadRecord(f"{path} is not a record of this program.") from error
    if found.kind not in _AGAIN:
        raise BadRecord(f"{path} is a record of something this program does not do: {found.kind}.")
    if not isinstance(found.result.get("index"), dict):
        raise BadRecord(f"{path} does not say with which index it was made.")
    return found


def replay(engine: Engine, record: Record, shapes: Mapping[str, Callable[[Any], Json]]) -> Replayed:
    """Ask again what a record asks, and compare; `shapes` makes the JSON of each kind of result.

    Raises BadRecord where its request cannot be asked.
    """
    asked, perform = _AGAIN[record.kind]
    try:
        request = asked.model_validate(record.request)
    except ValidationError as error:
        raise BadRecord("The record does not say what was asked.") from error
    again = perform(engine, request, shapes[record.kind])
    changes = [*_model_changes(record.result, again.result), *_source_changes(record, engine)]
    same = _bytes(record.result) == _bytes(again.result)
    return Replayed(same, tuple(changes), _outcome(record.result), _outcome(again.result))


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


# What each kind asks, and how it is asked again.
_AGAIN: dict[str, tuple[type[_Request], Callable[[Engine, Any, Callable[[Any], Json]], Record]]] = {
    "ask": (_Question, lambda engine, asked, shape: _asked_again(engine, asked, shape)),
    "check": (_Message, lambda engine, asked, shape: checked(found := engine.check(asked.message), shape(found))),
    "quote": (
        _Quotation,
        lambda engine, asked, shape: quoted(found := engine.quote(asked.text, speaker=asked.speaker), shape(found)),
    ),
}


def _asked_again(engine: Engine, asked: _Question, shape: Callable[[Any], Json]) -> Record:
    answer = engine.ask(asked.question, k=asked.k)
    return answered(answer, asked.k, shape(answer))


def _record(kind: str, request: dict[str, Any], result: Json) -> Record:
    kept: dict[str, Any] = {name: value for name, value in result.items() if name != _VOLATILE}
    return Record(
        citabot=version("citabot"), kind=kind, request=request, sources=dict(sorted(_cited(kept))), result=kept
    )


def _cited(value: object) -> set[tuple[str, str]]:
    """The sources anywhere in a result, with their digests."""
    if isinstance(value, dict):
        source = value.get("source")
        own = {(source["id"], source["sha256"])} if isinstance(source, dict) and "sha256" in source else set()
        return own.union(*(_cited(item) for item in value.values()))
    if isinstance(value, list):
        return set[tuple[str, str]]().union(*(_cited(item) for item in value))
    return set()


def _model_changes(before: dict[str, Any], now: dict[str, Any]) -> list[Change]:
    then, today = before["index"], now["index"]
    named = {"fingerprint": "index", "encoder_digest": "encoder", "entailment_digest": "entailment model"}
    return [
        Change(what, str(then.get(key)), str(today[key]))
        for key, what in named.items()
        if key in today and then.get(key) != today[key]
    ]


def _source_changes(record: Record, engine: Engine) -> list[Change]:
    present: dict[str, Source] = {source.id: source for source in engine.sources()}
    changes = []
    for name, digest in record.sources.items():
        now = present[name].sha256 if name in present else "removed"
        if now != digest:
            changes.append(Change(f"source {name}", digest, now))
    return changes


def _outcome(result: dict[str, Any]) -> str:
    """The result in a word: the verdict, what became of a quotation, or the answer's words."""
    for key in ("verdict", "result"):
        if key in result:
            return str(result[key])
    return str(result.get("answer") or result.get("reason"))


def _bytes(result: dict[str, Any]) -> bytes:
    return json.dumps(result, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
