"""Did they really say that? Verbatim is word for word; everything else is called what it is."""

import json
import random
from pathlib import Path

import pytest
from quotation_changes import corrupted, harmless, kinds, stored

from knowledge.errors import BadQuestion
from knowledge.model import Metadata
from retrieval.engine import Engine
from retrieval.model import QuoteResultKind

VERBATIM, ALTERED = QuoteResultKind.VERBATIM, QuoteResultKind.ALTERED
OTHER, NOT_FOUND = QuoteResultKind.OTHER_SPEAKER, QuoteResultKind.NOT_FOUND
LECUN = "Open source models are surpassing proprietary ones"
LABELLED = Path(__file__).parent.parent.parent / "development" / "quotations.jsonl"
# The rest is of the same kinds and only takes longer: `tests/benchmarks/quotations.py` has eight times as many.
MOST_CORRUPTED, MOST_HARMLESS = 125, 60


def test_no_corrupted_quotation_passes_for_verbatim(bundled_engine: Engine) -> None:
    chance = random.Random(3)
    changed = list(corrupted(stored(bundled_engine), chance))
    chance.shuffle(changed)
    assert len(changed) >= MOST_CORRUPTED
    found = kinds(bundled_engine, changed[:MOST_CORRUPTED])
    assert {how: count for (how, kind), count in found.items() if kind == "verbatim"} == {}


def test_harmless_changes_leave_a_quotation_verbatim(bundled_engine: Engine) -> None:
    chance = random.Random(3)
    changed = list(harmless(stored(bundled_engine), chance))
    chance.shuffle(changed)
    assert len(changed) >= MOST_HARMLESS
    found = kinds(bundled_engine, changed[:MOST_HARMLESS])
    missed = sum(count for (_, kind), count in found.items() if kind != "verbatim")
    assert missed == 0, found


def test_a_changed_word_is_shown(bundled_engine: Engine) -> None:
    found = bundled_engine.quote("Open source models are crushing proprietary ones", speaker="Yann LeCun")
    assert found.kind is ALTERED
    assert [operation for operation, _ in found.differences] == ["=", "-", "+", "="]
    assert found.match is not None
    assert found.match.exact == LECUN
    assert found.match.speaker == "Yann LeCun"


@pytest.mark.parametrize("speaker", ["Yann LeCun", "LeCun", "lecun", "YANN LECUN", "Dr. Lecun", None])
def test_a_speaker_is_known_by_any_form_of_the_name(bundled_engine: Engine, speaker: str | None) -> None:
    assert bundled_engine.quote(LECUN, speaker=speaker).kind is VERBATIM


def test_a_name_without_its_accent_is_the_same_name(bundled_engine: Engine) -> None:
    said = next(one for one in bundled_engine.quotes() if one.speaker and "Clément" in one.speaker)
    assert bundled_engine.quote(said.exact, speaker="Clement Delangue").kind is VERBATIM


def test_anothers_words_name_whose_they_are(bundled_engine: Engine) -> None:
    found = bundled_engine.quote(LECUN, speaker="Mark Zuckerberg")
    assert found.kind is OTHER
    assert found.match is not None
    assert found.match.speaker == "Yann LeCun"


def test_a_speaker_whom_nobody_knows_is_named_as_such(bundled_engine: Engine) -> None:
    found = bundled_engine.quote(LECUN, speaker="Fulano de Tal")
    assert found.kind is OTHER
    assert "unknown speaker" in [note.kind for note in found.notes]


def test_a_lost_negation_is_named(bundled_engine: Engine) -> None:
    found = bundled_engine.quote("selling access to AI models is our business model", speaker="Zuckerberg")
    assert found.kind is ALTERED
    assert "negation differs" in [note.kind for note in found.notes]


def test_a_changed_number_is_named(bundled_engine: Engine) -> None:
    found = bundled_engine.quote(
        "DeepSeek has more than 80,000 H100s, which they can't talk about because of the export controls", speaker=None
    )
    assert found.kind is ALTERED
    assert ("number differs", "80000", "50000") in [(note.kind, note.claim, note.source) for note in found.notes]


