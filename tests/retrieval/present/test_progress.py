"""Long work shows a bar on a terminal's stderr, and leaves stdout and other streams alone."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent

pty = pytest.importorskip("pty", reason="pseudo-terminals are a POSIX thing")


def on_terminal(home: Path, *arguments: str, given: bytes = b"") -> tuple[str, bytes]:
    """What a command shows on a terminal's stderr, and its stdout."""
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, str(ROOT / "bot.py"), *arguments],
        input=given,
        env={**os.environ, "CITABOT_HOME": str(home), "CITABOT_BUNDLED": "0", "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=True,
    )
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    return shown, done.stdout


def test_a_terminal_sees_a_bar_and_stdout_only_the_result(home: Path) -> None:
    shown, stdout = on_terminal(home, "rebuild", "--full")
    assert "Encoding" in shown
    assert "100%" in shown
    assert b"Encoding" not in stdout
    assert b"\x1b" not in stdout


def test_a_file_sees_nothing(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bot.py"), "rebuild", "--full"],
        env={**os.environ, "CITABOT_HOME": str(home), "CITABOT_BUNDLED": "0"},
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""


def test_answers_go_to_stdout_though_a_bar_was_drawn(home: Path) -> None:
    shutil.rmtree(home / "index")
    questions = b"What does the flour cost?\nHow high is the wheel?\n"
    shown, stdout = on_terminal(home, "ask", "-", given=questions)
    assert "Encoding" in shown
    assert "question" not in shown
    assert [json.loads(line)["question"][:4] for line in stdout.splitlines()] == ["What", "How "]
