"""The bilingual lexicon: translations of terms with their probabilities."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from knowledge.model import Language

# Learnt by word alignment from the encoder's own sentence pairs; see the model card in the same folder.
_FILE = "weights/lexicon.tsv.gz"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Translations of stems by their language: stem → {stem of the other language: probability}."""

    translations: Mapping[Language, Mapping[str, Mapping[str, float]]]

    def knows(self, term: str, language: Language) -> bool:
        """Say whether the term is a word of this language rather than a name."""
        return term in self.translations.get(language, {})

    def translate(self, term: str, language: Language) -> Mapping[str, float]:
        """Return the translations of a term with their probabilities, which sum to at most 1."""
        return self.translations.get(language, {}).get(term, {})


@cache
def lexicon() -> Lexicon:
    """Read the packaged lexicon, at its first use."""
    translations: dict[Language, dict[str, dict[str, float]]] = {"es": {}, "en": {}}
    packed = resources.files("retrieval.models").joinpath(_FILE).read_bytes()
    for line in gzip.decompress(packed).decode().splitlines():
        language, term, *rest = line.split("\t")
        probabilities = dict(zip(rest[::2], map(float, rest[1::2]), strict=True))
        translations["es" if language == "es" else "en"][term] = probabilities
    return Lexicon(translations)