def test_three_words_are_found_and_said_to_be_few(bundled_engine: Engine) -> None:
    found = bundled_engine.quote("surpassing proprietary ones", speaker="LeCun")
    assert found.kind is not NOT_FOUND
    assert {"short", "part", "edge"} & {note.kind for note in found.notes}


@pytest.mark.parametrize(
    "text",
    [
        "Les modèles ouverts dépassent les modèles propriétaires, dit-il",
        "Offene Modelle überholen die geschlossenen, das ist die richtige Lesart",
        "The sky is falling on open source",
        "I have never heard of that company",
    ],
)
def test_what_nobody_said_is_not_found(bundled_engine: Engine, text: str) -> None:
    assert bundled_engine.quote(text).kind is NOT_FOUND


def test_a_translation_is_a_paraphrase_and_never_the_words_themselves(bundled_engine: Engine) -> None:
    found = bundled_engine.quote("Los modelos de código abierto están superando a los propietarios", speaker="LeCun")
    assert found.kind is QuoteResultKind.PARAPHRASE
    assert "our translation" in [note.kind for note in found.notes]


def test_the_match_is_a_span_of_the_stored_source(bundled_engine: Engine) -> None:
    match = bundled_engine.quote(LECUN).match
    assert match is not None
    assert bundled_engine.store.snapshot(match.source.snapshot).text[match.start : match.end] == match.exact


@pytest.mark.parametrize(
    ("source", "text", "kind"),
    [
        ("tide-mill", "The town of Porto Seco reopened its tide mill on Saturday", OTHER),
        ("faro", "El faro de Punta Brava volverá a encenderse en octubre", QuoteResultKind.UNATTRIBUTED),
    ],
)
def test_the_writers_own_words_are_the_authors_where_one_is_named(
    engine: Engine, source: str, text: str, kind: QuoteResultKind
) -> None:
    found = engine.quote(text, speaker="Somebody Else")
    assert found.kind is kind
    assert "own words" in [note.kind for note in found.notes]
    assert found.match is not None
    assert found.match.source.id == source
    assert engine.quote(text).kind is VERBATIM


@pytest.mark.parametrize(("text", "speaker"), [("", None), ("…", None), ("some words here", " "), ("x" * 5000, None)])
def test_what_cannot_be_a_quotation_is_refused(engine: Engine, text: str, speaker: str | None) -> None:
    with pytest.raises(BadQuestion):
        engine.quote(text, speaker=speaker)


def test_the_labelled_quotations_are_told_apart_by_their_words(bundled_engine: Engine) -> None:
    labels = [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]
    found = [(one["result"], bundled_engine.quote(one["text"], speaker=one["speaker"]).kind.value) for one in labels]
    assert [expected for expected, came in found if came == "verbatim" != expected] == []
    assert {came for expected, came in found if expected == "verbatim"} == {"verbatim"}
    assert {came for expected, came in found if expected == "other speaker"} == {"other speaker"}
    assert {came for expected, came in found if expected == "altered"} == {"altered"}


def test_a_name_that_two_people_share_is_said_to_be_so(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "port.txt"
    path.write_text(
        "“The quay is ours and always was”, said Ana Ruiz, the mayor of Cala Honda.\n\n"
        "“The quay was never theirs to keep”, said Luis Ruiz, the harbour master of Cala Honda.\n",
        "utf-8",
    )
    engine.add([str(path)], Metadata(language="en"))
    found = engine.quote("The quay is ours and always was", speaker="Ruiz")
    assert found.kind is VERBATIM
    assert ("several speakers", "Ana Ruiz, Luis Ruiz") in [(note.kind, note.source) for note in found.notes]
    assert engine.quote("The quay is ours and always was", speaker="Luis Ruiz").kind is OTHER
