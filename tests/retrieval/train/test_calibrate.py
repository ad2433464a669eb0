"""Everything fitted is fitted by one command, here on two small articles and a handful of labels, with real models."""

import json
import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from training_data import write_data

from knowledge.errors import BadInput, BadLabels
from retrieval.answer import confidence as answer_confidence
from retrieval.answer import reading as answer_reading
from retrieval.check import paraphrase as check_paraphrase
from retrieval.check import verdict as check_verdict
from retrieval.model import ENCODER_NAME, READER_NAME
from retrieval.models.encoder import open_encoder
from retrieval.models.fitted import Fitted
from retrieval.models.reader import open_reader
from retrieval.search.fusion import WEIGHTS, Weights
from retrieval.train.calibrate import confidence, reading, run, verdict
from retrieval.train.calibrate.__main__ import label_path, main
from retrieval.train.calibrate.questions import read_articles
from retrieval.train.calibrate.step import Bases, Fit, Ranking, Table, read_parallel

# Two articles in both languages: paragraphs, and of each the questions and the answer.
ENGLISH = [
    [("The tide mill of Porto Seco cost 2.4 million euros and took six years.",
      ["What did the mill cost?", "How long did the mill take?"], "2.4 million euros"),
     ("The engineer Helena Duarte led the work on the mill.", ["Who led the work?"], "Helena Duarte")],
    [("The lighthouse of Punta Brava is 38 metres tall.", ["How tall is the lighthouse?"], "38 metres"),
     ("Neighbours may climb the lighthouse on Sundays, and children pay nothing.",
      ["When may people climb the lighthouse?", "Who pays nothing at the lighthouse?"], "Sundays")],
]  # fmt: skip
SPANISH = [
    [("El molino de mareas de Porto Seco costó 2,4 millones de euros y llevó seis años.",
      ["¿Cuánto costó el molino?", "¿Cuánto se tardó en hacer el molino?"], "2,4 millones de euros"),
     ("La ingeniera Helena Duarte dirigió las obras del molino.", ["¿Quién dirigió las obras?"], "Helena Duarte")],
    [("El faro de Punta Brava mide 38 metros.", ["¿Cuánto mide el faro?"], "38 metros"),
     ("Los vecinos pueden subir al faro los domingos, y los niños no pagan.",
      ["¿Cuándo se puede subir al faro?", "¿Quién no paga en el faro?"], "domingos")],
]  # fmt: skip
QUESTIONS = [
    ("Who led the work on the mill?", "en", [("tide-mill", 3)], "answerable"),
    ("¿Cuántos metros tiene la torre del faro?", "es", [("faro", 1)], "answerable"),
    ("How much does a kilogram of flour cost?", "en", [("tide-mill", 5)], "answerable"),
    ("¿Cuánto costará la obra del faro?", "es", [("faro", 2)], "answerable"),
    ("Who paints the mill?", "en", [], "near"),
    ("¿Quién pintó el faro?", "es", [], "near"),
    ("Who won the cup in 1998?", "en", [], "far"),
    ("¿Quién ganó la copa en 1998?", "es", [], "far"),
]
CLAIMS = [
    ("The restoration of the mill cost 2.4 million euros.", "en", "supported"),
    ("La torre del faro mide 38 metros.", "es", "supported"),
    ("The restoration of the mill took nine years.", "en", "contradicted"),
    ("La torre del faro mide 60 metros.", "es", "contradicted"),
    ("The mill was painted green last summer.", "en", "not enough evidence"),
    ("El farero toca el violín por las noches.", "es", "not enough evidence"),
    ("Helena Duarte and the water board agree on eels.", "en", "conflicting"),
]
QUOTATIONS = [
    ("It was never about having a museum.", "Helena Duarte", "paraphrase"),
    ("It is about safety and not about nostalgia.", "Tomás Arriaga", "paraphrase"),
    ("The moon is made of green cheese.", "Helena Duarte", "not found"),
    ("Mañana nos vamos todos a la playa.", "Tomás Arriaga", "not found"),
    ("No es nostalgia, es seguridad", "Tomás Arriaga", "verbatim"),
]


