"""Requests compared with Discord's official OpenAPI document, where it is at hand beside the checkout."""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

# https://github.com/discord/discord-api-spec; not part of this project.
DOCUMENT = Path(__file__).parents[3] / "shared" / "discord" / "openapi.json"
# discord.py sends some ids as integers, where the document wants texts.
_KNOWN = re.compile(r"attachments\[\d+\]\.id|^\$\.message_reference")


@cache
def openapi_check() -> Callable[[str, str, Mapping[str, Any] | None], list[str]] | None:
    """A function that tells what is wrong with a request's body, or None where the document is absent."""
    if not DOCUMENT.is_file():
        return None
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012

    held = json.loads(DOCUMENT.read_text("utf-8"))
    registry = Registry().with_resource("urn:discord", Resource(contents=held, specification=DRAFT202012))
    routes = [
        (re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) + "$"), path, found)
        for path, found in sorted(held["paths"].items(), key=lambda one: one[0].count("{"))
    ]

    @cache
    def validator(path: str, method: str) -> Any:
        parts = ["paths", path, method, "requestBody", "content", "application/json", "schema"]
        pointer = "/".join(part.replace("~", "~0").replace("/", "~1") for part in parts)
        return Draft202012Validator({"$ref": f"urn:discord#/{pointer}"}, registry=registry)

    def check(method: str, path: str, body: Mapping[str, Any] | None) -> list[str]:
        known = next((one for one in routes if one[0].match(path) and method.lower() in one[2]), None)
        if known is None:
            return [f"{method} {path}: not in the document"]
        if body is None or "requestBody" not in known[2][method.lower()]:
            return []
        errors = validator(known[1], method.lower()).iter_errors(body)
        found = [f"{error.json_path}: {error.message[:200]}" for error in errors]
        return [f"{method} {known[1]} {one}" for one in found if not _KNOWN.search(one)]

    return check
