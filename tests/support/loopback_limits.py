"""What Discord refuses, with its own error shape: the documented limits of messages, components, forms and commands.

https://discord.com/developers/docs: "Create Message", "Component Reference", "Application Commands".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

IS_COMPONENTS_V2 = 1 << 15
EPHEMERAL, LOADING = 1 << 6, 1 << 7
_LOCALES = {
    "id",
    "da",
    "de",
    "en-GB",
    "en-US",
    "es-ES",
    "es-419",
    "fr",
    "hr",
    "it",
    "lt",
    "hu",
    "nl",
    "no",
    "pl",
    "pt-BR",
    "ro",
    "fi",
    "sv-SE",
    "vi",
    "tr",
    "cs",
    "el",
    "bg",
    "ru",
    "uk",
    "hi",
    "th",
    "zh-CN",
    "ja",
    "zh-TW",
    "ko",
}
_NAME = re.compile(r"[-_'\w]{1,32}")
_EMBED = {"title": 256, "description": 4096}

Problem = tuple[int, str, dict[str, Any]]
Json = Mapping[str, Any]


def error(code: int, message: str, errors: Json | None = None) -> dict[str, Any]:
    """A body as Discord answers with."""
    return {"code": code, "message": message, **({"errors": dict(errors)} if errors else {})}


def _invalid(path: str, code: str, message: str) -> dict[str, Any]:
    nested: dict[str, Any] = {"_errors": [{"code": code, "message": message}]}
    for part in reversed(path.split(".")):
        nested = {part: nested}
    return error(50035, "Invalid Form Body", nested)


def walk(components: Sequence[Json]) -> Iterator[Json]:
    """Components with all that they hold."""
    for one in components:
        yield one
        yield from walk(one.get("components", []))
        for name in ("accessory", "component"):
            if isinstance(one.get(name), Mapping):
                yield from walk([one[name]])


def message_problem(body: Json, *, editing: bool, held: Json | None = None) -> dict[str, Any] | None:
    """Why a message is refused, or None. `held` is the message that is edited."""
    flags = (body.get("flags") or 0) | ((held or {}).get("flags") or 0)
    modern = bool(flags & IS_COMPONENTS_V2)
    content, embeds, components = body.get("content") or "", body.get("embeds") or [], body.get("components") or []
    if len(content) > 2000:
        return _invalid("content", "BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length.")
    if modern and (content or embeds or body.get("poll") or body.get("sticker_ids")):
        return _invalid("flags", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "Legacy fields are not allowed")
    if not editing and not (content or embeds or components or body.get("attachments") or body.get("poll")):
        return error(50006, "Cannot send an empty message")
    return _embeds_problem(embeds) or _components_problem(components, modern=modern)


def _embeds_problem(embeds: Sequence[Json]) -> dict[str, Any] | None:
    if len(embeds) > 10:
        return _invalid("embeds", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    total = 0
    for number, one in enumerate(embeds):
        for name, most in _EMBED.items():
            if len(one.get(name) or "") > most:
                return _invalid(
                    f"embeds.{number}.{name}", "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length."
                )
        total += len(one.get("title") or "") + len(one.get("description") or "")
    if total > 6000:
        return _invalid("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
    return None


def _components_problem(components: Sequence[Json], *, modern: bool) -> dict[str, Any] | None:
    held = list(walk(components))
    if len(held) > 40:
        return _invalid("components", "BASE_TYPE_MAX_LENGTH", "Must be 40 or fewer in length.")
    ids = [one["custom_id"] for one in held if one.get("custom_id")]
    if len(ids) != len(set(ids)):
        return _invalid("components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    if not modern and any(one["type"] not in (1, 2, 3, 5, 6, 7, 8) for one in held):
        return _invalid("components", "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1,).')
    if sum(len(one["content"]) for one in held if one["type"] == 10) > 4000:
        return _invalid("components", "COMPONENT_MAX_TEXT", "Displayable text exceeds the maximum of 4000")
    for number, one in enumerate(held):
        problem = _component_problem(one)
        if problem:
            return _invalid(f"components.{number}", "BASE_TYPE_BAD_LENGTH", problem)
    return None


def _component_problem(one: Json) -> str | None:
    inner = one.get("components", [])
    match one["type"]:
        case 1 if not 1 <= len(inner) <= 5:
            return "A row holds 1 to 5 buttons."
        case 2:
            return _button_problem(one)
        case 3 if not 1 <= len(one["options"]) <= 25 or len(one.get("placeholder") or "") > 150:
            return "A select has 1 to 25 options and a placeholder of 150."
        case 9 if not 1 <= len(inner) <= 3 or "accessory" not in one:
            return "A section holds 1 to 3 texts and an accessory."
        case 10 if not one["content"].strip():
            return "A text display needs a text."
        case 17 if not inner:
            return "A container needs components."
    return None


def _button_problem(one: Json) -> str | None:
    if not 1 <= len(one.get("label") or "") <= 80 and not one.get("emoji"):
        return "A label has 1 to 80 characters."
    if one["style"] == 5:
        url = one.get("url") or ""
        good = re.match(r"(https?|discord)://[^\s]+$", url) and len(url) <= 512 and not one.get("custom_id")
        return None if good else "A link button has an address of at most 512 characters and no custom id."
    return None if 1 <= len(one.get("custom_id") or "") <= 100 and not one.get("url") else "A custom id has 1 to 100."


def modal_problem(data: Json) -> dict[str, Any] | None:
    """Why a form is refused, or None."""
    if not 1 <= len(data.get("title") or "") <= 45 or not 1 <= len(data.get("custom_id") or "") <= 100:
        return _invalid("data.title", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 45 in length.")
    components = data.get("components") or []
    if not 1 <= len(components) <= 5:
        return _invalid("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for one in walk(components):
        if one["type"] == 18 and not 1 <= len(one.get("label") or "") <= 45:
            return _invalid("data.components", "BASE_TYPE_BAD_LENGTH", "A label has 1 to 45 characters.")
        if one["type"] == 4 and (len(one.get("placeholder") or "") > 100 or (one.get("max_length") or 1) > 4000):
            return _invalid("data.components", "BASE_TYPE_BAD_LENGTH", "An input takes 4000 characters.")
    return None


def choices_problem(choices: Sequence[Json]) -> dict[str, Any] | None:
    """Why suggestions are refused, or None."""
    if len(choices) > 25:
        return _invalid("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for number, one in enumerate(choices):
        if not 1 <= len(one["name"]) <= 100 or len(str(one["value"])) > 100:
            return _invalid(
                f"data.choices.{number}.name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length."
            )
    return None


def commands_problem(commands: Sequence[Json]) -> dict[str, Any] | None:
    """Why a set of commands is refused, or None."""
    for kind, most in ((1, 100), (2, 15), (3, 15)):
        if sum(one.get("type", 1) == kind for one in commands) > most:
            return error(30032, f"Maximum number of application commands reached ({most}).")
    for number, one in enumerate(commands):
        problem = _command_problem(one)
        if problem:
            return _invalid(f"{number}", "APPLICATION_COMMAND_INVALID", problem)
    return None


def _command_problem(one: Json) -> str | None:
    menu = one.get("type", 1) != 1
    names = [one["name"], *(one.get("name_localizations") or {}).values()]
    if any(not (1 <= len(name) <= 32 if menu else _NAME.fullmatch(name) and name == name.lower()) for name in names):
        return f"bad name in {names}"
    told = [] if menu else [one.get("description") or "", *(one.get("description_localizations") or {}).values()]
    if any(not 1 <= len(text) <= 100 for text in told):
        return f"bad description in {told}"
    for name in ("name_localizations", "description_localizations"):
        if set(one.get(name) or {}) - _LOCALES:
            return f"unknown locale in {name}"
    options = one.get("options") or []
    if len(options) > 25:
        return "more than 25 options"
    return next((found for option in options if (found := _command_problem({**option, "type": 1}))), None)
