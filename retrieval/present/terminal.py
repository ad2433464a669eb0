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

from knowledge.model import Language, Paragraph, Source
from retrieval.answer.link import web_address
from retrieval.model import Answer, Citation
from retrieval.present.inert import inert, inert_line
from retrieval.present.place import paragraph_place
from retrieval.present.surroundings import cut_marks
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
from retrieval.present.texts import confidence_text, doubt, reservation, say, say_for, short_digest
from retrieval.upkeep_model import Added, Rebuilt, Verification

if TYPE_CHECKING:
    from retrieval.settings import SettingRow

# Lines of 45 to 75 characters read well (Bringhurst, The Elements of Typographic Style, 2.1.2); addresses and tables
# need some more.
_WIDEST = 100
_BLANK = ""


def answer(a: Answer, *, nearest: bool = False) -> RenderableType:
    """An answer: the exact words, the citations behind them, and what it was made with. Or a silence and its reason.

    With `nearest`, a silence is followed by the citations that came nearest, labelled as no answer.
    """
    language = a.language
    parts: list[RenderableType] = _understood(a, language)
    if a.citations:
        parts += [lead(a.citations[0], language), _BLANK]
        for citation in a.citations:
            parts += [numbered(citation, language, led=citation is a.citations[0]), _BLANK]
    else:
        parts += [*_silence(a, language, nearest=nearest), _BLANK]
    parts.append(_footer(a, language))
    return calm(*parts)


def quotes(rows: Sequence[Citation], *, language: Language = "en") -> RenderableType:
    """Quotes one after another: the speaker, the words, the place."""
    if not rows:
        return calm(Text(say(language, "quotes-none-options")))
    parts: list[RenderableType] = []
    for row in rows:
        place = say(language, "paragraph", number=str(row.paragraph))
        title = Text(inert_line(row.source.title), Style(dim=True, link=web_address(row.link)))
        where = Text.assemble(title, (SEPARATOR, QUIET), described(row.source, place))
        words = Text(inert(row.exact).join(cut_marks(row)))
        parts += [speaker_line(row, language), SetApart(words), where, _BLANK]
    return calm(*parts[:-1])


def sources(rows: Sequence[Source], *, language: Language = "en") -> RenderableType:
    """A table of sources; the first line of each is the id that commands take."""
    if not rows:
        return calm(Text(say(language, "sources-none-add")))
    table = _table(say(language, "source"), say(language, "published"))
    table.add_column(Text(say(language, "paragraphs-column")), justify="right", overflow="fold")
    for row in rows:
        name = Text().append(inert_line(row.id), f"bold {ACCENT}")
        name.append(f"\n{inert_line(row.title)}")
        by = dict.fromkeys(inert_line(part) for part in (row.author, row.publisher) if part)
        about = [*by, say_for(language, "language", row.language), say_for(language, "source-kind", row.kind)]
        name.append(f"\n{SEPARATOR.join(about)}", QUIET)
        table.add_row(name, Text(inert_line(row.published or "")), Text(str(row.paragraphs)))
    return calm(table)


def source_text(
    source: Source, paragraphs: Sequence[str], places: Sequence[Paragraph], *, language: Language = "en"
) -> RenderableType:
    """A source whole: what is known of it, then its paragraphs by their numbers, and what each is in the document."""
    kind, name = say_for(language, "source-kind", source.kind), say_for(language, "language", source.language)
    parts: list[RenderableType] = [Text(inert_line(source.title), "bold"), described(source, name, kind)]
    address = linked(source.url)
    parts += [_BLANK] if address is None else [address, _BLANK]
    grid = Table.grid(padding=(0, 2, 1, 0), collapse_padding=False)
    grid.add_column(justify="right")
    grid.add_column(ratio=1, overflow="fold")
    for number, (paragraph, part) in enumerate(zip(paragraphs, places, strict=True), 1):
        label = "\n".join(map(inert_line, paragraph_place(number, part.role, part.time, language)))
        grid.add_row(Text(label, ACCENT), Text(inert(paragraph)))
    return calm(*parts, grid)


def added(a: Added, *, language: Language = "en") -> RenderableType:
    """What adding one document did."""
    return calm(_change(say_for(language, "change", a.change), a.source, language))


