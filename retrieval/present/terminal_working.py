"""How a verdict was decided, on a terminal: what decided it, and every passage that was read with the claim."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from knowledge.model import Language
from retrieval.model import CheckedMessage, ClaimEvidence, Verdict
from retrieval.present.inert import inert_line
from retrieval.present.surroundings import MARK
from retrieval.present.terminal_citation import ACCENT, NUMBER_WIDTH, QUIET
from retrieval.present.texts import say, say_for, stances_text


@dataclass(frozen=True, slots=True)
class OneLine:
    """A text cut between words so that it takes one line."""

    text: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        shown = shorten(inert_line(self.text), options.max_width, placeholder=f" {MARK}")
        # Characters of two columns, and a first word that is too long, are left to the terminal's own cut.
        yield Text(shown, no_wrap=True, overflow="ellipsis")


def working(v: Verdict) -> Iterator[RenderableType]:
    """What decided a verdict, what the claim was read as, and the passages read with it."""
    language = v.language
    yield Text(say(language, "how-decided"), "bold")
    yield Text(say_for(language, "decider", v.decider))
    if v.read_as is not None:
        yield Text(say(language, "read-as", question=inert_line(v.read_as)))
    yield Text(say(language, "passages-read" if v.read else "nothing-read"), QUIET)
    grid = Table.grid(expand=True)
    grid.add_column(width=NUMBER_WIDTH)
    grid.add_column(ratio=1, overflow="fold")
    for passage in v.read:
        grid.add_row(Text(f"{passage.citation.n}.", f"bold {ACCENT}"), _passage(passage, language))
    if v.read:
        yield grid


def made_with(m: CheckedMessage) -> RenderableType:
    """The index and the models that a verdict was made with, each by its name and whole digest."""
    language, index = m.language, m.index
    models = [
        f"{say(language, 'encoder', name=inert_line(index.encoder))} {index.encoder_digest}",
        f"{say(language, 'reader', name=inert_line(m.reader))} {m.reader_digest}",
    ]
    return Text("\n".join([say(language, "index", fingerprint=index.fingerprint), *models]), QUIET)


def _passage(e: ClaimEvidence, language: Language) -> RenderableType:
    return Group(
        Text(inert_line(e.citation.source.title), QUIET),
        OneLine(e.citation.exact),
        Text(stances_text(e.stances, language)),
    )
