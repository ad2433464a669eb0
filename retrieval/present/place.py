"""Where in its document a citation stands, and where else its words stand, as short phrases for every face."""

from urllib.parse import urlsplit

from knowledge.media_times import clock
from knowledge.model import Language, ParagraphRole, Source
from retrieval.answer.link import web_address
from retrieval.model import Citation
from retrieval.present.texts import say

# Other places that are named. Our choice: a wire story stands in hundreds.
_MOST_NAMED = 3


def place(citation: Citation, language: Language) -> list[str]:
    """The paragraph, that it is a note, the time of its update, and that its document has put it right since."""
    parts = paragraph_place(citation.paragraph, citation.part, citation.time, language)
    if citation.recording_seconds is not None:
        parts.append(clock(citation.recording_seconds))
    return [*parts, say(language, "superseded")] if citation.superseded else parts


def paragraph_place(number: int, role: ParagraphRole, time: str | None, language: Language) -> list[str]:
    """A paragraph by its number, with what it is besides text, and the time of its update."""
    parts = [say(language, "paragraph", number=str(number))]
    if role == "note":
        parts.append(say(language, "part-note"))
    if role == "question":
        parts.append(say(language, "part-question"))
    return [*parts, say(language, "update-of", time=time.replace("T", " "))] if time else parts


def also_at(citation: Citation, language: Language) -> str | None:
    """The other places at which the same words stand, or None where none is known."""
    names = list(dict.fromkeys(map(_name, citation.also_at)))
    if not names:
        return None
    more = len(names) - _MOST_NAMED
    shown = ", ".join(names[:_MOST_NAMED])
    return say(language, "also-at", places=f"{shown} +{more}" if more > 0 else shown)


def _name(source: Source) -> str:
    address = web_address(source.url)
    return source.publisher or (urlsplit(address).hostname if address else None) or source.title
