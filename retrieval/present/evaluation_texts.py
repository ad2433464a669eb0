"""The words of an evaluation, in Spanish and in English. Measures keep the names that their literature gives them."""

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.model import Language


@dataclass(frozen=True, slots=True)
class EvaluationTexts:
    """The words of one interface language. What stands in braces is filled in with `str.format`.

    `measures` names measures by their JSON fields, briefly enough for the head of a column; `explained` says what
    those mean whose names do not.
    """

    title: str
    summary: str
    made_with: str
    all: str
    pair: str
    questions: str
    answered: str
    ranking: str
    silence: str
    measures: Mapping[str, str]
    explained: Mapping[str, str]
    figures: str
    figures_caption: str
    measure: str
    curve: str
    curve_caption: str
    coverage: str
    risk: str
    at_threshold: str
    reliability: str
    reliability_caption: str
    confidence: str
    right: str
    perfect: str
    scores: str
    scores_caption: str
    wrong: str
    false_answers: str
    false_refusals: str
    none: str
    cited: str
    gold: str
    right_at: str
    never_right: str
    was_answered: str
    was_refused: str
    no_citation: str
    verdicts: str
    quotations: str
    outcome: str
    outcome_measures: Mapping[str, str]
    class_measures: Mapping[str, str]
    expected_given: str


_SAME_NAMES = {
    "hit@1": "hit@1",
    "hit@3": "hit@3",
    "hit@5": "hit@5",
    "recall@5": "recall@5",
    "recall@10": "recall@10",
    "mrr@10": "MRR@10",
    "ndcg@10": "nDCG@10",
    "calibration_error": "ECE",
    "auc": "AUC",
    "aurc": "AURC",
    "median_ms": "ms",
}

ENGLISH = EvaluationTexts(
    title="Evaluation on {file}",
    summary="Questions {questions} · answerable {answerable} · answered {answered} · threshold {threshold:.2f}",
    made_with="index {fingerprint} · encoder {encoder} {digest} · sources {sources} · passages {passages}",
    all="all",
    pair="pair",
    questions="questions",
    answered="answered",
    ranking="Ranking, over answerable questions (below: 95% interval)",
    silence="Silence and confidence",
    measures=_SAME_NAMES
    | {"false_answers": "false answers", "false_refusals": "false refusals", "precision": "right", "p95_ms": "p95 ms"},
    explained={
        "hit@1": "the first citation is right",
        "hit@3": "one of the first three citations is right",
        "hit@5": "one of the first five citations is right",
        "recall@5": "share of the gold places among five citations",
        "recall@10": "share of the gold places among ten citations",
        "mrr@10": "1 / place of the first right citation",
        "ndcg@10": "gain discounted by place, against the best order",
        "false_answers": "share answered of the questions to be silent at",
        "false_refusals": "share refused of the answerable questions",
        "precision": "first citation right, of the questions answered",
        "calibration_error": "expected difference between confidence and share right",
        "auc": "chance that a right first citation has more confidence than a wrong one",
        "aurc": "mean risk over all coverages",
        "median_ms": "median milliseconds a question",
        "p95_ms": "milliseconds that 95% of questions stay below",
    },
    figures="All figures",
    figures_caption="Means, with 95% bootstrap intervals in brackets. – where no question is of the kind measured.",
    measure="measure",
    curve="Risk and coverage",
    curve_caption=(
        "As the threshold falls, more is answered (coverage) and more of that is wrong (risk). Area under the curve "
        "{area:.3f}; at the threshold {threshold:.2f} the coverage is {coverage:.0%} and the risk {risk}."
    ),
    coverage="share of questions answered",
    risk="share of answers not right",
    at_threshold="threshold {threshold:.2f}",
    reliability="Calibration",
    reliability_caption=(
        "How often the first citation is right, by confidence; the number beside each point says of how many "
        "questions. On the dashed line confidence is what happens. Expected calibration error {error:.3f}."
    ),
    confidence="mean confidence",
    right="share right",
    perfect="as promised",
    scores="Scores by language pair",
    scores_caption="Language of the question → language of the places that answer it, with 95% intervals: {scores}.",
    wrong="First citation wrong",
    false_answers="Answered, though nothing in the base answers",
    false_refusals="Refused, though the base answers",
    none="None.",
    cited="Cited",
    gold="Gold",
    right_at="first right citation: {rank}",
    never_right="no right citation among {depth}",
    was_answered="answered",
    was_refused="refused",
    no_citation="nothing",
    verdicts="Verdicts on claims",
    quotations="Quotations",
    outcome="outcome",
    outcome_measures={
        "accuracy": "right",
        "macro_f1": "macro-F1",
        "reversals": "reversals",
        "calibration_error": "ECE",
    },
    class_measures={"n": "n", "precision": "precision", "recall": "recall", "f1": "F1"},
    expected_given="expected {expected}, came {given}",
)

