"""Checking a message claim by claim, and checking a quotation; all citations returned are verified."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from knowledge.known_names import means_name
from knowledge.language import detect
from knowledge.model import Language, ReviewedClaim
from knowledge.names import matches_name
from knowledge.quoted import quoted_words, replace_quoted
from retrieval.answer.cite import cite_span, verify_citations
from retrieval.check import paraphrase, reviewed, verdict
from retrieval.check import quotation as quotecheck
from retrieval.check.cited import cite_excerpts, evidence_read, read_excerpts, with_copies
from retrieval.check.claims import Claim, split
from retrieval.check.context import contexts
from retrieval.check.dates import dates
from retrieval.check.evidence import JudgedPassage, deciding_excerpt, judge_claim
from retrieval.check.quotation import Comparison
from retrieval.check.speaker import is_named, speaker_of
from retrieval.check.undated import leaves_date_open
from retrieval.check.updates import outdated
from retrieval.check.verdict import Case, Decision
from retrieval.check.wordings import PASSAGES, wordings
from retrieval.model import (
    CheckedMessage,
    Citation,
    ClaimEvidence,
    Note,
    QuoteResult,
    QuoteResultKind,
    Stance,
    Stances,
    Verdict,
    VerdictKind,
)
from retrieval.models.reader import Reader, RememberingReader
from retrieval.search.base import Base
from retrieval.search.fusion import is_calibrated
from retrieval.search.question import Question, prepare
from retrieval.search.rank import rank
from retrieval.words.alignment import is_negation_or_limit, read_words
from retrieval.words.stated import stated_text

# Citations of the nearest evidence, where nothing decides. Our choice: as many as of an answer.
MOST_NEAREST = 3
# Words of the shortest quotation in a claim that is compared with the sources. Our choice: fewer are mostly names and
# titles.
_FEWEST_QUOTED_WORDS = 4
# Words that attribute a statement to somebody.
_ATTRIBUTION = re.compile(
    r"\b(?:said|says|say|told|claims?|claimed|wrote|argued|argues|stated|according to|thinks|believes|warned|called|"
    r"dijo|dice|dicen|afirm\w+|asegur\w+|según|sostien\w+|escribió|declar\w+|cree|opina|advirti\w+|calific\w+)\b",
    re.IGNORECASE,
)
# The decider of a claim that a review of a person leaves open; the others are rows of the table in `verdict`.
REVIEW_DIFFERS = "review_differs"
# What stands beside a quotation that has the claim's words, or has them otherwise, as no model was asked.
_QUOTED_SHARE = 0.95


def check_message(base: Base, reader: Reader, text: str, reviews: Sequence[ReviewedClaim]) -> CheckedMessage:
    """Check every claim of a message.

    Raises IndexUnreachable where the vector index cannot be searched, and DamagedDatabase.
    """
    language, reader = detect(text), RememberingReader(reader)  # who speaks, dates and excerpts ask for the same runs
    parts = reviewed.with_reviewed(split(text), reviews)
    verdicts = tuple(
        check_claim(base, reader, claim, context=context, fallback=language, reviews=reviews)
        for claim, context in zip(parts.claims, contexts(parts), strict=True)
    )
    kind, confidence = verdict.overall([(result.kind, result.confidence) for result in verdicts])
    return CheckedMessage(
        message=text,
        language=language,
        kind=kind,
        confidence=confidence,
        verdicts=verdicts,
        set_aside=parts.set_aside,
        index=base.index.state,
        reader=reader.name,
        reader_digest=reader.digest,
        elapsed_ms=0.0,
        calibrated=is_calibrated(base, verdict.FITTED, reader),
        degraded=base.degraded,
    )


def _case(
    base: Base,
    reader: Reader,
    claim: Question,
    judged: Sequence[JudgedPassage],
    stories: Mapping[str, str],
    quoted: Sequence[ClaimEvidence],
) -> Case:
    """Return what there is on a claim.

    On what somebody said, a passage says nothing that does not name that person, or bears it out by another's words.
    """
    speaker = speaker_of(claim.text, claim.language)
    naming = [
        passage
        for passage in judged
        if speaker is None
        or (
            is_named(speaker, passage.evidence.passage, base.sources[passage.source])
            and not _rests_on_another(reader, claim, passage, speaker)
        )
    ]
    contradicting = verdict.deciding(naming, "contradicts")
    undated = [passage for passage in contradicting if _leaves_date_open(reader, claim, passage)]
    dated = [passage for passage in naming if passage not in undated]
    older = outdated(dated)
    passages = [passage for passage in dated if all(passage is not other for other, _ in older)]
    return Case(
        passages=passages,
        origins=stories,
        quoted=quoted,
        degraded=base.degraded,
        language=claim.language,
        speakers=_speakers(reader, claim, passages),
        undated=undated,
        speaker=speaker,
        notes=tuple(note for _, note in older),
        elsewhere=[passage for passage in judged if passage not in naming],
    )


def _rests_on_another(reader: Reader, claim: Question, judged: JudgedPassage, speaker: str) -> bool:
    """Say whether what bears out a claim on what somebody said are words of others alone."""
    if not verdict.deciding([judged], "supports"):
        return False
    excerpt = deciding_excerpt(reader, claim, judged, "supports")
    quotes = [quote for quote in judged.evidence.passage.quotes if quote.overlaps(excerpt.start, excerpt.end)]
    names = [name for quote in quotes for name in (quote.speaker, *quote.possible_speakers) if name]
    return bool(names) and not any(means_name(speaker, name) or means_name(name, speaker) for name in names)


def _leaves_date_open(reader: Reader, claim: Question, judged: JudgedPassage) -> bool:
    if not dates(claim.text):
        return False
    excerpt = deciding_excerpt(reader, claim, judged, "contradicts")
    passage = judged.evidence.passage
    text = passage.snapshot.text[excerpt.start : excerpt.end]
    return leaves_date_open(reader, claim.text, claim.language, stated_text(passage), text)


def _speakers(reader: Reader, claim: Question, passages: Sequence[JudgedPassage]) -> dict[int, str | None]:
    """Return by passage id whose words decide, where passages of one source are on both sides."""
    sides = [(side, verdict.deciding(passages, side)) for side in verdict.SIDES]
    supporting, contradicting = ({passage.source for passage in on_side} for _, on_side in sides)
    return {
        passage.id: deciding_excerpt(reader, claim, passage, side).speaker
        for side, on_side in sides
        for passage in on_side
        if passage.source in supporting & contradicting
    }


def check_quotation(base: Base, reader: Reader, text: str, speaker: str | None) -> QuoteResult:
    """Compare a quotation with the sources, and its speaker with theirs where one is given.

    Raises IndexUnreachable where the vector index cannot be searched, and DamagedDatabase.
    """
    comparison = compare_quotation(base, text, speaker, reader)
    return QuoteResult(
        text=text,
        speaker=speaker,
        language=detect(text),
        kind=comparison.kind if comparison else QuoteResultKind.NOT_FOUND,
        match=cite_comparison(base, comparison) if comparison else None,
        similarity=comparison.similarity if comparison else 0.0,
        differences=comparison.differences if comparison else (),
        notes=(*(comparison.notes if comparison else ()), *speaker_notes(base, speaker)),
        index=base.index.state,
        elapsed_ms=0.0,
        calibrated=is_calibrated(base, paraphrase.FITTED, reader),
        degraded=base.degraded,
    )


def check_claim(
    base: Base, reader: Reader, claim: Claim, *, context: str, fallback: Language, reviews: Sequence[ReviewedClaim]
) -> Verdict:
    """Check a claim; `context` is what it is read with (see `contexts`), `fallback` the message's language.

    Raises IndexUnreachable where the vector index cannot be searched, and DamagedDatabase.
    """
    question = prepare_statement(base, context, fallback)
    judged, stories = judge_claim(base, reader, question)
    quoted, notes = _check_quoted_words(base, claim.text)
    decision = verdict.decide(_case(base, reader, question, judged, stories, quoted))
    match = reviewed.match(question, base.encoder, reader, reviews)
    if match and not reviewed.agrees(match.review.verdict, decision.kind):
        # The review of a person has precedence.
        decision = Decision(VerdictKind.NOT_ENOUGH_EVIDENCE, 1 - decision.confidence, decider=REVIEW_DIFFERS)
        notes = [Note("review differs", source=match.review.verdict)]
    deciding = [deciding_excerpt(reader, question, passage, stance) for passage, stance in decision.passages]
    read = cite_excerpts(base, question, read_excerpts(judged, deciding))
    evidence = with_copies(base, decision.quoted or evidence_read(judged, read, deciding), stories)
    return Verdict(
        claim=claim.text,
        start=claim.start,
        end=claim.end,
        language=question.language,
        kind=decision.kind,
        confidence=decision.confidence,
        evidence=evidence,
        nearest=() if evidence else read[:MOST_NEAREST],
        notes=tuple(dict.fromkeys([*notes, *decision.notes])),
        attributed_to=_only_speaker(claim.text, decision.kind, evidence),
        review=match.review if match else None,
        decider=decision.decider,
        read=read,
        read_as=None if context == claim.text else context,
    )


def compare_quotation(base: Base, text: str, speaker: str | None, reader: Reader | None) -> Comparison | None:
    """Compare a quotation with the most similar wording in the sources; None where none is similar enough.

    A paraphrase is recognised only with a reader. Raises IndexUnreachable where the vector index cannot be
    searched.
    """
    question = prepare_statement(base, text, "und")
    compared = wordings(base, question, rank(base, question, limit=PASSAGES))
    comparison = quotecheck.compare(text, speaker, compared)
    if comparison is None and reader is not None:
        return quotecheck.paraphrase(base, reader, question, speaker, compared)
    return comparison


def prepare_statement(base: Base, text: str, fallback: Language) -> Question:
    """Prepare a statement for searching, without answer types; `fallback` is for text of undetermined language."""
    detected = detect(text)
    language = fallback if detected == "und" else detected
    return replace(prepare(text, language, base.encoder.encode_questions([text])), answer_types=frozenset())


def speaker_notes(base: Base, speaker: str | None) -> list[Note]:
    """Return notes on a speaker's name: that nobody of that name is in the base, or several people are."""
    if speaker is None:
        return []
    quoted = {name for name in base.store.speakers() if means_name(speaker, name)}
    wrote = any(means_name(speaker, author) for author in base.store.authors())
    if not quoted and not wrote:
        return [Note("unknown speaker", speaker)]
    people: list[str] = []
    for name in sorted(quoted, key=lambda name: (-len(name), name)):
        if not any(matches_name(name, other) for other in people):
            people.append(name)
    return [Note("several speakers", speaker, ", ".join(sorted(people)))] if len(people) > 1 else []


