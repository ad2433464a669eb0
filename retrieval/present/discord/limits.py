"""What the platform takes, and text cut so that it is never more.

Sources, below https://discord.com/developers/docs: "Component Reference" for messages and forms of components,
"Application Commands" for commands and choices, "Message" for contents. The official OpenAPI document says the same.
"""

import regex

from retrieval.present.discord.markdown import plain
from retrieval.present.surroundings import MARK

# Message, "Create Message": `content`.
CONTENT = 2000
# Component Reference, first section: components of a message, those inside others counted.
COMPONENTS = 40
# All texts of a message together (OpenAPI, TextDisplayComponentForMessageRequest; discord.ui.LayoutView).
COMPONENTS_TEXT = 4000
# The same in bytes of UTF-8, which no page says: from 10,170 on the server fails, where each text counts 12 more
# (https://github.com/discord/discord-api-docs/issues/8554). Forty texts have room below.
COMPONENTS_BYTES = 9600
# Component Reference, "Button" and "Action Row".
BUTTON_LABEL, BUTTON_URL, ROW_BUTTONS = 80, 512, 5
# Component Reference, "Custom ID".
CUSTOM_ID = 100
# Receiving and Responding, "Modal"; Component Reference, "Label" and "Text Input".
MODAL_TITLE, MODAL_LABEL, MODAL_PLACEHOLDER, MODAL_INPUT = 45, 45, 100, 4000
# Application Commands, "Option Choice": its name and its value if that is a string; how many there may be.
CHOICE_LABEL, CHOICE_VALUE, CHOICES = 100, 100, 25

# A sentence end in the first quarter of what fits is passed over: it is an abbreviation's, or leaves too little.
_EARLY = 4
_SENTENCE_END = regex.compile(r"[.!?…](?:\\?[\"'”’»)\]*_~])*+(?=\s)")
_SPACES = regex.compile(r"\s+")
# What is kept whole: an escaped mark, a link behind words, what stands in angle brackets (mentions, times), an address,
# and else each grapheme cluster (Unicode, UAX #29), so that no emoji or accented letter falls apart.
_WHOLE = regex.compile(
    r"(?s)\\\X|\[(?:\\.|[^\[\]\\]|\[[^\[\]]*\])*\]\(<?https?://[^\s()]*\)|<[^\s<>]+>|https?://[^\s<>]+|\X"
)
# Marks that come in pairs, whose second one is put back where a cut takes it away. What is escaped is none.
_PAIR = regex.compile(r"(?s)\\.(*SKIP)(*FAIL)|(?P<mark>```|\*\*|__|~~|\|\|).+?(?P=mark)")


def length(text: str) -> int:
    """How long a text is for the platform: in UTF-16 code units.

    Its server counts code points (https://github.com/discord/discord-api-docs/issues/1315), which are never more; its
    clients, written in JavaScript, count code units.
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int) -> str:
    """The text, or its beginning and a mark, at most `most` long.

    It ends at a sentence end, else between words, else between characters as people see them; never inside an escaped
    mark, a link or a mention. Code blocks and emphasis that are cut through are closed.
    """
    if length(text) <= most:
        return text
    pairs = list(_PAIR.finditer(text))
    closing = max((len(pair["mark"]) for pair in pairs), default=0)
    ends = _ends(text, most - length(f" {MARK}") - closing)
    body, mark = _parted(text, _last(text, ends), pairs)
    if not body.strip():
        return MARK if most >= length(MARK) else "…"[: max(0, most)]
    return f"{body.rstrip()} {MARK}{mark}"


def plain_within(text: str, most: int) -> str:
    """A stranger's text made inert for Discord and cut, so that with its escapes it is at most `most` long."""
    return cut(plain(text), most)


def line_within(text: str, most: int) -> str:
    """The same on one line, for small print and whatever else must not open lines of its own."""
    return plain_within(" ".join(text.split()), most)


def _ends(text: str, room: int) -> list[int]:
    """Where a text may end so that it fits, the beginning included."""
    ends, used = [0], 0
    for whole in _WHOLE.finditer(text):
        used += length(whole.group())
        if used > room:
            break
        ends.append(whole.end())
    return ends


def _last(text: str, ends: list[int]) -> int:
    """The best of the places where a text may end."""
    allowed, most = set(ends), ends[-1]
    # One character more, which says whether the last word or sentence is complete.
    window = text[: most + 1]
    sentences = [match.end() for match in _SENTENCE_END.finditer(window) if match.end() * _EARLY >= most]
    words = [match.start() for match in _SPACES.finditer(window)]
    for places in (sentences, words):
        possible = [place for place in places if place and place in allowed]
        if possible:
            return possible[-1]
    return most


def _parted(text: str, end: int, pairs: list[regex.Match[str]]) -> tuple[str, str]:
    """The beginning of a text, and the mark that closes what is open at its end."""
    for pair in pairs:
        mark = pair["mark"]
        if pair.start() < end < pair.end():
            inside = min(end, pair.end() - len(mark))
            if not text[pair.start() + len(mark) : inside].strip():
                return text[: pair.start()], ""
            return text[:inside], mark
    return text[:end], ""