SPANISH = EvaluationTexts(
    title="Evaluación con {file}",
    summary="Preguntas {questions} · con respuesta {answerable} · respondidas {answered} · umbral {threshold:.2f}",
    made_with="índice {fingerprint} · codificador {encoder} {digest} · fuentes {sources} · pasajes {passages}",
    all="todas",
    pair="par",
    questions="preguntas",
    answered="respondidas",
    ranking="Orden, en las preguntas con respuesta (debajo: intervalo del 95 %)",
    silence="Silencio y confianza",
    measures=_SAME_NAMES
    | {
        "false_answers": "falsas respuestas",
        "false_refusals": "falsos silencios",
        "precision": "acierto",
        "p95_ms": "p95 ms",
    },
    explained={
        "hit@1": "la primera cita acierta",
        "hit@3": "acierta una de las tres primeras citas",
        "hit@5": "acierta una de las cinco primeras citas",
        "recall@5": "parte de los lugares correctos entre cinco citas",
        "recall@10": "parte de los lugares correctos entre diez citas",
        "mrr@10": "1 / puesto de la primera cita que acierta",
        "ndcg@10": "ganancia descontada por el puesto, frente al mejor orden",
        "false_answers": "parte respondida de las preguntas ante las que hay que callar",
        "false_refusals": "parte no respondida de las preguntas con respuesta",
        "precision": "primera cita acertada, de las preguntas respondidas",
        "calibration_error": "diferencia esperada entre la confianza y la parte de aciertos",
        "auc": "probabilidad de que un acierto tenga más confianza que un error",
        "aurc": "riesgo medio sobre todas las coberturas",
        "median_ms": "mediana de milisegundos por pregunta",
        "p95_ms": "milisegundos que el 95 % de las preguntas no supera",
    },
    figures="Todas las cifras",
    figures_caption="Medias, con intervalos bootstrap del 95 % entre corchetes. – donde no hay preguntas de esa clase.",
    measure="medida",
    curve="Riesgo y cobertura",
    curve_caption=(
        "Cuanto más baja el umbral, más se responde (cobertura) y más de ello es erróneo (riesgo). Área bajo la curva "
        "{area:.3f}; con el umbral {threshold:.2f} la cobertura es {coverage:.0%} y el riesgo {risk}."
    ),
    coverage="parte de las preguntas respondida",
    risk="parte de las respuestas sin acierto",
    at_threshold="umbral {threshold:.2f}",
    reliability="Calibración",
    reliability_caption=(
        "Con qué frecuencia acierta la primera cita, según la confianza; el número junto a cada punto dice en cuántas "
        "preguntas. En la línea discontinua la confianza es lo que ocurre. Error de calibración esperado {error:.3f}."
    ),
    confidence="confianza media",
    right="parte de aciertos",
    perfect="lo prometido",
    scores="Resultados por par de lenguas",
    scores_caption="Lengua de la pregunta → lengua de los lugares que la responden, con intervalos del 95 %: {scores}.",
    wrong="Primera cita errónea",
    false_answers="Respondidas, aunque nada en la base responde",
    false_refusals="Calladas, aunque la base responde",
    none="Ninguna.",
    cited="Citado",
    gold="Correcto",
    right_at="primera cita acertada: {rank}",
    never_right="ninguna cita acertada entre {depth}",
    was_answered="respondida",
    was_refused="callada",
    no_citation="nada",
    verdicts="Veredictos sobre afirmaciones",
    quotations="Citas",
    outcome="resultado",
    outcome_measures={
        "accuracy": "acierto",
        "macro_f1": "macro-F1",
        "reversals": "inversiones",
        "calibration_error": "ECE",
    },
    class_measures={"n": "n", "precision": "precisión", "recall": "cobertura", "f1": "F1"},
    expected_given="se esperaba {expected}, salió {given}",
)


def evaluation_texts(language: Language) -> EvaluationTexts:
    """The words for somebody who reads this language; English where it is undetermined."""
    return SPANISH if language == "es" else ENGLISH
