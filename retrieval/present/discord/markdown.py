"""Text of strangers made inert in a Discord message, and the few marks that we put around it.

What Discord reads as markup: https://discord.com/developers/docs/reference, "Message Formatting", and its help page
"Markdown Text 101". A backslash before any ASCII mark that is no letter, digit or space shows the mark itself.
discord.py's escape_markdown and escape_mentions leave what this must not: angle brackets, links over several lines,
numbered lists, names of emoji, addresses.
"""

import regex

from retrieval.answer.link import web_address
from retrieval.present.inert import inert, inert_line

# As long as the address of a link button may be (limits.BUTTON_URL): readers meet the same links in both places.
_LONGEST_ADDRESS = 512
# Drawn as nothing. Who is notified is found in the raw text, where a backslash hides nothing.
_PARTED = "@\N{ZERO WIDTH SPACE}"

# Emphasis, code, spoilers, links, and everything in angle brackets; the parenthesis that makes brackets a link; the
# slash without which there is no address, nor an invitation to a server, which needs no scheme; the colon that begins
# the name of an emoji.
_MARK = regex.compile(r"[\\*_~|`<>\[\]]|(?<=\])\(|(?<=:|(?i:discord(?:app)?\.[a-z]+))/|:(?=[^\s:/])")
# Headings, subtext and lists: the place before the mark that makes the line one, which is the full stop of a number.
_LINE_START = regex.compile(r"(?m)^(?:[^\S\n]*(?=[-+#])|[^\S\n]*[0-9]+(?=\.))")

# In the label of a link nothing can be escaped: backslashes are shown, invisible characters dropped, and with an emoji
# in it there is no link at all (https://github.com/discord/discord-api-docs/issues/6185 and 6088).
_NOT_IN_LABEL = regex.compile(r"[\\\p{Cf}\p{Emoji_Presentation}\p{Extended_Pictographic}\ufe0f]")
_ARROW = "→"
# Between the parts of a text while it is escaped: no inert text contains it.
_BOUNDARY = "\0"
_WORDS_OF_LINE = regex.compile(r"\S(?:.*\S)?")
# What could end the address, or be read as emphasis by what stands around the link; none has a meaning of its own.
_ENCODED = str.maketrans({mark: f"%{ord(mark):02X}" for mark in "()*'"})


def plain(text: str) -> str:
    """The text so that Discord shows these very words and nothing else: no markup, mention, emoji name or link.

    What `inert` takes out or marks is taken out or marked. At most twice as long as the text was.
    """
    return _escaped(inert(text))


def plain_line(text: str) -> str:
    """The same on one line, for names, titles and whatever else must not open lines of its own."""
    return _escaped(inert_line(text))


def quoted(text: str) -> str:
    """Plain text as a quotation, every line of it; "" for nothing."""
    lines = text.rstrip().lstrip("\n").split("\n")
    return "\n".join(f"> {line}" for line in lines) if any(lines) else ""


def bold(text: str) -> str:
    """Plain text in bold; "" for nothing, where the marks alone would be shown."""
    shown = text.strip()
    return f"**{shown}**" if shown else ""


def with_bold(before: str, words: str, after: str) -> tuple[str, str]:
    """Three inert parts of a text escaped as `plain` escapes it whole, `words` in bold: up to their end, and the rest.

    Every line of the words is bold by itself, as each begins with a mark of its own in a quotation; spaces at its ends
    are not bold, as asterisks beside a space may be shown as asterisks (CommonMark 0.31.2, section 6.2).
    """
    escaped_before, escaped_words, escaped_after = _escaped(_BOUNDARY.join((before, words, after))).split(_BOUNDARY)
    # A client that reads the words by themselves sees a line begin there.
    escaped_words = _LINE_START.sub(r"\g<0>\\", escaped_words)
    return escaped_before + _WORDS_OF_LINE.sub(r"**\g<0>**", escaped_words), escaped_after


def link(label: str, url: str | None) -> str | None:
    """Plain text that leads to a web address, without a preview of the page; None where that cannot be linked to.

    A label that holds what Discord's labels cannot stands before the link, which is then an arrow.
    """
    address, words = web_address(url), " ".join(label.split())
    if address is None or not words:
        return None
    address = address.translate(_ENCODED).replace("~~", "~%7E")
    if len(address) > _LONGEST_ADDRESS:
        return None
    if _NOT_IN_LABEL.search(words):
        return f"{words} [{_ARROW}](<{address}>)"
    return f"[{words}](<{address}>)"


def _escaped(text: str) -> str:
    return _LINE_START.sub(r"\g<0>\\", _MARK.sub(r"\\\g<0>", text)).replace("@", _PARTED)
