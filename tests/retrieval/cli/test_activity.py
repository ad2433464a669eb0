"""Who runs a bot reads what its users hold to be wrong, and what was changed."""

import json
from pathlib import Path
from typing import Any

from knowledge.activity import open_activity
from retrieval import record
from retrieval.engine import Engine
from retrieval.present import as_json


def kept(home: Path, engine: Engine) -> None:
    answer = engine.ask("Who built the tide mill?")
    made = record.answered(answer, None, as_json.answer(answer)).model_dump()
    request = {"kind": "ask", "text": answer.question}
    activity = open_activity(home)
    key = activity.save_reply(kind="ask", request=request, result=made, community=7, person=1, private=False)
    activity.add_feedback(key, 2, "it was\x1b[2J somebody else")
    activity.add_audit(7, 1, "source added", "tide-mill")
    activity.close()


def test_notes_are_listed_with_question_and_answer(citabot: Any, home: Path, engine: Engine) -> None:
    kept(home, engine)
    shown = citabot("feedback")
    assert shown.returncode == 0
    assert "it was\N{REPLACEMENT CHARACTER}[2J somebody else" in shown.stdout
    assert "Who built the tide mill?" in shown.stdout
    (row,) = json.loads(citabot("feedback", "--json").stdout)
    assert row["asked"] == "Who built the tide mill?"
    assert row["record"]["kind"] == "ask"


def test_changes_are_listed(citabot: Any, home: Path, engine: Engine) -> None:
    kept(home, engine)
    assert "source added: tide-mill" in citabot("audit").stdout
    (row,) = json.loads(citabot("audit", "--json").stdout)
    assert (row["community"], row["action"]) == (7, "source added")


def test_a_home_where_nothing_was_done_says_so(citabot: Any, tmp_path: Path) -> None:
    for name in ("feedback", "audit"):
        shown = citabot(name, place=tmp_path / "new")
        assert shown.returncode == 0
        assert "There are none." in shown.stdout
