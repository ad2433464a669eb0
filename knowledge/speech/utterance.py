"""The words that a text gives as spoken, wherever they stand, before it is known who spoke them."""

from dataclasses import dataclass
from typing import Literal

from knowledge.speech.cues import Cue

Form = Literal["marks", "dash", "colon", "block", "turn", "label", "signature", "clause"]
"""How words are shown to be speech: between marks, after a dialogue's dash, after a colon, as a block quotation, as a
turn of an interview, in the paragraph after their speaker's name or before it, or as a clause that a verb reports."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words that somebody spoke or is reported to have said, in one or more parts, and what stands around them.

    `parts` are (start, end) without marks and outer white space, `left` to `right` is all of it with its marks,
    `paragraph` is the number from 1 of the paragraph it begins in. `label` is where the form itself names the speaker:
    the name before a turn, the signature under the words. `cue` is the attribution in the sentence around the words.
    """

    parts: tuple[tuple[int, int], ...]
    left: int
    right: int
    paragraph: int
    form: Form
    direct: bool
    cue: Cue | None = None
    label: tuple[int, int] | None = None
