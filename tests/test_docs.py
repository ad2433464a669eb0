"""The README and the changelog say what the program does, no more and no less."""

import re
import tomllib
from pathlib import Path

import click

from retrieval.cli.main import cli
from retrieval.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_every_command_stands_in_the_table_and_no_other() -> None:
    assert set(re.findall(r"^\| `citabot (\w+)", README, re.MULTILINE)) == set(cli.commands)


def test_every_option_named_in_the_readme_exists() -> None:
    known = {name for command in [cli, *cli.commands.values()] for option in command.params for name in option.opts}
    known |= {"--help", "--version"}
    # A container's file has options of other programs.
    own = re.sub(r"```dockerfile.*?```", "", README, flags=re.DOTALL)
    assert set(re.findall(r"(?<![\w-])--[a-z][\w-]*", own)) <= known


def test_every_setting_is_named() -> None:
    for name, field in Settings.model_fields.items():
        assert f"`{field.validation_alias or f'CITABOT_{name.upper()}'}`" in README


def test_there_are_two_set_up_commands() -> None:
    commands = re.findall(r"^pip install .*$", README, re.MULTILINE)
    assert len(commands) == 2
    assert commands[0].startswith("pip install . && citabot ask ")
    assert commands[1] == "pip install '.[test]' && python -m pytest"


def test_pictures_and_files_that_are_linked_exist() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).is_file(), target


def test_every_command_explains_itself() -> None:
    for name, command in cli.commands.items():
        assert command.help, name
        assert len(command.get_short_help_str(200)) <= 120
        for option in command.params:
            assert not isinstance(option, click.Option) or option.help, f"{name} {option.name}"


def test_the_version_stands_in_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## \[({re.escape(PROJECT['version'])}|Unreleased)\]", changelog, re.MULTILINE)


def test_every_direct_dependency_is_bounded() -> None:
    extras = PROJECT["optional-dependencies"]
    listed = [*PROJECT["dependencies"], *extras["train"], *extras["eval"], *extras["milvus"], *extras["test"]]
    assert [one for one in listed if not re.search(r"==|<|^citabot", one)] == []
