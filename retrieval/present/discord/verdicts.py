"""Verdicts as a Discord message: for each claim a card in the verdict's colour, with its sign and word first.

One sentence says why; the evidence follows, numbered, each piece with its stance and a link to its words.
"""

from dataclasses import replace

import discord

from knowledge.model import ReviewedClaim
from retrieval.model import CheckedMessage, Citation, ClaimEvidence, Verdict
from retrieval.present.discord.answers import closed, headed, reader
from retrieval.present.discord.buttons import Action, buttons
from retrieval.present.discord.citation import SEPARATOR, citation_link, citation_text
from retrieval.present.discord.layout import Layout
from retrieval.present.discord.limits import ROW_BUTTONS, line_within, plain_within
from retrieval.present.discord.markdown import link, plain_line, quoted
from retrieval.present.signs import STANCE_SIGNS, VERDICT_SIGNS
from retrieval.present.texts import Interface, confidence_text, note_text, say, say_for, verdict_reason

_CLAIM, _NOTE, _REASONS = 400, 200, 700
# Pieces of evidence shown for each of so many claims, so that every claim of a message has its room.
_EVIDENCE = {1: 3, 2: 2}
_EXCERPT = {1: 700, 2: 400}
_FEW, _SHORT_EXCERPT = 1, 240
_MOST_NOTES, _MOST_REVIEW_EVIDENCE = 4, 3
_FOOTER = 500
# Components for a row of five buttons and for a rule and a text below the claims; and for a row with a button to share.
_RESERVED, _SHARING = 8, 2


def checked_view(
    checked: CheckedMessage, key: str, *, sharing: bool = False, heading: str | None = None, stale: bool = False
) -> discord.ui.LayoutView:
    """The message for the verdicts on every claim of a message."""
    language = reader(checked.language)
    layout = Layout(reserve=_RESERVED + _SHARING * sharing, footer=_FOOTER)
    headed(layout, heading)
    count = len(checked.verdicts)
    if not count:
        layout.card("open")
        layout.text(f"### ? {say(language, 'no-claim')}")
    elif count > 1:
        sign, tone = VERDICT_SIGNS[checked.kind]
        layout.card(tone)
        layout.text(f"### {sign} {say(language, 'whole-message')}: {say_for(language, 'verdict', checked.kind)}")
    shown = sum(_card(layout, checked, verdict, language) for verdict in checked.verdicts)
    _aside(layout, checked, language)
    closed(layout, checked, checked.reader, language, claims_left=count - shown, stale=stale)
    _buttons(layout, checked, key, language, sharing=sharing)
    return layout.view()


def cited(checked: CheckedMessage) -> list[Citation]:
    """The citations of all claims' evidence, numbered through."""
    return _numbered([evidence for verdict in checked.verdicts for evidence in verdict.evidence])


def displayed(checked: CheckedMessage) -> list[Citation]:
    """The citations of what is shown of each claim's evidence, and of no other."""
    most = _EVIDENCE.get(len(checked.verdicts), _FEW)
    return _numbered([evidence for verdict in checked.verdicts for evidence in verdict.evidence[:most]])


def nearest(checked: CheckedMessage) -> list[Citation]:
    """What came nearest to the claims that have no evidence, numbered through."""
    return _numbered([evidence for verdict in checked.verdicts for evidence in verdict.nearest])


def _numbered(evidence: list[ClaimEvidence]) -> list[Citation]:
    return [replace(piece.citation, n=n) for n, piece in enumerate(evidence, 1)]


def _card(layout: Layout, checked: CheckedMessage, verdict: Verdict, language: Interface) -> bool:
    """One claim; False where nothing of it fits any more."""
    count = len(checked.verdicts)
    sign, tone = VERDICT_SIGNS[verdict.kind]
    head = f"### {sign} {say_for(language, 'verdict', verdict.kind)}"
    if verdict.attributed_to:
        head += f", {say(language, 'according-to', speaker=plain_line(verdict.attributed_to))}"
    reason = verdict_reason(verdict, language, plain_line).rstrip(".")
    confidence = confidence_text(verdict.confidence, language, calibrated=checked.calibrated)
    why = f"{reason}{SEPARATOR}{confidence}"
    text = "\n".join([quoted(plain_within(verdict.claim, _CLAIM)), head, why])
    if not layout.fits(text):
        return False
    layout.card(tone)
    if verdict.review is not None:
        layout.text(_review(verdict.review, language))
    layout.text(text)
    most, excerpt = _EVIDENCE.get(count, _FEW), _EXCERPT.get(count, _SHORT_EXCERPT)
    for n, evidence in enumerate(verdict.evidence[:most], 1):
        layout.text(_evidence(evidence, n, language, excerpt), citation_link(evidence.citation, language))
    left = len(verdict.evidence) - most
    if left > 0:
        layout.text(f"-# {say(language, 'left-out', count=left)}")
    return True


def _evidence(e: ClaimEvidence, n: int, language: Interface, excerpt: int) -> str:
    sign, _ = STANCE_SIGNS[e.stance]
    label = f"{sign} {say_for(language, 'stance', e.stance)}"
    if e.attributed_to:
        label += f"{SEPARATOR}{say(language, 'attributed-to', speaker=plain_line(e.attributed_to))}"
    text = citation_text(replace(e.citation, n=n), language, label=label, most=excerpt)
    notes = [f"-# {line_within(note_text(note, language), _NOTE)}" for note in e.notes[:_MOST_NOTES]]
    return "\n".join([text, *notes])


def _review(review: ReviewedClaim, language: Interface) -> str:
    reasons, _ = review.why(language)
    verdict = say_for(language, "review-verdict", review.verdict)
    title = say(language, "reviewed", date=review.reviewed, verdict=verdict)
    lines = [f"**★ {title}**", quoted(plain_within(review.claim(language), _CLAIM)), plain_within(reasons, _REASONS)]
    for document in review.evidence[:_MOST_REVIEW_EVIDENCE]:
        known = [plain_line(part) for part in (document.publisher, document.published) if part]
        label = plain_line(document.title)
        lines.append(f"-# {SEPARATOR.join([link(label, document.url) or label, *known])}")
    lines.append(f"**{say(language, 'own-verdict')}**")
    return "\n".join(lines)


def _buttons(layout: Layout, checked: CheckedMessage, key: str, language: Interface, *, sharing: bool) -> None:
    """The buttons below the verdicts, the one to share in a row of its own where one row cannot hold them."""
    actions: list[Action] = ["working", "wrong"] if checked.verdicts else ["wrong"]
    if cited(checked):
        actions = ["more", "context", "working", "copy", "wrong"]
    elif nearest(checked):
        actions = ["nearest", *actions]
    row, share = buttons(key, language, *actions), buttons(key, language, "share") if sharing else []
    if len(share) + len(row) > ROW_BUTTONS:
        layout.row(*share)
        share = []
    layout.row(*share, *row)


def _aside(layout: Layout, checked: CheckedMessage, language: Interface) -> None:
    label = say(language, "set-aside")
    lines = [
        f"-# {label} ({say_for(language, 'set-aside', aside.reason)}): {line_within(aside.text, _NOTE)}"
        for aside in checked.set_aside[:_MOST_NOTES]
    ]
    if lines and checked.verdicts:
        layout.outside()
        layout.text("\n".join(lines))
