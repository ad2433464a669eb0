# Evaluations. Measures keep the names that their literature gives them, briefly enough for the head of a column.

## The whole

evaluation-title = Evaluation on { $file }
evaluation-summary = Questions { $questions } · answerable { $answerable } · answered { $answered } · threshold { $threshold }
evaluation-made-with = index { $fingerprint } · encoder { $encoder } { $digest } · sources { $sources } · passages { $passages }
evaluation-all = all
evaluation-pair = pair
evaluation-questions = questions
evaluation-answered = answered
evaluation-ranking = Ranking, over answerable questions (below: 95% interval)
evaluation-silence = Silence and confidence
evaluation-figures = All figures
evaluation-figures-caption = Means, with 95% bootstrap intervals in brackets. – where no question is of the kind measured.
evaluation-measure = measure

## Measures

measure-n = n
measure-hit-1 = hit@1
measure-hit-3 = hit@3
measure-hit-5 = hit@5
measure-recall-5 = recall@5
measure-recall-10 = recall@10
measure-mrr-10 = MRR@10
measure-ndcg-10 = nDCG@10
measure-false-answers = false answers
measure-false-refusals = false refusals
measure-precision = right
measure-calibration-error = ECE
measure-auc = AUC
measure-aurc = AURC
measure-median-ms = ms
measure-p95-ms = p95 ms
measure-accuracy = right
measure-macro-f1 = macro-F1
measure-reversals = reversals

## What measures mean

measure-meaning-hit-1 = the first citation is right
measure-meaning-hit-3 = one of the first three citations is right
measure-meaning-hit-5 = one of the first five citations is right
measure-meaning-recall-5 = share of the gold places among five citations
measure-meaning-recall-10 = share of the gold places among ten citations
measure-meaning-mrr-10 = 1 / place of the first right citation
measure-meaning-ndcg-10 = gain discounted by place, against the best order
measure-meaning-false-answers = share answered of the questions to be silent at
measure-meaning-false-refusals = share refused of the answerable questions
measure-meaning-precision = first citation right, of the questions answered
measure-meaning-calibration-error = expected difference between confidence and share right
measure-meaning-auc = chance that a right first citation has more confidence than a wrong one
measure-meaning-aurc = mean risk over all coverages
measure-meaning-median-ms = median milliseconds a question
measure-meaning-p95-ms = milliseconds that 95% of questions stay below

## Measures of one outcome

class-measure-precision = precision
class-measure-recall = recall
class-measure-f1 = F1

## Plots

plot-risk = Risk and coverage
plot-risk-caption = As the threshold falls, more is answered (coverage) and more of that is wrong (risk). Area under the curve { $area }; at the threshold { $threshold } the coverage is { $coverage } and the risk { $risk }.
plot-risk-coverage = share of questions answered
plot-risk-risk = share of answers not right
plot-risk-threshold = threshold { $threshold }
plot-reliability = Calibration
plot-reliability-caption = How often the first citation is right, by confidence; the number beside each point says of how many questions. On the dashed line confidence is what happens. Expected calibration error { $error }.
plot-reliability-confidence = mean confidence
plot-reliability-right = share right
plot-reliability-perfect = as promised
plot-scores = Scores by language pair
plot-scores-caption = Language of the question → language of the places that answer it, with 95% intervals: { $scores }.

## What went wrong

case-wrong = First citation wrong
case-false-answers = Answered, though nothing in the base answers
case-false-refusals = Refused, though the base answers
case-none = None.
case-cited = Cited
case-gold = Gold
case-right-at = first right citation: { $rank }
case-never-right = no right citation among { $depth }
case-answered = answered
case-refused = refused
case-no-citation = nothing

## Verdicts and quotations

outcome-verdicts = Verdicts on claims
outcome-quotations = Quotations
outcome = outcome
outcome-wrong = expected { $expected }, came { $given }
