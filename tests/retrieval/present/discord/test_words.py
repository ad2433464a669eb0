"""Both languages say the same things, and everything that is said is there."""

import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from retrieval.present.discord.words import INTERFACES, describe, interface, say

ROOT = Path(__file__).parents[4]
CODE = [*ROOT.glob("retrieval/discord/*.py"), *ROOT.glob("retrieval/present/discord/*.py")]


class Variables(Visitor):
    """Every variable that a message is given."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: Any) -> None:  # noqa: N802 (the library's name)
        self.names.add(node.id.name)


def entries(language: str) -> dict[str, tuple[set[str], set[str]]]:
    """Each message's attributes and variables."""
    text = resources.files("retrieval.present.discord").joinpath(f"discord_{language}.ftl").read_text("utf-8")
    found = {}
    for entry in FluentParser().parse(text).body:
        assert not isinstance(entry, ast.Junk), entry.content
        if isinstance(entry, ast.Message):
            variables = Variables()
            variables.visit(entry)
            assert entry.id.name not in found, f"{entry.id.name} stands twice"
            found[entry.id.name] = ({one.id.name for one in entry.attributes}, variables.names)
    return found


def test_both_languages_have_the_same_messages_with_the_same_values() -> None:
    assert entries("es") == entries("en")


def test_no_message_is_the_same_in_both_by_oversight() -> None:
    alike = {
        name for name, (_, variables) in entries("en").items() if not variables and say("en", name) == say("es", name)
    }
    assert alike == {"about-title", "option-file", "error-busy"} & alike


def test_no_message_is_there_that_nothing_says() -> None:
    code = "\n".join(path.read_text("utf-8") for path in CODE)
    named = set(re.findall(r"""["']([a-z-]+)["']""", code))
    known = set(entries("en"))
    errors = {name for name in known if name.startswith("error-")}
    assert known - named - errors - {"busy", "late"} == set()


def test_every_error_text_belongs_to_an_error() -> None:
    from knowledge import errors
    from retrieval.serve import workers

    codes = {
        getattr(one, "code", None)
        for module in (errors, workers)
        for one in vars(module).values()
        if isinstance(one, type)
    }
    assert {name.removeprefix("error-") for name in entries("en") if name.startswith("error-")} <= codes


@pytest.mark.parametrize("language", INTERFACES)
def test_names_and_descriptions_keep_to_the_platforms_limits(language: Any) -> None:
    for name, (attributes, _) in entries(language).items():
        if name.startswith(("command-", "option-")):
            assert re.fullmatch(r"[-_'\w]{1,32}", say(language, name)), name
            assert say(language, name) == say(language, name).lower()
            assert attributes == {"description"}
            assert 1 <= len(describe(language, name)) <= 100
        elif name.startswith("menu-"):
            assert 1 <= len(say(language, name)) <= 32
        elif name.startswith("button-"):
            assert len(say(language, name)) <= 34  # what fits on a phone without being cut


@pytest.mark.parametrize(
    ("count", "english", "spanish"),
    [(1, "One more stands", "Hay una más"), (4, "4 more stand", "Hay 4 más")],
)
def test_plurals_are_each_languages_own(count: int, english: str, spanish: str) -> None:
    assert say("en", "left-out", count=count).startswith(english)
    assert say("es", "left-out", count=count).startswith(spanish)


@pytest.mark.parametrize(
    ("locale", "expected"), [("es-ES", "es"), ("es-419", "es"), ("en-GB", "en"), ("de", "en"), ("", "en")]
)
def test_a_locale_leads_to_its_language_and_others_to_english(locale: str, expected: str) -> None:
    assert interface(locale) == expected


def test_other_locales_read_what_the_server_has_set() -> None:
    assert interface("pt-BR", "es") == "es"


def test_a_message_or_value_that_is_missing_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        say("en", "no-such-message")
    with pytest.raises(KeyError):
        say("en", "read-as")
