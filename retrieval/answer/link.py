"""Links that lead to the very words: text fragments on web addresses that strangers gave.

Syntax and advice: https://wicg.github.io/scroll-to-text-fragment/, sections 3 and 4.
"""

import re
from ipaddress import IPv6Address
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from knowledge.excerpt import CONTEXT_WIDTH

# Section 4.1: shorter snippets are given whole, longer ones as a range.
_LONGEST_WHOLE = 300
# Words at either end of a range. The spec sets no number; fewer than this recur within one article.
_RANGE_WORDS = 6
# Section 4.2: context only for this many words or fewer, because it makes a link brittle.
_MOST_WORDS_WITH_CONTEXT = 3
_DIRECTIVE = ":~:"
# Where a line ends, and what our readers put between the cells of a table, which no page does.
_BORDERS = re.compile(r"[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]| \| ")
_PORTS = range(1, 1 << 16)
# What URLs may hold besides letters and digits (RFC 3986, section 2), with % for what is encoded already; brackets
# belong in hosts alone.
_URL_CHARACTERS = ":/?#@!$&'()*+,;=-._~%"
# What `quote` leaves alone. "-" and "," and "&" have a meaning in a directive (section 3.1); the other marks have one
# in Markdown, or are cut from the end of a link by programs that find links in text.
_MARKS = str.maketrans({mark: f"%{ord(mark):02X}" for mark in "-._~"})


def text_fragment(url: str | None, exact: str, *, prefix: str, suffix: str) -> str | None:
    """A link that a browser opens at the exact words, or None where the address cannot be linked to.

    `prefix` and `suffix` are the CONTEXT_WIDTH characters around the words in the same text. The address's own
    fragment stays as the fallback of section 4.3; a directive in it is replaced.
    """
    address = web_address(url)
    if address is None:
        return None
    base = address.partition(_DIRECTIVE)[0]
    lines = [words for line in _lines(exact) if (words := line.split())]
    if not lines:
        return base.removesuffix("#")
    directive = ",".join(_encoded(term) for term in _match(lines))
    if sum(len(words) for words in lines) <= _MOST_WORDS_WITH_CONTEXT:
        before, after = _last_words(prefix), _first_words(suffix)
        directive = (f"{_encoded(before)}-," if before else "") + directive + (f",-{_encoded(after)}" if after else "")
    return f"{base}{'' if '#' in base else '#'}{_DIRECTIVE}text={directive}"


def web_address(url: str | None) -> str | None:
    """The address in ASCII if a click on it is safe: http or https, a host, no user name, no space or control."""
    if not url or any(character.isspace() or not character.isprintable() for character in url):
        return None
    try:
        parts = urlsplit(url)
        host = _host(parts)
    except (ValueError, UnicodeError):
        return None
    if host is None:
        return None
    rest = (quote(part, safe=_URL_CHARACTERS) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host, *rest))


def _host(parts: SplitResult) -> str | None:
    """Host and port in ASCII, or None. Raises ValueError for what is no host (RFC 3986) or has no IDNA form."""
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    if parts.port is not None and parts.port not in _PORTS:
        return None
    port = f":{parts.port}" if parts.port else ""
    if ":" in parts.hostname:
        return f"[{IPv6Address(parts.hostname).compressed}]{port}"
    host = parts.hostname.encode("idna").decode("ascii")
    return f"{host}{port}" if all(mark.isalnum() or mark in "-._" for mark in host) else None


def _match(lines: list[list[str]]) -> tuple[str, ...]:
    """The words themselves, or the first and last of them: each term lies within one line, so within one block."""
    first, last = lines[0], lines[-1]
    if len(lines) > 1:
        return " ".join(first[:_RANGE_WORDS]), " ".join(last[-_RANGE_WORDS:])
    whole = " ".join(first)
    if len(whole) <= _LONGEST_WHOLE or len(first) == 1:
        return (whole,)
    # Start and end must not overlap: the end is looked for after the start.
    words = min(_RANGE_WORDS, len(first) // 2)
    return " ".join(first[:words]), " ".join(first[-words:])


def _lines(text: str) -> list[str]:
    return _BORDERS.split(text)


def _last_words(prefix: str) -> str:
    """The whole words before the match in its line; the first may have been cut by the width of the context."""
    lines = _lines(prefix)
    words = lines[-1].split()
    cut = len(lines) == 1 and len(prefix) >= CONTEXT_WIDTH and not prefix[0].isspace()
    return " ".join(words[1:] if cut else words)


def _first_words(suffix: str) -> str:
    """The whole words after the match in its line; the last may have been cut."""
    lines = _lines(suffix)
    words = lines[0].split()
    cut = len(lines) == 1 and len(suffix) >= CONTEXT_WIDTH and not suffix[-1].isspace()
    return " ".join(words[:-1] if cut else words)


def _encoded(term: str) -> str:
    # A lone surrogate cannot stand in a URL, nor on any page.
    return quote(term, safe="", errors="replace").translate(_MARKS)
