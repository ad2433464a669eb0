"""Every text for people, in Spanish and English: Fluent files in messages/, a folder a language, a file a subject.

Fluent (https://projectfluent.org) holds plurals and choices of words with the translation, where they belong. Both
languages have the same messages with the same variables, and every message is used; a test compares them.
"""

import re
import sys
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Literal

from babel.lists import format_list
from fluent.runtime import FluentBundle, FluentResource, resolver
from fluent.runtime.types import FluentType

from knowledge.model import Language
from retrieval.model import Answer, CheckedMessage, Citation, Note, QuoteResult, Stances, Verdict

Interface = Literal["es", "en"]
"""A language that the interface speaks."""

INTERFACES: tuple[Interface, ...] = ("en", "es")

Confidence = Literal["high", "fair", "low"]

# From here on an answer is right more than four times in five, as the calibrated probability says.
_HIGH = 0.8
# Below this a wrong answer is likelier than a right one.
_FAIR = 0.5
# Our choice, near the seven and more that Git shows of a commit.
_DIGEST_CHARACTERS = 8
# Stands where nothing was compared on one side.
_NONE = "—"
# Where Fluent's syntax (https://github.com/projectfluent/fluent/blob/main/spec/fluent.ebnf) begins a message, and where
# one names another.
_MESSAGE, _REFERENCE = re.compile(r"^([a-z][\w-]*) =", re.MULTILINE), re.compile(r"\{ ([a-z][\w-]*) \}")
_SOUNDS_LIKE_O = re.compile(r"h?[oó]", re.IGNORECASE)
_NOT_IN_KEY = re.compile(r"[^a-z0-9]+")

# The library refuses longer values as an attack by whoever translates. The messages are our own, and a value may be a
# question or a name of any length.
resolver.MAX_PART_LENGTH = sys.maxsize


def say(language: Language, message: str, /, **values: str | int) -> str:
    """A message with its values, in English where the language is undetermined.

    Numbers choose plurals and are written as the language writes them; a number whose form is settled is given as text.
    Raises KeyError for a message that is not there, or one that lacks a value.
    """
    return _formatted(language, message, None, values)


def describe(language: Language, message: str) -> str:
    """The description that belongs to a command or an option. Raises KeyError where there is none."""
    return _formatted(language, message, "description", {})


def has_message(message: str) -> bool:
    """Whether there is such a message."""
    return message in _homes("en")


def key_of(group: str, value: str) -> str:
    """The key of the message for a value of an enumeration: "note" and "number differs" give "note-number-differs"."""
    return f"{group}-{_NOT_IN_KEY.sub('-', value.lower())}"


def say_for(language: Language, group: str, value: str, /, **values: str | int) -> str:
    """The message for a value of an enumeration, such as "verdict" and "supported"; raises as `say` does."""
    return say(language, key_of(group, value), **values)


def interface(locale: str, otherwise: Interface = "en") -> Interface:
    """The interface language for a locale such as "es-419"; `otherwise` for one that is neither Spanish nor English."""
    language = locale.partition("-")[0].casefold()
    return "es" if language == "es" else "en" if language == "en" else otherwise


def confidence_level(value: float) -> Confidence:
    """A calibrated probability in words: high from 0.8, fair from 0.5, low below."""
    if value >= _HIGH:
        return "high"
    return "fair" if value >= _FAIR else "low"


def confidence_text(value: float, language: Language, *, calibrated: bool = True) -> str:
    """A calibrated probability in words and per cent; of any other figure that it is none."""
    if not calibrated:
        return say(language, "confidence-uncalibrated")
    level = say_for(language, "confidence", confidence_level(value))
    return say(language, "confidence", level=level, percent=str(round(100 * value)))


def doubt(answer: Answer, language: Language) -> str | None:
    """Say that an answer may be none, where its confidence is low; None for other answers and for silences."""
    unsure = answer.answered and answer.calibrated and confidence_level(answer.confidence) == "low"
    return say(language, "unsure") if unsure else None


