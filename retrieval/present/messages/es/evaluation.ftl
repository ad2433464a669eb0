# Evaluaciones. Las medidas conservan los nombres de su bibliografía, tan breves que caben en una columna.

## El conjunto

evaluation-title = Evaluación con { $file }
evaluation-summary = Preguntas { $questions } · con respuesta { $answerable } · respondidas { $answered } · umbral { $threshold }
evaluation-made-with = índice { $fingerprint } · codificador { $encoder } { $digest } · fuentes { $sources } · pasajes { $passages }
evaluation-all = todas
evaluation-pair = par
evaluation-questions = preguntas
evaluation-answered = respondidas
evaluation-ranking = Orden, en las preguntas con respuesta (debajo: intervalo del 95 %)
evaluation-silence = Silencio y confianza
evaluation-figures = Todas las cifras
evaluation-figures-caption = Medias, con intervalos bootstrap del 95 % entre corchetes. – donde no hay preguntas de esa clase.
evaluation-measure = medida

## Medidas

measure-n = n
measure-hit-1 = hit@1
measure-hit-3 = hit@3
measure-hit-5 = hit@5
measure-recall-5 = recall@5
measure-recall-10 = recall@10
measure-mrr-10 = MRR@10
measure-ndcg-10 = nDCG@10
measure-false-answers = falsas respuestas
measure-false-refusals = falsos silencios
measure-precision = acierto
measure-calibration-error = ECE
measure-auc = AUC
measure-aurc = AURC
measure-median-ms = ms
measure-p95-ms = p95 ms
measure-accuracy = acierto
measure-macro-f1 = macro-F1
measure-reversals = inversiones

## Qué significan las medidas

measure-meaning-hit-1 = la primera cita acierta
measure-meaning-hit-3 = acierta una de las tres primeras citas
measure-meaning-hit-5 = acierta una de las cinco primeras citas
measure-meaning-recall-5 = parte de los lugares correctos entre cinco citas
measure-meaning-recall-10 = parte de los lugares correctos entre diez citas
measure-meaning-mrr-10 = 1 / puesto de la primera cita que acierta
measure-meaning-ndcg-10 = ganancia descontada por el puesto, frente al mejor orden
measure-meaning-false-answers = parte respondida de las preguntas ante las que hay que callar
measure-meaning-false-refusals = parte no respondida de las preguntas con respuesta
measure-meaning-precision = primera cita acertada, de las preguntas respondidas
measure-meaning-calibration-error = diferencia esperada entre la confianza y la parte de aciertos
measure-meaning-auc = probabilidad de que un acierto tenga más confianza que un error
measure-meaning-aurc = riesgo medio sobre todas las coberturas
measure-meaning-median-ms = mediana de milisegundos por pregunta
measure-meaning-p95-ms = milisegundos que el 95 % de las preguntas no supera

## Medidas de un resultado

class-measure-precision = precisión
class-measure-recall = cobertura
class-measure-f1 = F1

## Gráficas

plot-risk = Riesgo y cobertura
plot-risk-caption = Cuanto más baja el umbral, más se responde (cobertura) y más de ello es erróneo (riesgo). Área bajo la curva { $area }; con el umbral { $threshold } la cobertura es { $coverage } y el riesgo { $risk }.
plot-risk-coverage = parte de las preguntas respondida
plot-risk-risk = parte de las respuestas sin acierto
plot-risk-threshold = umbral { $threshold }
plot-reliability = Calibración
plot-reliability-caption = Con qué frecuencia acierta la primera cita, según la confianza; el número junto a cada punto dice en cuántas preguntas. En la línea discontinua la confianza es lo que ocurre. Error de calibración esperado { $error }.
plot-reliability-confidence = confianza media
plot-reliability-right = parte de aciertos
plot-reliability-perfect = lo prometido
plot-scores = Resultados por par de lenguas
plot-scores-caption = Lengua de la pregunta → lengua de los lugares que la responden, con intervalos del 95 %: { $scores }.

## Lo que falló

case-wrong = Primera cita errónea
case-false-answers = Respondidas, aunque nada en la base responde
case-false-refusals = Calladas, aunque la base responde
case-none = Ninguna.
case-cited = Citado
case-gold = Correcto
case-right-at = primera cita acertada: { $rank }
case-never-right = ninguna cita acertada entre { $depth }
case-answered = respondida
case-refused = callada
case-no-citation = nada

## Veredictos y citas

outcome-verdicts = Veredictos sobre afirmaciones
outcome-quotations = Citas
outcome = resultado
outcome-wrong = se esperaba { $expected }, salió { $given }
