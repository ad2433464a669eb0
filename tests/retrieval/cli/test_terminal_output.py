"""Whatever strangers wrote, and wherever it comes out: no terminal obeys it, and JSON says it to the letter."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge.activity import open_activity
from knowledge.ingest import ingest
from knowledge.model import Document, FoundQuote, Metadata, Paragraph
from knowledge.store import Store
from retrieval.cli.main import main
from retrieval.engine import open_engine
from retrieval.settings import Settings

ROOT = Path(__file__).parent.parent.parent.parent
# A window's title and a link (OSC), a cleared screen and a colour (CSI in seven and eight bits), a bell, a line
# written over, and reading turned round.
EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\x1b]8;;https://evil.example\x07here\rover\u202eelif\u2066\u2028x\u200b"
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b]")
WORDS = f"Flour from the {EVIL} mill costs three euros a kilogram in Santa Brava"
FILE = f"evil{EVIL.replace('/', '_')}.md"

Command = Callable[..., tuple[int, str, str]]


def document() -> Document:
    text = f"{WORDS}.\n\n“{WORDS}”, said the miller."
    second = text.index("“")
    quote = FoundQuote(
        ((second + 1, second + 1 + len(WORDS)),), f"Anna {EVIL} Duarte", f"miller{EVIL}", "said", True, ()
    )
    metadata = Metadata(title=f"T{EVIL}", author=f"A{EVIL}", publisher=f"P{EVIL}", url="https://mill.example/")
    return Document(text, (Paragraph(0, second - 2), Paragraph(second, len(text))), metadata, "-", quotes=(quote,))


@pytest.fixture(scope="module")
def evil_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose every text is hostile, past all that cleans a document when it is read."""
    home = tmp_path_factory.mktemp("evil") / "home"
    with open_engine(Settings(home=home, bundled=False)) as engine:
        ingest(engine.store, document(), Metadata())
        engine.rebuild()
    store = Store(home / "knowledge.db")
    store.database.conn.execute("UPDATE sources SET published = ?, licence = ?", [f"2024{EVIL}", EVIL])
    store.database.conn.commit()
    store.close()
    activity = open_activity(home)
    result = {"result": {"answer": EVIL}}
    key = activity.save_reply(kind=EVIL, request={"text": EVIL}, result=result, community=1, person=2, private=False)
    activity.add_feedback(key, 2, f"wrong {EVIL}")
    activity.add_audit(1, 2, f"added {EVIL}", EVIL)
    activity.close()
    return home


@pytest.fixture
def command(
    evil_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """Run the command line in this process: its exit code, standard output and standard error."""
    monkeypatch.setenv("CITABOT_HOME", str(evil_home))
    monkeypatch.setenv("CITABOT_BUNDLED", "0")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogatepass"))))
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        return (int(stop.value.code or 0), *capsys.readouterr())

    before = os.umask(0o022)
    yield run
    os.umask(before)


def is_safe(*written: str) -> bool:
    return not any(RAW.search(text) for text in written)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ask", "What does flour cost in Santa Brava?"], 0),
        (["ask", f"capital {EVIL} of Australia", "--nearest"], 0),
        (["check", f"Flour costs {EVIL} three euros a kilogram in Santa Brava."], 0),
        (["check", "Flour costs nine euros a kilogram in Santa Brava.", "--nearest"], 0),
        (["quote", WORDS, "--speaker", f"Bob {EVIL}"], 0),
        (["quote", WORDS.replace("three", "nine"), "--speaker", "Anna Duarte"], 0),
        (["quote", f"nothing like {EVIL} it"], 0),
        (["quotes"], 0),
        (["quotes", "--about", f"flour {EVIL}"], 0),
        (["quotes", "--speaker", EVIL], 0),
        (["sources"], 0),
        (["feedback"], 0),
        (["audit"], 0),
        (["verify"], 0),
        (["--home", f"/dev/null/{EVIL}", "sources"], 3),
        (["show", EVIL], 2),
        (["show", f"{EVIL}\udcff"], 2),
        (["remove", EVIL], 2),
        (["add", f"{EVIL}.txt"], 2),
        (["add", f"https://{EVIL}/"], 2),
        (["add", "x", "--url", f"https://mill.example/{EVIL}"], 2),
        (["lint", EVIL], 2),
        (["replay", EVIL], 2),
        (["eval", EVIL], 2),
        (["ask", "What does flour cost?", "--save", f"nowhere/{EVIL}"], 3),
        ([EVIL], 2),
        (["ask", f"--{EVIL}"], 2),
        (["ask", "flour", "-k", EVIL], 2),
        (["ask", "flour", EVIL], 2),
        (["add", "x", "--published", EVIL], 2),
        (["completion", EVIL], 2),
    ],
    ids=str,
)
def test_no_command_writes_what_a_terminal_obeys(command: Command, arguments: list[str], code: int) -> None:
    found, stdout, stderr = command(*arguments)
    assert found == code, stderr
    assert is_safe(stdout, stderr), ascii(stdout + stderr)
    assert stdout or stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "What does flour cost in Santa Brava?", "--json"],
        ["check", "Flour costs three euros a kilogram in Santa Brava.", "--json"],
        ["check", "Duarte said “costs three euros a kilogram in Santa Brava”.", "--format", "claimreview"],
        ["quote", WORDS, "--json"],
        ["quotes", "--json"],
        ["sources", "--json"],
        ["feedback", "--json"],
        ["audit", "--json"],
    ],
    ids=str,
)
def test_json_holds_nothing_raw_and_every_character(command: Command, arguments: list[str]) -> None:
    code, stdout, stderr = command(*arguments)
    assert code == 0, stderr
    assert is_safe(stdout, stderr)
    assert EVIL in "".join(texts(json.loads(stdout)))


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)


