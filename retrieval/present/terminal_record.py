"""What a replay found, on a terminal and as JSON."""

from rich.console import RenderableType
from rich.text import Text

from knowledge.model import Language
from retrieval.present.as_json import Json
from retrieval.present.inert import inert_line
from retrieval.present.terminal import calm
from retrieval.present.terminal_citation import QUIET
from retrieval.present.verdict_texts import verdict_texts
from retrieval.record import Replayed

# Hexadecimal digits of a digest that people compare.
_SHORT = 12


def replayed(found: Replayed, *, language: Language = "en") -> RenderableType:
    """The same to the byte, or what has changed, and whether the outcome did."""
    words = verdict_texts(language)
    if found.same:
        return calm(Text(f"✓ {words.replayed}", "bold green"))
    lines = [Text(f"≠ {words.changed}", "bold yellow")]
    for change in found.changes:
        before, now = (inert_line(digest)[:_SHORT] for digest in (change.before, change.now))
        lines.append(Text(f"  {inert_line(change.what)}: ").append(f"{before} → {now}", QUIET))
    lines.append(Text(words.outcome_same.format(outcome=inert_line(found.now)) if found.before == found.now
                      else words.outcome_changed.format(before=inert_line(found.before), now=inert_line(found.now)),
                      "bold"))  # fmt: skip
    return calm(*lines)


def as_json(found: Replayed) -> Json:
    """The same as one object."""
    return {
        "same": found.same,
        "changes": [{"what": one.what, "before": one.before, "now": one.now} for one in found.changes],
        "outcome": {"before": found.before, "now": found.now, "changed": found.before != found.now},
    }
