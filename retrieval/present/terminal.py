"""What people see on a terminal: calm, from 60 to 200 columns, and readable without colour.

Every function returns a rich renderable and prints nothing. Text of strangers is made inert and never read as markup.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group, RenderableType
from rich.constrain import Constrain
from rich.style import Style
from rich.table import Table
from rich.text import Text

from knowledge.model import Language, Source
from retrieval.answer.link import web_address
from retrieval.model import Added, Answer, Citation, Rebuilt, Verification
from retrieval.present.inert import inert, inert_line
from retrieval.present.terminal_citation import (
    ACCENT,
    QUIET,
    SEPARATOR,
    SetApart,
    described,
    lead,
    linked,
    numbered,
    speaker_line,
)
from retrieval.present.texts import Texts, confidence_level, texts

if TYPE_CHECKING:
    from retrieval.settings import SettingRow

# Lines of 45 to 75 characters read well (Bringhurst, The Elements of Typographic Style, 2.1.2); addresses and tables
# need some more.
_WIDEST = 100
# Hexadecimal digits: enough to tell the index builds of one home apart.
_SHORT = 8
_BLANK = ""


def answer(a: Answer, *, nearest: bool = False) -> RenderableType:
    """An answer: the exact words, the citations behind them, and what it was made with. Or a silence and its reason.

    With `nearest`, a silence is followed by the citations that came nearest, labelled as no answer.
    """
    words = texts(a.language)
    parts: list[RenderableType] = _understood(a, words)
    if a.citations:
        parts += [lead(a.citations[0], a.language), _BLANK]
        for one in a.citations:
            parts += [numbered(one, a.language, led=one is a.citations[0]), _BLANK]
    else:
        parts += [*_silence(a, words, nearest=nearest), _BLANK]
    parts.append(_footer(a, words))
    return calm(*parts)


def quotes(rows: Sequence[Citation], *, language: Language = "en") -> RenderableType:
    """Quotes one after another: the speaker, the words, the place."""
    words = texts(language)
    if not rows:
        return calm(Text(words.no_quotes))
    parts: list[RenderableType] = []
    for one in rows:
        place = words.paragraph.format(number=one.paragraph)
        where = Text(inert_line(one.source.title), Style(dim=True, link=web_address(one.link)))
        where = Text.assemble(where, (SEPARATOR, QUIET), described(one.source, place))
        parts += [speaker_line(one, words), SetApart(Text(inert(one.exact))), where, _BLANK]
    return calm(*parts[:-1])


def sources(rows: Sequence[Source], *, language: Language = "en") -> RenderableType:
    """A table of sources; the first line of each is the id that commands take."""
    words = texts(language)
    if not rows:
        return calm(Text(words.no_sources))
    table = _table(words.source, words.published)
    table.add_column(Text(words.paragraphs_column), justify="right", overflow="fold")
    for one in rows:
        name = Text().append(inert_line(one.id), f"bold {ACCENT}")
        name.append(f"\n{inert_line(one.title)}")
        by = dict.fromkeys(inert_line(part) for part in (one.author, one.publisher) if part)
        about = [*by, words.languages[one.language], words.source_kinds[one.kind]]
        name.append(f"\n{SEPARATOR.join(about)}", QUIET)
        table.add_row(name, Text(inert_line(one.published or "")), Text(str(one.paragraphs)))
    return calm(table)


def source_text(source: Source, paragraphs: Sequence[str], *, language: Language = "en") -> RenderableType:
    """A source whole: what is known of it, then its paragraphs by their numbers."""
    words = texts(language)
    kind, name = words.source_kinds[source.kind], words.languages[source.language]
    parts: list[RenderableType] = [Text(inert_line(source.title), "bold"), described(source, name, kind)]
    address = linked(source.url)
    parts += [_BLANK] if address is None else [address, _BLANK]
    grid = Table.grid(padding=(0, 2, 1, 0), collapse_padding=False)
    grid.add_column(justify="right")
    grid.add_column(ratio=1, overflow="fold")
    for number, paragraph in enumerate(paragraphs, 1):
        grid.add_row(Text(words.paragraph.format(number=number), ACCENT), Text(inert(paragraph)))
    return calm(*parts, grid)


def added(a: Added, *, language: Language = "en") -> RenderableType:
    """What adding one document did."""
    words = texts(language)
    return calm(_change(words.changes[a.change], a.source, words))


def removed(source: Source, *, language: Language = "en") -> RenderableType:
    """Which source is gone."""
    words = texts(language)
    return calm(_change(words.removed, source, words))


def rebuilt(r: Rebuilt, *, language: Language = "en") -> RenderableType:
    """What a rebuild did."""
    words = texts(language)
    sentence = words.rebuilt.format(encoded=r.encoded) if r.changed else words.up_to_date
    return calm(Text(sentence), Text(words.index.format(fingerprint=r.state.fingerprint[:_SHORT]), QUIET))


def verification(v: Verification, *, language: Language = "en") -> RenderableType:
    """All is well, or a list of what is not."""
    words = texts(language)
    read = Text(words.verify_read.format(snapshots=v.snapshots, spans=v.spans, vectors=v.vectors), QUIET)
    if not v.differences:
        return calm(Text(words.verify_clean, "bold"), read)
    lines = [
        Text().append(inert_line(one.subject), "bold").append(f": {inert_line(one.detail)}") for one in v.differences
    ]
    return calm(Text(words.verify_differs.format(count=len(lines)), "bold red"), *lines, read)


def settings(rows: Sequence["SettingRow"], *, language: Language = "en") -> RenderableType:
    """A table of settings; what each is for stands below its name, where a value came from below the value."""
    words = texts(language)
    # A name to be typed is kept whole.
    table = _table(words.setting, words.value, first_width=max((len(row.name) for row in rows), default=None))
    for row in rows:
        name = Text().append(inert_line(row.name), ACCENT).append(f"\n{inert_line(row.description)}", QUIET)
        value = Text().append(inert_line(row.value)).append(f"\n{inert_line(row.origin)}", QUIET)
        table.add_row(name, value)
    return calm(table)


def _understood(a: Answer, words: Texts) -> list[RenderableType]:
    """What a person should know of how the question was read, where it was not read as it stands."""
    notes = []
    if a.read_as:
        notes.append(words.read_as.format(question=inert_line(a.read_as)))
    if a.foreign:
        notes.append(words.foreign.format(code=inert_line(a.foreign)))
    return [*(Text(note, QUIET) for note in notes), _BLANK] if notes else []


def _silence(a: Answer, words: Texts, *, nearest: bool) -> list[RenderableType]:
    parts: list[RenderableType] = [SetApart(Text(words.reasons[a.reason]))] if a.reason else []
    if a.nearest and nearest:
        parts += [_BLANK, Text(words.nearest_title, "bold")]
        for one in a.nearest:
            parts += [_BLANK, numbered(one, a.language)]
    elif a.nearest:
        parts.append(Text("  " + words.nearest_offer.format(count=len(a.nearest)), QUIET))
    return parts


def _footer(a: Answer, words: Texts) -> Text:
    parts = [
        words.index.format(fingerprint=inert_line(a.index.fingerprint)[:_SHORT]),
        words.encoder.format(name=inert_line(a.index.encoder)),
    ]
    if a.answered:
        level = words.confidences[confidence_level(a.confidence)]
        parts.insert(0, words.confidence.format(words=level, percent=round(100 * a.confidence)))
    return Text(SEPARATOR.join(parts), QUIET)


def _change(label: str, source: Source, words: Texts) -> Text:
    line = Text(f"{label}: ").append(inert_line(source.id), f"bold {ACCENT}")
    line.append(f"  {inert_line(source.title)}")
    return line.append(f"{SEPARATOR}{words.paragraphs.format(count=source.paragraphs)}", QUIET)


def _table(*columns: str, first_width: int | None = None) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, leading=1)
    table.add_column(Text(columns[0]), overflow="fold", width=first_width)
    for column in columns[1:]:
        table.add_column(Text(column), overflow="fold")
    return table


def calm(*parts: RenderableType) -> RenderableType:
    """The parts one below the other, no wider than reads well."""
    return Constrain(Group(*parts), _WIDEST)
