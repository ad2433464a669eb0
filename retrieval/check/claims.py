"""The claims of a message that can be checked; questions, opinions, wishes and commands are set aside.

What is worth checking is a statement of fact (Hassan, Arslan, Li and Tremayne 2017, "Toward Automated Fact-Checking",
section 3). A sentence is a claim unless its words show otherwise, as a claim too many costs less than one missed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

from knowledge.language import detect
from knowledge.model import Language, Paragraph
from knowledge.numbers import numbers
from knowledge.quoted import replace_quoted
from knowledge.segment import LONGEST_SENTENCE, sentences
from retrieval.check.cues import (
    COMMENT,
    FEWEST_WORDS,
    Cues,
    end_of,
    joined,
    known_name,
    opening_length,
    read_cues,
    start_of,
)
from retrieval.check.dates import dates
from retrieval.check.names import names
from retrieval.model import SetAside, SetAsideReason
from retrieval.words.phrases import level, tokens

# Words of the longest sentence that is only a greeting. Our choice: "Thanks a lot for all your help."
_LONGEST_GREETING = 7
# Words of the shortest statement beside a judgement: "… than Java", "… model is Claude" are parts of it. Our choice.
_FEWEST_BESIDE = 4
# What precedes a sentence on a chat line and is no part of it: quote marks, bullets, mentions, numbering.
_LEAD = re.compile(r"(?:>++\s*+|[-*•–—]\s+|\d{1,2}[.)]\s+|<@!?\d+>\s*|@[\w.]+[,:]?\s+)+")
_ADDRESS = re.compile(r"<?https?://\S+|www\.\S+")
# "…, wasn't it?" and "…, ¿no?" ask for agreement with the statement before.
_TAG = re.compile(
    r",\s*(?:(?:is|are|was|were|do|does|did|has|have|had|can|ca|could|will|wo|would|should)(?:n['’]t|nt)?\s+"
    r"(?:it|he|she|they|we|you|there|that)(?:\s+(?:true|right|correct))?|¿?or am i wrong|right|correct|yeah|yes|eh|huh|"
    r"innit|ok(?:ay)?|¿?no|¿?sí|¿?a que sí|¿?(?:es )?verdad|¿?(?:es )?cierto|¿?no es así|¿?o me equivoco)\s*\?+\s*$",
    re.IGNORECASE,
)
# The accent of "dónde está" makes it a question, with or without marks; "¡qué vergüenza!" is an exclamation.
_ACCENTED = re.compile(
    r"(?:y\s+|pero\s+)?(?:(?:por|de|a|con|en|para|desde)\s+)?(?:qué|quién(?:es)?|cómo|cuándo|a?dónde|cuál(?:es)?|"
    r"cuánt[oa]s?)\b[^!]*$",
    re.IGNORECASE,
)
# "What a time to be alive!" expresses a feeling; "That is what a model costs!" does not begin so.
_EXCLAIMED = re.compile(
    r"[¡\s\"'“«]*(?:what an?|how|qué|que|vaya|menudo|menuda)\b(?=[^!]*!+[\"'”»\s]*$)", re.IGNORECASE
)
# A judgement that compares goes on with what it compares to.
_THAN = re.compile(r"than$|\b(?:mejor|mejores|peor|peores|mas .*|menos .*) que$")
# Two words with such a verb are a statement ("Dimitió ayer", "He resigned").
_PAST = re.compile(r"\w(?:ó|aron|ieron)\b|^\W*(?:he|she|they)\s+\w+ed\b", re.IGNORECASE)
_STOP = re.compile(r"[.!?…:;][\"'”»)\]]*$")
_OPENING_MARKS = "¿¡ \t\"'“«("
# What stands between "is it true that" or "don't forget that" and the claim.
_SEPARATORS = " \t,:"


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
    text, cues = message[start:end], read_cues(language)
    plain = _ADDRESS.sub(lambda address: " " * len(address.group()), text)
    unquoted = replace_quoted(plain, lambda quoted: " " * len(quoted))
    # Of a sentence that is all quotation the quoted words are judged.
    shown, masked = (unquoted, replace_quoted(text, _mask_question_marks)) if tokens(unquoted) else (plain, text)
    cut = opening_length(shown, cues)
    words = joined(shown[cut:])
    # "Qué ganas de que abran" and "cómo mola" begin like questions.
    accented = _ACCENTED.match(normalize("NFC", text[cut:])) and not (
        _judgement(words, cues) or cues["wishes"].match(words)
    )
    has_mark = "¿" in shown or shown.rstrip(" \"'”»)").endswith(("?", "?!", "!?"))
    if has_mark or accented or cues["unmarked"].match(words):
        return _judge_question(text, start, masked, cues)
    presented = cues["presented"].match(words)
    begin = cut + end_of(shown[cut:], presented) if presented else 0
    if presented and _is_enough(text[begin:]):
        return _judge_sentence(message, start + _after(text, begin, _SEPARATORS), end, language)
    figure = any(letter.isdigit() for letter in plain) or bool(numbers(plain, language) or dates(plain))
    reason = _reason(plain, shown, cut, cues, figure=figure)
    return Claim(text, start, end) if reason is None else SetAside(text, start, end, reason)


def _mask_question_marks(quoted: str) -> str:
    """Replace the question marks of a quotation by spaces."""
    return quoted.replace("¿", " ").replace("?", " ")


def _reason(plain: str, shown: str, cut: int, cues: Cues, *, figure: bool) -> SetAsideReason | None:
    """Return why a sentence is set aside, or None; `cut`: the length of its opening; `figure`: it has one or a date."""
    rest = shown[cut:]
    words, count = joined(rest), len(tokens(plain))
    greets = cues["greetings"].match(words) and not cues["credits"].match(words)
    if not tokens(plain) or (greets and count <= _LONGEST_GREETING and not figure):
        return "no statement"
    if cues["wishes"].match(words) or cues["wishes"].match(joined(shown)):
        return "wish"
    if any(cues[name].match(words) for name in ("imperatives", "requests")) or cues["polite"].search(words):
        return "command"
    if not figure and _opines(rest, words, cues):
        return "opinion"
    few = count < FEWEST_WORDS and not figure and not _PAST.search(plain)
    return "no statement" if few or plain.rstrip().endswith(":") else None


def _judgement(words: str, cues: Cues) -> re.Match[str] | None:
    """Return the words that judge, feel or prefer, in the folded words of a sentence."""
    match = cues["judgements"].search(words) or cues["feelings"].search(words)
    if match is None and cues["holders"].search(words):
        match = cues["comparisons"].search(words) or cues["preferences"].search(words)
    return match


def _opines(text: str, words: str, cues: Cues) -> bool:
    """Say whether a text without figures judges and states nothing beside: names after it, a clause before it."""
    match = _judgement(words, cues)
    if match is None:
        exclaimed = _EXCLAIMED.match(text)
        return exclaimed is not None and not _states(text, exclaimed.end(), cues)
    end = end_of(text, match)
    following = words[match.end() :].split()
    if not _THAN.search(" ".join((match.group(), *following[:1]))) and _states(text, end, cues):
        return False
    before = text[: start_of(text, match)]
    marks = [mark.start() for mark in COMMENT.finditer(before)]
    head = joined(before[: marks[-1]]) if marks else ""
    return len(head.split()) < _FEWEST_BESIDE or bool(_judgement(head, cues) or cues["holders"].search(head))


def _states(text: str, begin: int, cues: Cues) -> bool:
    """Say whether a text has a clause or names from `begin` on, and words enough to state something of them."""
    rest = level(text[begin:])
    if len(tokens(rest)) < _FEWEST_BESIDE:
        return False
    if rest.lstrip().startswith(("that ", "que ")) or cues["reports"].search(rest) or known_name().search(rest):
        return True
    return any(name.start >= begin for name in names(text))


def _judge_question(text: str, start: int, masked: str, cues: Cues) -> Claim | SetAside:
    """Return the claim that a question puts, or the question set aside.

    `masked` is the text without question marks inside quotations.
    """
    after_cue = _after_cue(masked, cues)
    if cues["requests"].search(joined(masked if after_cue is None else masked[slice(*after_cue)])):
        return SetAside(text, start, start + len(text), "command")
    span = _before_tag(masked) or _before_doubt(masked, cues, whole=True) or after_cue
    span = span or _yes_or_no(masked, cues) or _before_doubt(masked, cues, whole=False)
    if span is None:
        return SetAside(text, start, start + len(text), "question")
    return Claim(text[slice(*span)], start + span[0], start + span[1], asked=True)


def _before_tag(text: str) -> tuple[int, int] | None:
    tag = _TAG.search(text)
    return (0, tag.start()) if tag and _is_enough(text[: tag.start()]) else None


def _before_doubt(text: str, cues: Cues, *, whole: bool) -> tuple[int, int] | None:
    """Return the span of the statement before "¿o me equivoco?"; `whole`: nothing else is asked."""
    question = joined(text[slice(*_question(text))])
    doubts = cues["doubts"].fullmatch(question) if whole else cues["doubts"].match(question)
    statement = text[: max(0, text.rfind("¿"))].rstrip(" \t,")
    return (0, len(statement)) if doubts and _is_enough(statement) else None


def _after_cue(text: str, cues: Cues) -> tuple[int, int] | None:
    """Return the span of the statement after "is it true that" and the like."""
    begin, end = _question(text)
    cue = cues["asked"].match(joined(text[begin:end]))
    if cue is None:
        return None
    begin = _after(text, begin + end_of(text[begin:end], cue), _SEPARATORS)
    return (begin, end) if _is_enough(text[begin:end]) else None


def _yes_or_no(text: str, cues: Cues) -> tuple[int, int] | None:
    """Return the span of a question that yes or no answers and that has a name or number."""
    begin, end = _question(text)
    question = text[begin:end]
    words = joined(question)
    other = cues["interrogatives"].match(words) or cues["openings"].match(words)
    capitalised = any(word[:1].isupper() for word in question.split()[1:])
    named = capitalised or any(letter.isdigit() for letter in question)
    return (begin, end) if named and not other and _is_enough(question) else None


def _question(text: str) -> tuple[int, int]:
    """Return the span of the words of the last question in a text, without its marks."""
    begin = _after(text, max(0, text.rfind("¿")), _OPENING_MARKS)
    return begin, max(begin, len(text.rstrip("?!\"'”») \t")))


def _after(text: str, begin: int, marks: str) -> int:
    """Return where a text goes on after any of these marks from `begin` on."""
    return len(text) - len(text[begin:].lstrip(marks))


def _is_enough(text: str) -> bool:
    return len(text.split()) >= FEWEST_WORDS
