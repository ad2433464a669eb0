"""Front matter: the YAML between two lines of three hyphens that opens a Markdown file."""

import datetime
import re
from collections.abc import Mapping
from typing import cast, get_args

import yaml

from knowledge.errors import BadBrief
from knowledge.model import Language, Metadata, Reference, ReferenceKind, SourceKind

_FENCED = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


def split_front_matter(text: str, *, location: str) -> tuple[dict[str, object], str]:
    """The fields and the body after them. A text that opens with anything but a mapping has no front matter.

    Raises BadBrief when the lines between the hyphens are not YAML.
    """
    fenced = _FENCED.match(text)
    if fenced is None:
        return {}, text
    try:
        fields = yaml.safe_load(fenced[1])
    # ValueError: an impossible date. RecursionError: brackets nested beyond reason.
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadBrief(f"The front matter of {location} is not valid YAML{_place(error)}.") from error
    if not isinstance(fields, dict):
        return {}, text
    return {str(name).lower(): value for name, value in fields.items()}, text[fenced.end() :]


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" (line {mark.line + 2})" if mark is not None else ""


def read_metadata(fields: Mapping[str, object], *, location: str) -> Metadata:
    """What the fields say of the document. Raises BadBrief for a field whose value cannot be what it should."""
    kind = _word(fields, "kind", location=location)
    if kind is not None and kind not in get_args(SourceKind):
        raise BadBrief(f"kind in the front matter of {location} is “{kind}”, not one of {_listed(SourceKind)}.")
    return Metadata(
        title=_word(fields, "title", location=location),
        author=_word(fields, "author", "authors", location=location),
        publisher=_word(fields, "publisher", location=location),
        url=_word(fields, "url", location=location),
        published=_date(fields, location=location),
        language=known_language(_word(fields, "language", "lang", location=location)),
        kind=cast("SourceKind | None", kind),
        licence=_word(fields, "licence", "license", location=location),
        id=_word(fields, "id", location=location),
    )


def read_references(fields: Mapping[str, object], *, location: str) -> tuple[Reference, ...]:
    """The numbered documents that the text rests on. Raises BadBrief unless each has all that a reference needs."""
    entries = fields.get("references") or []
    if not isinstance(entries, list):
        raise BadBrief(f"references in the front matter of {location} is not a list.")
    return tuple(_reference(entry, location=location) for entry in entries)


def _reference(entry: object, *, location: str) -> Reference:
    if not isinstance(entry, dict) or type(number := entry.get("number")) is not int:
        raise BadBrief(f"A reference in the front matter of {location} has no number.")
    where = f"reference {number} of {location}"
    kind = _word(entry, "type", "kind", location=where)
    if kind not in get_args(ReferenceKind):
        raise BadBrief(f"type in the front matter of {where} is “{kind}”, not one of {_listed(ReferenceKind)}.")
    publisher = _word(entry, "publisher", location=where)
    title = _word(entry, "title", location=where)
    if publisher is None or title is None:
        raise BadBrief(f"The front matter of {where} names no {'title' if publisher else 'publisher'}.")
    return Reference(
        number,
        publisher,
        title,
        cast("ReferenceKind", kind),
        author=_word(entry, "author", location=where),
        published=_date(entry, location=where),
        url=_word(entry, "url", location=where),
    )


def known_language(tag: str | None) -> Language | None:
    """Our language for a BCP 47 tag: `es-MX` is `es`, `fr` is `und`, nothing is None."""
    if not tag:
        return None
    primary = re.split("[-_]", tag.strip().lower(), maxsplit=1)[0]
    return cast("Language", primary) if primary in get_args(Language) else "und"


def _word(fields: Mapping[str, object], *names: str, location: str) -> str | None:
    """The first of these fields that has a value, as one line; a list becomes names with commas."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            value = ", ".join(value)
        if isinstance(value, (dict, list)):
            raise BadBrief(f"{name} in the front matter of {location} is not a single value.")
        if value is not None and (words := " ".join(str(value).split())):
            return words
    return None


def _date(fields: Mapping[str, object], *, location: str) -> str | None:
    value = fields.get("published", fields.get("date"))
    if isinstance(value, datetime.date):  # a datetime is one too
        return value.strftime("%Y-%m-%d")
    if value is None or value == "":
        return None
    day = str(value).split("T", 1)[0].split(" ", 1)[0]
    if not _DATE.fullmatch(day):
        raise BadBrief(f"The date “{value}” in the front matter of {location} is not of the form YYYY-MM-DD.")
    return day


def _listed(choice: object) -> str:
    return ", ".join(get_args(choice))
