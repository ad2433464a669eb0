"""Verdicts and quotation checks on a terminal: the verdict first, one sentence why, then numbered evidence.

A sign and a word say what the colour says, so that nothing is lost without colour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from knowledge.model import Language, ReviewedClaim
from retrieval.model import CheckedMessage, ClaimEvidence, QuoteResult, QuoteResultKind, Verdict, VerdictKind
from retrieval.present.inert import inert, inert_line
from retrieval.present.signs import RESULT_SIGNS, STANCE_SIGNS, VERDICT_SIGNS, Tone
from retrieval.present.terminal import calm
from retrieval.present.terminal_citation import QUIET, SEPARATOR, SetApart, linked, numbered
from retrieval.present.texts import confidence_level, texts
from retrieval.present.verdict_texts import VerdictTexts, note_text, verdict_texts

_SHORT = 8
_BLANK = ""
_INDENT = 4
_STYLES: dict[Tone, str] = {"good": "green", "bad": "red", "split": "yellow", "open": "blue"}


def checked(m: CheckedMessage, *, nearest: bool = False) -> RenderableType:
    """The verdict on every claim of a message, and what was set aside.

    With `nearest`, a claim without evidence is followed by what came nearest, labelled as deciding nothing.
    """
    words = verdict_texts(m.language)
    parts: list[RenderableType] = []
    if not m.verdicts:
        parts += [SetApart(Text(words.no_claim)), _BLANK]
    if len(m.verdicts) > 1:
        parts += [_headline(words.overall, m.kind, m.confidence, m.language), _BLANK]
    for one in m.verdicts:
        parts += _verdict(one, nearest=nearest, named=len(m.verdicts) > 1 or one.claim != m.message)
    for aside in m.set_aside if m.verdicts else ():
        line = Text(f"{words.set_aside} ({words.set_aside_reasons[aside.reason]}): ", QUIET)
        parts.append(line.append(inert_line(aside.text)))
    parts += [_BLANK] if m.verdicts and m.set_aside else []
    shown = texts(m.language)
    footer = [
        shown.index.format(fingerprint=m.index.fingerprint[:_SHORT]),
        shown.encoder.format(name=inert_line(m.index.encoder)),
        inert_line(m.entailment),
    ]
    return calm(*parts, Text(SEPARATOR.join(footer), QUIET))


def quote_result(q: QuoteResult) -> RenderableType:
    """What became of a quotation, the source's words, the differences, and whose they are."""
    words = verdict_texts(q.language)
    sign, tone = RESULT_SIGNS[q.kind]
    line = Text(f"{sign} {words.results[q.kind]}", f"bold {_STYLES[tone]}")
    if q.match is not None and q.kind is not QuoteResultKind.VERBATIM:
        line.append(f"{SEPARATOR}{words.similarity.format(percent=round(100 * q.similarity))}", "not bold dim")
    parts: list[RenderableType] = [line, Text(words.result_reasons[q.kind]), _BLANK]
    if len(q.differences) > 1:
        parts += [SetApart(_differences(q.differences)), _BLANK]
    if q.match is not None:
        parts += [numbered(q.match, q.language), _BLANK]
    parts += [Text(inert_line(note_text(note, q.language)), QUIET) for note in q.notes]
    parts += [_BLANK] if q.notes else []
    return calm(*parts, Text(texts(q.language).index.format(fingerprint=q.index.fingerprint[:_SHORT]), QUIET))


def _verdict(v: Verdict, *, nearest: bool, named: bool) -> Iterator[RenderableType]:
    words = verdict_texts(v.language)
    if named:
        yield SetApart(Text(inert(v.claim), "bold"))
    if v.review is not None:
        yield _review(v.review, v.language, words)
        yield _BLANK
        yield Text(words.own_verdict, "bold")
    yield _headline(words.verdicts[v.kind], v.kind, v.confidence, v.language, v.attributed_to)
    yield Text(words.reasons[v.kind])
    yield _BLANK
    for n, one in enumerate(v.evidence, 1):
        yield _evidence(one, n, v.language, words)
        yield _BLANK
    if v.nearest and nearest:
        yield Text(words.nearest, "bold")
        for n, one in enumerate(v.nearest, 1):
            yield _evidence(one, n, v.language, words)
            yield _BLANK
    elif v.nearest:
        yield Text(texts(v.language).nearest_offer.format(count=len(v.nearest)), QUIET)
        yield _BLANK


def _headline(title: str, kind: VerdictKind, confidence: float, language: Language, speaker: str | None = None) -> Text:
    sign, tone = VERDICT_SIGNS[kind]
    style = f"bold {_STYLES[tone]}"
    words = verdict_texts(language)
    said = words.verdicts[kind]
    line = Text(f"{sign} {title}" if title == said else f"{sign} {title}: {said}", style)
    if speaker:
        line.append(f", {words.according_to.format(speaker=inert_line(speaker))}")
    shown = texts(language)
    level = shown.confidences[confidence_level(confidence)]
    sure = shown.confidence.format(words=level, percent=round(100 * confidence))
    return line.append(f"{SEPARATOR}{sure}", "not bold dim")


def _evidence(one: ClaimEvidence, n: int, language: Language, words: VerdictTexts) -> RenderableType:
    sign, tone = STANCE_SIGNS[one.stance]
    style = QUIET if one.stance == "neutral" else _STYLES[tone]
    share = round(100 * getattr(one.stances, one.stance))
    label = Text(f"{sign} {words.stances[one.stance]} ({share}%)", style)
    if one.attributed_to:
        label.append(f"{SEPARATOR}{words.attributed.format(speaker=inert_line(one.attributed_to))}", "default")
    notes = [Text(inert_line(note_text(note, language)), QUIET) for note in one.notes]
    head = Padding.indent(Group(label, *notes), _INDENT)
    return Group(head, numbered(replace(one.citation, n=n), language))


def _review(review: ReviewedClaim, language: Language, words: VerdictTexts) -> RenderableType:
    reasons, would_change = review.why(language)
    title = words.review.format(date=review.reviewed, verdict=words.review_verdicts[review.verdict])
    parts: list[RenderableType] = [
        Text(f"★ {title}", "bold magenta"),
        Text(inert_line(review.claim(language)), "italic"),
        Text(inert(reasons)),
        Text(f"{words.would_change}: ", QUIET).append(inert_line(would_change), "not dim"),
        Text(f"{words.review_evidence}:", QUIET),
    ]
    for one in review.evidence:
        known = SEPARATOR.join(inert_line(part) for part in (one.author, one.publisher, one.published) if part)
        parts.append(Padding.indent(Text(inert_line(one.title)).append(f"{SEPARATOR}{known}", QUIET), _INDENT))
        address = linked(one.url)
        if address is not None:
            parts.append(Padding.indent(address, _INDENT))
    return Group(*parts)


def _differences(found: Sequence[tuple[str, str]]) -> Text:
    """The words of both, those only asked about struck through and marked, those only in the source underlined."""
    line = Text()
    for operation, words in found:
        shown, style = inert_line(words.strip()), {"=": "", "-": "red strike", "+": "green underline"}[operation]
        marked = {"=": shown, "-": f"[-{shown}-]", "+": f"{{+{shown}+}}"}[operation]
        line.append(" " if line else "").append(marked, style)
    return line
