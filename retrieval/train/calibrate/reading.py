"""What the reader's log-odds of an answer count beside the fused score.

Search ranks, the reader reads the best as in the product, and of a row of weights the smallest is taken whose mean,
over the groups of questions, of the share whose first passage answers is within one standard error of the highest
(Breiman et al. 1984, "Classification and Regression Trees", section 3.4.3). Beside it stands what each half of the
questions has with the weight that is best for the other half.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.model import Language
from retrieval.answer.answering import LOOKED_AT
from retrieval.answer.reading import log_odds, read_evidence
from retrieval.evaluation.labels import LabelledQuestion
from retrieval.search.base import Base
from retrieval.search.rank import rank
from retrieval.train.calibrate.questions import Asked, ask_articles, ask_labelled
from retrieval.train.calibrate.step import SAMPLED, ArticleFile, Bases, Fit, LabelFile, Ranking, Table, listed
from retrieval.train.calibrate.written import WrittenText
from retrieval.train.command import say

WEIGHTS = (0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3, 0.4, 0.6, 1.0)


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question's group, and of each passage that was read its fused score, log-odds, and whether it is right."""

    group: str
    passages: tuple[tuple[float, float, bool], ...]

    def is_right(self, weight: float) -> bool:
        """Say whether a right passage comes first under a weight."""
        return max(self.passages, key=lambda passage: passage[0] + weight * passage[1])[2]


def fit_reading(
    bases: Bases,
    articles: Mapping[Language, ArticleFile],
    questions: Sequence[LabelFile[LabelledQuestion]],
    written: Sequence[WrittenText],
    ranking: Ranking,
) -> Fit:
    """Fit the weight, for evidence ranked with these weights of fusion."""
    read = [
        *_of_articles(bases, articles, ranking),
        *_labelled(bases, questions, ranking),
        *_written(bases, written, ranking),
    ]
    best = best_weight(read)
    sampled = [f"every third of {file}" for file in articles.values()]
    answerable = [f"{sum(bool(label.gold) for label in file.labels)} questions of {file.name}" for file in questions]
    own = [f"{sum(place is not None for text in written for *_, place in text.questions)} on written texts"]
    return Fit({"answered": best}, listed([*sampled, *answerable, *(own if written else ())]), _table(read, best))


def best_weight(read: Sequence[ReadQuestion]) -> float:
    """Return the smallest weight that is as good as the best but for one standard error of its mean over the groups."""
    right = {weight: shares(read, weight) for weight in WEIGHTS}
    means = {weight: float(np.mean([*own.values()])) for weight, own in right.items()}
    highest = max(WEIGHTS, key=lambda weight: means[weight])
    sizes = Counter(question.group for question in read)
    variance = sum(share * (1 - share) / sizes[group] for group, share in right[highest].items())
    error = math.sqrt(variance) / len(sizes)
    return min(weight for weight in WEIGHTS if means[weight] >= means[highest] - error)


def shares(read: Sequence[ReadQuestion], weight: float) -> dict[str, float]:
    """Return the share of questions whose first passage is right, by group."""
    by_group = defaultdict(list)
    for question in read:
        by_group[question.group].append(question.is_right(weight))
    return {group: float(np.mean(right)) for group, right in by_group.items()}


def _of_articles(bases: Bases, files: Mapping[Language, ArticleFile], ranking: Ranking) -> Iterator[ReadQuestion]:
    for searched in files:
        with bases.open_arrangement(searched, files) as engine:
            for language, file in files.items():
                group = f"{language} → {searched}"
                say(f"reading: {group}")
                for asked in ask_articles(engine.base, file.articles, language)[::SAMPLED]:
                    yield _read(bases, engine.base, asked, ranking, group)


def _labelled(bases: Bases, files: Sequence[LabelFile[LabelledQuestion]], ranking: Ranking) -> Iterator[ReadQuestion]:
    for file in files:
        with bases.open(file.home) as engine:
            say(f"reading: {file.name}")
            for label, asked in zip(file.labels, ask_labelled(engine.base, file.labels), strict=True):
                if label.gold:
                    yield _read(bases, engine.base, asked, ranking, f"own, {label.language}")


def _written(bases: Bases, texts: Sequence[WrittenText], ranking: Ranking) -> Iterator[ReadQuestion]:
    for base, each in bases.ask_written(texts, "reading"):
        if each.asked.gold:
            yield _read(bases, base, each.asked, ranking, each.group, each.passages)


def _read(
    bases: Bases, base: Base, asked: Asked, ranking: Ranking, group: str, passages: frozenset[int] | None = None
) -> ReadQuestion:
    ranked = rank(base, asked.question, limit=LOOKED_AT, weights=ranking.fusion, passages=passages)
    evidence = [item for item in read_evidence(bases.reader, asked.question, ranked, weight=0.0) if item.reading]
    return ReadQuestion(group, tuple((item.score, log_odds(item), item.passage.id in asked.gold) for item in evidence))


def _table(read: Sequence[ReadQuestion], best: float) -> Table:
    halves = [[question for place, question in enumerate(read) if place % 2 == half] for half in (0, 1)]
    other = [shares(halves[half], best_weight(halves[1 - half])) for half in (0, 1)]
    unread, fitted = shares(read, 0.0), shares(read, best)
    rows = []
    for group in fitted:
        held_out = np.mean([half[group] for half in other if group in half])
        rows.append((group, f"{unread[group]:.3f}", f"{fitted[group]:.3f}", f"{held_out:.3f}"))
    return Table("Right passage first", ("questions", "unread", "read", "read, weight of the other half"), tuple(rows))