def test_an_error_as_json_says_the_name_to_the_letter(command: Command) -> None:
    code, stdout, stderr = command("show", EVIL, "--json")
    assert (code, stdout) == (2, "")
    assert is_safe(stderr)
    code, _, stderr = command("replay", FILE, "--json")
    assert (code, is_safe(stderr)) == (2, True)
    assert FILE in json.loads(stderr)["message"]


def test_a_batch_repeats_what_was_asked_as_json_alone(command: Command) -> None:
    lines = [
        json.dumps({"text": f"flour {EVIL}"}),
        EVIL.replace("\r", ""),
        "[" * 100_000,
        '{"text": 7}',
        '{"text": ""}',
    ]
    code, stdout, stderr = command("quote", "-", stdin="\n".join(lines))
    assert code == 2
    assert is_safe(stdout, stderr)
    assert [json.loads(line).get("error") for line in stdout.splitlines()] == [None, *4 * ["bad-question"]]


def test_a_record_is_shown_and_kept_to_the_letter(command: Command, tmp_path: Path) -> None:
    assert command("quote", WORDS, "--speaker", f"Bob {EVIL}", "--save", "record.json")[0] == 0
    kept = (tmp_path / "record.json").read_text("utf-8")
    assert is_safe(kept)
    held = json.loads(kept)
    assert EVIL in held["request"]["speaker"]
    held["sources"] = {EVIL: EVIL}
    held["result"] |= {"result": EVIL, "index": {"fingerprint": EVIL, "encoder_digest": EVIL}}
    (tmp_path / "record.json").write_text(json.dumps(held))
    for arguments in (["replay", "record.json"], ["replay", "record.json", "--json"]):
        code, stdout, stderr = command(*arguments)
        assert (code, stderr) == (1, "")
        assert is_safe(stdout)
    assert EVIL in json.loads(stdout)["outcome"]["before"]


def test_names_of_files_are_shown_as_a_line(command: Command, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        f"---\nid: Mill\ntitle: 'x{EVIL[-4:]}'\nreferences: [{{number: x}}]\n---\n\nIt grinds.\n"
    )
    code, stdout, stderr = command("lint", FILE)
    assert code == 1
    assert is_safe(stdout, stderr)
    assert {line[:4] for line in stdout.splitlines()} == {"evil"}
    assert json.loads(command("lint", FILE, "--json")[1])[0]["path"] == FILE
    code, stdout, stderr = command("add", FILE)
    assert is_safe(stdout, stderr)


def test_a_labelled_file_is_shown_as_text(command: Command, tmp_path: Path) -> None:
    label = {"id": EVIL, "question": f"What does flour {EVIL} cost?", "language": "en", "gold": [], "kind": EVIL}
    (tmp_path / FILE).write_text(json.dumps(label), "utf-8")
    code, stdout, stderr = command("eval", FILE)
    assert code == 0, stderr
    assert is_safe(stdout, stderr)
    (tmp_path / FILE).write_text(json.dumps(label | {"gold": [{"source": EVIL, "paragraph": 1}]}), "utf-8")
    code, stdout, stderr = command("eval", FILE)
    assert (code, is_safe(stdout, stderr)) == (2, True)


def test_settings_are_shown_as_text(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITABOT_ENCODER", EVIL)
    assert is_safe(*command("settings")[1:])
    assert is_safe(*command("settings", "--json")[1:])


def test_the_completion_script_passes_unchanged(command: Command) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "_CITABOT_COMPLETE" in command("completion", shell)[1]


def test_on_a_terminal_only_our_own_styles_and_links_are_written(evil_home: Path) -> None:
    pty = pytest.importorskip("pty", reason="pseudo-terminals are a POSIX thing")
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, str(ROOT / "bot.py"), "quotes"],
        env={**os.environ, "CITABOT_HOME": str(evil_home), "CITABOT_BUNDLED": "0", "TERM": "xterm-256color"},
        stdout=theirs,
        stderr=theirs,
        check=True,
    )
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode().replace("\r\n", "\n")
    os.close(ours)
    assert "\x1b]8;" in shown
    assert "\x1b[1m" in shown
    plain = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;(?:id=\d+;https://mill\.example/[!-~]*|;)\x1b\\", "", shown)
    assert is_safe(plain), ascii(plain)
