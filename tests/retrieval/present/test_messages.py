"""The messages: both languages say everything, everything that is said is there, and nothing else is."""

import ast as python
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from knowledge import errors
from knowledge.model import Language, ReferenceKind, ReviewVerdict, SourceKind
from retrieval.check.factcheck import REVIEW_DIFFERS
from retrieval.check.verdict import DECIDERS, nothing_decides
from retrieval.evaluation.measures import Measures
from retrieval.model import (
    NoteKind,
    QuoteResultKind,
    Reason,
    SetAsideReason,
    Stance,
    Standing,
    VerdictKind,
)
from retrieval.present.discord.buttons import Action
from retrieval.present.evaluation import confidence, ranking, silence, speed
from retrieval.present.evaluation_outcomes import CLASS_MEASURES, MEASURES
from retrieval.present.texts import (
    INTERFACES,
    Confidence,
    Interface,
    describe,
    key_of,
    say,
)
from retrieval.serve import workers
from retrieval.upkeep_model import Added

ROOT = Path(__file__).parents[3]
MESSAGES = ROOT / "retrieval" / "present" / "messages"
# Functions that are handed a message, and the place of its key among their arguments.
SAYING = {"say": 1, "describe": 1, "has_message": 0}
MARKING = {"named": 0, "described": 0}
GROUPED = {"say_for": 1, "key_of": 0}
# What looks like a key and is none.
OTHER_NAMES = {"utf-8"}


def measure_names() -> list[str]:
    """The measures of questions by their JSON fields."""
    m = Measures(**{field.name: 0 for field in fields(Measures)})  # type: ignore[arg-type]
    return [*ranking(m), *silence(m), *confidence(m), *speed(m)]


def error_codes() -> set[str]:
    classes = [value for module in (errors, workers) for value in vars(module).values() if isinstance(value, type)]
    return {error.code for error in classes if issubclass(error, errors.CitabotError)}


# Every enumeration whose values have messages, by the group that their keys begin with.
GROUPS: dict[str, Iterable[str]] = {
    "button": set(get_args(Action)) - {"page"},
    "change": get_args(get_type_hints(Added)["change"]),
    "class-measure": CLASS_MEASURES,
    "confidence": get_args(Confidence),
    "decider": [*(decider.__name__ for decider in (*DECIDERS, nothing_decides)), REVIEW_DIFFERS],
    "language": get_args(Language),
    "measure": [*measure_names(), "n", *MEASURES],
    "measure-meaning": measure_names(),
    "note": get_args(NoteKind),
    "quotation": QuoteResultKind,
    "quotation-reason": QuoteResultKind,
    "reason": Reason,
    "reference-kind": get_args(ReferenceKind),
    "review-verdict": get_args(ReviewVerdict),
    "set-aside": get_args(SetAsideReason),
    "source-kind": get_args(SourceKind),
    "stance": get_args(Stance),
    "standing": get_args(Standing),
    "verdict": VerdictKind,
    "verdict-reason": VerdictKind,
}


