"""What a replay found, on a terminal and as JSON."""

from rich.console import RenderableType
from rich.text import Text

from knowledge.model import Language
from retrieval.present.as_json import Json
from retrieval.present.inert import inert_line
from retrieval.present.terminal import calm
from retrieval.present.terminal_citation import QUIET
from retrieval.present.texts import say
from retrieval.record import Replayed

# Hexadecimal digits of a digest that people compare.
_SHORT = 12


def replayed(r: Replayed, *, language: Language = "en") -> RenderableType:
    """The same to the byte, or what has changed, and whether the outcome did."""
    if r.same:
        return calm(Text(f"✓ {say(language, 'replay-same')}", "bold green"))
    lines = [Text(f"≠ {say(language, 'replay-changed')}", "bold yellow")]
    for change in r.changes:
        digests = " → ".join(inert_line(digest)[:_SHORT] for digest in (change.before, change.now))
        lines.append(Text(f"  {inert_line(change.what)}: ").append(digests, QUIET))
    before, now = inert_line(r.before), inert_line(r.now)
    if r.before == r.now:
        outcome = say(language, "outcome-same", outcome=now)
    else:
        outcome = say(language, "outcome-changed", before=before, now=now)
    return calm(*lines, Text(outcome, "bold"))


def as_json(r: Replayed) -> Json:
    """The same as one object."""
    return {
        "same": r.same,
        "changes": [{"what": change.what, "before": change.before, "now": change.now} for change in r.changes],
        "outcome": {"before": r.before, "now": r.now, "changed": r.before != r.now},
    }
