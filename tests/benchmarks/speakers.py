"""How well quotations and their speakers are found, on written texts in which all are marked.

A quotation in several parts counts by its parts. One of the corpus is found where a quotation of the same kind has its
words (exact), or at least eight tenths of the characters that the two have together (Asr et al. 2021,
https://doi.org/10.1371/journal.pone.0245533). A false quotation is one of direct speech that has no such counterpart.
A speaker is right where the name given and the corpus's mean the same person, or neither names anybody. What it costs
is measured by `speakers_cost.py`.

usage: python tests/benchmarks/speakers.py DATA [--split SPLIT] [--half 0|1] [--written] [--without-reader] [--errors]
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from knowledge.known_names import means_name
from knowledge.model import FoundQuote
from knowledge.names import fold_name
from knowledge.quotes import find_quotes
from knowledge.segment import segment
from knowledge.speech.asking import Ask
from knowledge.speech.finder import find_utterances
from knowledge.speech.reading import read_names
from retrieval.model import READER_NAME
from retrieval.models.reader import open_reader
from retrieval.models.speakers import ask_speakers
from retrieval.train.data_folder import SPEAKERS, WRITTEN_SPEAKERS, SpeakersRow, read_rows
from retrieval.train.speaker_texts import Placed, SpeakersText, placed
from retrieval.train.speech import SAME, overlap

_ROLE_SHARED = 0.5
"""Share of the words of a role that both have, from which on it is right; our choice."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A quotation of the corpus and the one that was found for it, if any, with its form; `text` is the whole."""

    language: str
    form: str
    text: str
    expected: Placed | None
    given: FoundQuote | None


def paired(text: SpeakersText, ask: Ask | None) -> Iterable[Pair]:
    """Pair the quotations of a text with those that are found in it, each once, those alike most first."""
    language = text.row.language
    sentences = segment(text.text, text.paragraphs, language=language).sentences
    quotes = [
        replace(quote, parts=(part,))
        for quote in find_quotes(text.text, text.paragraphs, language=language, sentences=sentences, ask=ask)
        for part in quote.parts
    ]
    reading = read_names(text.text, language=language, sentence_starts=frozenset(start for start, *_ in sentences))
    utterances = find_utterances(reading, text.paragraphs, sentences)
    forms = {part: utterance.form for utterance in utterances for part in utterance.parts}
    alike = sorted(
        (-overlap((own.start, own.end), (quote.start, quote.end)), -(quote.direct == _is_direct(own)), n, m)
        for n, own in enumerate(text.quotations)
        for m, quote in enumerate(quotes)
    )
    taken: dict[int, int] = {}
    for negative, _, n, m in alike:
        if -negative >= SAME and n not in taken and m not in taken.values():
            taken[n] = m
    for n, own in enumerate(text.quotations):
        given = quotes[taken[n]] if n in taken else None
        yield Pair(language, forms.get((given.start, given.end), "") if given else "", text.text, own, given)
    for m, quote in enumerate(quotes):
        if m not in taken.values():
            yield Pair(language, forms.get((quote.start, quote.end), ""), text.text, None, quote)


def _is_direct(quotation: Placed) -> bool:
    return quotation.row.kind == "direct"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f} ({part}/{whole})" if whole else "–"


def found_row(name: str, pairs: Sequence[Pair], texts: int, *, direct: bool) -> list[str]:
    """Return the figures of finding for the quotations of a kind."""
    expected = [pair for pair in pairs if pair.expected and _is_direct(pair.expected) is direct]
    given = [pair for pair in pairs if pair.given and pair.given.direct is direct]
    right = [pair for pair in expected if pair.given and pair.given.direct is direct]
    exact = sum(
        (p.expected.start, p.expected.end) == (p.given.start, p.given.end) for p in right if p.expected and p.given
    )
    kind = sum(bool(pair.given) for pair in expected)
    false = sum(pair.expected is None for pair in given)
    precision, recall = len(right) / max(1, len(given)), len(right) / max(1, len(expected))
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return [
        name,
        "direct" if direct else "reported",
        str(len(expected)),
        _share(exact, len(expected)),
        f"{precision:.3f}",
        f"{recall:.3f}",
        f"{f1:.3f}",
        _share(len(right), kind),
        f"{false / texts:.3f}",
    ]


def exact_share(pairs: Sequence[Pair]) -> str:
    """Return the share of what was found that has exactly the corpus's words."""
    both = [(p.expected, p.given) for p in pairs if p.expected and p.given]
    return _share(sum((own.start, own.end) == (quote.start, quote.end) for own, quote in both), len(both))


