"""Notes of users and changes on a terminal, in the language of whoever runs the bot."""

from io import StringIO

import pytest
from rich.console import Console, RenderableType

from knowledge.activity_model import AuditRow, Feedback, Reply
from knowledge.model import Language
from retrieval.present.terminal_activity import audit, feedback

REPLY = Reply(
    "k", "check", {"text": "It rains."}, {"result": {"verdict": "supported"}}, 1, "o" * 64, True, "2026-01-01T00:00:00Z"
)


def lines(shown: RenderableType) -> list[str]:
    file = StringIO()
    Console(file=file, width=80).print(shown)
    return [line.strip() for line in file.getvalue().splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("language", "none", "asked", "answered"),
    [
        ("en", "There are none.", "asked (check): It rains.", "answered: supported"),
        ("es", "No hay nada.", "preguntado (check): It rains.", "respondido: supported"),
    ],
)
def test_a_note_stands_with_what_was_asked_and_answered(
    language: Language, none: str, asked: str, answered: str
) -> None:
    note = Feedback(REPLY, "It [red]does not.\x1b[31m", "2026-01-02T00:00:00Z")
    assert lines(feedback([], language=language)) == lines(audit([], language=language)) == [none]
    assert lines(feedback([note], language=language)) == [
        "2026-01-02T00:00:00Z", "▌ It [red]does not.\N{REPLACEMENT CHARACTER}[31m", asked, answered,
    ]  # fmt: skip


def test_a_change_is_a_line_and_who_was_forgotten_is_nobody() -> None:
    changes = [
        AuditRow(7, "a" * 64, "add", "tide-mill", "2026-01-01T00:00:00Z"),
        AuditRow(None, None, "rebuild", "full", "2026-01-02T00:00:00Z"),
    ]
    assert lines(audit(changes)) == [
        "2026-01-01T00:00:00Z · 7 · aaaaaaaa · add: tide-mill", "2026-01-02T00:00:00Z · — · — · rebuild: full",
    ]  # fmt: skip
