"""What the entailment model learns from: evidence, a claim, and how the one bears on the other, in both languages.

To the rows that people labelled come three kinds that they lack and the product meets: evidence that was found for a
claim and says nothing of it, a claim in the other language than its evidence, and a claim whose one number is wrong.
"""

import gzip
import heapq
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from knowledge.model import Paragraph
from knowledge.segment import sentences
from knowledge.store import sha256
from knowledge.terms import fold, stopwords
from retrieval.train.pairs import LONG, Pair, to_english, translated

SUPPORTS, CONTRADICTS, NEUTRAL, NOT_SUPPORTS = range(4)
LABELS = {"SUPPORTED": SUPPORTS, "REFUTED": CONTRADICTS, "NEI": NEUTRAL, "NOT_SUPPORTED": NOT_SUPPORTS}
# Sources of examples made from sentence pairs.
MADE = frozenset({"translations", "numbers", "names"})
# Without its evidence, a model tells .715 of ConjNLI's training rows right: a part of them is as much as does good.
_MOST = {"conjnli_adv": 5000}
# Sources whose claims stand on their own, so that other evidence can be found for them.
_MINED = frozenset({"fever_dev_gold", "fm2", "scifact_rte", "inferes"})
# Evidence looked at for a claim that it says nothing of, and the share of words above which it may say the same.
_LOOKED_AT, _SAME = 6, 0.6
_ANY_NAME = re.compile(r"(?<=[a-zñáéíóú,] )[A-ZÁÉÍÓÚ][\w’'-]+(?: [A-ZÁÉÍÓÚ][\w’'-]+)*")
# Hexadecimal digits that name a text in the file of written claims, and its labels.
_DIGITS = 16
_WRITTEN = {"S": SUPPORTS, "C": CONTRADICTS, "N": NEUTRAL}
# Of the pairs that hold a number or a name, the share that is shown with a wrong one.
_CHANGED = 0.6
# Spaces in a sentence that may be a claim.
_FEWEST, _MANY = 6, 28
_PAIRS_OF_OPPOSITES = (
    "first last|increased decreased|north south|east west|northern southern|eastern western|won lost|before after|"
    "largest smallest|best worst|more less|most least|son daughter|mother father|brother sister|older younger|"
    "began ended|born buried|high low|highest lowest|major minor|early late|husband wife|male female|actor actress|"
    "husband wife|bought sold|joined left|opened closed|successful unsuccessful|positive negative|rich poor|"
    "summer winter|spring autumn|morning evening|long short|old new|strong weak|public private|king queen"
)
_OPPOSITES = [tuple(pair.split()) for pair in _PAIRS_OF_OPPOSITES.split("|")]
_OPPOSITES += [(other, one) for one, other in _OPPOSITES]
_NAME = re.compile(r"(?<=[a-zñáéíóú,] )[A-ZÁÉÍÓÚ][a-zñáéíóú]{2,}\b")
_NUMBER = re.compile(r"(?<![\w.,])\d{1,4}(?![\w.,]*\d)(?![\w%])")


@dataclass(frozen=True, slots=True)
class Example:
    """Evidence and a claim, each in English and Spanish, and one of the labels above."""

    evidence: tuple[str, str]
    claim: tuple[str, str]
    label: int
    source: str


