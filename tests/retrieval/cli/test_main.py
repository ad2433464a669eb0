"""The command line as a person or a program meets it: results on stdout, one sentence on stderr, exit codes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import knowledge
from retrieval.cli.main import cli

CITATION_FIELDS = {
    "n", "kind", "exact", "prefix", "suffix", "start", "end", "paragraph", "score", "speaker", "translation", "link",
    "source",
}  # fmt: skip
SOURCE_FIELDS = {"id", "title", "author", "publisher", "url", "published", "language", "kind", "sha256"}


def error_of(stderr: str) -> dict[str, Any]:
    lines = [line for line in stderr.splitlines() if line.startswith("{")]
    assert len(lines) == 1
    found: dict[str, Any] = json.loads(lines[0])
    assert found.keys() >= {"error", "message", "hint"}
    return found


def test_an_answer_as_json_has_every_field_of_the_contract(citabot: Any) -> None:
    done = citabot("ask", "How much did the restoration cost?", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert answer["question"] == "How much did the restoration cost?"
    assert (answer["language"], answer["answered"], answer["reason"]) == ("en", True, None)
    assert 0.5 <= answer["confidence"] <= 1
    first = answer["citations"][0]
    assert first.keys() >= CITATION_FIELDS
    assert first["source"].keys() >= SOURCE_FIELDS
    assert answer["answer"] == first["exact"]
    assert first["source"]["publisher"] == "The Estuary Post"
    assert first["link"].startswith("https://estuary.example/2024/05/tide-mill#:~:text=")
    assert answer["index"].keys() >= {"fingerprint", "encoder", "sources", "passages"}
    assert answer["elapsed_ms"] > 0


def test_silence_as_json_names_its_reason(citabot: Any) -> None:
    done = citabot("ask", "What is the capital of Australia?", "--json")
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert (answer["answered"], answer["citations"], answer["answer"]) == (False, [], None)
    assert answer["reason"] == "nothing near"
    assert answer["nearest"]


def test_a_person_reads_words_source_and_paragraph(citabot: Any) -> None:
    done = citabot("ask", "How much did the restoration cost?", COLUMNS="100")
    assert done.returncode == 0
    assert "2.4" in done.stdout
    assert "The Estuary Post" in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


def test_a_batch_answers_line_by_line_in_order(citabot: Any) -> None:
    lines = ["What does the flour cost?", "", "¿Qué altura tiene la torre?", "What is the capital of Australia?"]
    done = citabot("ask", "-", stdin="\n".join(lines) + "\n")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["question"] for one in found] == lines
    assert [one.get("answered") for one in found] == [True, None, True, False]
    assert found[1]["error"] == "bad-question"
    assert done.returncode == 2


def test_a_batch_of_good_questions_ends_well(citabot: Any) -> None:
    done = citabot("ask", "-", "-k", "2", stdin="What does the flour cost?\n")
    assert done.returncode == 0
    assert len(json.loads(done.stdout)["citations"]) == 2


def test_an_article_from_standard_input_is_added_and_cited(citabot: Any) -> None:
    text = "El mercado de Villa Honda abre a las siete de la mañana los martes."
    done = citabot("add", "-", "--title", "El mercado", "--published", "2024-02-03", stdin=text)
    assert done.returncode == 0, done.stderr
    answer = json.loads(citabot("ask", "¿Cuándo abre el mercado de Villa Honda?", "--json").stdout)
    source = answer["citations"][0]["source"]
    assert (source["title"], source["published"], source["language"]) == ("El mercado", "2024-02-03", "es")
    again = citabot("add", "-", "--title", "El mercado", "--published", "2024-02-03", "--json", stdin=text)
    assert json.loads(again.stdout)[0]["change"] == "unchanged"


def test_quotes_sources_show_and_verify_speak_json_and_prose(citabot: Any) -> None:
    quotes = json.loads(citabot("quotes", "--speaker", "Arriaga", "--json").stdout)
    assert {one["speaker"] for one in quotes} == {"Tomás Arriaga"}
    assert quotes[0].keys() >= CITATION_FIELDS | {"role", "verb", "direct"}
    assert {one["id"] for one in json.loads(citabot("sources", "--json").stdout)} == {"faro", "tide-mill"}
    shown = citabot("show", "faro").stdout
    assert "pardelas" in shown
    verified = citabot("verify", "--json")
    assert verified.returncode == 0
    assert json.loads(verified.stdout)["differences"] == []
    for command in (("quotes",), ("sources",), ("verify",), ("settings",), ("rebuild",)):
        done = citabot(*command)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()


def test_verify_fails_when_a_span_was_moved(citabot: Any, home: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(home / "knowledge.db")
    connection.executescript("DROP TRIGGER units_fixed; UPDATE units SET start = start + 1 WHERE kind = 'sentence'")
    connection.close()
    done = citabot("verify")
    assert done.returncode == 1
    assert "sentence" in done.stdout


def test_a_source_can_be_removed_once(citabot: Any) -> None:
    assert citabot("remove", "faro").returncode == 0
    done = citabot("remove", "faro")
    assert done.returncode == 2
    assert "faro" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["ask", "", "--json"], 2, "bad-question"),
        (["ask", "a" * 10_000, "--json"], 2, "bad-question"),
        (["ask", "🦊", "--json"], 2, "bad-question"),
        (["add", "missing.txt", "--json"], 2, "missing-file"),
        (["add", ".", "--json"], 2, "missing-file"),
        (["add", "http://127.0.0.1/", "--json"], 2, "forbidden-address"),
        (["add", "x.txt", "--published", "yesterday", "--json"], 2, "usage"),
        (["add", "x.txt", "y.txt", "--title", "One", "--json"], 2, "usage"),
        (["ask", "--nonsense", "--json"], 2, "usage"),
    ],
)
def test_bad_input_is_one_sentence_and_an_exit_code(citabot: Any, arguments: list[str], code: int, error: str) -> None:
    done = citabot(*arguments)
    assert done.returncode == code
    assert error_of(done.stderr)["error"] == error
    assert "Traceback" not in done.stderr


def test_settings_show_where_a_value_came_from(citabot: Any, home: Path) -> None:
    rows = {row["name"]: row for row in json.loads(citabot("settings", "--json", DISCORD_TOKEN="abc").stdout)}
    assert (rows["CITABOT_HOME"]["value"], rows["CITABOT_HOME"]["origin"]) == (str(home), "environment")
    assert rows["DISCORD_TOKEN"]["value"] == "********"


COMMANDS = [
    "add", "ask", "audit", "check", "completion", "eval", "feedback", "lint", "quote", "quotes", "rebuild", "remove",
    "replay", "serve", "settings", "show", "sources", "verify",
]  # fmt: skip


def test_help_names_every_command_that_works_and_no_other(citabot: Any) -> None:
    shown = citabot("--help").stdout
    assert re.findall(r"^  (\w+) ", shown.partition("\nCommands:\n")[2], re.MULTILINE) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    done = CliRunner().invoke(cli, [command, "--help"])
    assert done.exit_code == 0
    assert done.output.startswith(f"Usage: cli {command}")


def test_what_is_wrong_with_a_brief_is_a_line_each_and_exit_code_1(citabot: Any, tmp_path: Path) -> None:
    (tmp_path / "mill.md").write_text("---\nid: Mill\ntitle: The mill\n---\n\nIt grinds.\n", "utf-8")
    done = citabot("lint", "mill.md")
    assert done.returncode == 1
    assert all(re.match(r"mill\.md:(\d+:)? \w", line) for line in done.stdout.splitlines()), done.stdout
    assert "mill.md:2: id: String should match" in done.stdout
    assert "mill.md: references: Field required" in done.stdout
    found = json.loads(citabot("lint", "mill.md", "--json").stdout)
    assert found[0].keys() == {"path", "line", "message"}
    assert len(found) == len(done.stdout.splitlines())


def test_a_brief_with_nothing_wrong_and_one_that_is_missing(citabot: Any) -> None:
    briefs = Path(knowledge.__file__).parent / "briefs"
    good = citabot("lint", str(briefs / "en" / "deepseek-v3.md"))
    assert (good.returncode, good.stdout, good.stderr.strip()) == (0, "", "Nothing is wrong.")
    missing = citabot("lint", "nowhere.md", "--json")
    assert (missing.returncode, error_of(missing.stderr)["error"]) == (2, "missing-file")


def test_completion_knows_the_sources(citabot: Any) -> None:
    assert "_CITABOT_COMPLETE" in citabot("completion", "bash").stdout
    done = citabot(_CITABOT_COMPLETE="bash_complete", COMP_WORDS="citabot show fa", COMP_CWORD="2")
    assert "faro" in done.stdout


def test_a_home_that_cannot_be_made_is_said_so(citabot: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = citabot("ask", "What does the flour cost?", "--json", place=tmp_path / "file" / "home")
    assert done.returncode == 3
    assert error_of(done.stderr)["error"] == "home-not-writable"


def test_a_damaged_database_is_said_so_and_kept(citabot: Any, tmp_path: Path) -> None:
    place = tmp_path / "damaged"
    place.mkdir()
    (place / "knowledge.db").write_bytes(b"these are not the bytes of a database" * 99)
    done = citabot("ask", "What does the flour cost?", "--json", place=place)
    assert done.returncode == 3
    assert error_of(done.stderr)["error"] == "damaged-database"
    assert (place / "knowledge.db").read_bytes().startswith(b"these are not")


def test_labels_are_in_the_language_asked_for_or_else_the_locales(citabot: Any) -> None:
    assert "Publicada" in citabot("--lang", "es", "sources").stdout
    assert "Publicada" in citabot("sources", LC_ALL="es_ES.UTF-8").stdout
    assert "Published" in citabot("--lang", "en", "sources", LC_ALL="es_MX.UTF-8").stdout
    assert citabot("--lang", "fr", "sources").returncode == 2
