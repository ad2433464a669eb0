"""Notes of users and changes, for who runs the bot: on a terminal and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from knowledge.activity_model import AuditRow, Feedback
from retrieval.present.as_json import Json
from retrieval.present.inert import inert, inert_line
from retrieval.present.terminal import calm
from retrieval.present.terminal_citation import QUIET, SEPARATOR, SetApart

_INDENT = 4
_SHORT = 8
_NOBODY = "—"
# How an operator is told; the commands that show this have no language of their own.
_NONE, _ASKED, _ANSWERED = "There are none.", "asked", "answered"


def feedback(found: Sequence[Feedback]) -> RenderableType:
    """Each note, with what was asked and what was answered."""
    if not found:
        return calm(Text(_NONE))
    parts: list[RenderableType] = []
    for one in found:
        row = feedback_row(one)
        about = Text(f"{_ASKED} ({inert_line(one.reply.kind)}): ", QUIET).append(
            inert_line(str(row["asked"])), "not dim"
        )
        told = Text(f"{_ANSWERED}: ", QUIET).append(inert_line(str(row["answered"])), "not dim")
        parts.append(Text(inert_line(one.created), QUIET))
        parts.append(SetApart(Text(inert(one.text), "bold")))
        parts.append(Padding.indent(Group(about, told), _INDENT))
        parts.append("")
    return calm(*parts)


def feedback_row(one: Feedback) -> Json:
    """A note as JSON."""
    result = one.reply.result.get("result", {})
    answered = result.get("verdict") or result.get("result") or result.get("answer") or result.get("reason")
    return {
        "created": one.created,
        "note": one.text,
        "kind": one.reply.kind,
        "asked": one.reply.request.get("text", ""),
        "answered": answered,
        "record": one.reply.result,
    }


def audit(found: Sequence[AuditRow]) -> RenderableType:
    """Each change on a line."""
    if not found:
        return calm(Text(_NONE))
    lines: list[RenderableType] = []
    for one in found:
        who = inert_line(one.author or _NOBODY)[:_SHORT]
        server = _NOBODY if one.community is None else str(one.community)
        line = Text(SEPARATOR.join([inert_line(one.created), server, who]), QUIET)
        lines.append(line.append(f"{SEPARATOR}{inert_line(one.action)}: {inert_line(one.subject)}", "not dim"))
    return calm(*lines)


def audit_row(one: AuditRow) -> Json:
    """A change as JSON."""
    return asdict(one)
