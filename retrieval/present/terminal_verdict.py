"""Verdicts and quotation checks on a terminal: the verdict first, one sentence why, then numbered evidence.

A sign and a word say what the colour says, so that nothing is lost without colour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from knowledge.model import Language, ReviewedClaim
from retrieval.model import CheckedMessage, ClaimEvidence, QuoteResult, QuoteResultKind, Verdict
from retrieval.present.inert import inert, inert_line
from retrieval.present.signs import RESULT_SIGNS, STANCE_SIGNS, VERDICT_SIGNS, Tone
from retrieval.present.terminal import calm
from retrieval.present.terminal_citation import QUIET, SEPARATOR, SetApart, linked, numbered
from retrieval.present.terminal_working import made_with, working
from retrieval.present.texts import (
    confidence_text,
    note_text,
    reservation,
    say,
    say_for,
    short_digest,
    verdict_reason,
)

_BLANK = ""
_INDENT = 4
_STYLES: dict[Tone, str] = {"good": "green", "bad": "red", "split": "yellow", "open": "blue"}


def checked(m: CheckedMessage, *, nearest: bool = False, explain: bool = False) -> RenderableType:
    """The verdict on every claim of a message, and what was set aside.

    With `nearest`, a claim without evidence is followed by what came nearest, labelled as deciding nothing; with
    `explain`, every verdict by how it was decided.
    """
    language = m.language
    parts: list[RenderableType] = []
    if not m.verdicts:
        parts += [SetApart(Text(say(language, "no-claim"))), _BLANK]
    if len(m.verdicts) > 1:
        parts += [_headline(say(language, "whole-message"), m, m.calibrated, language), _BLANK]
    for verdict in m.verdicts:
        named = len(m.verdicts) > 1 or verdict.claim != m.message
        parts += _verdict(verdict, m.calibrated, nearest=nearest, named=named)
        parts += [*working(verdict), _BLANK] if explain else []
    for aside in m.set_aside if m.verdicts else ():
        line = Text(f"{say(language, 'set-aside')} ({say_for(language, 'set-aside', aside.reason)}): ", QUIET)
        parts.append(line.append(inert_line(aside.text)))
    parts += [_BLANK] if m.verdicts and m.set_aside else []
    parts += [Text(note, QUIET), _BLANK] if (note := reservation(m, language)) else []
    return calm(*parts, made_with(m) if explain else _footer(m))


def quote_result(q: QuoteResult) -> RenderableType:
    """What became of a quotation, the source's words, the differences, and whose they are."""
    language = q.language
    sign, tone = RESULT_SIGNS[q.kind]
    line = Text(f"{sign} {say_for(language, 'quotation', q.kind)}", f"bold {_STYLES[tone]}")
    if q.match is not None and q.kind is not QuoteResultKind.VERBATIM:
        similarity = say(language, "similarity", percent=str(round(100 * q.similarity)))
        line.append(f"{SEPARATOR}{similarity}", "not bold dim")
    parts: list[RenderableType] = [line, Text(say_for(language, "quotation-reason", q.kind)), _BLANK]
    if len(q.differences) > 1:
        parts += [SetApart(_differences(q.differences)), _BLANK]
    if q.match is not None:
        parts += [numbered(q.match, language), _BLANK]
    parts += [Text(inert_line(note_text(note, language)), QUIET) for note in q.notes]
    parts += [_BLANK] if q.notes else []
    parts += [Text(note, QUIET), _BLANK] if (note := reservation(q, language)) else []
    return calm(*parts, Text(say(language, "index", fingerprint=short_digest(q.index.fingerprint)), QUIET))