def reservation(result: Answer | CheckedMessage | QuoteResult, language: Language) -> str | None:
    """Why a result is less sure than others: found by words alone, or judged by models of no known accuracy."""
    if result.degraded:
        return say(language, "degraded")
    return None if result.calibrated else say(language, "uncalibrated")


def verdict_reason(verdict: Verdict, language: Language, shown: Callable[[str], str]) -> str:
    """The sentence that says why a verdict is what it is; `shown` makes words of claim and source safe to show."""
    unnamed = next((note.claim for note in verdict.notes if note.kind == "speaker not named"), None)
    if unnamed is not None:
        return say(language, "speaker-not-named", speaker=shown(unnamed))
    if any(note.kind == "date left open" for note in verdict.notes):
        return say(language, "date-left-open")
    first = verdict.evidence[0] if verdict.evidence else None
    if first is None or first.claimed is None or first.citation.highlight is None:
        return say_for(language, "verdict-reason", verdict.kind)
    return say(language, "source-says", stated=shown(first.citation.highlight.exact), claimed=shown(first.claimed))


def stances_text(stances: Stances, language: Language) -> str:
    """The probabilities of what a passage does with a claim, in per cent."""
    supports, contradicts, neutral = (
        str(round(100 * share)) for share in (stances.supports, stances.contradicts, stances.neutral)
    )
    return say(language, "stances", supports=supports, contradicts=contradicts, neutral=neutral)


def short_digest(digest: str) -> str:
    """Return as many characters of a digest or fingerprint as tell one from another at a glance, as Git does."""
    return digest[:_DIGEST_CHARACTERS]


def speaker_text(citation: Citation, language: Language) -> str | None:
    """Who is quoted: the one named, or those between whom the source leaves it open ("Ana Ruiz or Luis Ruiz")."""
    people = citation.possible_speakers
    if citation.speaker or not people:
        return citation.speaker
    if language == "es" and len(people) > 1 and _SOUNDS_LIKE_O.match(people[-1]):
        # "o" becomes "u" before its own sound (Nueva gramática de la lengua española, 31.9b), which Babel leaves out.
        return f"{', '.join(people[:-1])} u {people[-1]}"
    return format_list(people, style="or", locale="es" if language == "es" else "en")


def note_text(note: Note, language: Language) -> str:
    """A note as one line. What was compared on one side only stands as a dash on the other."""
    claim, source = note.claim or _NONE, note.source or _NONE
    return say_for(language, "note", note.kind, claim=claim, source=source)


def _formatted(language: Language, message: str, attribute: str | None, values: dict[str, str | int]) -> str:
    spoken: Interface = "es" if language == "es" else "en"
    bundle = _bundle(spoken, _homes(spoken)[message])
    entry = bundle.get_message(message)
    pattern = entry.value if attribute is None else entry.attributes[attribute]
    if pattern is None:
        raise KeyError(message)
    arguments: dict[str, FluentType | str | int] = dict(values)
    text, errors = bundle.format_pattern(pattern, arguments)
    if errors:
        raise KeyError(f"{message}: {errors[0]}")
    return str(text)


@cache
def _bundle(language: Interface, name: str) -> FluentBundle:
    """The messages of a file and of those it refers to: reading all files would cost a question a tenth of a second."""
    # Marks that keep names of the other direction apart are not needed: what is put in is made inert before.
    bundle = FluentBundle([language], use_isolating=False)
    files, homes = _files(language), _homes(language)
    needed = [name]
    for file in needed:
        bundle.add_resource(FluentResource(files[file]))
        needed += {homes[key] for key in _REFERENCE.findall(files[file])}.difference(needed)
    return bundle


@cache
def _homes(language: Interface) -> dict[str, str]:
    """For each message the name of the file that holds it."""
    return {key: name for name, text in _files(language).items() for key in _MESSAGE.findall(text)}


@cache
def _files(language: Interface) -> dict[str, str]:
    folder = resources.files("retrieval.present").joinpath("messages", language)
    return {file.name: file.read_text("utf-8") for file in folder.iterdir()}
