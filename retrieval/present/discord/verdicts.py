"""Verdicts as a Discord message: for each claim a card in the verdict's colour, with its sign and word first.

One sentence says why; the evidence follows, numbered, each piece with its stance and a link to its words.
"""

from dataclasses import replace

import discord

from knowledge.model import ReviewedClaim
from retrieval.model import CheckedMessage, Citation, ClaimEvidence, Verdict
from retrieval.present.discord.answers import closed, headed, reader, sureness
from retrieval.present.discord.buttons import buttons
from retrieval.present.discord.citation import SEPARATOR, citation_link, citation_text
from retrieval.present.discord.limits import line_within, plain_within
from retrieval.present.discord.markdown import link, plain_line, quoted
from retrieval.present.discord.sheet import Sheet
from retrieval.present.discord.words import Interface, say
from retrieval.present.signs import STANCE_SIGNS, VERDICT_SIGNS
from retrieval.present.verdict_texts import note_text, verdict_texts

_CLAIM, _NOTE, _REASONS = 400, 200, 700
# Pieces of evidence shown for each of so many claims, so that every claim of a message has its room.
_EVIDENCE = {1: 3, 2: 2}
_EXCERPT = {1: 700, 2: 400}
_FEW, _SHORT_EXCERPT = 1, 240
_MOST_NOTES, _MOST_REVIEW_EVIDENCE = 4, 3
_FOOTER = 500


def checked_view(
    checked: CheckedMessage, key: str, *, sharing: bool = False, heading: str | None = None, stale: bool = False
) -> discord.ui.LayoutView:
    """The message for the verdicts on every claim of a message."""
    language = reader(checked.language)
    words = verdict_texts(language)
    sheet = Sheet(kept=_FOOTER)
    headed(sheet, heading)
    count = len(checked.verdicts)
    if not count:
        sheet.card("open")
        sheet.text(f"### ? {words.no_claim}")
    elif count > 1:
        sign, tone = VERDICT_SIGNS[checked.kind]
        sheet.card(tone)
        sheet.text(f"### {sign} {words.overall}: {words.verdicts[checked.kind]}")
    shown = sum(_card(sheet, one, count, language) for one in checked.verdicts)
    _aside(sheet, checked, language)
    closed(sheet, checked.index, checked.entailment, language, claims_left=count - shown, stale=stale)
    found = bool(cited(checked))
    row = buttons(key, language, *(("more", "context", "copy", "wrong") if found else ("wrong",)))
    if not found and any(one.nearest for one in checked.verdicts):
        row = [*buttons(key, language, "nearest"), *row]
    sheet.row(*([*buttons(key, language, "share"), *row] if sharing else row))
    return sheet.view()


def cited(checked: CheckedMessage) -> list[Citation]:
    """The citations of all claims' evidence, numbered through."""
    return _numbered([one for verdict in checked.verdicts for one in verdict.evidence])


def displayed(checked: CheckedMessage) -> list[Citation]:
    """The citations of what is shown of each claim's evidence, and of no other."""
    most = _EVIDENCE.get(len(checked.verdicts), _FEW)
    return _numbered([one for verdict in checked.verdicts for one in verdict.evidence[:most]])


def nearest(checked: CheckedMessage) -> list[Citation]:
    """What came nearest to the claims that have no evidence, numbered through."""
    return _numbered([one for verdict in checked.verdicts for one in verdict.nearest])


def _numbered(found: list[ClaimEvidence]) -> list[Citation]:
    return [replace(one.citation, n=n) for n, one in enumerate(found, 1)]


def _card(sheet: Sheet, verdict: Verdict, count: int, language: Interface) -> bool:
    """One claim; False where nothing of it fits any more."""
    words = verdict_texts(language)
    sign, tone = VERDICT_SIGNS[verdict.kind]
    according = (
        f", {words.according_to.format(speaker=plain_line(verdict.attributed_to))}" if verdict.attributed_to else ""
    )
    head = f"### {sign} {words.verdicts[verdict.kind]}{according}"
    lines = [quoted(plain_within(verdict.claim, _CLAIM)), head]
    lines.append(SEPARATOR.join([words.reasons[verdict.kind].rstrip("."), sureness(verdict.confidence, language)]))
    text = "\n".join(lines)
    if not sheet.fits(text):
        return False
    sheet.card(tone)
    if verdict.review is not None:
        sheet.text(_review(verdict.review, language))
    sheet.text(text)
    most, excerpt = _EVIDENCE.get(count, _FEW), _EXCERPT.get(count, _SHORT_EXCERPT)
    for n, one in enumerate(verdict.evidence[:most], 1):
        sheet.text(_evidence(one, n, language, excerpt), citation_link(one.citation, language))
    left = len(verdict.evidence) - most
    if left > 0:
        sheet.text(f"-# {say(language, 'left-out', count=left)}")
    return True


def _evidence(one: ClaimEvidence, n: int, language: Interface, excerpt: int) -> str:
    words = verdict_texts(language)
    sign, _ = STANCE_SIGNS[one.stance]
    said = words.stances[one.stance]
    if one.attributed_to:
        said = f"{said}{SEPARATOR}{words.attributed.format(speaker=plain_line(one.attributed_to))}"
    text = citation_text(replace(one.citation, n=n), language, label=f"{sign} {said}", most=excerpt)
    notes = [f"-# {line_within(note_text(note, language), _NOTE)}" for note in one.notes[:_MOST_NOTES]]
    return "\n".join([text, *notes])


def _review(review: ReviewedClaim, language: Interface) -> str:
    words = verdict_texts(language)
    reasons, _ = review.why(language)
    title = words.review.format(date=review.reviewed, verdict=words.review_verdicts[review.verdict])
    lines = [f"**★ {title}**", quoted(plain_within(review.claim(language), _CLAIM)), plain_within(reasons, _REASONS)]
    for one in review.evidence[:_MOST_REVIEW_EVIDENCE]:
        known = [plain_line(part) for part in (one.publisher, one.published) if part]
        shown = plain_line(one.title)
        lines.append(f"-# {SEPARATOR.join([link(shown, one.url) or shown, *known])}")
    lines.append(f"**{words.own_verdict}**")
    return "\n".join(lines)


def _aside(sheet: Sheet, checked: CheckedMessage, language: Interface) -> None:
    words = verdict_texts(language)
    lines = [
        f"-# {words.set_aside} ({words.set_aside_reasons[one.reason]}): {line_within(one.text, _NOTE)}"
        for one in checked.set_aside[:_MOST_NOTES]
    ]
    if lines and checked.verdicts:
        sheet.outside()
        sheet.text("\n".join(lines))