def speaker_shares(pairs: Sequence[Pair]) -> list[str]:
    """Return the figures of attribution, of what was found of its own kind: right, nobody, wrong, role right."""
    both = [
        (p.expected.row, p.given) for p in pairs if p.expected and p.given and p.given.direct is _is_direct(p.expected)
    ]
    named = [(row, quote) for row, quote in both if row.speaker]
    right = sum(_same_person(quote.speaker, row.speaker) for row, quote in named)
    nobody = sum(quote.speaker is None for _, quote in named)
    wrong = sum(quote.speaker is not None and not _same_person(quote.speaker, row.speaker) for row, quote in both)
    roles = [(row, quote) for row, quote in named if row.role and _same_person(quote.speaker, row.speaker)]
    role = sum(_same_role(quote.role, row.role or "") for row, quote in roles)
    return [
        _share(right, len(named)),
        _share(nobody, len(named)),
        _share(wrong, len(both)),
        _share(role, len(roles)),
    ]


def _same_person(given: str | None, expected: str | None) -> bool:
    if given is None or expected is None:
        return given is expected
    return means_name(given, expected) or means_name(expected, given)


def _same_role(given: str | None, expected: str) -> bool:
    own, other = set(fold_name(given or "").split()), set(fold_name(expected).split())
    return bool(own and other) and len(own & other) / len(own | other) >= _ROLE_SHARED


def show_finding(console: Console, pairs: Sequence[Pair], texts: Counter[str]) -> None:
    """Print how well quotations are found, by language and kind."""
    heads = ("language", "kind", "quotations", "exact", "precision", "recall", "F1", "kind right", "false a text")
    table = Table(*heads, title=f"quotations at an overlap of {SAME}")
    for language in sorted(texts):
        for direct in (True, False):
            own = [pair for pair in pairs if pair.language == language]
            table.add_row(*found_row(language, own, texts[language], direct=direct))
    console.print(table)


def show_speakers(console: Console, pairs: Sequence[Pair]) -> None:
    """Print how well what was found is attributed, by language and kind, then by form."""
    heads = ("speaker right", "nobody", "wrong, of all", "role right")
    table = Table("language", "kind", *heads, title="speakers of what was found")
    for language in sorted({pair.language for pair in pairs}):
        for direct in (True, False):
            own = [p for p in pairs if p.language == language and p.given and p.given.direct is direct]
            table.add_row(language, "direct" if direct else "reported", *speaker_shares(own))
    console.print(table)
    table = Table("language", "form", "given", "right", "exact", *heads, title="by form")
    for language, form in sorted({(pair.language, pair.form) for pair in pairs if pair.given}):
        own = [p for p in pairs if (p.language, p.form) == (language, form)]
        right = [pair for pair in own if pair.expected]
        counts = (str(len(own)), _share(len(right), len(own)), exact_share(own))
        table.add_row(language, form, *counts, *speaker_shares(own))
    console.print(table)


def show_errors(console: Console, pairs: Sequence[Pair]) -> None:
    """Print the direct quotations that are missing and those that are false, with what stands around them."""
    for pair in pairs:
        span = pair.expected or pair.given
        is_direct = _is_direct(pair.expected) if pair.expected else bool(pair.given and pair.given.direct)
        if span and is_direct and not (pair.expected and pair.given and pair.given.direct):
            around = f"{pair.text[max(0, span.start - 60) : span.start]}⟦{pair.text[span.start : span.end]}⟧"
            sign = "-" if pair.expected else "+"
            console.print(f"{sign} {around}{pair.text[span.end : span.end + 40]}", markup=False, highlight=False)


@click.command(help=__doc__)
@click.argument("data", type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.option("--split", type=click.Choice(["train", "dev", "unseen"]), default="unseen", show_default=True)
@click.option("--half", type=click.IntRange(0, 1), help="every second text of the split, from the first or the second")
@click.option("--written", is_flag=True, help="the project's own written texts in place of the folder's")
@click.option("--without-reader", is_flag=True, help="let the features decide alone")
@click.option("--errors", is_flag=True, help="print what is missing and what is false")
def main(data: Path, split: str, half: int | None, *, written: bool, without_reader: bool, errors: bool) -> None:
    """Find, compare and count."""
    rows = [
        row for row in read_rows(data / (WRITTEN_SPEAKERS if written else SPEAKERS), SpeakersRow) if row.split == split
    ]
    texts = [placed(row) for row in (rows if half is None else rows[half::2])]
    ask = None if without_reader else partial(ask_speakers, lambda: open_reader(READER_NAME))
    pairs = [pair for text in texts for pair in paired(text, ask)]
    console = Console(width=140)
    counts = Counter(text.row.language for text in texts)
    console.print(f"{len(texts)} texts: {dict(counts)}")
    show_finding(console, pairs, counts)
    show_speakers(console, pairs)
    if errors:
        show_errors(console, pairs)


if __name__ == "__main__":
    main()
