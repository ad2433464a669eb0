"""A message -> the claims in it that can be checked; questions, opinions, wishes and commands are set aside.

What is worth checking is a statement of fact (Hassan, Arslan, Li and Tremayne 2017, "Toward Automated Fact-Checking",
section 3). A sentence is a claim unless its words say otherwise: to check one too many costs less than to miss one.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from unicodedata import normalize

from knowledge.language import detect
from knowledge.model import Language, Paragraph
from knowledge.quoted import replace_quoted
from knowledge.segment import LONGEST_SENTENCE, sentences
from knowledge.terms import fold
from retrieval.model import SetAside, SetAsideReason

# Of fewer words only a sentence with a figure says something that can be checked ("No." and "lol" do not).
_FEWEST_WORDS = 3
# A greeting with as many words is more than a greeting.
_LONGEST_GREETING = 5
_LANGUAGES: tuple[Language, ...] = ("es", "en")
# What stands before a sentence on a chat line and is no part of it: quote marks, bullets, mentions, numbering.
_BEFORE = re.compile(r"(?:>++\s*+|[-*•–—]\s+|\d{1,2}[.)]\s+|<@!?\d+>\s*|@[\w.]+[,:]?\s+)+")
_ADDRESS = re.compile(r"<?https?://\S+|www\.\S+")
_APOSTROPHE = re.compile(r"['’]")
_NOT_WORD = re.compile(r"[^\w?]+")
# "Look, …" and "Mira, …" call for attention to what follows, which may be a claim.
_CALL = re.compile(r"(?:look|listen|see|wait|mir[aáe]n?|mirad|oye|oíd|escuchad?|fíjate|fijaos)\s*,", re.IGNORECASE)
# "…, wasn't it?" and "…, ¿no?" ask for agreement with what stands before.
_TAG = re.compile(
    r",\s*(?:(?:is|are|was|were|do|does|did|has|have|had|can|ca|could|will|wo|would|should)(?:n['’]t|nt)?\s+"
    r"(?:it|he|she|they|we|you|there|that)(?:\s+(?:true|right|correct))?|¿?or am i wrong|right|correct|"
    r"¿?no|¿?(?:es )?verdad|¿?(?:es )?cierto|¿?no es así|¿?o me equivoco)\s*\?+\s*$",
    re.IGNORECASE,
)
# The accent of "dónde está" makes it a question, marks or not; "¡qué vergüenza!" is an exclamation.
_ACCENTED = re.compile(
    r"(?:y\s+|pero\s+)?(?:(?:por|de|a|con|en|para|desde)\s+)?(?:qué|quién(?:es)?|cómo|cuándo|a?dónde|cuál(?:es)?|"
    r"cuánt[oa]s?)\b[^!]*$",
    re.IGNORECASE,
)
# "What a time to be alive!" says how somebody feels; "That is what a model costs!" begins otherwise.
_EXCLAIMED = re.compile(r"[¡\s\"'“«]*(?:what an?|how|qué|que|vaya|menudo|menuda)\b[^!]*!+[\"'”»]*\s*$", re.IGNORECASE)
_STOPPED = re.compile(r"[.!?…:;][\"'”»)\]]*$")
_OPENING = "¿¡ \t\"'“«("


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement at `message[start:end]`. `asked`: it was put as a question ("is it true that …?")."""

    text: str
    start: int
    end: int
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """What a message holds, each part by where it stands in it."""

    claims: tuple[Claim, ...]
    set_aside: tuple[SetAside, ...]


def split(message: str) -> Message:
    """Divide a message into claims and what is set aside, in order; spans are code points of the message."""
    claims: list[Claim] = []
    aside: list[SetAside] = []
    language = detect(message)
    found: Claim | SetAside | None = None
    for start, end in _sentences(message, language):
        goes_on = isinstance(found, Claim) and _goes_on(message, found, start)
        found = Claim(message[start:end], start, end) if goes_on else _judge(message, start, end, language)
        if isinstance(found, Claim):
            claims.append(found)
        else:
            aside.append(found)
    return Message(tuple(claims), tuple(aside))


def _sentences(message: str, language: Language) -> Iterator[tuple[int, int]]:
    """Sentences line by line, without what only leads up to them."""
    for line in re.finditer(r"[^\n\r]+", message):
        text = line.group()
        lead = _BEFORE.match(text)
        begin = line.start() + (lead.end() if lead else len(text) - len(text.lstrip()))
        if not message[begin : line.end()].strip():
            continue
        end = line.start() + len(text.rstrip())
        yield from sentences(message, Paragraph(begin, end), language=language)


