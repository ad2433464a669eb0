"""An answer as a Discord message: the words that answer first, numbered citations with links, and buttons.

Of a silence the reason is given, no citation, and a button that shows what came nearest.
"""

import re

import discord

from knowledge.model import Language
from retrieval.model import Answer, CheckedMessage, Citation, QuoteResult
from retrieval.present.discord.buttons import buttons
from retrieval.present.discord.citation import (
    EXCERPT,
    SEPARATOR,
    citation_link,
    citation_text,
    in_paragraph,
    reference_text,
)
from retrieval.present.discord.layout import Layout
from retrieval.present.discord.limits import cut, line_within
from retrieval.present.discord.markdown import plain_line
from retrieval.present.texts import Interface, confidence_text, doubt, reservation, say, say_for, short_digest

_ASKED = 300
# What the widest paragraph around an excerpt may show on either side.
_CONTEXT = 600
# Characters kept for what stands below the citations.
_FOOTER = 400
# Up to so many citations are shown in full length.
_FEW = 3
_FENCE = "```"
_PARTED = re.compile("[`@]")


def answer_view(
    answer: Answer, key: str, *, sharing: bool = False, heading: str | None = None, stale: bool = False
) -> discord.ui.LayoutView:
    """The message for an answer or a silence. `sharing` adds a button that posts it for all."""
    language = reader(answer.language)
    layout = Layout(footer=_FOOTER)
    headed(layout, heading)
    layout.card("good" if answer.answered and not doubt(answer, language) else "open")
    layout.text(_asked(answer, language))
    left = 0
    if answer.answered:
        left = len(answer.citations) - _cite(layout, answer, language)
    else:
        layout.text(f"### ? {say(language, 'refusal')}\n{_reason(answer, language)}")
    confidence = answer.confidence if answer.answered else None
    closed(layout, answer, answer.index.encoder, language, left=left, confidence=confidence, stale=stale)
    row = buttons(key, language, *(("more", "context", "copy", "wrong") if answer.citations else ("wrong",)))
    if not answer.citations and answer.nearest:
        row = [*buttons(key, language, "nearest"), *row]
    layout.row(*([*buttons(key, language, "share"), *row] if sharing else row))
    return layout.view()


def _cite(layout: Layout, answer: Answer, language: Interface) -> int:
    """Put citations into the message as far as they fit, the first of them; how many did."""
    most = EXCERPT if len(answer.citations) <= _FEW else EXCERPT // 2
    for count, citation in enumerate(answer.citations):
        layout.rule()
        text = citation_text(citation, language, most=most, leading=not count)
        if not layout.text(text, citation_link(citation, language)):
            return count
    return len(answer.citations)


def displayed(answer: Answer) -> list[Citation]:
    """The citations that the message for an answer has room for."""
    layout, language = Layout(footer=_FOOTER), reader(answer.language)
    layout.card()
    layout.text(_asked(answer, language))
    return list(answer.citations[: _cite(layout, answer, language)])


def evidence_view(title: str, citations: list[Citation], language: Interface) -> discord.ui.LayoutView:
    """Citations one below the other: more evidence, or what came nearest."""
    layout = Layout()
    layout.card()
    layout.text(f"### {say(language, title)}" if citations else say(language, "nothing-more"))
    for citation in citations:
        layout.rule()
        layout.text(citation_text(citation, language), citation_link(citation, language))
    return layout.view()


def context_view(citations: list[Citation], language: Interface) -> discord.ui.LayoutView:
    """The citations' words, bold in their paragraphs."""
    layout = Layout()
    layout.card()
    layout.text(f"### {say(language, 'context-title')}")
    for citation in citations:
        layout.rule()
        layout.text(in_paragraph(citation, language, most=_CONTEXT), citation_link(citation, language))
    return layout.view()


def copy_view(citations: list[Citation], language: Interface) -> discord.ui.LayoutView:
    """Formatted references, each in a code block, from which they are copied with one press."""
    layout = Layout()
    layout.card()
    layout.text(f"### {say(language, 'copy-title')}")
    for citation in citations:
        # In a code block nothing is read but its end, and who is mentioned: the marks of both are parted.
        text = _PARTED.sub("\\g<0>\N{ZERO WIDTH SPACE}", reference_text(citation, language))
        layout.text(f"{_FENCE}\n{cut(text, max(80, layout.characters - 2 * len(_FENCE) - 2))}\n{_FENCE}")
    return layout.view()


def reader(language: Language, otherwise: Interface = "en") -> Interface:
    """The interface for somebody who writes this language."""
    return otherwise if language == "und" else language


def headed(layout: Layout, heading: str | None) -> None:
    """What stands above everything: who shares it, or why it is private."""
    if heading is not None:
        layout.text(heading)


def closed(
    layout: Layout,
    result: Answer | CheckedMessage | QuoteResult,
    model: str,
    language: Interface,
    *,
    left: int = 0,
    claims_left: int = 0,
    confidence: float | None = None,
    stale: bool = False,
) -> None:
    """What stands below everything in small print: what was left out, how sure it is, what it was made with."""
    lines = [f"-# {say(language, 'left-out', count=left)}"] if left else []
    if claims_left:
        lines.append(f"-# {say(language, 'claims-left-out', count=claims_left)}")
    if stale:
        lines.append(f"-# {say(language, 'stale')}")
    if note := reservation(result, language):
        lines.append(f"-# {note}")
    parts = [say(language, "index", fingerprint=short_digest(result.index.fingerprint)), plain_line(model)]
    if confidence is not None:
        parts.insert(0, confidence_text(confidence, language, calibrated=result.calibrated))
    lines.append(f"-# {SEPARATOR.join(parts)}")
    layout.last()
    layout.rule()
    layout.text("\n".join(lines))
    layout.outside()


def _asked(answer: Answer, language: Interface) -> str:
    lines = [f"-# {say(language, 'asked')}: {line_within(answer.question, _ASKED)}"]
    if answer.read_as is not None:
        lines.append(f"-# {say(language, 'read-as', question=line_within(answer.read_as, _ASKED))}")
    if note := doubt(answer, language):
        lines.append(note)
    return "\n".join(lines)


def _reason(answer: Answer, language: Interface) -> str:
    lines = [say_for(language, "reason", answer.reason)] if answer.reason else []
    if answer.foreign:
        lines.append(say(language, "foreign", code=plain_line(answer.foreign)))
    return "\n".join(lines)
