"""An answer as a Discord message: the lead excerpt first, numbered citations with links, and buttons.

Of a silence the reason is given, no citation, and a button that shows what came nearest.
"""

import re

import discord

from knowledge.model import Language
from retrieval.model import Answer, Citation, IndexState
from retrieval.present.discord.buttons import buttons
from retrieval.present.discord.citation import EXCERPT, citation_link, citation_text, in_paragraph, reference_text
from retrieval.present.discord.limits import cut, line_within
from retrieval.present.discord.markdown import plain_line
from retrieval.present.discord.sheet import Sheet
from retrieval.present.discord.words import Interface, say
from retrieval.present.texts import confidence_level, texts

# Characters of a fingerprint that tell indexes apart at a glance, as Git shows commits.
_SHORT = 8
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
    sheet = Sheet(kept=_FOOTER)
    headed(sheet, heading)
    sheet.card("good" if answer.answered else "open")
    sheet.text(_asked(answer, language))
    left = 0
    if answer.answered:
        left = len(answer.citations) - _cite(sheet, answer, language)
    else:
        sheet.text(f"### ? {say(language, 'refusal')}\n{_reason(answer, language)}")
    confidence = answer.confidence if answer.answered else None
    closed(sheet, answer.index, answer.index.encoder, language, left=left, confidence=confidence, stale=stale)
    found = bool(answer.citations)
    shown = buttons(key, language, *(("more", "context", "copy", "wrong") if found else ("wrong",)))
    if not found and answer.nearest:
        shown = [*buttons(key, language, "nearest"), *shown]
    sheet.row(*([*buttons(key, language, "share"), *shown] if sharing else shown))
    return sheet.view()


def _cite(sheet: Sheet, answer: Answer, language: Interface) -> int:
    """Put citations into the message as far as they fit, the first of them; how many did."""
    most = EXCERPT if len(answer.citations) <= _FEW else EXCERPT // 2
    for shown, one in enumerate(answer.citations):
        sheet.rule()
        if not sheet.text(citation_text(one, language, most=most), citation_link(one, language)):
            return shown
    return len(answer.citations)


def displayed(answer: Answer) -> list[Citation]:
    """The citations that the message for an answer has room for."""
    sheet, language = Sheet(kept=_FOOTER), reader(answer.language)
    sheet.card()
    sheet.text(_asked(answer, language))
    return list(answer.citations[: _cite(sheet, answer, language)])


def evidence_view(title: str, found: list[Citation], language: Interface) -> discord.ui.LayoutView:
    """Citations one below the other: more evidence, or what came nearest."""
    sheet = Sheet()
    sheet.card()
    sheet.text(f"### {say(language, title)}" if found else say(language, "nothing-more"))
    for one in found:
        sheet.rule()
        sheet.text(citation_text(one, language), citation_link(one, language))
    return sheet.view()


def context_view(found: list[Citation], language: Interface) -> discord.ui.LayoutView:
    """The citations' words, bold in their paragraphs."""
    sheet = Sheet()
    sheet.card()
    sheet.text(f"### {say(language, 'context-title')}")
    for one in found:
        sheet.rule()
        sheet.text(in_paragraph(one, language, most=_CONTEXT), citation_link(one, language))
    return sheet.view()


def copy_view(found: list[Citation], language: Interface) -> discord.ui.LayoutView:
    """Formatted references, each in a code block, from which they are copied with one press."""
    sheet = Sheet()
    sheet.card()
    sheet.text(f"### {say(language, 'copy-title')}")
    for one in found:
        # In a code block nothing is read but its end, and who is mentioned: the marks of both are parted.
        text = _PARTED.sub("\\g<0>\N{ZERO WIDTH SPACE}", reference_text(one, language))
        sheet.text(f"{_FENCE}\n{cut(text, max(80, sheet.characters - 2 * len(_FENCE) - 2))}\n{_FENCE}")
    return sheet.view()


def reader(language: Language, otherwise: Interface = "en") -> Interface:
    """The interface for somebody who writes this language."""
    return otherwise if language == "und" else language


def headed(sheet: Sheet, heading: str | None) -> None:
    """What stands above everything: who shares it, or why it is private."""
    if heading is not None:
        sheet.text(heading)


def closed(
    sheet: Sheet,
    index: IndexState,
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
    made = say(language, "made-with", index=index.fingerprint[:_SHORT], model=plain_line(model))
    sure = [] if confidence is None else [sureness(confidence, language)]
    lines.append(f"-# {' · '.join([*sure, made])}")
    sheet.last()
    sheet.rule()
    sheet.text("\n".join(lines))
    sheet.outside()


def sureness(confidence: float, language: Interface) -> str:
    """A confidence in words and per cent."""
    words = texts(language)
    return words.confidence.format(
        words=words.confidences[confidence_level(confidence)], percent=round(100 * confidence)
    )


def _asked(answer: Answer, language: Interface) -> str:
    lines = [f"-# {say(language, 'asked')}: {line_within(answer.question, _ASKED)}"]
    if answer.read_as is not None:
        lines.append(f"-# {say(language, 'read-as', question=line_within(answer.read_as, _ASKED))}")
    return "\n".join(lines)


def _reason(answer: Answer, language: Interface) -> str:
    words = texts(language)
    lines = [words.reasons[answer.reason]] if answer.reason else []
    if answer.foreign:
        lines.append(words.foreign.format(code=plain_line(answer.foreign)))
    return "\n".join(lines)
