"""Names that the bundled base speaks of: how people write them, rightly and wrongly, and what somebody was when."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.errors import BadBrief
from knowledge.model import KnownName, Role
from knowledge.names import fold_name, matches_name
from knowledge.terms import fold
from knowledge.yaml_text import read_yaml

_Text = Annotated[str, Field(min_length=1)]
_Day = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
# What people call an office that the list gives its full title.
_CALLED = {
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
    """Every name of the bundled list, in its order. Raises BadBrief for a list that breaks its format."""
    text = resources.files("knowledge").joinpath("data/known_names.yaml").read_text("utf-8")
    return tuple(read_names(text, name="known_names.yaml"))


def read_names(text: str, *, name: str) -> list[KnownName]:
    """The names that a file lists. Raises BadBrief, also where one writing stands for two names."""
    try:
        items = [_Name.model_validate(item) for item in read_yaml(text) or []]
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise BadBrief(f"The file of names {name} breaks its format: {error}.") from error
    found = [_known(item) for item in items]
    _writings(found, name)
    return found


def full_name(written: str) -> str:
    """The name that a known writing stands for ("Zuck", "Lekun"), else what was written."""
    return _by_writing().get(_key(written), written)


def means_name(asked: str, full: str) -> bool:
    """Whether somebody who types this can mean the person or organisation with this full name.

    Besides what `matches_name` allows: known writings and misspellings, and an office ("CEO of OpenAI").
    """
    meant = {asked, full_name(asked), *_by_office().get(_office(asked), ())}
    return any(matches_name(one, full) for one in meant)


def put_right(text: str, allowed: Callable[[str, str], bool]) -> str:
    """The text with known writings in place of which `allowed(written, name)` bears the full name."""

    def better(match: re.Match[str]) -> str:
        name = _by_writing()[_key(match.group())]
        if not allowed(match.group(), name):
            return match.group()
        if _ARTICLE.search(text[: match.start()]):
            name = name.removeprefix("The ")
        return name.upper() if text.isupper() else name

    return _pattern().sub(better, text)


def _known(item: _Name) -> KnownName:
    roles = tuple(Role({"en": one.en, "es": one.es}, one.of, one.since, one.until) for one in item.roles)
    return KnownName(item.name, item.kind, tuple(item.also), tuple(item.misspelt), roles)


def _writings(names: list[KnownName], file: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in names:
        for writing in (one.name, *one.also, *one.misspelt):
            if found.setdefault(_key(writing), one.name) != one.name:
                raise BadBrief(f"The file of names {file} gives “{writing}” for two names: keep it for one of them.")
    return found


@cache
def _by_writing() -> Mapping[str, str]:
    return _writings(list(known_names()), "known_names.yaml")


@cache
def _by_office() -> Mapping[str, tuple[str, ...]]:
    """Full names by each way to call the office that somebody holds, or held last."""
    found: dict[str, tuple[str, ...]] = {}
    for one in known_names():
        for role in one.roles:
            for title in role.title.values():
                for called in (title, *_CALLED.get(title, ())):
                    key = _office(f"{called} of {role.of}")
                    found[key] = (*found.get(key, ()), one.name)
    return found


@cache
def _pattern() -> re.Pattern[str]:
    """Every writing that is not simply the name, the longest first, whatever its case and accents."""
    written = {
        writing
        for one in known_names()
        for writing in (*one.also, *one.misspelt)
        if _key(writing) != _key(one.name)
    }  # fmt: skip
    either = "|".join(re.escape(one) for one in sorted(written, key=lambda one: (-len(one), one)))
    return re.compile(rf"(?<![\w-])(?=\w)(?:{either})(?![\w-])", re.IGNORECASE)


def _key(written: str) -> str:
    return fold_name(written) or fold(written)


def _office(text: str) -> str:
    """An office as a set phrase: "OpenAI's CEO", "the CEO of OpenAI" and "CEO de OpenAI" are one."""
    return " ".join(sorted(_SMALL_WORDS.sub(" ", fold_name(text)).split()))
