"""The writer: styles of ours stay, links lead to web addresses alone, and nothing else reaches a terminal."""

import io
import re

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.control import Control
from rich.style import Style
from rich.table import Table
from rich.text import Text

from knowledge.errors import CitabotError
from retrieval.present import terminal_writer
from retrieval.present.as_json import dump
from retrieval.present.inert import inert
from retrieval.present.terminal_writer import Inert

HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
any_text = st.text(st.one_of(st.sampled_from("a\x1b\x07\x9b\r\u202e\u2066\u200d\ufe0f😀\x85\u2028"), st.characters()))


def written(renderable: object) -> str:
    """What a terminal with colours and links is sent."""
    console = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", highlight=False, width=60)
    console.print(Inert(renderable))  # type: ignore[arg-type]
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_styles_stay() -> None:
    assert written(Text("bold", "bold")) == "\x1b[1mbold\x1b[0m\n"


def test_a_link_to_a_web_address_stays_and_any_other_goes() -> None:
    assert "https://mill.example/a" in written(Text("here", Style(link="https://mill.example/a")))
    for link in ("file:///etc/passwd", "javascript:1", "https://a\x1b]0;x\x07b.example/", "https://user@mill.example/"):
        assert written(Text("here", Style(link=link))) == "here\n"


def test_control_segments_are_dropped() -> None:
    assert written(Control.title("owned")) == ""
    assert written(Control.clear()) == ""


@given(any_text)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_no_text_in_any_place_reaches_a_terminal_raw(text: str) -> None:
    table = Table(title=Text(text))
    table.add_column(Text(text))
    table.add_row(Text(text), text.replace("[", "("))
    plain = re.sub(r"\x1b\[[0-9;]*m", "", written(table))
    assert not HARMFUL.search(plain), ascii(plain)


@given(st.recursive(any_text, lambda inner: st.lists(inner) | st.dictionaries(any_text, inner), max_leaves=5))
@settings(derandomize=True, deadline=None, max_examples=120)
def test_json_passes_the_writer_unchanged(value: object) -> None:
    line = dump(value)
    assert inert(line) == line


@pytest.mark.parametrize("as_json", [False, True])
def test_errors_and_notices_are_made_inert(capsys: pytest.CaptureFixture[str], *, as_json: bool) -> None:
    evil = "a\x1b[2J\nb\u202ec"
    terminal_writer.report(CitabotError(evil, hint=evil), as_json=as_json)
    terminal_writer.report_usage(click.UsageError(evil), as_json=as_json)
    terminal_writer.notice(evil)
    stderr = capsys.readouterr().err
    assert not HARMFUL.search(stderr)
    assert stderr.startswith(
        '{"error": "error", "message": "a\\u001b' if as_json else "citabot: a�[2J b�c\n  a�[2J b�c\n"
    )
