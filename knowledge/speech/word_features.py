"""Classes of words, ends and distances, of which features are made."""

from bisect import bisect_right

from knowledge.speech.reading import Reading

# Our choice: as far as the words around a quotation tell anything about it.
_NEAR, _FAR = 4, 12
"""Tokens within which a verb of saying stands near, and within which it is looked for."""
_COUNTS = (1, 2, 3, 4, 6, 9, 14, 25, 60)
"""The least numbers of words of the classes."""
_ENDS = {".": "stop", "!": "call", "?": "call", "…": "stop", ",": "comma", ":": "colon", ";": "comma"}
_MARKS = {":": "colon", ",": "comma", ".": "stop", "(": "bracket", ")": "bracket"}


def count_class(count: int) -> str:
    """Return the class of a number of words, which is its least."""
    return str(_COUNTS[max(0, bisect_right(_COUNTS, count) - 1)])


def end_class(char: str) -> str:
    """Return what a character is at the end of words, or after them; "none" for none."""
    return _ENDS.get(char, "word" if char.isalnum() else "space" if char.isspace() else "mark") if char else "none"


def kind_of_word(reading: Reading, index: int, low: int, high: int) -> str:
    """Return what sort of word a token is, "none" where it is not from `low` up to `high`."""
    if not low <= index < high:
        return "none"
    token, lexicon = reading.tokens[index], reading.lexicon
    if not token.is_word:
        return _MARKS.get(token.text, "mark")
    if verb := reading.verb_at.get(index):
        return "reporting verb" if verb.form.clause else "speaking verb"
    kinds = {
        "that": lexicon.that,
        "titled": lexicon.titled,
        "article": lexicon.articles,
        "pronoun": lexicon.pronouns,
        "link": lexicon.links,
        "preposition": lexicon.prepositions,
    }
    kind = next((kind for kind, words in kinds.items() if token.key in words), None)
    return kind or ("name" if token.is_capital else "word")


def verb_distance(reading: Reading, index: int, edge: int, step: int) -> str:
    """Return how far the next verb of saying is from a token within its sentence: "near", "far" or "none".

    It is looked for up to token `edge`, with `step` 1 from `index` on, with -1 before it.
    """
    at = index if step > 0 else index - 1
    for distance in range(_FAR):
        if (at >= edge if step > 0 else at < edge) or reading.key(at) in (".", "?", "!"):
            return "none"
        if at in reading.verb_at:
            return "near" if distance < _NEAR else "far"
        at += step
    return "none"
