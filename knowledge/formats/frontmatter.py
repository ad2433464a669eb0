"""Front matter: the YAML between two lines of three hyphens that opens a Markdown file."""

import datetime
import re
from collections.abc import Mapping
from typing import cast, get_args

import yaml

from knowledge.errors import BadBrief
from knowledge.formats.paragraphs import clean
from knowledge.model import Language, Metadata, Reference, ReferenceKind, SourceKind

_FENCED = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
# ISO 8601, or its beginning; YAML lets months and days go without a zero, and a time of day follow
# (https://yaml.org/type/timestamp.html).
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[Tt\s].*)?)?)?", re.ASCII)
# What a brief's marks, "[1]", count with; a thousand references stand in no brief.
_NUMBER = re.compile(r"[1-9]\d{0,2}", re.ASCII)
# Our choice: twenty times the longest front matter of the bundled briefs. YAML is read slowly, some 100,000 characters
# a second.
_MOST_CHARACTERS = 100_000
# What means nothing where it stands without quotation marks: https://yaml.org/spec/1.2.2/#10211-null
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
# Tags that say what a value is anyway; any other would make something else than text of it.
_PLAIN_TAGS = frozenset({None, "!", *(f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map"))})
_OWN_KINDS: tuple[SourceKind, ...] = ("article", "brief")
# Characters of a wrong value that a message quotes: enough to recognize it by, in one line. Our choice.
_SHOWN_CHARACTERS = 60


class _NotPlain(yaml.MarkedYAMLError):
    """YAML that is more than text, lists and mappings."""


class _TextLoader(yaml.BaseLoader):
    """A loader of YAML whose scalars stay text: `1984`, `No`, `0x10` and dates are words of somebody's.

    In Python, though libyaml is faster: there no alias can be refused, and an escape of half a character is an error.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose the next node. Raises _NotPlain for a tag and for an alias, which can make gigabytes of a line."""
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None) not in _PLAIN_TAGS:
            raise _NotPlain(problem_mark=cast("yaml.error.Mark", event.start_mark))
        return super().compose_node(parent, index)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:
        """Return a scalar's text, or None where it is a null."""
        if isinstance(node, yaml.ScalarNode) and node.style is None and node.value in _NULLS:
            return None
        return super().construct_object(node, deep=deep)


def split_front_matter(text: str, *, location: str) -> tuple[dict[str, object], str]:
    """Split a text into the fields of its front matter, each value as it is written, and the body after them.

    A text that opens with anything but a mapping has no front matter. Raises BadBrief when the lines between the
    hyphens are not YAML, hold aliases or tags, or are longer than any brief's.
    """
    fenced = _FENCED.match(text)
    if fenced is None:
        return {}, text
    if len(fenced[1]) > _MOST_CHARACTERS:
        raise BadBrief(f"The front matter of {location} is longer than {_MOST_CHARACTERS:,} characters.")
    try:
        fields = yaml.load(fenced[1], Loader=_TextLoader)  # noqa: S506 (it makes text, lists and mappings alone)
    except _NotPlain as error:
        raise BadBrief(
            f"The front matter of {location} has an alias or a tag{_place(error)}, not just text."
        ) from error
    # ValueError: an escape beyond Unicode. RecursionError: brackets nested beyond reason.
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadBrief(f"The front matter of {location} is not valid YAML{_place(error)}.") from error
    if not isinstance(fields, dict):
        return {}, text
    return {str(name).lower(): value for name, value in fields.items()}, text[fenced.end() :]


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" (line {mark.line + 2})" if mark is not None else ""


def read_metadata(fields: Mapping[str, object], *, location: str) -> Metadata:
    """Read the metadata of a document. Raises BadBrief for a field whose value cannot be what it should.

    Quotations are what was gathered for the base: no document can say of itself that it is one.
    """
    kind = _word(fields, "kind", location=location)
    if kind is not None and kind not in _OWN_KINDS:
        wanted = ", ".join(_OWN_KINDS)
        raise BadBrief(f"kind in the front matter of {location} is “{_shown(kind)}”, not one of {wanted}.")
    return Metadata(
        title=_word(fields, "title", location=location),
        author=_word(fields, "author", "authors", location=location),
        publisher=_word(fields, "publisher", location=location),
        url=_word(fields, "url", location=location),
        published=_date(fields, location=location),
        language=known_language(_word(fields, "language", "lang", location=location)),
        kind=kind,
        licence=_word(fields, "licence", "license", location=location),
        id=_word(fields, "id", location=location),
    )


def read_references(fields: Mapping[str, object], *, location: str) -> tuple[Reference, ...]:
    """Read the numbered documents to which the text refers.

    Raises BadBrief unless each has all that a reference needs and a number of its own.
    """
    entries = fields.get("references") or []
    if not isinstance(entries, list):
        raise BadBrief(f"references in the front matter of {location} is not a list.")
    references: dict[int, Reference] = {}
    for entry in entries:
        reference = _reference(entry, location=location)
        if reference.number in references:
            raise BadBrief(f"Two references in the front matter of {location} have the number {reference.number}.")
        references[reference.number] = reference
    return tuple(references.values())


def _reference(entry: object, *, location: str) -> Reference:
    if not isinstance(entry, dict) or entry.get("number") is None:
        raise BadBrief(f"A reference in the front matter of {location} has no number.")
    stated = str(entry["number"]).strip()
    if not _NUMBER.fullmatch(stated):
        raise BadBrief(f"A reference of {location} has the number “{_shown(stated)}”, which is not one from 1 to 999.")
    where = f"reference {stated} of {location}"
    kind = _word(entry, "type", "kind", location=where)
    if kind not in get_args(ReferenceKind):
        wanted = ", ".join(get_args(ReferenceKind))
        raise BadBrief(f"type in the front matter of {where} is “{_shown(kind)}”, not one of {wanted}.")
    publisher = _word(entry, "publisher", location=where)
    title = _word(entry, "title", location=where)
    if publisher is None or title is None:
        raise BadBrief(f"The front matter of {where} names no {'title' if publisher else 'publisher'}.")
    return Reference(
        int(stated),
        publisher,
        title,
        cast("ReferenceKind", kind),
        author=_word(entry, "author", location=where),
        published=_date(entry, location=where),
        url=_word(entry, "url", location=where),
    )


def known_language(tag: str | None) -> Language | None:
    """Return our language for a BCP 47 tag: `es-MX` is `es`, `fr` is `und`, nothing is None."""
    if not tag:
        return None
    primary = re.split("[-_]", tag.strip().lower(), maxsplit=1)[0]
    return cast("Language", primary) if primary in get_args(Language) else "und"


def _word(fields: Mapping[str, object], *names: str, location: str) -> str | None:
    """Return the first of these fields that has a value, as one line; a list becomes names with commas."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            value = ", ".join(value)
        if isinstance(value, (dict, list)):
            raise BadBrief(f"{name} in the front matter of {location} is not a single value.")
        if value is not None and (words := " ".join(clean(str(value)).split())):
            return words
    return None


def _date(fields: Mapping[str, object], *, location: str) -> str | None:
    value = fields.get("published", fields.get("date"))
    if value is None or value == "":
        return None
    stated = str(value).strip()
    match = _DATE.fullmatch(stated)
    day = iso_date(*match.groups()) if match else None
    if day is None:
        raise BadBrief(f"The date “{_shown(stated)}” in the front matter of {location} is not of the form YYYY-MM-DD.")
    return day


def iso_date(year: str, month: str | None = None, day: str | None = None) -> str | None:
    """Return the date of these digits as far as it is stated, `YYYY-MM-DD`, or None for one that no calendar has."""
    parts = [int(part) for part in (year, month, day) if part is not None]
    try:
        whole = datetime.date(*[*parts, 1, 1][:3])  # a month or a day that is not stated is the first
    except ValueError:
        return None
    return whole.isoformat()[: (len("YYYY"), len("YYYY-MM"), len("YYYY-MM-DD"))[len(parts) - 1]]


def _shown(value: str | None) -> str:
    """Return a wrong value as a message quotes it: in one line, its beginning where it is long."""
    line = " ".join(clean(value or "").split())
    return line if len(line) <= _SHOWN_CHARACTERS else f"{line[:_SHOWN_CHARACTERS]}…"