def _goes_on(message: str, claim: Claim, start: int) -> bool:
    """Whether what begins here was cut off a claim for its length alone."""
    between = message[claim.end : start]
    long = claim.end - claim.start > LONGEST_SENTENCE // 2
    return long and not between.strip() and not re.search(r"[\n\r]", between) and _STOPPED.search(claim.text) is None


def _judge(message: str, start: int, end: int, language: Language) -> Claim | SetAside:
    text = message[start:end]
    whole = _words(_ADDRESS.sub(" ", text))
    if not whole:
        return SetAside(text, start, end, "no statement")
    unquoted = _words(_ADDRESS.sub(" ", replace_quoted(text, lambda _: " “” ")))
    # Of a sentence that is all quotation the quoted words are judged.
    said, bare = (unquoted, replace_quoted(text, _unasked)) if unquoted else (whole, text)
    spoken = _cues(language)
    asks = "¿" in bare or bare.rstrip(" \"'”»)").endswith(("?", "?!", "!?"))
    # "Qué ganas de que abran" and "cómo mola" begin alike.
    exclaims = any(one.judges(said) or one.wishes.match(said) for one in spoken)
    accented = _ACCENTED.match(normalize("NFC", text)) and not exclaims
    if asks or accented or any(one.asks(said) for one in spoken):
        return _asked(text, start, bare, said, spoken)
    return _told(text, start, said, whole, spoken)


def _unasked(quoted: str) -> str:
    """A quotation without the marks of the question that it holds, as long as it was."""
    return quoted.replace("¿", " ").replace("?", " ") if "¿" in quoted else quoted


def _told(text: str, start: int, said: str, whole: str, spoken: Sequence["_Cues"]) -> Claim | SetAside:
    words, end = whole.split(), start + len(text)
    figures = any(letter.isdigit() for letter in whole)
    reason: SetAsideReason | None = None
    if any(one.greets(said) for one in spoken) and len(words) <= _LONGEST_GREETING and not figures:
        reason = "no statement"
    elif any(one.wishes.match(said) for one in spoken):
        reason = "wish"
    elif any(one.commands(said, text) for one in spoken):
        reason = "command"
    elif not figures and (_EXCLAIMED.match(text) or any(one.judges(said) for one in spoken)):
        reason = "opinion"
    elif (len(words) < _FEWEST_WORDS and not figures) or text.rstrip().endswith(":"):
        reason = "no statement"
    return Claim(text, start, end) if reason is None else SetAside(text, start, end, reason)


def _asked(text: str, start: int, bare: str, said: str, spoken: Sequence["_Cues"]) -> Claim | SetAside:
    """A question: one that only asks, or one that puts a claim, whose words it then is.

    `bare` is the text without question marks inside quotations.
    """
    place = _behind_cue(bare, spoken)
    rest = said if place is None else _words(bare[slice(*place)])
    if any(one.requests.search(rest) for one in spoken):
        return SetAside(text, start, start + len(text), "command")
    span = _before_tag(bare) or _before_doubt(bare, spoken, whole=True) or place
    span = span or _yes_or_no(bare, spoken) or _before_doubt(bare, spoken, whole=False)
    if span is None:
        return SetAside(text, start, start + len(text), "question")
    return Claim(text[slice(*span)], start + span[0], start + span[1], asked=True)


def _before_tag(text: str) -> tuple[int, int] | None:
    tag = _TAG.search(text)
    return (0, tag.start()) if tag and _is_enough(text[: tag.start()]) else None


def _before_doubt(text: str, spoken: Sequence["_Cues"], *, whole: bool) -> tuple[int, int] | None:
    """What stands before "¿o me equivoco?"; `whole`: nothing else is asked."""
    asked = _words(text[slice(*_question(text))])
    doubts = any(one.doubts.fullmatch(asked) if whole else one.doubts.match(asked) for one in spoken)
    told = text[: max(0, text.rfind("¿"))].rstrip(" \t,")
    return (0, len(told)) if doubts and _is_enough(told) else None


def _behind_cue(text: str, spoken: Sequence["_Cues"]) -> tuple[int, int] | None:
    """What is asked about behind "is it true that" and the like."""
    begin, end = _question(text)
    for one in spoken:
        cut = one.after_cue(text[begin:end])
        if cut is not None and _is_enough(text[begin + cut : end]):
            return begin + cut, end
    return None


