"""Log lines for machines or people, from which no token and no payload ever gets out.

Every line is cleaned after it has been put together, so that it does not matter whether a token came in the message,
in a field or in the text of an exception. Libraries log from INFO on: below it, the one that speaks with Discord writes
down all that it sends and receives.
"""

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, Literal

from pythonjsonlogger.json import JsonFormatter

Clean = Callable[[str], str]

_REMOVED = "[removed]"
# What Discord's tokens look like: a bot's is its id in Base64, a time and a signature; an interaction's begins with
# "interaction:" in Base64, and stands in addresses as a webhook's does.
# https://discord.com/developers/docs/reference#authentication
# https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages
_TOKENS = re.compile(
    r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}|aW50ZXJhY3Rpb246[\w+/=-]+|(?<=/)(?:webhooks|interactions)/\d+/[^\s/?\"']+"
)
# Our own loggers; only they are asked for more than INFO.
_OURS = ("bot", "knowledge", "retrieval")
_LIBRARY_LEVEL = logging.INFO
# What would end a line, move the cursor of a terminal, or turn the direction in which a line reads.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def configure_logs(level: int, *, form: Literal["json", "text"], secrets: Iterable[str] = ()) -> None:
    """Write log lines to standard error from now on, in place of whatever was set up before.

    `secrets` are removed wherever they occur. `level` holds for our own loggers, and for libraries where it is higher
    than INFO.
    """
    clean = cleaner(secrets)
    handler = _Handler(sys.stderr, clean)
    handler.setFormatter(_formatter(_as_json if form == "json" else _as_text, clean))
    handler.addFilter(_admitted)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, _LIBRARY_LEVEL))
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    # Else Python writes warnings to standard error by itself, in a form of its own.
    logging.captureWarnings(True)


def cleaner(secrets: Iterable[str]) -> Clean:
    """Return a function that removes these secrets, and what looks like one of Discord's tokens, from a text."""
    # The longest first, as a secret may be a part of another.
    known_secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
    any_secret = re.compile("|".join(map(re.escape, known_secrets)))

    def clean(text: str) -> str:
        return _TOKENS.sub(_REMOVED, any_secret.sub(_REMOVED, text) if known_secrets else text)

    return clean


class _Handler(logging.StreamHandler[Any]):
    """A handler that says of a line which cannot be written only that there was one: the standard one prints it all."""

    def __init__(self, stream: Any, clean: Clean) -> None:  # noqa: ANN401 (as the standard library has it)
        super().__init__(stream)
        self._clean = clean

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (the standard library's name)
        """Write that a line could not be written."""
        kind = getattr(sys.exc_info()[0], "__name__", "")
        line = {"level": "ERROR", "logger": record.name, "message": "log line lost", "kind": kind}
        try:
            self.stream.write(self._clean(json.dumps(line)) + self.terminator)
        except (OSError, ValueError):
            return  # standard error is closed: nobody reads any more


def _admitted(record: logging.LogRecord) -> bool:
    """Return whether a record may be written, whatever level somebody gave its logger."""
    return record.levelno >= _LIBRARY_LEVEL or record.name.split(".")[0] in _OURS


def _formatter(write: Callable[[dict[str, Any]], str], clean: Clean) -> JsonFormatter:
    """Return a formatter that makes each record plain JSON values, cleans every text among them, and writes them."""

    def serialize(fields: dict[str, Any], **options: Any) -> str:  # noqa: ANN401 (passed on to json.dumps)
        # There and back, so that objects of any kind are texts before they are cleaned; NaN is no JSON.
        plain = json.loads(json.dumps(fields, **options), parse_constant=str)
        return write(_clean_value(plain, clean))

    return JsonFormatter(
        ["levelname", "name", "message"],
        rename_fields={"levelname": "level", "name": "logger", "exc_info": "traceback", "stack_info": "stack"},
        defaults={"time": None},  # so that it comes first
        timestamp="time",
        json_serializer=serialize,
    )


def _as_json(fields: dict[str, Any]) -> str:
    # In ASCII, so that nothing in it is taken for the end of a line.
    return json.dumps(fields)


def _as_text(fields: dict[str, Any]) -> str:
    """Return a line for people: time, level, logger, event, other fields, and a traceback below."""
    event = str(fields.pop("message")).replace("\n", r"\u000a")
    head = f"{fields.pop('time')} {fields.pop('level'):<8} {fields.pop('logger')}: {event}"
    tracebacks = [fields.pop(name) for name in ("traceback", "stack") if name in fields]
    line = " ".join([head, *(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in fields.items())])
    return _CONTROL.sub(lambda control: f"\\u{ord(control[0]):04x}", "\n".join([line, *tracebacks]))


def _clean_value(value: Any, clean: Clean) -> Any:  # noqa: ANN401 (any JSON value)
    """Return a JSON value with every text in it cleaned."""
    match value:
        case str():
            return clean(value)
        case list():
            return [_clean_value(item, clean) for item in value]
        case dict():
            return {clean(name): _clean_value(item, clean) for name, item in value.items()}
    return value
