"""Transcripts with times, in WebVTT (https://www.w3.org/TR/webvtt1/) and SubRip (.srt), as videos have them.

pysubs2 1.8 was tried and not taken: of YouTube's lines, whose words have times of their own, it loses the first ones,
and a long line of brackets keeps it busy by the square of its length.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.errors import DamagedDocument
from knowledge.formats.encodings import decode
from knowledge.formats.limits import USUAL_LIMITS, ReadingLimits, check_characters
from knowledge.formats.paragraphs import Block, assemble
from knowledge.media_times import clock
from knowledge.model import Document, Metadata

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,]\d{1,3}"
_TIMING = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}(?:[ \t].*)?")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]([^<>]{1,100})>")
_TAG = re.compile(r"<[^<>]*+>|\{\\[^{}]*+\}")
# Another speaker's words begin with a hyphen, two signs, or a name in capitals: the Captioning Key of the DCMP
# (https://dcmp.org/learn/602-captioning-key---speaker-identification), and what YouTube writes.
_SPEAKER = r"(?:-|>>|[^\W\d_a-zß-öø-ÿ][^\W\d_a-zß-öø-ÿ]{1,20}(?: [^\W\d_a-zß-öø-ÿ]{1,20}){0,3}:)"
_TURN = re.compile(rf"\n(?={_SPEAKER})")
_BEGINS_TURN = re.compile(_SPEAKER)
# Sounds, as "[Música]" and "(applause)" are shown, are no words.
_SOUND = re.compile(r"[\[(♪][^\[\]()♪]{1,60}[\])♪]")
_ENDS = re.compile(r"[.!?…][\"'”’»)\]]*$")
# Words after which a paragraph of a transcript ends with the next sentence, and at any rate: those of a short paragraph
# of prose, and twice as many, as transcripts made by machines have no sentences. Our choice.
_ENOUGH_WORDS, _MOST_WORDS = 40, 80
# Seconds of silence after which a new paragraph begins. Our choice.
_PAUSE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class _Cue:
    """Lines that are shown together; times in whole seconds."""

    start: int
    end: int
    speaker: str | None
    words: str


def read_subtitles(content: bytes, *, location: str, limits: ReadingLimits = USUAL_LIMITS) -> Document:
    """Read a transcript as paragraphs, each under a heading with the time at which it begins (`[0:12:34]`).

    Lines that are shown again while they roll up are read once; a named voice stands before its words as `NAME:`.
    Raises DamagedDocument for a text without times, SourceTooLarge, and what `decode` raises.
    """
    source = decode(content, charset=None, location=location)
    check_characters(len(source), location, limits)
    cues = list(_without_repeats(_cues(source)))
    if not cues:
        raise DamagedDocument(f"{location} is a transcript without a line that has a time.")
    text, paragraphs = assemble(_blocks(cues))
    return Document(text, paragraphs, Metadata(), location)


def _cues(source: str) -> Iterator[_Cue]:
    timing: re.Match[str] | None = None
    lines: list[str] = []
    for line in [*source.split("\n"), "0:0.0 --> 0:0.0"]:
        following = _TIMING.fullmatch(line)
        if following is None:
            lines.append(line)
            continue
        if timing is not None:
            yield _cue(timing, lines)
        timing, lines = following, []


def _cue(timing: re.Match[str], lines: list[str]) -> _Cue:
    """Make a cue of the lines up to a blank one; YouTube's first line may hold a single space."""
    shown: list[str] = []
    for line in lines:
        if not line or (shown and not line.strip()):
            break
        shown.append(line)
    voice = _VOICE.search("\n".join(shown))
    words = (html.unescape(_TAG.sub("", line)).strip() for line in shown)
    hours, minutes, seconds, *end = (int(part or 0) for part in timing.groups())
    start = 3600 * hours + 60 * minutes + seconds
    return _Cue(
        start,
        max(start, 3600 * end[0] + 60 * end[1] + end[2]),
        voice[1].strip() if voice else None,
        "\n".join(filter(None, words)),
    )


def _without_repeats(cues: Iterator[_Cue]) -> Iterator[_Cue]:
    """Yield the cues without the lines that the one before has shown, and each turn in them by itself."""
    before: list[str] = []
    for cue in cues:
        lines = cue.words.split("\n")
        fresh = lines[1:] if before and lines[0] == before[-1] else lines
        before = lines if cue.words else before
        for place, words in enumerate(_TURN.split("\n".join(fresh))):
            if words.strip() and not _SOUND.fullmatch(words.strip()):
                yield _Cue(cue.start, cue.end, None if place else cue.speaker, " ".join(words.split()))


def _blocks(cues: list[_Cue]) -> Iterator[Block]:
    runs: list[list[_Cue]] = []
    for cue in cues:
        if runs and not _is_complete(runs[-1], cue):
            runs[-1].append(cue)
        else:
            runs.append([cue])
    start = -1
    for run in runs:
        if run[0].start != start:
            start = run[0].start
            yield Block(clock(start), "heading")
        speaker = f"{run[0].speaker}: " if run[0].speaker else ""
        yield Block(speaker + " ".join(cue.words for cue in run))


def _is_complete(run: list[_Cue], cue: _Cue) -> bool:
    if cue.speaker != run[-1].speaker or cue.start - run[-1].end >= _PAUSE_SECONDS or _BEGINS_TURN.match(cue.words):
        return True
    words = sum(len(part.words.split()) for part in run)
    return words >= _MOST_WORDS or (words >= _ENOUGH_WORDS and bool(_ENDS.search(run[-1].words)))