def _check_quoted_words(base: Base, claim: str) -> tuple[list[ClaimEvidence], list[Note]]:
    """Compare the words of a claim in quotation marks with the sources.

    Altered words are evidence against it, and verbatim words of the speaker whom it names are evidence for it where all
    of its quoted words are such.
    """
    evidence: list[ClaimEvidence] = []
    all_match = True
    notes: list[Note] = []
    rest = replace_quoted(claim, lambda _: " ")
    if any(is_negation_or_limit(word.key) for word in read_words(rest)) or not _ATTRIBUTION.search(rest):
        return evidence, notes  # The reader judges "She never said …", and a title in quotation marks is no statement.
    for words in (quoted for quoted in quoted_words(claim) if len(quoted.split()) >= _FEWEST_QUOTED_WORDS):
        comparison = compare_quotation(base, words, None, None)
        if comparison is None:
            all_match = False
            continue
        quote = comparison.wording.quote
        named = quote is not None and bool(quote.speaker) and _names_speaker(claim, quote.speaker or "")
        citation = cite_comparison(base, comparison)
        verbatim = comparison.kind is QuoteResultKind.VERBATIM
        note = Note("quotation agrees" if verbatim else "quotation differs", words, citation.exact)
        notes.append(note)
        if verbatim and not named:
            all_match = False
            continue
        high, low = _QUOTED_SHARE, 1 - _QUOTED_SHARE
        stances = Stances(high, low, 0.0) if verbatim else Stances(low, high, 0.0)
        stance: Stance = "supports" if verbatim else "contradicts"
        speaker, sure = citation.speaker, citation.speaker_confidence
        evidence.append(ClaimEvidence(citation, stance, stances, speaker, (note,), speaker_confidence=sure))
    return [item for item in evidence if all_match or item.stance == "contradicts"], notes


def _names_speaker(claim: str, speaker: str) -> bool:
    """Say whether a claim has the last name of a speaker."""
    return any(part.casefold() in claim.casefold() for part in speaker.split()[-1:])


def _only_speaker(claim: str, kind: VerdictKind, evidence: Sequence[ClaimEvidence]) -> str | None:
    """Return the speaker of the first evidence, where all support is somebody's words and the claim names no speaker.

    A claim that itself attributes the statement to the speaker has none.
    """
    if kind is not VerdictKind.SUPPORTED or not evidence:
        return None
    supporting = [item for item in evidence if item.stance == "supports"] or list(evidence[:1])
    first = supporting[0].attributed_to
    if first is None or any(item.attributed_to is None for item in supporting):
        return None
    return None if _names_speaker(claim, first) and _ATTRIBUTION.search(claim) else first


def cite_comparison(base: Base, comparison: Comparison) -> Citation:
    """Cite the match of a comparison, with its speaker where it is in a quote. Raises DamagedDatabase."""
    wording = comparison.wording
    span = (comparison.start, comparison.end)
    citation = cite_span(base, wording.passage, span, n=1, score=comparison.similarity, quote=wording.quote)
    return verify_citations(base.store, [citation])[0]
