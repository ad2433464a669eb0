"""Links to an excerpt: text fragments on web addresses, which come from untrusted users.

Syntax and advice: https://wicg.github.io/scroll-to-text-fragment/, sections 3 and 4.
"""

import re
from ipaddress import IPv6Address
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from knowledge.excerpt import CONTEXT_WIDTH

# Characters: section 4.1 has shorter snippets given whole, longer ones as a range.
_LONGEST_WHOLE = 300
# Words at either end of a range. Our choice, as the specification has no number: fewer recur within an article.
_RANGE_WORDS = 6
# Section 4.2: only snippets of so many words or fewer get context, which makes a link fragile.
_MOST_WORDS_WITH_CONTEXT = 3
_DIRECTIVE = ":~:"
# The ends of lines, and what `knowledge.readers` put between the cells of a table, which are not in the page.
_BORDERS = re.compile(r"[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]| \| ")
# Port numbers have 16 bits (RFC 9293, section 3.1).
_PORTS = range(1, 1 << 16)
# The characters of URLs besides letters and digits (RFC 3986, section 2), with % for what is encoded already; brackets
# are for hosts alone.
_URL_CHARACTERS = ":/?#@!$&'()*+,;=-._~%"
# The marks that `quote` does not encode. "-" has a meaning in a directive (section 3.1); the others have one in
# Markdown, or are cut from the end of a link by programs that recognise links in text.
_MARKS = str.maketrans({mark: f"%{ord(mark):02X}" for mark in "-._~"})


def text_fragment(url: str | None, exact: str, *, prefix: str, suffix: str) -> str | None:
    """Return a link that a browser opens at the exact words, or None where the address cannot be linked to.

    `prefix` and `suffix` are the up to CONTEXT_WIDTH characters around the words in the same text. The address's own
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
    """Return the address in ASCII where it is safe to open: http or https, a host, no user name, space or control."""
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
    """Return host and port in ASCII, or None. Raises ValueError for an invalid host (RFC 3986) or one without IDNA."""
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
    """Return the words, or the first and the last of them, as the terms of a directive.

    Each lies within a line, and so within a block of the page, as a browser requires.
    """
    first, last = lines[0], lines[-1]
    if len(lines) > 1:
        return " ".join(first[:_RANGE_WORDS]), " ".join(last[-_RANGE_WORDS:])
    whole = " ".join(first)
    if len(whole) <= _LONGEST_WHOLE or len(first) == 1:
        return (whole,)
    # Start and end must not overlap, as a browser searches for the end after the start.
    words = min(_RANGE_WORDS, len(first) // 2)
    return " ".join(first[:words]), " ".join(first[-words:])


def _lines(text: str) -> list[str]:
    return _BORDERS.split(text)


def _last_words(prefix: str) -> str:
    """Return the whole words before the match in its line, without the first where the prefix may have cut it."""
    lines = _lines(prefix)
    words = lines[-1].split()
    cut = len(lines) == 1 and len(prefix) >= CONTEXT_WIDTH and not prefix[0].isspace()
    return " ".join(words[1:] if cut else words)


def _first_words(suffix: str) -> str:
    """Return the whole words after the match in its line, without the last where the suffix may have cut it."""
    lines = _lines(suffix)
    words = lines[0].split()
    cut = len(lines) == 1 and len(suffix) >= CONTEXT_WIDTH and not suffix[-1].isspace()
    return " ".join(words[:-1] if cut else words)


def _encoded(term: str) -> str:
    # A lone surrogate is in no URL, nor in any page.
    return quote(term, safe="", errors="replace").translate(_MARKS)
