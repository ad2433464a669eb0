"""What is wrong with a file of the bundled base: a brief, a file of quotations, of reviewed claims or of names.

A brief is compared with its other language as well: the same references, statement by statement, numbers and dates.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.bundled import MOST_WORDS_QUOTED, quotation_documents
from knowledge.errors import CitabotError, NoText, NotText
from knowledge.formats.frontmatter import split_front_matter
from knowledge.formats.markdown import read_markdown
from knowledge.ingest import segmented
from knowledge.known_names import read_names
from knowledge.model import Document, Language
from knowledge.numbers import canonical, numbers
from knowledge.quoted import quoted_spans
from knowledge.reviews import read_reviews
from knowledge.storage import read_regular
from knowledge.terms import fold, words
from knowledge.yaml_text import read_yaml

# A brief is read in a minute or two: shorter says too little, longer is two subjects.
FEWEST_WORDS, MOST_WORDS = 150, 400
# Characters of a statement that a problem quotes, so that it stays one line.
_SHOWN = 60
# Bytes of a file: the largest of ours has some 34,000.
_LARGEST = 1_000_000
_DIGIT = re.compile(r"\d")
_MARK = re.compile(r"(?:(?<!\s)\s++)?\[(\d+)\]")
_MONTHS = {
    name: str(number)
    for number, names in enumerate(
        (
            ("january", "enero"), ("february", "febrero"), ("march", "marzo"), ("april", "abril"), ("may", "mayo"),
            ("june", "junio"), ("july", "julio"), ("august", "agosto"), ("september", "septiembre"),
            ("october", "octubre"), ("november", "noviembre"), ("december", "diciembre"),
        ),
        1,
    )
    for name in names
}  # fmt: skip
# "May" is a month only beside a number or "in"; as a verb it is in small letters, which `fold` would hide.
_MONTH = re.compile(rf"\b(?:{'|'.join(name for name in _MONTHS if name != 'may')}|(?-i:May))\b", re.IGNORECASE)
_OTHER: dict[str, Literal["en", "es"]] = {"en": "es", "es": "en"}


# What an entry of each kind of file has, and who reads such a file.
_READERS: dict[str, Callable[..., Iterable[object]]] = {
    "reference": quotation_documents, "claim": read_reviews, "misspelt": read_names, "also": read_names,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a file, and on which line as far as one is to blame."""

    path: Path
    line: int | None
    message: str


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


_Text = Annotated[str, Field(min_length=1)]
_Day = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]


class _Reference(_Strict):
    number: Annotated[int, Field(ge=1)]
    publisher: _Text
    author: _Text | None = None
    title: _Text
    published: _Day | None = None
    url: Annotated[str, Field(pattern=r"^https?://[^\s/]+\.[^\s]+$")]
    type: Literal["primary", "news", "commentary"]


class _FrontMatter(_Strict):
    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*-(en|es)$")]
    title: _Text
    language: Literal["en", "es"]
    translation_of: _Text | None = None
    kind: Literal["brief"]
    author: _Text
    publisher: _Text
    published: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    licence: _Text
    subjects: Annotated[list[_Text], Field(min_length=1)]
    references: Annotated[list[_Reference], Field(min_length=1)]


def lint(path: Path) -> list[Problem]:
    """Everything that is wrong with a file, or with the files of a folder, in order.

    Raises MissingFile for a path that is not there or no file, SourceTooLarge, and NotText for a file that is no text.
    """
    if path.is_dir():
        files = sorted(one for one in path.rglob("*") if one.suffix in (".md", ".yaml") and one.is_file())
        return [problem for file in files for problem in lint(file)]
    try:
        text = read_regular(path, _LARGEST, hint="Split it.").decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotText(f"{path} is not UTF-8 text.") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if path.suffix == ".md":
        return list(_brief(path, text))
    return [Problem(path, None, message) for message in _listed(path, text)]


def _listed(path: Path, text: str) -> Iterator[str]:
    """What is wrong with a file of quotations, claims or names; which it is shows in its first entry."""
    try:
        entries = read_yaml(text) or []
        listed = isinstance(entries, list) and entries and isinstance(entries[0], dict)
        first = set(entries[0]) if listed else set()
        read = next((read for key, read in _READERS.items() if key in first), None)
        if read is None:
            yield f"it lists no {', '.join(_READERS)}: neither quotations nor claims nor names"
        else:
            list(read(text, name=path.name))
    except yaml.YAMLError as error:
        yield f"it is not valid YAML: {' '.join(str(error).split())}"
    except CitabotError as error:
        yield " ".join(str(error).split())