class Parts(Visitor):
    """What a message is made of: its variables, the choices it makes, and the messages it refers to."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.choices: list[tuple[str, frozenset[str]]] = []
        self.references: set[str] = set()

    def visit_VariableReference(self, node: Any) -> None:  # noqa: N802 (the library's name)
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: Any) -> None:  # noqa: N802
        self.references.add(node.id.name)

    def visit_SelectExpression(self, node: Any) -> None:  # noqa: N802
        keys = frozenset(getattr(variant.key, "name", getattr(variant.key, "value", "")) for variant in node.variants)
        self.choices.append((node.selector.id.name, keys))
        self.generic_visit(node)


def files(language: str) -> list[Path]:
    return sorted((MESSAGES / language).glob("*.ftl"))


@cache
def entries(language: str) -> dict[str, ast.Message]:
    """The messages of a language by their keys."""
    messages: dict[str, ast.Message] = {}
    for path in files(language):
        for entry in FluentParser().parse(path.read_text("utf-8")).body:
            assert not isinstance(entry, ast.Junk), entry.content
            if isinstance(entry, ast.Message):
                assert entry.id.name not in messages, f"{entry.id.name} stands twice"
                messages[entry.id.name] = entry
    return messages


@cache
def parts(language: str, key: str) -> Parts:
    """What a message is made of, with what it refers to."""
    made = Parts()
    made.visit(entries(language)[key])
    for reference in set(made.references):
        made.variables |= parts(language, reference).variables
        made.choices += parts(language, reference).choices
    return made


def attributes(language: str, key: str) -> set[str]:
    return {attribute.id.name for attribute in entries(language)[key].attributes}


def samples(language: str, key: str) -> Iterator[dict[str, str | int]]:
    """Values for a message: numbers that choose each plural, and every word that it chooses by."""
    variables, choices = parts(language, key).variables, parts(language, key).choices
    for number in (0, 1, 2, 12345):
        yield dict.fromkeys(variables, number)
    for word in {"x"}.union(*(keys for _, keys in choices)):
        yield dict.fromkeys(variables, word)


# Code that says something, as syntax trees.


@cache
def code() -> dict[str, python.Module]:
    catalogue = "retrieval.present.texts", "retrieval.present.discord.localised"
    trees = {}
    for path in ROOT.glob("retrieval/**/*.py"):
        text = path.read_text("utf-8")
        if path.name == "texts.py" or any(f"from {module} import" in text for module in catalogue):
            trees[str(path.relative_to(ROOT))] = python.parse(text)
    assert len(trees) > 20
    return trees


def calls(names: dict[str, int]) -> Iterator[tuple[python.Call, set[str]]]:
    """Each call of these functions that names its message or group, and what it names."""
    for path, tree in code().items():
        for node in python.walk(tree):
            if isinstance(node, python.Call) and isinstance(node.func, python.Name) and node.func.id in names:
                if node.func.id in MARKING and not ("retrieval/discord/" in path or "localised" in path):
                    continue
                literals = constants(node.args[names[node.func.id]])
                if literals:
                    yield node, literals


def constants(node: python.expr) -> set[str]:
    """The strings that an argument may be, where it says them itself."""
    if isinstance(node, python.IfExp):
        return constants(node.body) | constants(node.orelse)
    return {node.value} if isinstance(node, python.Constant) and isinstance(node.value, str) else set()


def hyphenated() -> set[str]:
    """Every string that looks like a key: what is handed on before it is said has a hyphen in it."""
    nodes = (node for tree in code().values() for node in python.walk(tree))
    strings = {node.value for node in nodes if isinstance(node, python.Constant) and isinstance(node.value, str)}
    return {string for string in strings if re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", string)} - OTHER_NAMES


def asked_for() -> set[str]:
    """Every key that the code or the page names."""
    called = set[str]().union(*(keys for _, keys in calls(SAYING | MARKING)))
    page = (MESSAGES.parent / "evaluation_page.html").read_text("utf-8")
    return called | (hyphenated() - GROUPS.keys()) | set(re.findall(r'\bsay\("([^"]+)"', page))


def test_both_languages_have_the_same_files_none_too_long() -> None:
    assert [path.name for path in files("es")] == [path.name for path in files("en")]
    assert {path.name for path in MESSAGES.iterdir()} == set(INTERFACES)
    assert all(len(path.read_text("utf-8").splitlines()) <= 350 for path in [*files("es"), *files("en")])


def test_both_languages_have_the_same_messages_with_the_same_values_and_choices() -> None:
    assert list(entries("es")) == list(entries("en"))
    for key in entries("en"):
        english, spanish = parts("en", key), parts("es", key)
        assert english.variables == spanish.variables, key
        assert sorted(english.choices, key=str) == sorted(spanish.choices, key=str), key
        assert attributes("en", key) == attributes("es", key), key


@pytest.mark.parametrize("language", INTERFACES)
def test_every_message_is_whole_whatever_it_is_given(language: Interface) -> None:
    for key in entries(language):
        for values in samples(language, key):
            text = say(language, key, **values)
            assert text.strip(), key
            assert not set(text) & set("{}\u2068\u2069"), key
        if attributes(language, key):
            assert describe(language, key).strip()


def test_no_message_is_the_same_in_both_by_oversight() -> None:
    alike = {key for key in entries("en") if not parts("en", key).variables and say("en", key) == say("es", key)}
    names = {key for key in alike if key.startswith(("measure-", "class-measure-"))}
    assert alike - names == {"about-title", "paragraphs-column"}


@pytest.mark.parametrize("group", GROUPS)
def test_every_value_of_an_enumeration_has_its_message(group: str) -> None:
    keys = [key_of(group, value) for value in GROUPS[group]]
    assert keys
    assert [key for key in keys if key not in entries("en")] == []


def test_the_code_speaks_of_these_enumerations_and_no_others() -> None:
    groups = set[str]().union(*(named for _, named in calls(GROUPED)))
    assert groups == GROUPS.keys() | {"error"}


def test_nothing_is_asked_for_that_is_not_there() -> None:
    assert asked_for() - entries("en").keys() == set()


def test_no_message_is_there_that_nothing_says() -> None:
    of_values = {key_of(group, value) for group, values in GROUPS.items() for value in values}
    of_errors = {key_of("error", code) for code in error_codes()}
    referred = set[str]().union(*(parts("en", key).references for key in entries("en")))
    assert entries("en").keys() - asked_for() - of_values - of_errors - referred == set()


def test_messages_are_given_the_values_that_they_have() -> None:
    for call, keys in calls(SAYING):
        given_values = {keyword.arg for keyword in call.keywords}
        if None not in given_values:
            for key in keys:
                assert parts("en", key).variables == given_values, key
    for call, groups in calls({"say_for": 1}):
        given_values = {keyword.arg for keyword in call.keywords}
        for group in groups:
            for value in constants(call.args[2]) or GROUPS[group]:
                # Notes of some kinds leave out one side.
                assert parts("en", key_of(group, value)).variables <= given_values, (group, value)


def test_every_error_text_belongs_to_an_error() -> None:
    of_errors = {key.removeprefix("error-") for key in entries("en") if key.startswith("error-")}
    assert of_errors
    assert of_errors <= error_codes()


def test_the_package_ships_every_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["retrieval"]
    shipped = {path for pattern in patterns for path in (ROOT / "retrieval").glob(pattern)}
    assert {*files("es"), *files("en")} <= shipped
