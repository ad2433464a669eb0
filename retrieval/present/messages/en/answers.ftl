# Answers and the citations that they are made of.

## Answers and silences

asked = Question
read-as = Read as: { $question }
foreign = This seems to be neither Spanish nor English ({ $code }), the languages I know. I searched all the same.
refusal = That is not in my sources
reason-nothing-near = None of my sources comes near this question. Ask it in other words, or add a source that covers it.
reason-near-but-does-not-answer = My sources touch on this, but none of them answers it. Ask more precisely, or add a source that does.
reason-empty-knowledge-base = There is nothing to answer from yet. Add a first source: citabot add PATH_OR_URL
nearest-offer = Passages that came nearest: { $count }. To see them, add --nearest.
nearest-title = Nearest, though not an answer
find-none = These words are not in my sources.
find-near = What comes nearest
left-out = { $count ->
    [one] One more stands under “More evidence”.
   *[other] { $count } more stand under “More evidence”.
}
stale = The sources have changed since this was first shown; this is how they stand now.

## How sure an answer is, and what it was made with

confidence = confidence { $level } ({ $percent }%)
confidence-high = high
confidence-fair = fair
confidence-low = low
confidence-uncalibrated = confidence not measured
uncalibrated = Nobody has measured how often these models are right, so no confidence is given.
unsure = I am not sure that this answers your question.
degraded = The search by meaning does not work at the moment. I searched by words alone, so something may be missing.
index = index { $fingerprint }
encoder = encoder { $name }
reader = reader { $name }

## Whose the words are, and where they stand

paragraph = paragraph { $number }
part-note = note
part-question = question
update-of = update of { $time }
superseded = put right since in the same document
also-at = also at: { $places }
open-place = Open paragraph { $number }
open-reference = Open [{ $number }]
no-link = no link known
spoken-by = said by
unnamed-speaker = speaker not named
reported-speech = reported speech, in the writer's words
translation = Translation by { $by } ({ $language })
our-words = { $references ->
    [0] our summary, not a quotation
    [one] our summary of the reference below, not a quotation
   *[other] our summary of the references below, not a quotation
}
standing-one-source = one source, and not a primary one
standing-disputed = described as disputed or unproven
references = References
reference-kind-primary = primary source
reference-kind-news = news
reference-kind-commentary = commentary
source = Source

## Languages

language-es = Spanish
language-en = English
language-und = undetermined