def removed(source: Source, *, language: Language = "en") -> RenderableType:
    """Which source is gone."""
    return calm(_change(say(language, "removed"), source, language))


def rebuilt(r: Rebuilt, *, language: Language = "en") -> RenderableType:
    """What a rebuild did."""
    sentence = say(language, "rebuilt", encoded=str(r.encoded)) if r.changed else say(language, "up-to-date")
    return calm(Text(sentence), Text(say(language, "index", fingerprint=short_digest(r.state.fingerprint)), QUIET))


def verification(v: Verification, *, language: Language = "en") -> RenderableType:
    """All is well, or a list of what is not."""
    counts = {"snapshots": str(v.snapshots), "spans": str(v.spans), "vectors": str(v.vectors)}
    read = Text(say(language, "verify-read", **counts), QUIET)
    if not v.differences:
        return calm(Text(say(language, "verify-clean"), "bold"), read)
    lines = [
        Text().append(inert_line(difference.subject), "bold").append(f": {inert_line(difference.detail)}")
        for difference in v.differences
    ]
    return calm(Text(say(language, "verify-differs", count=str(len(lines))), "bold red"), *lines, read)


def settings(rows: Sequence["SettingRow"], *, language: Language = "en") -> RenderableType:
    """A table of settings; what each is for stands below its name, where a value came from below the value."""
    # A name to be typed is kept whole.
    widest = max((len(row.name) for row in rows), default=None)
    table = _table(say(language, "setting"), say(language, "setting-value"), first_width=widest)
    for row in rows:
        name = Text().append(inert_line(row.name), ACCENT).append(f"\n{inert_line(row.description)}", QUIET)
        value = Text().append(inert_line(row.value)).append(f"\n{inert_line(row.origin)}", QUIET)
        table.add_row(name, value)
    return calm(table)


def _understood(a: Answer, language: Language) -> list[RenderableType]:
    """What a person should know before they read on, where the question or the answer is not as usual."""
    notes = [Text(unsure)] if (unsure := doubt(a, language)) else []
    if note := reservation(a, language):
        notes.append(Text(note, QUIET))
    if a.read_as:
        notes.append(Text(say(language, "read-as", question=inert_line(a.read_as)), QUIET))
    if a.foreign:
        notes.append(Text(say(language, "foreign", code=inert_line(a.foreign)), QUIET))
    return [*notes, _BLANK] if notes else []


def _silence(a: Answer, language: Language, *, nearest: bool) -> list[RenderableType]:
    parts: list[RenderableType] = [SetApart(Text(say_for(language, "reason", a.reason)))] if a.reason else []
    if a.nearest and nearest:
        parts += [_BLANK, Text(say(language, "nearest-title"), "bold")]
        for citation in a.nearest:
            parts += [_BLANK, numbered(citation, language)]
    elif a.nearest:
        parts.append(Text("  " + say(language, "nearest-offer", count=str(len(a.nearest))), QUIET))
    return parts


def _footer(a: Answer, language: Language) -> Text:
    parts = [
        say(language, "index", fingerprint=short_digest(inert_line(a.index.fingerprint))),
        say(language, "encoder", name=inert_line(a.index.encoder)),
    ]
    if a.answered:
        parts.insert(0, confidence_text(a.confidence, language, calibrated=a.calibrated))
    return Text(SEPARATOR.join(parts), QUIET)


def _change(label: str, source: Source, language: Language) -> Text:
    line = Text(f"{label}: ").append(inert_line(source.id), f"bold {ACCENT}")
    line.append(f"  {inert_line(source.title)}")
    return line.append(f"{SEPARATOR}{say(language, 'paragraphs', count=str(source.paragraphs))}", QUIET)


def _table(*columns: str, first_width: int | None = None) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, leading=1)
    table.add_column(Text(columns[0]), overflow="fold", width=first_width)
    for column in columns[1:]:
        table.add_column(Text(column), overflow="fold")
    return table


def calm(*parts: RenderableType) -> RenderableType:
    """The parts one below the other, no wider than reads well."""
    return Constrain(Group(*parts), _WIDEST)
