"""The claims of a message that can be checked; questions, opinions, wishes and commands are set aside.

What is worth checking is a statement of fact (Hassan, Arslan, Li and Tremayne 2017, "Toward Automated Fact-Checking",
section 3). A sentence is a claim unless its words show otherwise, as a claim too many costs less than one missed.
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
from retrieval.words.phrases import level

# Words of the shortest claim without a number. Our choice: "No." and "lol" cannot be checked.
_FEWEST_WORDS = 3
# Words of the longest sentence that is only a greeting. Our choice.
_LONGEST_GREETING = 5
_LANGUAGES: tuple[Language, ...] = ("es", "en")
# What precedes a sentence on a chat line and is no part of it: quote marks, bullets, mentions, numbering.
_LEAD = re.compile(r"(?:>++\s*+|[-*•–—]\s+|\d{1,2}[.)]\s+|<@!?\d+>\s*|@[\w.]+[,:]?\s+)+")
_ADDRESS = re.compile(r"<?https?://\S+|www\.\S+")
_APOSTROPHE = re.compile(r"['’]")
_NOT_WORD = re.compile(r"[^\w?]+")
# "Look, …" and "Mira, …" ask for attention to what follows, which may be a claim.
_ATTENTION = re.compile(r"(?:look|listen|see|wait|mir[aáe]n?|mirad|oye|oíd|escuchad?|fíjate|fijaos)\s*,", re.IGNORECASE)
# "…, wasn't it?" and "…, ¿no?" ask for agreement with the statement before.
_TAG = re.compile(
    r",\s*(?:(?:is|are|was|were|do|does|did|has|have|had|can|ca|could|will|wo|would|should)(?:n['’]t|nt)?\s+"
    r"(?:it|he|she|they|we|you|there|that)(?:\s+(?:true|right|correct))?|¿?or am i wrong|right|correct|"
    r"¿?no|¿?(?:es )?verdad|¿?(?:es )?cierto|¿?no es así|¿?o me equivoco)\s*\?+\s*$",
    re.IGNORECASE,
)
# The accent of "dónde está" makes it a question, with or without marks; "¡qué vergüenza!" is an exclamation.
_ACCENTED = re.compile(
    r"(?:y\s+|pero\s+)?(?:(?:por|de|a|con|en|para|desde)\s+)?(?:qué|quién(?:es)?|cómo|cuándo|a?dónde|cuál(?:es)?|"
    r"cuánt[oa]s?)\b[^!]*$",
    re.IGNORECASE,
)
# "What a time to be alive!" expresses a feeling; "That is what a model costs!" does not begin so.
_EXCLAIMED = re.compile(r"[¡\s\"'“«]*(?:what an?|how|qué|que|vaya|menudo|menuda)\b[^!]*!+[\"'”»]*\s*$", re.IGNORECASE)
_STOP = re.compile(r"[.!?…:;][\"'”»)\]]*$")
_OPENING_MARKS = "¿¡ \t\"'“«("


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement at `message[start:end]`. `asked`: it was put as a question ("is it true that …?")."""

    text: str
    start: int
    end: int
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """The claims of a message and the sentences set aside, each in order."""

    claims: tuple[Claim, ...]
    set_aside: tuple[SetAside, ...]


def split(message: str) -> Message:
    """Divide a message into claims and sentences set aside; their spans are offsets in code points."""
    claims: list[Claim] = []
    aside: list[SetAside] = []
    language = detect(message)
    part: Claim | SetAside | None = None
    for start, end in _sentences(message, language):
        continues = isinstance(part, Claim) and _continues(message, part, start)
        part = Claim(message[start:end], start, end) if continues else _judge_sentence(message, start, end, language)
        if isinstance(part, Claim):
            claims.append(part)
        else:
            aside.append(part)
    return Message(tuple(claims), tuple(aside))