def squad(articles: list[list[tuple[str, list[str], str]]]) -> str:
    """Articles as a file in SQuAD's format."""
    data = [
        {"title": "", "paragraphs": [
            {"context": context, "qas": [
                {"id": question, "question": question, "answers": [{"text": answer, "answer_start": 0}]}
                for question in questions]}
            for context, questions, answer in article]}
        for article in articles
    ]  # fmt: skip
    return json.dumps({"version": "1.1", "data": data})


def lines(rows: list[dict[str, Any]]) -> str:
    """Labels as JSON lines."""
    return "".join(json.dumps({"id": str(number), **row}) + "\n" for number, row in enumerate(rows))


@pytest.fixture(scope="module")
def data(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home that holds both articles of the tests, and every kind of file about it."""
    folder = tmp_path_factory.mktemp("calibrate")
    shutil.copytree(prepared_home, folder / "home")
    contents = {
        "en.json": squad(ENGLISH),
        "es.json": squad(SPANISH),
        "questions.jsonl": lines([
            {"question": text, "language": language, "kind": kind,
             "gold": [{"source": source, "paragraph": paragraph} for source, paragraph in gold]}
            for text, language, gold, kind in QUESTIONS]),
        "claims.jsonl": lines([{"claim": text, "language": language, "verdict": verdict}
                               for text, language, verdict in CLAIMS]),
        "quotations.jsonl": lines([{"text": text, "speaker": speaker, "result": result}
                                   for text, speaker, result in QUOTATIONS]),
    }  # fmt: skip
    for name, content in contents.items():
        (folder / name).write_text(content, "utf-8")
    write_data(folder / "written")
    return folder


def calibrate(data: Path, *arguments: str) -> Result:
    """Run the command on the files of a folder."""
    files = [
        f"--development-en={data / 'en.json'}",
        f"--development-es={data / 'es.json'}",
        *(f"--{name}={data / 'home'}={data / name}.jsonl" for name in ("questions", "claims", "quotations")),
        f"--written={data / 'written'}",
    ]
    return CliRunner().invoke(main, [*files, *arguments])


@pytest.fixture(scope="module")
def out(data: Path) -> Path:
    """The folder that all files were written to."""
    done = calibrate(data, f"--out={data / 'fitted' / 'here'}")
    assert done.exit_code == 0, (done.output, done.exception)
    return data / "fitted" / "here"


@pytest.fixture(scope="module")
def written(out: Path) -> dict[str, Fitted]:
    """What was written, by its file's name."""
    return {path.name: Fitted(**json.loads(path.read_text("utf-8"))) for path in sorted(out.iterdir())}


def numbers(values: Any) -> Iterator[float]:
    for value in values.values():
        yield from numbers(value) if isinstance(value, dict) else [value]


def test_one_call_writes_all_that_is_fitted(written: dict[str, Fitted]) -> None:
    assert [*written] == ["confidence.json", "fusion.json", "paraphrase.json", "reading.json", "verdict.json"]
    assert all(math.isfinite(number) for fitted in written.values() for number in numbers(fitted.values))


def test_each_file_names_the_models_at_hand(written: dict[str, Fitted]) -> None:
    encoder, reader = open_encoder(ENCODER_NAME), open_reader(READER_NAME)
    judging = {"encoder": encoder.digest, "reader": reader.digest}
    assert written["fusion.json"].models == {"encoder": encoder.digest}
    assert all(written[name].models == judging for name in written if name != "fusion.json")
    assert all(fitted.holds_for(encoder, reader) for fitted in written.values())


def test_each_file_is_of_the_form_that_ships(written: dict[str, Fitted]) -> None:
    weights = Weights(**written["fusion.json"].values)
    assert (weights.late, weights.exact) == (1.0, WEIGHTS.exact)
    shipped = {
        "reading.json": answer_reading.FITTED,
        "confidence.json": answer_confidence.FITTED,
        "verdict.json": check_verdict.FITTED,
        "paraphrase.json": check_paraphrase.FITTED,
    }
    for name, fitted in shipped.items():
        assert list(written[name].values) == list(fitted.values)
    assert list(written["confidence.json"].values["weights"]) == confidence.NAMES
    assert written["reading.json"].values["answered"] in reading.WEIGHTS
    assert written["verdict.json"].values["least"] in verdict.LEAST.round(2)


def test_the_origin_tells_the_command_and_the_data_and_no_path(written: dict[str, Fitted], data: Path) -> None:
    command = "python -m retrieval.train.calibrate"
    assert {name: fitted.origin.removeprefix(command) for name, fitted in written.items()} == {
        "fusion.json": " fusion, on 6 questions of en.json, 6 questions of es.json, 4 questions of questions.jsonl "
        "and 3 on written texts; exact is set, not fitted",
        "reading.json": " reading, on every third of 6 questions of en.json, every third of 6 questions of es.json, "
        "4 questions of questions.jsonl and 3 on written texts",
        "confidence.json": " confidence, on every third of 6 questions of en.json, every third of 6 questions of "
        "es.json, 8 questions of questions.jsonl and 3 on written texts",
        "verdict.json": " verdict, on 6 claims of claims.jsonl, 3 claims of written articles and 1 claims of written "
        "passages",
        "paraphrase.json": " paraphrase, on 4 quotations of quotations.jsonl",
    }
    assert not any(str(data) in fitted.origin for fitted in written.values())


def test_with_a_step_named_only_that_is_fitted(data: Path, tmp_path: Path) -> None:
    done = calibrate(data, "paraphrase", f"--out={tmp_path}")
    assert done.exit_code == 0, done.output
    assert [path.name for path in tmp_path.iterdir()] == ["paraphrase.json"]
    assert "Held out, by the bound on the probability" in done.stdout
    assert "shipped" in done.stdout
    assert done.stderr == f"paraphrase: quotations.jsonl\nWritten: {tmp_path / 'paraphrase.json'}\n"


def test_without_a_folder_the_files_that_ship_are_meant() -> None:
    assert all(run.target(step, None).is_file() for step in run.FILES)
    assert [run.target(step, Path("out")).parent for step in run.FILES] == [Path("out")] * len(run.FILES)


def test_later_steps_rank_with_what_fusion_and_reading_fitted(bases: Bases, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted, seen = Weights(1.0, 0.5, 0.4, 0.3, 0.2, 0.1, 2.0), []
    made = Fit({}, "", Table("", (), ()))

    def fit_fusion(*given: Any) -> Fit:
        seen.append(given[-1])
        return Fit({name: getattr(fitted, name) for name in Weights.__slots__}, "", made.table)

    def fit_reading(*given: Any) -> Fit:
        seen.append(given[-1])
        return Fit({"answered": 0.7}, "", made.table)

    def fit_another(*given: Any) -> Fit:
        seen.append(given[-1])
        return made

    monkeypatch.setattr(run, "fit_fusion", fit_fusion)
    monkeypatch.setattr(run, "fit_reading", fit_reading)
    for step in ("confidence", "verdict", "paraphrase"):
        monkeypatch.setattr(run, f"fit_{step}", fit_another)
    start, nothing = Ranking(WEIGHTS, 0.3), run.Given({}, [], [], [], [])
    assert [step for step, _ in run.fit_steps([*reversed(run.FILES)], nothing, bases, start)] == [*run.FILES]
    assert seen == [WEIGHTS, Ranking(fitted, 0.3), Ranking(fitted, 0.7), fitted, fitted]
    seen.clear()
    assert [step for step, _ in run.fit_steps(["verdict", "confidence"], nothing, bases, start)] == [
        "confidence", "verdict",
    ]  # fmt: skip
    assert seen == [start, WEIGHTS]


def test_weights_of_another_encoder_are_not_built_on(bases: Bases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "FITTED", Fitted("", {"encoder": "of another"}, {}))
    with pytest.raises(BadInput, match="fitted with another encoder"):
        run.model_digests(["confidence"], bases)
    assert [*run.model_digests(["confidence", "fusion"], bases)] == ["confidence", "fusion"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["fusions"], "Error: Invalid value for '[STEP]...': 'fusions' is not one of 'fusion', 'reading', "
                      "'confidence', 'verdict', 'paraphrase'."),
        (["verdict"], "Error: The step verdict needs --claims."),
        (["confidence"], "Error: The step confidence needs --development-en, --development-es, --questions."),
        ([], "Error: The step fusion needs --development-en, --development-es, --questions."),
        (["verdict", "--claims", "gone.jsonl"], "citabot: gone.jsonl cannot be opened: No such file or directory."),
        (["verdict", "--claims", "gone=claims.jsonl"], "citabot: gone is no home of a knowledge base."),
        (["verdict", "--claims", "home=gone.jsonl"],
         "citabot: gone.jsonl cannot be opened: No such file or directory."),
        (["verdict", "--claims", "."], "citabot: . is a folder, not a file."),
        (["verdict", "--claims", "questions.jsonl"], "citabot: questions.jsonl holds no claim."),
        (["verdict", "--claims", "en.json"], "citabot: Line 1 of en.json has no question, no claim and no text."),
        (["verdict", "--claims", "home=claims.jsonl", "--development-en", "claims.jsonl"],
         "citabot: claims.jsonl is not in SQuAD's format, at its beginning: Invalid JSON: trailing characters at line 2"
         " column 1."),
        (["verdict", "--claims", "home=claims.jsonl", "--out", "en.json"],
         "Error: Invalid value for '--out': Directory 'en.json' is a file."),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_a_sentence_before_anything_is_fitted(
    arguments: list[str], sentence: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data)
    done = CliRunner().invoke(main, arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr.splitlines()


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("", "its beginning: Invalid JSON"),
        ("[]", "its beginning: Input should be"),
        ("{}", "data: Field required"),
        ('{"data": []}', "data: List should have at least 2 items"),
        (squad(ENGLISH[:1]), "data: List should have at least 2 items"),
        (squad([[], ENGLISH[0]]), "data.0.paragraphs: List should have at least 1 item"),
        (squad(ENGLISH).replace('"context"', '"text"', 1), "data.0.paragraphs.0.context: Field required"),
        (squad(ENGLISH).replace('"38 metres"', "38"), "data.1.paragraphs.0.qas.0.answers.0.text: Input should be"),
    ],
)
def test_articles_of_another_format_are_refused_with_the_place(tmp_path: Path, content: str, place: str) -> None:
    path = tmp_path / "articles.json"
    path.write_text(content, "utf-8")
    with pytest.raises(BadLabels) as refused:
        read_articles(path)
    assert refused.value.message.startswith(f"articles.json is not in SQuAD's format, at {place}")


def test_articles_that_are_not_parallel_are_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "longer.json").write_text(squad([*SPANISH, SPANISH[0]]), "utf-8")
    with pytest.raises(BadLabels, match=r"^en\.json and longer\.json are not parallel"):
        read_parallel({"en": data / "en.json", "es": tmp_path / "longer.json"})


@pytest.mark.parametrize("home", [None, "home", "a=b"])
def test_a_home_stands_before_the_file(home: str | None) -> None:
    value = "questions.jsonl" if home is None else f"{home}=questions.jsonl"
    assert label_path(value) == (Path("questions.jsonl"), Path(home) if home else None)


def test_a_file_whose_name_has_the_sign_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "a=b.jsonl").touch()
    assert label_path(str(tmp_path / "a=b.jsonl")) == (tmp_path / "a=b.jsonl", None)
