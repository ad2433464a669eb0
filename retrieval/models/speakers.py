"""The reader as whoever attributes quotations asks it for their speakers."""

from collections.abc import Callable, Sequence

from knowledge.errors import UntrustedModel
from knowledge.speech.asking import SpanQuestion
from knowledge.speech.ranking import weights
from retrieval.models.reader import Reader, SpanReader


def ask_speakers(open_reader: Callable[[], Reader], questions: Sequence[SpanQuestion]) -> list[list[float]] | None:
    """Return the probabilities of the spans of each question, or None where the features are to decide alone.

    So they do where the reader cannot be opened, reads claims alone, or is another than their weights were fitted with.
    """
    try:
        reader = open_reader()
    except UntrustedModel:  # Without a reader a document is stored all the same; whoever asks hears what is wrong.
        return None
    asking = weights().asking
    if asking is None or reader.digest != asking.model or not isinstance(reader, SpanReader):
        return None
    return reader.read_spans(questions)
