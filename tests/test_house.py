"""The house as a whole: who may import whom, how large a file may grow, what a cheap command costs."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted([ROOT / "bot.py", *ROOT.glob("knowledge/**/*.py"), *ROOT.glob("retrieval/**/*.py")])
LAYERS = ("knowledge", "retrieval", "bot")
HEAVY = ("torch", "transformers", "sentence_transformers", "faiss", "pymilvus", "onnxruntime", "discord", "trafilatura")


@cache
def imports(path: Path) -> tuple[str, ...]:
    """The modules that a file imports, anywhere in it but where it is run as a script."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    tree.body = [node for node in tree.body if not (isinstance(node, ast.If) and "__main__" in ast.unparse(node.test))]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def graph() -> dict[str, set[str]]:
    """Which of our modules import which."""
    names = {module_name(path) for path in FILES}
    return {module_name(path): {name for name in imports(path) if name in names} for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_imports_go_down(path: Path) -> None:
    layer = LAYERS.index(module_name(path).split(".")[0])
    above = {name for name in imports(path) if name.split(".")[0] in LAYERS[layer + 1 :]}
    # The command that runs the bot is the one that may reach up.
    assert not above or (module_name(path), above) == ("retrieval.cli.main", {"bot"})


# The rooms of retrieval from the bottom up. A room may use those below it, and nothing beside or above.
ROOMS = (
    "model",
    "upkeep_model",
    "settings",
    "models",
    "words",
    "index",
    "search",
    "answer",
    "check",
    "engine",
    "record",
    "evaluation",
    "present",
    "serve",
    ("cli", "discord", "train"),
)
RANKS = {room: rank for rank, rooms in enumerate(ROOMS) for room in ([rooms] if isinstance(rooms, str) else rooms)}


def room_of(module: str) -> str | None:
    """The room of retrieval that a module lies in, or which it is."""
    parts = module.split(".")
    return parts[1] if parts[0] == "retrieval" and len(parts) > 1 else None


def test_every_module_of_retrieval_lies_in_a_room() -> None:
    rooms = {room_of(module_name(path)) for path in FILES} - {None}
    assert rooms == set(RANKS)


@pytest.mark.parametrize("path", [path for path in FILES if room_of(module_name(path))], ids=module_name)
def test_rooms_use_only_what_is_below_them(path: Path) -> None:
    own = room_of(module_name(path))
    used = {room for name in imports(path) if (room := room_of(name)) in RANKS} - {own}
    assert {room for room in used if RANKS[str(room)] >= RANKS[str(own)]} == set()


def test_names_do_not_know_who_speaks() -> None:
    assert not [name for name in imports(ROOT / "knowledge" / "names.py") if name.startswith("knowledge.speech")]


def test_no_module_reaches_itself() -> None:
    edges = graph()
    edges["retrieval.cli.main"].discard("bot")

    def reached(name: str, seen: set[str]) -> set[str]:
        for following in edges[name] - seen:
            seen.add(following)
            reached(following, seen)
        return seen

    assert [name for name in edges if name in reached(name, set())] == []


@pytest.mark.parametrize(
    ("library", "owners"),
    [
        ("faiss", {"retrieval.index.vectors"}),
        ("pymilvus", {"retrieval.index.milvus"}),
        ("sqlite3", {"knowledge.schema", "knowledge.database", "retrieval.index.encoding_store"}),
        ("discord", {"bot", "retrieval.discord", "retrieval.present.discord"}),
        ("rich", {"retrieval.cli.main", "retrieval.present.terminal", "retrieval.present.progress"}),
        ("torch", {"retrieval.train"}),
        ("fluent", {"retrieval.present.texts"}),
    ],
)
def test_a_library_has_its_place(library: str, owners: set[str]) -> None:
    users = {module_name(path) for path in FILES if any(name.split(".")[0] == library for name in imports(path))}
    assert users
    assert {name for name in users if not any(name.startswith(owner) for owner in owners)} == set()


# What begins a statement of SQL, as SQLite's pages on its language and its pragmas write it.
SQL = re.compile(
    r"\b(?:SELECT|INSERT INTO|INSERT OR \w+ INTO|UPDATE \w+ SET|DELETE FROM|PRAGMA|VACUUM|ATTACH|BEGIN|COMMIT|"
    r"(?:CREATE|DROP|ALTER)(?: VIRTUAL)? (?:TABLE|INDEX|TRIGGER|VIEW))\b"
)
SQL_OWNERS = {
    "knowledge.store",
    "knowledge.rows",
    "knowledge.database",
    "knowledge.schema",
    "knowledge.changes",
    "knowledge.integrity",
    "knowledge.activity",
    "knowledge.activity_schema",
}


def strings(path: Path) -> Iterator[str]:
    """The text of every string of a file that is used, so not of those that only describe what they stand in."""
    tree = ast.parse(path.read_text("utf-8"))
    described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            yield node.value


def test_the_database_is_spoken_to_in_its_place() -> None:
    speakers = {module_name(path) for path in FILES if any(SQL.search(text) for text in strings(path))}
    assert {name for name in speakers if not name.startswith("retrieval.index.")} == SQL_OWNERS


@pytest.mark.parametrize(
    ("code", "speaks"),
    [
        ('rows("SELECT id FROM sources")', True),
        ('rows(f"SELECT {name} FROM sources")', True),
        ('run("""\n    INSERT OR IGNORE INTO units VALUES (?)""")', True),
        ('run("PRAGMA foreign_key_check")', True),
        ('run(f"DELETE FROM {table}")', True),
        ('run("CREATE VIRTUAL TABLE words USING fts5(text)")', True),
        ('def choose():\n    """SELECT is a word of SQL."""', False),
        ('say("Select a source from the list.")', False),
    ],
)
def test_a_statement_of_sql_is_seen_in_whatever_string_it_stands(tmp_path: Path, code: str, speaks: bool) -> None:
    path = tmp_path / "module.py"
    path.write_text(code, "utf-8")
    assert any(SQL.search(text) for text in strings(path)) is speaks


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_files_stay_readable(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 350


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_functions_stay_readable(path: Path) -> None:
    functions = (
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= 40] == []


# Names that say nothing of what they name.
EMPTY_NAMES = {"one", "found", "told", "held", "thing", "things"}


def named(path: Path) -> Iterator[str]:
    """Every name that a file gives: to a variable, a parameter, a function, a class or an attribute."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_names_are_nouns_of_the_field(path: Path) -> None:
    assert sorted(EMPTY_NAMES.intersection(named(path))) == []


def test_help_loads_nothing_heavy() -> None:
    code = f"""
import sys
from retrieval.cli.main import main
try:
    main(["--help"])
except SystemExit as stop:
    assert not stop.code
loaded = [name for name in {HEAVY!r} if name in sys.modules]
sys.exit(f"loaded: {{loaded}}" if loaded else 0)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Usage: citabot" in done.stdout


def test_the_entry_file_is_the_command_line() -> None:
    done = subprocess.run(
        [sys.executable, "bot.py", "--version"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stdout.startswith("citabot")


# Where standard output and standard error may be named: the writer, log lines, and programs that train models.
WRITERS = {"retrieval.present.terminal_writer", "retrieval.serve.logs"}


@pytest.mark.parametrize("path", [one for one in FILES if "train" not in one.parts], ids=module_name)
def test_one_writer_speaks_to_a_terminal(path: Path) -> None:
    if module_name(path) in WRITERS:
        return
    ways = {
        "print", "input", "click.echo", "click.secho", "echo", "secho", "sys.stdout", "sys.stderr", "sys.__stdout__",
        "sys.__stderr__", "rich.print", "rich.get_console", "Console", "rich.console.Console", "os.write",
    }  # fmt: skip
    tree = ast.parse(path.read_text("utf-8"))
    called = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    streams = [one for one in named if one.startswith("sys.std") and one != "sys.stdin" and "stdin" not in one]
    assert [one for one in called if one in ways] + streams == []
