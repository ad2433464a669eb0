"""The sign of each outcome, which says without colour what a face's colour says, and its tone."""

from typing import Literal

from retrieval.model import QuoteResultKind, Stance, VerdictKind

Tone = Literal["good", "bad", "split", "open"]

VERDICT_SIGNS: dict[VerdictKind, tuple[str, Tone]] = {
    VerdictKind.SUPPORTED: ("✓", "good"),
    VerdictKind.CONTRADICTED: ("✗", "bad"),
    VerdictKind.CONFLICTING: ("≠", "split"),
    VerdictKind.NOT_ENOUGH_EVIDENCE: ("?", "open"),
}
STANCE_SIGNS: dict[Stance, tuple[str, Tone]] = {
    "supports": ("✓", "good"),
    "contradicts": ("✗", "bad"),
    "neutral": ("·", "open"),
}
RESULT_SIGNS: dict[QuoteResultKind, tuple[str, Tone]] = {
    QuoteResultKind.VERBATIM: ("✓", "good"),
    QuoteResultKind.ALTERED: ("≠", "split"),
    QuoteResultKind.PARAPHRASE: ("≈", "split"),
    QuoteResultKind.OTHER_SPEAKER: ("✗", "bad"),
    QuoteResultKind.UNATTRIBUTED: ("?", "open"),
    QuoteResultKind.NOT_FOUND: ("?", "open"),
}
