"""Text of strangers made harmless to show. What is stored stays as it is."""

import json
import re

_MARK = "\N{REPLACEMENT CHARACTER}"

# Line ends other than the line feed (UAX #14, class BK, and CR LF).
_LINE_ENDS = re.compile("\r\n|[\v\f\x85\u2028\u2029]")
# Control characters move the cursor or begin escape sequences (ECMA-48); surrogates cannot be written; embeddings,
# overrides and isolates make text read otherwise than it is stored (UAX #9; CVE-2021-42574). A mark stands for each,
# so that a reader sees that something was there.
_HARMFUL = re.compile("[\x00-\x08\x0e-\x1f\r\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Default_Ignorable_Code_Point and interlinear annotations: drawn as nothing, so words can hide in them (Unicode 16,
# DerivedCoreProperties.txt). The joiners and the variation selectors of emoji are judged by their neighbours below.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2060-\u2065\u206a-\u206f\u3164"
    "\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Emoji, Indic and Arabic scripts need these between their characters; Latin text, up to U+024F, never does.
_STRAY_SELECTOR = re.compile("(?<![^\x00-\u024f\u200c\u200d\ufe0e\ufe0f])[\ufe0e\ufe0f]")
_STRAY_JOINER = re.compile(
    "(?<![^\x00-\u024f\u200c\u200d])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u024f\u200c\u200d\ufe0e\ufe0f])"
)


def inert(text: str) -> str:
    """The text with nothing in it that a terminal obeys, that turns reading direction, or that cannot be seen.

    Line feeds stay, tabs become spaces, other line ends become line feeds. Idempotent.
    """
    shown = _HARMFUL.sub(_MARK, _LINE_ENDS.sub("\n", text).replace("\t", " "))
    shown = _STRAY_SELECTOR.sub("", _INVISIBLE.sub("", shown))
    return _STRAY_JOINER.sub("", shown)


def escaped(json_text: str) -> str:
    """JSON with an escape in place of whatever `inert` would change (RFC 8259, section 7): it says the same.

    In JSON such characters stand within strings alone. A lone surrogate, which UTF-8 cannot hold, becomes U+FFFD.
    """
    written = _SURROGATE.sub(_MARK, json_text)
    # In the order of `inert`, as a joiner is judged by its neighbours.
    for changed in (_LINE_ENDS, _HARMFUL, _INVISIBLE, _STRAY_SELECTOR, _STRAY_JOINER):
        written = changed.sub(_escape, written)
    return written


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match.group())[1:-1]


def inert_line(text: str) -> str:
    """The same on one line, for names, titles and whatever else must not open lines of its own."""
    return " ".join(inert(text).split())
