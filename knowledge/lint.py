"""Problems in a file of the bundled base: a brief, a file of quotations, of reviewed claims or of names.

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

# Our choice. A brief is read in a minute or two: shorter says too little, longer is two subjects.
FEWEST_WORDS, MOST_WORDS = 150, 400
# Characters of a statement that a problem quotes, so that it stays one line. Our choice.
_SHOWN_CHARACTERS = 60
# Bytes of a file: the largest of ours has some 34,000, and thirty times that is no brief and no list. Our choice.
_LARGEST_BYTES = 1_000_000
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


# The key by which an entry of each kind of file is known, and the function that reads such a file.
_READERS: dict[str, Callable[..., Iterable[object]]] = {
    "reference": quotation_documents, "claim": read_reviews, "misspelt": read_names, "also": read_names,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem in a file, and the number of its line from 1, or None where no single line has it."""

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
    """List every problem in a file, or in the files of a folder, in order.

    Raises MissingFile for a path that is not there or no file, SourceTooLarge, and NotText for a file that is no text.
    """
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix in (".md", ".yaml") and file.is_file())
        return [problem for file in files for problem in lint(file)]
    try:
        text = read_regular(path, _LARGEST_BYTES, hint="Split it.").decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotText(f"{path} is not UTF-8 text.") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if path.suffix == ".md":
        return list(_brief_problems(path, text))
    return [Problem(path, None, message) for message in _list_problems(path, text)]


def _list_problems(path: Path, text: str) -> Iterator[str]:
    """Yield the problems in a file of quotations, claims or names; its first entry shows which of them it is."""
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


def _brief_problems(path: Path, text: str) -> Iterator[Problem]:
    """Yield the problems in a brief, and its differences from its translation where that is in its place."""
    try:
        fields, _ = split_front_matter(text, location=path.name)
        front = _FrontMatter.model_validate(_plain(fields))
        document = read_markdown(text.encode(), charset="utf-8", location=path.name)
    except ValidationError as error:
        for detail in error.errors():
            place = ".".join(str(part) for part in detail["loc"])
            yield Problem(path, _line_of(text, str(detail["loc"][0])), f"{place}: {detail['msg']}")
        return
    except CitabotError as error:
        yield Problem(path, None, str(error))
        return
    yield from _name_problems(path, front)
    yield from _reference_problems(path, text, front, document)
    count = len(words(_MARK.sub("", document.text)))
    if not FEWEST_WORDS <= count <= MOST_WORDS:
        yield Problem(path, None, f"the text has {count} words; a brief has {FEWEST_WORDS} to {MOST_WORDS}")
    for start, end in quoted_spans(document.text, straight=False):
        quotation = document.text[start:end]
        if len(quotation[1:-1].split()) > MOST_WORDS_QUOTED:
            yield Problem(path, _line_of(text, quotation), f"a quotation is longer than {MOST_WORDS_QUOTED} words")
    yield from _translation_problems(path, text, front, document)


def _name_problems(path: Path, front: _FrontMatter) -> Iterator[Problem]:
    if front.id != f"{path.stem}-{front.language}":
        yield Problem(path, 2, f"id is “{front.id}”; by the file's name it is “{path.stem}-{front.language}”")
    translation_id = f"{path.stem}-{_OTHER[front.language]}"
    if front.translation_of not in (None, translation_id):
        yield Problem(path, None, f"translation_of is “{front.translation_of}”, not “{translation_id}”")


def _reference_problems(path: Path, text: str, front: _FrontMatter, document: Document) -> Iterator[Problem]:
    """Yield the statements without a reference, and the references that are missing, unused or not numbered from 1."""
    listed = [reference.number for reference in front.references]
    if listed != list(range(1, len(listed) + 1)):
        yield Problem(path, _line_of(text, "references:"), f"references are numbered {listed}, not from 1 on")
    used: dict[int, None] = {}
    for sentence in _sentences(document, front.language):
        cited = [int(number) for number in _MARK.findall(sentence)]
        line = _line_of(text, sentence)
        if not cited:
            yield Problem(path, line, f"no reference: “{_shortened(sentence)}”")
        for number in cited:
            if number not in listed:
                yield Problem(path, line, f"[{number}] is not among the references")
        used.update(dict.fromkeys(cited))
    for number in listed:
        if number not in used:
            yield Problem(path, _line_of(text, f"number: {number}"), f"reference {number} is not used")


def _translation_problems(path: Path, text: str, front: _FrontMatter, document: Document) -> Iterator[Problem]:
    """Yield the differences between a brief and its translation, which stands in the folder beside its own."""
    if path.absolute().parent.name != front.language:
        return
    other = _OTHER[front.language]
    translation_path = path.absolute().parent.parent / other / path.name
    if not translation_path.is_file():
        yield Problem(path, None, f"its other language is missing: {other}/{path.name}")
        return
    try:
        translation = read_markdown(
            read_regular(translation_path, _LARGEST_BYTES), charset="utf-8", location=translation_path.name
        )
    except CitabotError:
        return  # Its own problems are listed when it is looked at itself.
    if document.references != translation.references:
        yield Problem(path, _line_of(text, "references:"), f"the references differ from those of {other}/{path.name}")
    if len(document.paragraphs) != len(translation.paragraphs):
        counts = f"{len(document.paragraphs)} paragraphs, and {other}/{path.name} has {len(translation.paragraphs)}"
        yield Problem(path, None, f"it has {counts}")
    pairs = zip_longest(_sentences(document, front.language), _sentences(translation, other), fillvalue="")
    for sentence, counterpart in pairs:
        line = _line_of(text, sentence)
        if _MARK.findall(sentence) != _MARK.findall(counterpart):
            both = f"“{_shortened(sentence)}” / “{_shortened(counterpart)}”"
            yield Problem(path, line, f"other references than in {other}: {both}")
            return  # From here on the sentences do not match.
        own_figures, other_figures = figures(sentence, front.language), figures(counterpart, other)
        if own_figures != other_figures:
            lacking = ", ".join([*(own_figures - other_figures), *(other_figures - own_figures)])
            yield Problem(path, line, f"other numbers or dates than in {other} ({lacking}): “{_shortened(sentence)}”")


def figures(sentence: str, language: Language) -> Counter[str]:
    """Count the numbers in digits and the months of a sentence, without reference marks, alike in both languages.

    Numerals in words are left out: "both sizes" and "los dos tamaños" say the same.
    """
    plain = _MARK.sub("", sentence)
    written = (number for number in numbers(plain, language) if _DIGIT.search(plain, number.start, number.end))
    counts = Counter(map(canonical, written))
    counts.update(f"month {_MONTHS[fold(match.group())]}" for match in _MONTH.finditer(plain))
    return counts


def _sentences(document: Document, language: Language) -> Sequence[str]:
    try:
        return [document.text[start:end] for start, end, _ in segmented(document, language).sentences]
    except NoText:
        return []


def _plain(fields: dict[str, object]) -> dict[str, object]:
    """Return the fields with YAML's dates as text."""
    return {name: str(value) if name == "published" else value for name, value in fields.items()}


def _line_of(text: str, sought: str) -> int | None:
    place = text.find(sought)
    return text.count("\n", 0, place) + 1 if place >= 0 else None


def _shortened(sentence: str) -> str:
    return sentence if len(sentence) <= _SHOWN_CHARACTERS else f"{sentence[: _SHOWN_CHARACTERS - 1]}…"