def _yes_or_no(text: str, spoken: Sequence["_Cues"]) -> tuple[int, int] | None:
    begin, end = _question(text)
    asked = text[begin:end]
    if not _is_enough(asked) or not _names_something(asked):
        return None
    return (begin, end) if any(one.yes_or_no(_words(asked)) for one in spoken) else None


def _question(text: str) -> tuple[int, int]:
    """Where the words of the question stand in a text, without its marks."""
    begin = max(0, text.rfind("¿"))
    begin += len(text[begin:]) - len(text[begin:].lstrip(_OPENING))
    return begin, max(begin, len(text.rstrip("?!\"'”») \t")))


def _is_enough(text: str) -> bool:
    return len(text.split()) >= _FEWEST_WORDS


def _names_something(text: str) -> bool:
    """Whether a capitalised word stands after the first one, or a figure anywhere."""
    words = text.split()
    return any(word[:1].isupper() for word in words[1:]) or any(letter.isdigit() for letter in text)


def _words(text: str) -> str:
    """The folded words of a text with single spaces, apostrophes left out: "isn't" as "isnt"."""
    return " ".join(_NOT_WORD.sub(" ", _APOSTROPHE.sub("", fold(text))).replace("?", " ").split())


@dataclass(frozen=True, slots=True)
class _Cues:
    """The words of one language, as patterns over what `_words` makes of a sentence."""

    asked: re.Pattern[str]
    doubts: re.Pattern[str]
    interrogatives: re.Pattern[str]
    openings: re.Pattern[str]
    auxiliaries: frozenset[str]
    wishes: re.Pattern[str]
    requests: re.Pattern[str]
    imperatives: re.Pattern[str]
    greetings: re.Pattern[str]
    holders: re.Pattern[str]
    judgements: re.Pattern[str]
    comparisons: re.Pattern[str]

    def asks(self, said: str) -> bool:
        """A question without its mark: "what did i miss", "any idea where he went"."""
        words = said.split()
        return len(words) > 2 and words[1] in self.auxiliaries and self.interrogatives.match(said) is not None

    def greets(self, said: str) -> bool:
        return self.greetings.match(said) is not None

    def commands(self, said: str, text: str) -> bool:
        if _CALL.match(text):
            return False
        words = said.removeprefix("y ").removeprefix("and ").removeprefix("pero ").removeprefix("but ")
        return self.imperatives.match(words) is not None or self.requests.match(words) is not None

    def judges(self, said: str) -> bool:
        if self.judgements.search(said):
            return True
        return self.holders.search(said) is not None and self.comparisons.search(said) is not None

    def after_cue(self, text: str) -> int | None:
        """Where what is asked about begins in a question, after "is it true that" and the like."""
        found = self.asked.match(_level(text).replace("’", "'"))
        return found.end() if found else None

    def yes_or_no(self, said: str) -> bool:
        words = said.split()
        if self.interrogatives.match(said) or self.openings.match(said):
            return False
        return words[0] in self.auxiliaries or not self.auxiliaries


def _level(text: str) -> str:
    """The text without accents and case, as long as it is, so that places keep their numbers."""
    return "".join(folded if len(folded := fold(letter)) == 1 else letter for letter in text)


def _cues(language: Language) -> list[_Cues]:
    return [_read(one) for one in (_LANGUAGES if language == "und" else (language,))]


_PATTERNS = [field.name for field in fields(_Cues) if field.name not in ("asked", "auxiliaries")]


@cache
def _read(language: Language) -> _Cues:
    data = tomllib.loads(resources.files("retrieval.check").joinpath("claims.toml").read_text("utf-8"))[language]

    def either(name: str) -> re.Pattern[str]:
        listed = data[name].split("|") if "|" in data[name] else data[name].split()
        phrases = sorted((_pattern(one) for one in listed if one.strip()), key=len, reverse=True)
        return re.compile(rf"\b(?:{'|'.join(phrases) or '(?!)'})\b")

    asked = "|".join(_pattern(one) for one in sorted(data["asked"].split("|"), key=len, reverse=True))
    return _Cues(
        asked=re.compile(rf"(?:y |and |pero |but )?(?:{asked})\b[\s,:]*", re.IGNORECASE),
        auxiliaries=frozenset(data["auxiliaries"].split()),
        **{name: either(name) for name in _PATTERNS},
    )


def _pattern(phrase: str) -> str:
    return r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in phrase.split())
