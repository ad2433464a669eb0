"""How Discord shows a text: its Markdown, mentions, emoji and links, read one after the other.

Written after the platform's own words: the reference's "Message Formatting", the help page "Markdown Text 101", and
what its staff told of labels of links (github.com/discord/discord-api-docs, 6088 and 6185). Where clients differ, the
reading that finds more markup is taken: this is what hostile text is tried on.
"""

from dataclasses import dataclass

import regex

ZERO_WIDTH = "\u200b"
# At the beginning of a line. `inner` is read on, everything else of the match is not shown.
BLOCKS = {
    "heading": r"\s*#{1,3}(?:[^\S\n]+(?P<inner>[^\n]*)|(?=\n|$))",
    "subtext": r"\s*-#(?:[^\S\n]+(?P<inner>[^\n]*)|(?=\n|$))",
    "long quotation": r"\s*>>>\s(?P<inner>.*)",
    "quotation": r"[^\S\n]*>[^\S\n](?P<inner>[^\n]*)",
    "list": r"\s*(?:[-*+]|[0-9]+\.)[^\S\n]+(?P<inner>[^\n]*)",
}
INLINE = {
    "code block": r"```(?:[\w+.-]*\n)?(?P<raw>.*?[^\n].*?)```",
    "code": r"(?P<ticks>`+)(?P<raw>.+?)(?<!`)(?P=ticks)(?!`)",
    "bold": r"\*\*(?P<inner>(?:\\.|[^\\])+?)\*\*(?!\*)",
    "underline": r"__(?P<inner>(?:\\.|[^\\])+?)__(?!_)",
    "italics": r"\*(?!\s)(?P<inner>(?:\\.|\*\*|[^*\\])+?)\*(?!\*)|_(?P<inner>(?:\\.|__|[^_\\])+?)_(?!\w)",
    "strikethrough": r"~~(?P<inner>.+?)~~(?!_)",
    "spoiler": r"\|\|(?P<inner>.+?)\|\|",
    "link": r"""\[(?P<label>(?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]"""
    r"""\(\s*<?(?P<address>(?:\([^)]*\)|[^\s\\]|\\.)*?)>?(?:\s+['"].*?['"])?\s*\)""",
    "address": r"<[^: >]+:/[^ >]+>|(?:https?|steam|discord)://[^\s<]+[^<.,:;\"'\]\s]",
    "telephone": r"<(?:tel:|sms:)?\+?[0-9][0-9 -]+>",
    "mail": r"<?(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+>?",
    "invitation": r"(?i)discord(?:app)?\.(?:gg|com|new|gift)/\S+",
    "mention": r"@everyone|@here|<@[!&]?[0-9]+>|<#[0-9]+>",
    "command": r"</[^<>:]+:[0-9]+>",
    "guide": r"<id:[^<>\s]+>",
    "time": r"<t:-?[0-9]+(?::\w)?>",
    "own emoji": r"<a?:\w+:[0-9]+>",
    "emoji": r":[^\s:\\]+(?:::skin-tone-[0-9])?:",
}
_BLOCKS = {kind: regex.compile(f"(?s){pattern}") for kind, pattern in BLOCKS.items()}
_INLINE = {kind: regex.compile(f"(?s){pattern}") for kind, pattern in INLINE.items()}
_ESCAPE = regex.compile(r"\\([^0-9A-Za-z\s])")
_EMOJI = regex.compile(r"\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f?")
# Taken out of labels: what is drawn as nothing, and every space but the plain one.
_DROPPED = regex.compile(r"\p{Cf}|\p{Zl}|\p{Zp}|[^\P{Cc}\n]|[^\P{Zs} ]|[\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5]")
_STYLES = {"bold", "italics", "underline", "strikethrough", "spoiler", "time"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a reader sees: the words, and which kinds of markup were found."""

    text: str
    kinds: frozenset[str]


def shown(source: str) -> Shown:
    """A message as its reader sees it."""
    kinds: set[str] = set()
    text = _read(source, kinds)
    return Shown(text.replace(ZERO_WIDTH, ""), frozenset(kinds))


def notifying(source: str) -> list[str]:
    """What notifies people, found in the raw text: the server knows of no escapes."""
    return regex.findall(r"@everyone|@here|<@[!&]?[0-9]+>", source)


def previewed(source: str) -> list[str]:
    """Addresses of pages of which a preview would be shown: those not in angle brackets."""
    return regex.findall(r"(?<!<)https?://[^\s<>]+|(?i:discord(?:app)?\.(?:gg|com)/\S+)", source)


def _read(source: str, kinds: set[str], *, escapes: bool = True, quoted: bool = False) -> str:
    place, parts = 0, []
    while place < len(source):
        escape = _ESCAPE.match(source, place) if escapes else None
        if escape:
            parts.append(escape[1])
            place = escape.end()
            continue
        found = _found(source, place, kinds, escapes=escapes, quoted=quoted)
        text, place = found or (source[place], place + 1)
        parts.append(text)
    return "".join(parts)


def _found(source: str, place: int, kinds: set[str], *, escapes: bool, quoted: bool) -> tuple[str, int] | None:
    begins = not source[:place].rpartition("\n")[2].strip()
    blocks = _BLOCKS.items() if begins and escapes else ()
    for kind, pattern in (*blocks, *_INLINE.items()):
        if quoted and "quotation" in kind:
            continue
        match = pattern.match(source, place)
        text = _shown_as(kind, match, kinds, escapes=escapes, quoted=quoted) if match else None
        if match and text is not None:
            kinds.add(kind)
            return text, match.end()
    return None


def _shown_as(kind: str, match: regex.Match[str], kinds: set[str], *, escapes: bool, quoted: bool) -> str | None:
    groups = match.groupdict()
    if kind == "link":
        return _label(groups["label"], groups["address"], kinds)
    if "raw" in groups:
        return str(groups["raw"])
    if "inner" in groups:
        return _read(groups["inner"] or "", kinds, escapes=escapes, quoted=quoted or "quotation" in kind)
    return f"({kind})"


def _label(label: str, address: str, kinds: set[str]) -> str | None:
    """The label of a link, in which nothing is escaped; None where it may not be one."""
    inside: set[str] = set()
    text = _read(_DROPPED.sub("", label), inside, escapes=False)
    if not address.startswith(("http://", "https://", "discord://")) or not text.strip():
        return None
    if inside - _STYLES or _EMOJI.search(label):
        return None
    kinds |= inside
    return text