def _verdict(v: Verdict, calibrated: bool, *, nearest: bool, named: bool) -> Iterator[RenderableType]:
    language = v.language
    if named:
        yield SetApart(Text(inert(v.claim), "bold"))
    if v.review is not None:
        yield _review(v.review, language)
        yield _BLANK
        yield Text(say(language, "own-verdict"), "bold")
    yield _headline(say_for(language, "verdict", v.kind), v, calibrated, language, v.attributed_to)
    yield Text(verdict_reason(v, language, inert_line))
    yield _BLANK
    for n, evidence in enumerate(v.evidence, 1):
        yield _evidence(evidence, n, language)
        yield _BLANK
    if v.nearest and nearest:
        yield Text(say(language, "nearest-evidence"), "bold")
        for n, evidence in enumerate(v.nearest, 1):
            yield _evidence(evidence, n, language)
            yield _BLANK
    elif v.nearest:
        yield Text(say(language, "nearest-offer", count=str(len(v.nearest))), QUIET)
        yield _BLANK


def _footer(m: CheckedMessage) -> Text:
    parts = [
        say(m.language, "index", fingerprint=short_digest(m.index.fingerprint)),
        say(m.language, "encoder", name=inert_line(m.index.encoder)),
        inert_line(m.reader),
    ]
    return Text(SEPARATOR.join(parts), QUIET)


def _headline(
    title: str, judged: Verdict | CheckedMessage, calibrated: bool, language: Language, speaker: str | None = None
) -> Text:
    sign, tone = VERDICT_SIGNS[judged.kind]
    style = f"bold {_STYLES[tone]}"
    verdict = say_for(language, "verdict", judged.kind)
    line = Text(f"{sign} {title}" if title == verdict else f"{sign} {title}: {verdict}", style)
    if speaker:
        line.append(f", {say(language, 'according-to', speaker=inert_line(speaker))}")
    confidence = confidence_text(judged.confidence, language, calibrated=calibrated)
    return line.append(f"{SEPARATOR}{confidence}", "not bold dim")


def _evidence(e: ClaimEvidence, n: int, language: Language) -> RenderableType:
    sign, tone = STANCE_SIGNS[e.stance]
    style = QUIET if e.stance == "neutral" else _STYLES[tone]
    label = Text(f"{sign} {say_for(language, 'stance', e.stance)}", style)
    if e.attributed_to:
        label.append(f"{SEPARATOR}{say(language, 'attributed-to', speaker=inert_line(e.attributed_to))}", "default")
    notes = [Text(inert_line(note_text(note, language)), QUIET) for note in e.notes]
    head = Padding.indent(Group(label, *notes), _INDENT)
    return Group(head, numbered(replace(e.citation, n=n), language))


def _review(review: ReviewedClaim, language: Language) -> RenderableType:
    reasons, would_change = review.why(language)
    title = say(language, "reviewed", date=review.reviewed, verdict=say_for(language, "review-verdict", review.verdict))
    parts: list[RenderableType] = [
        Text(f"★ {title}", "bold magenta"),
        Text(inert_line(review.claim(language)), "italic"),
        Text(inert(reasons)),
        Text(f"{say(language, 'would-change')}: ", QUIET).append(inert_line(would_change), "not dim"),
        Text(f"{say(language, 'review-evidence')}:", QUIET),
    ]
    for document in review.evidence:
        known = [inert_line(part) for part in (document.author, document.publisher, document.published) if part]
        title_line = Text(inert_line(document.title)).append(f"{SEPARATOR}{SEPARATOR.join(known)}", QUIET)
        parts.append(Padding.indent(title_line, _INDENT))
        address = linked(document.url)
        if address is not None:
            parts.append(Padding.indent(address, _INDENT))
    return Group(*parts)


def _differences(differences: Sequence[tuple[str, str]]) -> Text:
    """The words of both, those only asked about struck through and marked, those only in the source underlined."""
    line = Text()
    for operation, words in differences:
        shown, style = inert_line(words.strip()), {"=": "", "-": "red strike", "+": "green underline"}[operation]
        marked = {"=": shown, "-": f"[-{shown}-]", "+": f"{{+{shown}+}}"}[operation]
        line.append(" " if line else "").append(marked, style)
    return line
