"""The word lists of claims.toml as patterns, and the folded words of a text that they are matched with."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from knowledge.known_names import known_names
from knowledge.model import Language
from knowledge.terms import fold
from retrieval.words.phrases import pattern, tokens

Cues = Mapping[str, re.Pattern[str]]
# Words of the shortest claim without a figure or a date. Our choice: "No." and "lol" cannot be checked.
FEWEST_WORDS = 3
# Words of the longest opening before a comma ("Let's face it, …"). Our choice.
_LONGEST_OPENING = 3
# Where a comment on the statement before it can begin.
COMMENT = re.compile(r"[,;:—–(]|\b(?:and|y|but|pero|which|because|porque)\b", re.IGNORECASE)
_LANGUAGES: tuple[Language, ...] = ("es", "en")


def joined(text: str) -> str:
    """Return the folded words of a text with single spaces, without apostrophes: "isn't" as "isnt"."""
    return " ".join(token.key for token in tokens(text))


def end_of(text: str, match: re.Match[str]) -> int:
    """Return where the last word of a match in the folded words of a text ends in the text."""
    return tokens(text)[len(joined(text)[: match.end()].split()) - 1].end


def start_of(text: str, match: re.Match[str]) -> int:
    """Return where the first word of a match in the folded words of a text begins in the text."""
    return tokens(text)[len(joined(text)[: match.start()].split())].start


def opening_length(text: str, cues: Cues) -> int:
    """Return the length of a few words and a comma before what a sentence says: "Hi all, …", "Look, …"."""
    comma = text.find(",")
    opens = 0 < len(tokens(text[: max(comma, 0)])) <= _LONGEST_OPENING and len(tokens(text[comma:])) >= FEWEST_WORDS
    words = joined(text[: comma + 1])
    return comma + 1 if opens and not cues["credits"].match(words) and not cues["holders"].search(words) else 0


@cache
def known_name() -> re.Pattern[str]:
    """Return a pattern for the names of the bundled list, in a folded text."""
    return pattern("|".join(fold(name) for known in known_names() for name in (known.name, *known.also)))


@cache
def read_cues(language: Language) -> Cues:
    """Read the words of a language from claims.toml, as patterns for what `joined` returns; `und` has those of both."""
    data = tomllib.loads(resources.files("retrieval.check").joinpath("claims.toml").read_text("utf-8"))
    sections = [data[own] for own in (_LANGUAGES if language == "und" else (language,))]
    listed = {name: "|".join(filter(None, (section[name] for section in sections))) for name in sections[0]}
    own = {name: pattern(phrases).pattern if phrases else "(?!)" for name, phrases in listed.items()}
    lead, particles = (rf"\A(?:{own[name]}\s+)*" for name in ("fillers", "particles"))
    degrees = rf"(?:{own['degrees']}\s+)*"
    asks = rf"{own['interrogatives']}\s+{own['auxiliaries']}"
    anywhere = ("reports", "requests", "holders", "preferences", "doubts", "pronouns", "pronoun_objects")
    patterns = {name: words if name in anywhere else lead + words for name, words in own.items()} | {
        # "what did i miss", but not "what is new is that …".
        "unmarked": rf"{lead}(?:{own['unmarked']}|{asks}(?!.* (?:is|was) that\b))",
        "imperatives": rf"{lead}(?:{own['imperatives']}|{own['verbs']}\s+{own['objects']})",
        "polite": rf"{own['polite']}$",
        "judgements": rf"(?:{own['copulas']}|{lead}{own['exclamations']})\s+{degrees}{own['judgements']}"
        rf"|{lead}{own['judgements']}(?:\s\S+){{0,2}}$",
        "feelings": rf"{own['feelings']}|{lead}{own['personal']}(?!.*{own['reports']}|.*{own['clauses']})",
        "comparisons": rf"(?:{own['copulas']}|{own['holders']})\s+{degrees}{own['comparisons']}",
        "impersonal": particles + own["impersonal"],
        "references": rf"{particles}(?:{own['omitted']}|{own['demonstratives']}(?!\s+{own['time_words']}))",
        "descriptions": rf"{particles}{own['articles']}\s+{own['nouns']}",
    }
    return {name: re.compile(words) for name, words in patterns.items()}
