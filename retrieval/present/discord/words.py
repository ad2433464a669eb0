"""What the Discord bot says, in Spanish and in English: one Fluent file a language, beside this one.

Fluent (https://projectfluent.org) keeps plurals and choices of words with the translation, where they belong. What is
said of verdicts and confidence everywhere stands in `present.texts` and `present.verdict_texts`.
"""

from functools import cache
from importlib import resources
from typing import Literal

from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import FluentType

Interface = Literal["es", "en"]
"""A language that the interface speaks."""

INTERFACES: tuple[Interface, ...] = ("en", "es")


def interface(locale: str, otherwise: Interface = "en") -> Interface:
    """The interface language for a locale such as "es-419"; `otherwise` for one that is neither Spanish nor English."""
    found = locale.partition("-")[0].casefold()
    return "es" if found == "es" else "en" if found == "en" else otherwise


def say(language: Interface, message: str, **values: str | int) -> str:
    """A message of the Fluent files with its values. Raises KeyError for a message that is not there."""
    return _formatted(language, message, None, values)


def describe(language: Interface, message: str) -> str:
    """The description that belongs to a command or an option."""
    return _formatted(language, message, "description", {})


def messages(language: Interface) -> FluentBundle:
    """Everything that is said in a language."""
    return _bundle(language)


def _formatted(language: Interface, message: str, attribute: str | None, values: dict[str, str | int]) -> str:
    bundle = _bundle(language)
    found = bundle.get_message(message)
    pattern = found.value if attribute is None else found.attributes[attribute]
    if pattern is None:
        raise KeyError(message)
    given: dict[str, FluentType | str | int] = dict(values)
    text, errors = bundle.format_pattern(pattern, given)
    if errors:
        raise KeyError(f"{message}: {errors[0]}")
    return str(text)


@cache
def _bundle(language: Interface) -> FluentBundle:
    # Marks that keep names of the other direction apart are not needed: what is put in is made inert before.
    bundle = FluentBundle([language], use_isolating=False)
    text = resources.files("retrieval.present.discord").joinpath(f"discord_{language}.ftl").read_text("utf-8")
    bundle.add_resource(FluentResource(text))
    return bundle
