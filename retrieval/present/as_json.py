"""Results as JSON values: the one place that decides names, order and rounding. Order of keys is order of writing."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from knowledge.errors import CitabotError
from knowledge.model import Reference, Source, Translation
from retrieval.model import Answer, CheckedMessage, Citation, Highlight, IndexState, QuoteResult
from retrieval.present.inert import escaped
from retrieval.upkeep_model import Added, Verification

if TYPE_CHECKING:
    from retrieval.settings import SettingRow

Json = dict[str, object]

# Enough to tell two scores apart; the digits beyond differ between machines.
DECIMALS = 4
MILLISECOND_DECIMALS = 1


def dump(value: object) -> str:
    """One line of JSON in the value's own key order, in which nothing is hidden and nothing a terminal obeys.

    JSON allows such characters as they are, but line readers split on some and terminals obey others: they are escaped,
    so that the same text is read back. A lone surrogate, which UTF-8 cannot hold, becomes U+FFFD.

    Raises ValueError for a number that JSON has no form for (NaN, infinity).
    """
    return escaped(json.dumps(value, ensure_ascii=False, allow_nan=False))


def answer(a: Answer) -> Json:
    """An answer, or a silence with its reason and what came nearest."""
    return {
        "question": a.question,
        "language": a.language,
        "answered": a.answered,
        "confidence": round(a.confidence, DECIMALS),
        **reservations(a),
        "reason": a.reason.value if a.reason else None,
        "answer": a.text,
        "citations": [citation(cited) for cited in a.citations],
        "nearest": [citation(cited) for cited in a.nearest],
        "index": index(a.index) | {"reader": a.reader, "reader_digest": a.reader_digest},
        "elapsed_ms": round(a.elapsed_ms, MILLISECOND_DECIMALS),
        "read_as": a.read_as,
        "foreign_language": a.foreign,
    }


def reservations(result: Answer | CheckedMessage | QuoteResult) -> Json:
    """What keeps a result from being as sure as others: models of another calibration, a search by full text alone."""
    uncalibrated: Json = {} if result.calibrated else {"calibrated": False}
    return uncalibrated | ({"degraded": True} if result.degraded else {})


def citation(c: Citation) -> Json:
    """A citation; each `exact` in it is `text[start:end]` of the snapshot whose digest is `source.sha256`."""
    return {
        "n": c.n,
        "kind": c.kind,
        "exact": c.exact,
        "prefix": c.prefix,
        "suffix": c.suffix,
        "start": c.start,
        "end": c.end,
        "paragraph": c.paragraph,
        "score": round(c.score, DECIMALS),
        "speaker": c.speaker,
        "speaker_confidence": probability(c.speaker_confidence),
        "possible_speakers": list(c.possible_speakers),
        "role": c.role,
        "parts": [part(c, start, end) for start, end in c.parts],
        "translation": _translation(c.translations[0]) if c.translations else None,
        "translations": [_translation(translation) for translation in c.translations],
        "link": c.link,
        "source": _cited_source(c.source),
        "references": [reference(document) for document in c.references],
        "standing": list(c.standing),
        "context": c.context,
        "context_start": c.context_start,
        "highlight": _highlight(c.highlight) if c.highlight else None,
        "cut_before": c.cut_before,
        "cut_after": c.cut_after,
        "recording_seconds": c.recording_seconds,
        "part": c.part,
        "time": c.time,
        "superseded": c.superseded,
        "also_at": [_cited_source(other) for other in c.also_at],
    }


def part(c: Citation, start: int, end: int) -> Json:
    """A part of a citation by its offsets in the stored text, with its words."""
    return {"start": start, "end": end, "exact": c.exact[start - c.start : end - c.start]}


def probability(value: float | None) -> float | None:
    """A probability rounded, or null where there is none."""
    return None if value is None else round(value, DECIMALS)


def quote_row(c: Citation) -> Json:
    """A quote in a list of quotes: who said it and how, then every field of a citation."""
    return {"speaker": c.speaker, "role": c.role, "verb": c.verb, "direct": c.direct} | citation(c)


def source(s: Source) -> Json:
    """A source in a list of sources: what a citation says of it, and what the base knows besides."""
    return _cited_source(s) | {
        "licence": s.licence,
        "location": s.location,
        "added": s.added,
        "paragraphs": s.paragraphs,
        "passages": s.passages,
    }


def added(a: Added) -> Json:
    """What adding one document did."""
    return {"change": a.change, "source": source(a.source)}


def verification(v: Verification) -> Json:
    """What was re-read, and every difference."""
    return {
        "clean": not v.differences,
        "snapshots": v.snapshots,
        "spans": v.spans,
        "vectors": v.vectors,
        "differences": [asdict(difference) for difference in v.differences],
    }


def setting(row: "SettingRow") -> Json:
    """A setting, its value and where that came from."""
    return {"name": row.name, "value": row.value, "origin": row.origin, "description": row.description}


def error(e: CitabotError) -> Json:
    """An error as one object."""
    return {"error": e.code, "message": e.message, "hint": e.hint}


def _cited_source(s: Source) -> Json:
    return {
        "id": s.id,
        "title": s.title,
        "author": s.author,
        "publisher": s.publisher,
        "url": s.url,
        "published": s.published,
        "language": s.language,
        "kind": s.kind,
        "sha256": s.sha256,
    }


def _translation(t: Translation) -> Json:
    return {"text": t.text, "language": t.language, "by": t.by}


def _highlight(h: Highlight) -> Json:
    return {"start": h.start, "end": h.end, "exact": h.exact}


def reference(r: Reference) -> Json:
    """A document that a brief, a quotation or a review rests on."""
    return {
        "number": r.number,
        "publisher": r.publisher,
        "title": r.title,
        "kind": r.kind,
        "author": r.author,
        "published": r.published,
        "url": r.url,
    }


def index(state: IndexState) -> Json:
    """What something was made with."""
    return {
        "fingerprint": state.fingerprint,
        "encoder": state.encoder,
        "encoder_digest": state.encoder_digest,
        "sources": state.sources,
        "passages": state.passages,
    }