def _sentences(message: str, language: Language) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of each line, without the marks before them."""
    for line in re.finditer(r"[^\n\r]+", message):
        text = line.group()
        lead = _LEAD.match(text)
        begin = line.start() + (lead.end() if lead else len(text) - len(text.lstrip()))
        if not message[begin : line.end()].strip():
            continue
        end = line.start() + len(text.rstrip())
        yield from sentences(message, Paragraph(begin, end), language=language)


def _continues(message: str, claim: Claim, start: int) -> bool:
    """Say whether the part at `start` was separated from a claim for its length alone."""
    between = message[claim.end : start]
    long = claim.end - claim.start > LONGEST_SENTENCE // 2
    return long and not between.strip() and not re.search(r"[\n\r]", between) and _STOP.search(claim.text) is None


def _judge_sentence(message: str, start: int, end: int, language: Language) -> Claim | SetAside:
    text = message[start:end]
    all_words = _words(_ADDRESS.sub(" ", text))
    if not all_words:
        return SetAside(text, start, end, "no statement")
    unquoted = _words(_ADDRESS.sub(" ", replace_quoted(text, lambda _: " “” ")))
    # Of a sentence that is all quotation the quoted words are judged.
    words, masked = (unquoted, replace_quoted(text, _mask_question_marks)) if unquoted else (all_words, text)
    cues = _cues(language)
    has_mark = "¿" in masked or masked.rstrip(" \"'”»)").endswith(("?", "?!", "!?"))
    # "Qué ganas de que abran" and "cómo mola" begin like questions.
    exclaims = any(cue.judges(words) or cue.wishes.match(words) for cue in cues)
    accented = _ACCENTED.match(normalize("NFC", text)) and not exclaims
    if has_mark or accented or any(cue.asks(words) for cue in cues):
        return _judge_question(text, start, masked, words, cues)
    return _judge_statement(text, start, words, all_words, cues)


def _mask_question_marks(quoted: str) -> str:
    """Replace the question marks of a quotation by spaces."""
    return quoted.replace("¿", " ").replace("?", " ") if "¿" in quoted else quoted


def _judge_statement(text: str, start: int, words: str, all_words: str, cues: Sequence["_Cues"]) -> Claim | SetAside:
    count, end = len(all_words.split()), start + len(text)
    has_number = any(letter.isdigit() for letter in all_words)
    reason: SetAsideReason | None = None
    if any(cue.greets(words) for cue in cues) and count <= _LONGEST_GREETING and not has_number:
        reason = "no statement"
    elif any(cue.wishes.match(words) for cue in cues):
        reason = "wish"
    elif any(cue.commands(words, text) for cue in cues):
        reason = "command"
    elif not has_number and (_EXCLAIMED.match(text) or any(cue.judges(words) for cue in cues)):
        reason = "opinion"
    elif (count < _FEWEST_WORDS and not has_number) or text.rstrip().endswith(":"):
        reason = "no statement"
    return Claim(text, start, end) if reason is None else SetAside(text, start, end, reason)


def _judge_question(text: str, start: int, masked: str, words: str, cues: Sequence["_Cues"]) -> Claim | SetAside:
    """Return the claim that a question puts, or the question set aside.

    `masked` is the text without question marks inside quotations.
    """
    after_cue = _after_cue(masked, cues)
    rest = words if after_cue is None else _words(masked[slice(*after_cue)])
    if any(cue.requests.search(rest) for cue in cues):
        return SetAside(text, start, start + len(text), "command")
    span = _before_tag(masked) or _before_doubt(masked, cues, whole=True) or after_cue
    span = span or _yes_or_no(masked, cues) or _before_doubt(masked, cues, whole=False)
    if span is None:
        return SetAside(text, start, start + len(text), "question")
    return Claim(text[slice(*span)], start + span[0], start + span[1], asked=True)


def _before_tag(text: str) -> tuple[int, int] | None:
    tag = _TAG.search(text)
    return (0, tag.start()) if tag and _is_enough(text[: tag.start()]) else None


def _before_doubt(text: str, cues: Sequence["_Cues"], *, whole: bool) -> tuple[int, int] | None:
    """Return the span of the statement before "¿o me equivoco?"; `whole`: nothing else is asked."""
    question = _words(text[slice(*_question(text))])
    doubts = any(cue.doubts.fullmatch(question) if whole else cue.doubts.match(question) for cue in cues)
    statement = text[: max(0, text.rfind("¿"))].rstrip(" \t,")
    return (0, len(statement)) if doubts and _is_enough(statement) else None


def _after_cue(text: str, cues: Sequence["_Cues"]) -> tuple[int, int] | None:
    """Return the span of the statement after "is it true that" and the like."""
    begin, end = _question(text)
    for cue in cues:
        length = cue.cue_length(text[begin:end])
        if length is not None and _is_enough(text[begin + length : end]):
            return begin + length, end
    return None


def _yes_or_no(text: str, cues: Sequence["_Cues"]) -> tuple[int, int] | None:
    """Return the span of a question that yes or no answers and that has a name or number."""
    begin, end = _question(text)
    question = text[begin:end]
    if not _is_enough(question) or not _names_something(question):
        return None
    return (begin, end) if any(cue.yes_or_no(_words(question)) for cue in cues) else None


def _question(text: str) -> tuple[int, int]:
    """Return the span of the words of the last question in a text, without its marks."""
    begin = max(0, text.rfind("¿"))
    begin += len(text[begin:]) - len(text[begin:].lstrip(_OPENING_MARKS))
    return begin, max(begin, len(text.rstrip("?!\"'”») \t")))


def _is_enough(text: str) -> bool:
    return len(text.split()) >= _FEWEST_WORDS


def _names_something(text: str) -> bool:
    """Say whether a text has a number, or a capitalised word after the first word."""
    words = text.split()
    return any(word[:1].isupper() for word in words[1:]) or any(letter.isdigit() for letter in text)


def _words(text: str) -> str:
    """Return the folded words of a text with single spaces, without apostrophes: "isn't" as "isnt"."""
    return " ".join(_NOT_WORD.sub(" ", _APOSTROPHE.sub("", fold(text))).replace("?", " ").split())


@dataclass(frozen=True, slots=True)
class _Cues:
    """The cue words of a language by the names of claims.toml, as patterns for what `_words` returns."""

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

    def asks(self, words: str) -> bool:
        """Say whether words are a question without its mark: "what did i miss", "any idea where he went"."""
        separate = words.split()
        return len(separate) > 2 and separate[1] in self.auxiliaries and self.interrogatives.match(words) is not None

    def greets(self, words: str) -> bool:
        return self.greetings.match(words) is not None

    def commands(self, words: str, text: str) -> bool:
        if _ATTENTION.match(text):
            return False
        rest = words.removeprefix("y ").removeprefix("and ").removeprefix("pero ").removeprefix("but ")
        return self.imperatives.match(rest) is not None or self.requests.match(rest) is not None

    def judges(self, words: str) -> bool:
        if self.judgements.search(words):
            return True
        return self.holders.search(words) is not None and self.comparisons.search(words) is not None

    def cue_length(self, text: str) -> int | None:
        """Return the length of "is it true that" and the like at the start of a question."""
        cue = self.asked.match(level(text).replace("’", "'"))
        return cue.end() if cue else None

    def yes_or_no(self, words: str) -> bool:
        if self.interrogatives.match(words) or self.openings.match(words):
            return False
        return words.split()[0] in self.auxiliaries or not self.auxiliaries


def _cues(language: Language) -> list[_Cues]:
    return [_read_cues(own) for own in (_LANGUAGES if language == "und" else (language,))]


_PATTERNS = [field.name for field in fields(_Cues) if field.name not in ("asked", "auxiliaries")]


@cache
def _read_cues(language: Language) -> _Cues:
    """Read the cues of a language from claims.toml."""
    data = tomllib.loads(resources.files("retrieval.check").joinpath("claims.toml").read_text("utf-8"))[language]

    def either(name: str) -> re.Pattern[str]:
        listed = data[name].split("|") if "|" in data[name] else data[name].split()
        phrases = sorted((_pattern(phrase) for phrase in listed if phrase.strip()), key=len, reverse=True)
        return re.compile(rf"\b(?:{'|'.join(phrases) or '(?!)'})\b")

    asked = "|".join(_pattern(phrase) for phrase in sorted(data["asked"].split("|"), key=len, reverse=True))
    return _Cues(
        asked=re.compile(rf"(?:y |and |pero |but )?(?:{asked})\b[\s,:]*", re.IGNORECASE),
        auxiliaries=frozenset(data["auxiliaries"].split()),
        **{name: either(name) for name in _PATTERNS},
    )


def _pattern(phrase: str) -> str:
    return r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in phrase.split())
