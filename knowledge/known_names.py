"""Names that the bundled base speaks of: their right and wrong writings, and the roles of people over time."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.errors import BadBrief
from knowledge.model import KnownName, Role
from knowledge.names import fold_name
from knowledge.same_name import is_same_name
from knowledge.terms import fold
from knowledge.yaml_text import read_yaml

_Text = Annotated[str, Field(min_length=1)]
_Day = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
# What people call an office that the list gives its full title.
_SHORT_TITLES = {
    "chief executive": ("ceo", "boss", "head", "chief"),
    "director ejecutivo": ("ceo", "jefe", "director", "consejero delegado"),
    "founder": ("creator",),
    "fundador": ("creador",),
}
_ARTICLE = re.compile(r"\b(?:the|el|la|al|del)\s+$", re.IGNORECASE)
_SMALL_WORDS = re.compile(r"\b(?:of|the|de|del|la|el|at|s)\b")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Role(_Strict):
    en: _Text
    es: _Text
    of: _Text
    since: Annotated[_Day | None, Field(alias="from")] = None
    until: _Day | None = None


class _Name(_Strict):
    name: _Text
    kind: Literal["person", "organisation", "model"]
    also: list[_Text] = []
    misspelt: list[_Text] = []
    roles: list[_Role] = []


@cache
def known_names() -> tuple[KnownName, ...]:
    """Return every name of the bundled list, in its order. Raises BadBrief for a list that breaks its format."""
    text = resources.files("knowledge").joinpath("data/known_names.yaml").read_text("utf-8")
    return tuple(read_names(text, name="known_names.yaml"))


def read_names(text: str, *, name: str) -> list[KnownName]:
    """Read the names that a file lists. Raises BadBrief, also where one writing stands for two names."""
    try:
        items = [_Name.model_validate(item) for item in read_yaml(text) or []]
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise BadBrief(f"The file of names {name} breaks its format: {error}.") from error
    names = [_known(item) for item in items]
    _writings(names, name)
    return names


def full_name(written: str) -> str:
    """Return the name that a known writing stands for ("Zuck", "Lekun"), else what was written."""
    return _by_writing().get(_key(written), written)


def means_name(asked: str, full: str) -> bool:
    """Say whether a name as somebody typed it can mean the person or organisation with this full name.

    Besides what `is_same_name` allows: known writings and misspellings, and an office ("CEO of OpenAI").
    """
    meant = {asked, full_name(asked), *_by_office().get(_office(asked), ())}
    return any(is_same_name(name, full) for name in meant)


def put_right(text: str, allowed: Callable[[str, str], bool]) -> str:
    """Replace in a text each known writing of which `allowed(writing, name)` holds by the full name."""

    def replacement(match: re.Match[str]) -> str:
        name = _by_writing()[_key(match.group())]
        if not allowed(match.group(), name):
            return match.group()
        if _ARTICLE.search(text[: match.start()]):
            name = name.removeprefix("The ")
        return name.upper() if text.isupper() else name

    return _pattern().sub(replacement, text)


def _known(item: _Name) -> KnownName:
    roles = tuple(Role({"en": role.en, "es": role.es}, role.of, role.since, role.until) for role in item.roles)
    return KnownName(item.name, item.kind, tuple(item.also), tuple(item.misspelt), roles)


def _writings(names: list[KnownName], file: str) -> dict[str, str]:
    by_writing: dict[str, str] = {}
    for name in names:
        for writing in (name.name, *name.also, *name.misspelt):
            if by_writing.setdefault(_key(writing), name.name) != name.name:
                raise BadBrief(f"The file of names {file} gives “{writing}” for two names: keep it for one of them.")
    return by_writing


@cache
def _by_writing() -> Mapping[str, str]:
    return _writings(list(known_names()), "known_names.yaml")


@cache
def _by_office() -> Mapping[str, tuple[str, ...]]:
    """Return full names by each way to call an office that they have or had."""
    by_office: dict[str, tuple[str, ...]] = {}
    for name in known_names():
        for role in name.roles:
            for title in role.title.values():
                for short_title in (title, *_SHORT_TITLES.get(title, ())):
                    key = _office(f"{short_title} of {role.of}")
                    by_office[key] = (*by_office.get(key, ()), name.name)
    return by_office


@cache
def _pattern() -> re.Pattern[str]:
    """Return the pattern of every writing that is not simply the name, in any case.

    By first letters, as what is tried at each word of a text is then a letter and not every name; the longest first.
    """
    written = {
        writing
        for name in known_names()
        for writing in (*name.also, *name.misspelt)
        if _key(writing) != _key(name.name)
    }  # fmt: skip
    ordered = sorted(written, key=lambda writing: (_first_letter(writing), -len(writing), writing))
    either = "|".join(
        f"{re.escape(first)}(?:{'|'.join(re.escape(writing[1:]) for writing in same)})"
        for first, same in groupby(ordered, key=_first_letter)
    )
    return re.compile(rf"(?<![\w-])(?=\w)(?:{either})(?![\w-])", re.IGNORECASE)


def _first_letter(writing: str) -> str:
    return writing[0].lower()


def _key(written: str) -> str:
    return fold_name(written) or fold(written)


def _office(text: str) -> str:
    """Return the key of an office, the same for "OpenAI's CEO", "the CEO of OpenAI" and "CEO de OpenAI"."""
    return " ".join(sorted(_SMALL_WORDS.sub(" ", fold_name(text)).split()))
