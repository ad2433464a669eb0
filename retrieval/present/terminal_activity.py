"""Notes of users and changes, for who runs the bot: on a terminal and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from knowledge.activity_model import AuditRow, Feedback
from knowledge.model import Language
from retrieval.present.as_json import Json
from retrieval.present.inert import inert, inert_line
from retrieval.present.terminal import calm
from retrieval.present.terminal_citation import QUIET, SEPARATOR, SetApart
from retrieval.present.texts import say

_INDENT = 4
_SHORT = 8
_NOBODY = "—"


def feedback(notes: Sequence[Feedback], *, language: Language = "en") -> RenderableType:
    """Each note, with what was asked and what was answered."""
    if not notes:
        return calm(Text(say(language, "activity-none")))
    parts: list[RenderableType] = []
    for note in notes:
        row = feedback_row(note)
        asked = Text(f"{say(language, 'activity-asked')} ({inert_line(note.reply.kind)}): ", QUIET)
        answered = Text(f"{say(language, 'activity-answered')}: ", QUIET)
        asked.append(inert_line(str(row["asked"])), "not dim")
        answered.append(inert_line(str(row["answered"])), "not dim")
        parts.append(Text(inert_line(note.created), QUIET))
        parts.append(SetApart(Text(inert(note.text), "bold")))
        parts.append(Padding.indent(Group(asked, answered), _INDENT))
        parts.append("")
    return calm(*parts)


def feedback_row(note: Feedback) -> Json:
    """A note as JSON."""
    result = note.reply.result.get("result", {})
    answered = result.get("verdict") or result.get("result") or result.get("answer") or result.get("reason")
    return {
        "created": note.created,
        "note": note.text,
        "kind": note.reply.kind,
        "asked": note.reply.request.get("text", ""),
        "answered": answered,
        "record": note.reply.result,
    }


def audit(changes: Sequence[AuditRow], *, language: Language = "en") -> RenderableType:
    """Each change on a line."""
    if not changes:
        return calm(Text(say(language, "activity-none")))
    lines: list[RenderableType] = []
    for change in changes:
        who = inert_line(change.author or _NOBODY)[:_SHORT]
        server = _NOBODY if change.community is None else str(change.community)
        line = Text(SEPARATOR.join([inert_line(change.created), server, who]), QUIET)
        lines.append(line.append(f"{SEPARATOR}{inert_line(change.action)}: {inert_line(change.subject)}", "not dim"))
    return calm(*lines)


def audit_row(change: AuditRow) -> Json:
    """A change as JSON."""
    return asdict(change)