def _brief(path: Path, text: str) -> Iterator[Problem]:
    """What is wrong with a brief in itself, and beside its other language where that is in its place."""
    try:
        fields, _ = split_front_matter(text, location=path.name)
        front = _FrontMatter.model_validate(_plain(fields))
        document = read_markdown(text.encode(), charset="utf-8", location=path.name)
    except ValidationError as error:
        for one in error.errors():
            where = ".".join(str(part) for part in one["loc"])
            yield Problem(path, _line_of(text, str(one["loc"][0])), f"{where}: {one['msg']}")
        return
    except CitabotError as error:
        yield Problem(path, None, str(error))
        return
    yield from _named(path, front)
    yield from _referenced(path, text, front, document)
    count = len(words(_MARK.sub("", document.text)))
    if not FEWEST_WORDS <= count <= MOST_WORDS:
        yield Problem(path, None, f"the text has {count} words; a brief has {FEWEST_WORDS} to {MOST_WORDS}")
    for start, end in quoted_spans(document.text, straight=False):
        quotation = document.text[start:end]
        if len(quotation[1:-1].split()) > MOST_WORDS_QUOTED:
            yield Problem(path, _line_of(text, quotation), f"a quotation is longer than {MOST_WORDS_QUOTED} words")
    yield from _beside(path, text, front, document)


def _named(path: Path, front: _FrontMatter) -> Iterator[Problem]:
    if front.id != f"{path.stem}-{front.language}":
        yield Problem(path, 2, f"id is “{front.id}”; by the file's name it is “{path.stem}-{front.language}”")
    twin = f"{path.stem}-{_OTHER[front.language]}"
    if front.translation_of not in (None, twin):
        yield Problem(path, None, f"translation_of is “{front.translation_of}”, not “{twin}”")


def _referenced(path: Path, text: str, front: _FrontMatter, document: Document) -> Iterator[Problem]:
    """Every statement has a reference, each of which is there, used, and numbered by first use."""
    listed = [one.number for one in front.references]
    if listed != list(range(1, len(listed) + 1)):
        yield Problem(path, _line_of(text, "references:"), f"references are numbered {listed}, not from 1 on")
    used: dict[int, None] = {}
    for sentence in _sentences(document, front.language):
        found = [int(number) for number in _MARK.findall(sentence)]
        line = _line_of(text, sentence)
        if not found:
            yield Problem(path, line, f"no reference: “{_short(sentence)}”")
        for number in found:
            if number not in listed:
                yield Problem(path, line, f"[{number}] is not among the references")
        used.update(dict.fromkeys(found))
    for number in listed:
        if number not in used:
            yield Problem(path, _line_of(text, f"number: {number}"), f"reference {number} is not used")


def _beside(path: Path, text: str, front: _FrontMatter, document: Document) -> Iterator[Problem]:
    """What differs between a brief and its other language, which stands in the folder beside this one's."""
    if path.absolute().parent.name != front.language:
        return
    other = _OTHER[front.language]
    twin = path.absolute().parent.parent / other / path.name
    if not twin.is_file():
        yield Problem(path, None, f"its other language is missing: {other}/{path.name}")
        return
    try:
        translated = read_markdown(read_regular(twin, _LARGEST), charset="utf-8", location=twin.name)
    except CitabotError:
        return  # Its own problems are told when it is looked at itself.
    if document.references != translated.references:
        yield Problem(path, _line_of(text, "references:"), f"the references differ from those of {other}/{path.name}")
    if len(document.paragraphs) != len(translated.paragraphs):
        counts = f"{len(document.paragraphs)} paragraphs, and {other}/{path.name} has {len(translated.paragraphs)}"
        yield Problem(path, None, f"it has {counts}")
    pairs = zip_longest(_sentences(document, front.language), _sentences(translated, other), fillvalue="")
    for mine, theirs in pairs:
        line = _line_of(text, mine)
        if _MARK.findall(mine) != _MARK.findall(theirs):
            yield Problem(path, line, f"other references than in {other}: “{_short(mine)}” / “{_short(theirs)}”")
            return  # From here on the sentences do not match.
        own, others = figures(mine, front.language), figures(theirs, other)
        if own != others:
            lacking = ", ".join([*(own - others), *(others - own)])
            yield Problem(path, line, f"other numbers or dates than in {other} ({lacking}): “{_short(mine)}”")


def figures(sentence: str, language: Language) -> Counter[str]:
    """The numbers written in digits, and the months, of a sentence without its reference marks, as both languages have.

    Numerals in words are left out: "both sizes" and "los dos tamaños" say the same.
    """
    plain = _MARK.sub("", sentence)
    written = (one for one in numbers(plain, language) if _DIGIT.search(plain, one.start, one.end))
    found = Counter(map(canonical, written))
    found.update(f"month {_MONTHS[fold(match.group())]}" for match in _MONTH.finditer(plain))
    return found


def _sentences(document: Document, language: Language) -> Sequence[str]:
    try:
        return [document.text[start:end] for start, end, _ in segmented(document, language).sentences]
    except NoText:
        return []


def _plain(fields: dict[str, object]) -> dict[str, object]:
    """The fields with YAML's dates as text."""
    return {name: str(value) if name == "published" else value for name, value in fields.items()}


def _line_of(text: str, sought: str) -> int | None:
    place = text.find(sought)
    return text.count("\n", 0, place) + 1 if place >= 0 else None


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= _SHOWN else f"{sentence[: _SHOWN - 1]}…"
