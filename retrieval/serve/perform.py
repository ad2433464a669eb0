"""What people ask for, as data: so that a request can wait, be shared with others who ask the same, and be stored.

A request is performed by an engine and gives one of the engine's own results.
"""

from dataclasses import asdict
from typing import Any

from knowledge.quoted import quoted_words
from retrieval.answer.cite import LONGEST_QUESTION
from retrieval.check.claims import split
from retrieval.engine import Engine
from retrieval.model import QuoteResultKind
from retrieval.present.request import MessageOrigin, Outcome, QuoteList, Request, SourceList

# Quotations compared of one message, and words from which a stretch in quotation marks is somebody's words. Our choice:
# three comparisons fit one message, and fewer than four words in quotation marks are mostly a title or a term.
_MOST_QUOTED, _FEWEST_WORDS = 3, 4


def perform(engine: Engine, request: Request) -> Outcome:
    """Do what a request asks for. Raises BadQuestion."""
    match request.kind:
        case "ask":
            return engine.ask(request.text, k=request.most)
        case "check":
            return engine.check(request.text)
        case "quote":
            return engine.quote(request.text, speaker=request.speaker)
        case "find":
            return find(engine, request.text)
        case "quotes":
            return QuoteList(tuple(engine.quotes(speaker=request.speaker, about=request.about)))
        case "sources":
            return SourceList(tuple(engine.sources()))


def find(engine: Engine, text: str) -> MessageOrigin:
    """Find where the words of a message come from: what it quotes, or else the whole. Raises BadQuestion."""
    quotations = [words for words in quoted_words(text) if len(words.split()) >= _FEWEST_WORDS][:_MOST_QUOTED]
    results = [engine.quote(words) for words in quotations or [text]]
    matches = tuple(result for result in results if result.kind is not QuoteResultKind.NOT_FOUND)
    return MessageOrigin(matches, None if matches else engine.ask(text))


def request_in(text: str) -> Request:
    """Return what a message asks for: a check where it holds a claim ("is it true that …?"), else an answer."""
    text = text[:LONGEST_QUESTION]
    return Request("check" if split(text).claims else "ask", text)


# Characters of one claim, as sentences of a chat run, and what may end one; a claim takes nine times as long as a
# question, a quotation twice (`tests/benchmarks/speed.py`), while others wait.
_CLAIM_CHARACTERS, _CLAIM_ENDS = 100, ".!?\n"
_QUOTE_COST = 2.0


def request_cost(request: Request) -> float:
    """Return how much work a request is, as far as can be estimated before: 1 for a question or a claim."""
    claims = max(1.0, len(request.text) / _CLAIM_CHARACTERS, sum(map(request.text.count, _CLAIM_ENDS)))
    return {"check": claims, "find": float(_MOST_QUOTED), "quote": _QUOTE_COST}.get(request.kind, 1.0)


def as_stored(request: Request) -> dict[str, Any]:
    """Return the request as JSON, without the fields that it leaves open."""
    return {name: value for name, value in asdict(request).items() if value not in (None, "")}


def from_stored(fields: dict[str, Any]) -> Request:
    """Return the request that `as_stored` made JSON of. Raises TypeError for anything else."""
    return Request(**fields)


def fingerprint(outcome: Outcome) -> str | None:
    """Return the fingerprint of the index that an outcome was made with; lists have none."""
    if isinstance(outcome, MessageOrigin):
        return fingerprint(outcome.near) if outcome.near else outcome.results[0].index.fingerprint
    return None if isinstance(outcome, QuoteList | SourceList) else outcome.index.fingerprint


def stored_fingerprint(result: dict[str, Any]) -> str | None:
    """Return the fingerprint of the index that a stored result was made with."""
    index = result.get("result", result).get("index")
    return index.get("fingerprint") if isinstance(index, dict) else index
