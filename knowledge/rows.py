"""What is selected of stored sources and units, and what their rows make."""

import json
from collections.abc import Iterable
from typing import Any

from knowledge.model import Quote, Sentence, Span, Translation

SOURCES = """
SELECT sources.*, snapshots.sha256,
       (SELECT count(*) FROM paragraphs WHERE paragraphs.snapshot = sources.snapshot) AS paragraphs,
       (SELECT count(*) FROM units WHERE units.snapshot = sources.snapshot AND units.kind = 'passage') AS passages
FROM sources JOIN snapshots ON snapshots.id = sources.snapshot
"""
PASSAGES = """
SELECT units.*, passages.paragraph, passages.last_paragraph, passages.language, snapshots.source
FROM units JOIN passages ON passages.id = units.id JOIN snapshots ON snapshots.id = units.snapshot
"""
SENTENCES = """
SELECT units.*, sentences.passage, sentences.paragraph, paragraphs.role
FROM units JOIN sentences ON sentences.id = units.id
JOIN paragraphs ON paragraphs.snapshot = units.snapshot AND paragraphs.number = sentences.paragraph
"""
QUOTES = """
SELECT units.*, snapshots.source, quotes.passage, quotes.paragraph, quotes.speaker, quotes.role, quotes.verb,
       quotes.direct, quotes.speaker_confidence, quotes.within, (
           SELECT json_group_array(json_object('text', text, 'language', language, 'by', by))
           FROM quote_translations WHERE quote = quotes.id
       ) AS translations, (
           SELECT json_group_array(json_array(start, end))
           FROM (SELECT start, end FROM quote_parts WHERE quote = quotes.id ORDER BY start)
       ) AS parts, (
           SELECT json_group_array(name)
           FROM (SELECT name FROM possible_speakers WHERE quote = quotes.id ORDER BY number)
       ) AS possible
FROM units JOIN quotes ON quotes.id = units.id JOIN snapshots ON snapshots.id = units.snapshot
"""
UNITS = """
SELECT units.*, coalesce(sentences.passage, quotes.passage, units.id) AS passage FROM units
LEFT JOIN sentences ON sentences.id = units.id LEFT JOIN quotes ON quotes.id = units.id
"""

Row = dict[str, Any]


def array(ids: Iterable[int]) -> str:
    """Return ids as one JSON parameter instead of many: SQLite limits their number, not their length."""
    return json.dumps([int(value) for value in ids])


def span_of(row: Row) -> Span:
    """Return the span of a stored unit."""
    return Span(row["snapshot"], row["start"], row["end"])


def shared(row: Row) -> Row:
    """Return what passages and quotes have in common."""
    return {"id": row["id"], "span": span_of(row), "paragraph": row["paragraph"], "source": row["source"]}


def sentence_of(row: Row) -> Sentence:
    """Return the sentence of a row of `SENTENCES`."""
    return Sentence(row["id"], span_of(row), row["passage"], row["paragraph"], row["role"])


def quote_of(row: Row) -> Quote:
    """Return the quote of a row of `QUOTES`."""
    translations = tuple(Translation(**translation) for translation in json.loads(row["translations"]))
    columns = {
        key: row[key] for key in ("passage", "speaker", "role", "verb", "digest", "speaker_confidence", "within")
    }
    parts = tuple((start, end) for start, end in json.loads(row["parts"])) or ((row["start"], row["end"]),)
    direct, possible = bool(row["direct"]), tuple(json.loads(row["possible"]))
    return Quote(
        **shared(row), **columns, direct=direct, parts=parts, translations=translations, possible_speakers=possible
    )