def read_examples(path: Path, chance: random.Random) -> list[Example]:
    """The labelled rows of a packed file of JSON lines, put into the other language by Apertium, and mined neutrals."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["label"] in LABELS]
    kept: list[dict[str, str]] = []
    for source, most in [(name, _MOST.get(name)) for name in dict.fromkeys(row["source"] for row in rows)]:
        own = [row for row in rows if row["source"] == source]
        kept += own if most is None else chance.sample(own, min(most, len(own)))
    texts = _both_languages(kept)
    found = [
        Example(texts[_plain(row["evidence"])], texts[_plain(row["claim"])], LABELS[row["label"]], row["source"])
        for row in kept
    ]
    return found + mined(found, chance)


def mined(examples: Sequence[Example], chance: random.Random) -> list[Example]:
    """Each claim that stands on its own beside evidence that shares words with it and was given for another claim."""
    made = []
    for source in sorted(_MINED):
        own = [example for example in examples if example.source == source]
        evidence = list(dict.fromkeys(example.evidence for example in own))
        words = [_words(texts[0]) for texts in evidence]
        holders: dict[str, list[int]] = defaultdict(list)
        for number, held in enumerate(words):
            for word in held:
                holders[word].append(number)
        seen: set[tuple[str, str]] = set()
        for example in own:
            if example.claim in seen:
                continue
            seen.add(example.claim)
            given = _words(example.evidence[0])
            scores: dict[int, float] = defaultdict(float)
            for word in _words(example.claim[0]):
                for number in holders.get(word, ()):
                    scores[number] += 1 / len(holders[word])
            near = [
                number
                for number in heapq.nlargest(_LOOKED_AT, scores, key=scores.__getitem__)
                if len(words[number] & given) < _SAME * min(len(words[number]), len(given))
            ]
            if near:
                made.append(replace(example, evidence=evidence[chance.choice(near)], label=NEUTRAL, source="mined"))
    return made


def exchanged(examples: Sequence[Example], chance: random.Random) -> list[Example]:
    """Supported claims that stand on their own with one name of theirs exchanged for another of their evidence.

    Who did what to whom is then wrong, though every word is there; all that is known is that it is not supported.
    """
    made = []
    for example in (one for one in examples if one.source in _MINED and one.label == SUPPORTS):
        told, said = example.evidence[0], example.claim[0]
        own = [name for name in dict.fromkeys(_ANY_NAME.findall(said)) if name in told and name in example.claim[1]]
        others = [name for name in dict.fromkeys(_ANY_NAME.findall(told)) if name not in said]
        if own and others:
            old, new = chance.choice(own), chance.choice(others)
            claim = (said.replace(old, new), example.claim[1].replace(old, new))
            made.append(replace(example, claim=claim, label=NOT_SUPPORTS, source="exchanged"))
    return made


def reworded(examples: Sequence[Example], chance: random.Random, most: int) -> list[Example]:
    """Sentences of evidence put into Spanish and back, supported as they are and contradicted with a detail changed.

    The way there and back changes words as a paraphrase does; the detail is a name, a number or an opposite.
    """
    texts = {one.evidence[0]: one.evidence for one in examples if one.source in _MINED and one.source != "inferes"}
    told: list[tuple[tuple[str, str], str]] = []
    for english, both in texts.items():
        spans = sentences(english, Paragraph(0, len(english)), language="en")
        told += [
            (both, english[start:end]) for start, end in spans if _FEWEST <= english[start:end].count(" ") <= _MANY
        ]
    chance.shuffle(told)
    names = sorted({name for _, text in told for name in _ANY_NAME.findall(text)})
    variants: list[tuple[tuple[str, str], str, int]] = []
    for evidence, text in told[:most]:
        changed = _with_another_detail(text, names, evidence[0], chance)
        variants.append((evidence, text, SUPPORTS))
        variants += [] if changed is None else [(evidence, changed, CONTRADICTS)]
    spanish = [pair.spanish for pair in translated([_plain(text) for _, text, _ in variants])]
    english_again = to_english(spanish)
    return [
        Example(evidence, (back, there), label, "reworded")
        for (evidence, _, label), there, back in zip(variants, spanish, english_again, strict=True)
    ]


def _with_another_detail(text: str, names: Sequence[str], evidence: str, chance: random.Random) -> str | None:
    """The sentence with a name, a number or a word changed, so that it cannot be true together with the sentence."""
    opposed = [(one, other) for one, other in _OPPOSITES if re.search(rf"\b{one}\b", text)]
    figures, own = _NUMBER.findall(text), _ANY_NAME.findall(text)
    ways = [*(["opposite"] * bool(opposed)), *(["number"] * bool(figures)), *(["name"] * bool(own))]
    if not ways:
        return None
    way = chance.choice(ways)
    if way == "opposite":
        one, other = chance.choice(opposed)
        return re.sub(rf"\b{one}\b", other, text, count=1)
    if way == "number":
        old = chance.choice(figures)
        return text.replace(old, str(max(1, int(old) + chance.choice([-20, -7, -3, -2, 2, 3, 7, 20]))), 1)
    old = chance.choice(own)
    # A name of the same passage is the likeliest to be taken for the right one.
    near = [name for name in _ANY_NAME.findall(evidence) if name not in text]
    new = chance.choice(near) if near and chance.random() < _CHANGED else chance.choice(names)
    return None if new in text else text.replace(old, new, 1)


def read_written(path: Path, evidence: Iterable[str]) -> list[Example]:
    """Claims written for this model: the beginning of the evidence's SHA-256, label, language and claim, tab-separated.

    `evidence` are the texts that they may be about, in English.
    """
    by_digest = {sha256(text)[:_DIGITS]: text for text in evidence}
    rows = []
    for line in path.read_text("utf-8").splitlines():
        digest, label, language, claim = line.split("\t")
        if digest in by_digest:
            rows.append((by_digest[digest], _WRITTEN[label], language, claim))
    told = {pair.english: (pair.english, pair.spanish) for pair in translated(list({_plain(row[0]) for row in rows}))}
    english = [_plain(row[3]) for row in rows if row[2] == "en"]
    spanish = [_plain(row[3]) for row in rows if row[2] == "es"]
    said = {pair.english: (pair.english, pair.spanish) for pair in translated(english)}
    said |= {text: (other, text) for text, other in zip(spanish, to_english(spanish), strict=True)}
    return [Example(told[_plain(text)], said[_plain(claim)], label, "written") for text, label, _, claim in rows]


def paired(pairs: Iterable[Pair], chance: random.Random, most: int) -> list[Example]:
    """Sentences and their real translations: supported as they are, not with a number or a name changed.

    The evidence holds a second sentence before or after, as a passage would.
    """
    fit = [pair for pair in pairs if LONG <= pair.words <= 40 and pair.english.strip()[-1:] in ".!"]
    chance.shuffle(fit)
    names = sorted({name for pair in fit for name in _shared_names(pair)})
    made: list[Example] = []
    for pair, other in pairwise(fit[: most + 1]):
        ordered = [(pair, other), (other, pair), (pair,)][chance.randrange(3)]
        evidence = (" ".join(one.english for one in ordered), " ".join(one.spanish for one in ordered))
        wrong, strange = _with_wrong_number(pair, chance), _with_another_name(pair, names, chance)
        if wrong is not None and chance.random() < _CHANGED:
            made.append(Example(evidence, (wrong.english, wrong.spanish), CONTRADICTS, "numbers"))
        elif strange is not None and chance.random() < _CHANGED:
            # Of somebody else the same may be true: all that is known is that this evidence does not say it.
            made.append(Example(evidence, (strange.english, strange.spanish), NOT_SUPPORTS, "names"))
        else:
            made.append(Example(evidence, (pair.english, pair.spanish), SUPPORTS, "translations"))
    return made


def _shared_names(pair: Pair) -> list[str]:
    """Capitalised words that stand inside both sides of a pair."""
    inside = (set(_NAME.findall(text[1:])) for text in (pair.english, pair.spanish))
    return sorted(set.intersection(*inside))


def _with_another_name(pair: Pair, names: Sequence[str], chance: random.Random) -> Pair | None:
    own = _shared_names(pair)
    if not own:
        return None
    old, new = chance.choice(own), chance.choice(names)
    return None if new in own else Pair(pair.english.replace(old, new), pair.spanish.replace(old, new))


def _with_wrong_number(pair: Pair, chance: random.Random) -> Pair | None:
    theirs = _NUMBER.findall(pair.spanish)
    shared = [
        found
        for found in _NUMBER.findall(pair.english)
        if found in theirs and pair.english.count(found) == 1 == pair.spanish.count(found)
    ]
    if not shared:
        return None
    old = chance.choice(shared)
    new = old
    while new == old:
        new = str(max(1, int(old) + chance.choice([-20, -7, -3, -2, -1, 1, 2, 3, 7, 20])) if len(old) < 4
                  or chance.random() < 0.7 else int(old) * 2)  # fmt: skip
    return Pair(pair.english.replace(old, new), pair.spanish.replace(old, new))


def _both_languages(rows: Sequence[dict[str, str]]) -> dict[str, tuple[str, str]]:
    """Every text of these rows as (English, Spanish)."""
    texts: dict[str, list[str]] = {"en": [], "es": []}
    for row in rows:
        texts[row["lang"]] += [_plain(row["evidence"]), _plain(row["claim"])]
    english, spanish = (list(dict.fromkeys(some)) for some in (texts["en"], texts["es"]))
    found = {pair.english: (pair.english, pair.spanish) for pair in translated(english)}
    found |= {text: (other, text) for text, other in zip(spanish, to_english(spanish), strict=True)}
    return found


def _plain(text: str) -> str:
    return " ".join(text.split())


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).replace(".", " ").replace(",", " ").split()) - stopwords("und")
