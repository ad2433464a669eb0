"""Times in a recording, as they stand before a paragraph of its transcript and in an address that opens it there."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_CLOCK = re.compile(r"\[(\d{1,3}):(\d\d):(\d\d)\]")
# Their players open at "t", in seconds: https://developers.google.com/youtube/player_parameters
_YOUTUBE_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be"})


def clock(seconds: int) -> str:
    """Return a time from the beginning as `[h:mm:ss]`; in brackets it is no time of day."""
    return f"[{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}]"


def clock_seconds(text: str) -> int | None:
    """Return the seconds that such a time stands for, or None for another text."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds = map(int, match.groups())
    return 3600 * hours + 60 * minutes + seconds


def address_at(url: str, seconds: int) -> str:
    """Return the address of a recording at a time: YouTube's own way, else a media fragment.

    Media Fragments URI 1.0, https://www.w3.org/TR/media-frags/, section 4.2.1.
    """
    parts = urlsplit(url)
    if parts.hostname in _YOUTUBE_HOSTS:
        query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "t"]
        return urlunsplit(parts._replace(query=urlencode([*query, ("t", f"{seconds}s")]), fragment=""))
    return urlunsplit(parts._replace(fragment=f"t={seconds}"))
