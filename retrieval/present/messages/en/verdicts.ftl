# Verdicts on claims, checks of quotations, and records made again.

## Verdicts

verdict-supported = Supported
verdict-contradicted = Contradicted
verdict-conflicting = Conflicting
verdict-not-enough-evidence = Not enough evidence
verdict-reason-supported = The sources below bear it out.
verdict-reason-contradicted = The sources below say otherwise.
source-says = The source says “{ $stated }”, not “{ $claimed }”.
date-left-open = My sources say so, but their date is less exact or written in a way that leaves this one open.
speaker-not-named = My sources say so, but not as words of { $speaker }.
verdict-reason-conflicting = Independent sources differ: some bear it out, others say otherwise.
verdict-reason-not-enough-evidence = My sources neither bear it out nor deny it.
according-to = according to { $speaker }
whole-message = The message as a whole
no-claim = There is no claim to check in this. Write a statement of fact: who did what, when, how much.
set-aside = Set aside
set-aside-question = a question
set-aside-opinion = an opinion
set-aside-wish = a wish
set-aside-command = a request
set-aside-no-statement = no statement
claims-left-out = { $count ->
    [one] One more claim did not fit; check it alone.
   *[other] { $count } more claims did not fit; check them alone.
}

## Evidence

stance-supports = supports
stance-contradicts = contradicts
stance-neutral = says neither
attributed-to = attributed to { $speaker }
nearest-evidence = Nearest, though it decides nothing
own-verdict = What my sources say

## What others found who looked into a claim before

reviewed = Reviewed on { $date }: { $verdict }
review-verdict-supported = supported
review-verdict-partly-supported = partly supported
review-verdict-contradicted = contradicted
review-verdict-disputed = disputed
review-verdict-misleading = misleading
review-verdict-outdated = outdated
review-verdict-no-evidence = no evidence published
review-evidence = It rests on
would-change = What would change it

## How a verdict was decided

how-decided = How this was decided
decider-altered-quotation = In the source, the quoted words are different.
decider-verbatim-quotation = The source has the quoted words, and they are those of the person named.
decider-full-text-alone = The search by meaning does not work at the moment, and without it no passage may decide.
decider-sources-differ = Independent sources disagree, and each side is clear enough to decide alone.
decider-passages-support = Of the passages read, the clearest supports the claim.
decider-passages-contradict = Of the passages read, the clearest contradicts the claim.
decider-date-left-open = Passages contradict it by the date alone, and their date may be the same.
decider-speaker-not-named = Some passages support it, but none of them names the person it is attributed to.
decider-nothing-decides = No passage read is clear enough, either for the claim or against it.
decider-review-differs = A person who reviewed this claim came to a different conclusion than the sources, so it is left open.
passages-read = Passages read, and how likely each is to support the claim or contradict it:
nothing-read = There was no passage to read.
stances = supports { $supports }%, contradicts { $contradicts }%, says neither { $neutral }%

## Notes on how a result came about

note-number-differs = number differs: claim { $claim }, source { $source }
note-name-differs = name differs: claim { $claim }, source { $source }
note-negation-differs = one denies what the other says: claim “{ $claim }”, source “{ $source }”
note-review-differs = left open, as the review found otherwise
note-date-left-open = the date in the passage may be the same
note-newer-update = an older update ({ $claim }) says otherwise than the newer one ({ $source }), which counts
note-speaker-not-named = the passages that bear it out do not name { $claim }
note-quotation-agrees = quotation is verbatim: “{ $claim }” ({ $source })
note-quotation-differs = quotation differs: claim “{ $claim }”, source “{ $source }”
note-part = part of a longer quotation: “{ $source }”
note-reported = reported speech of { $source }, in the writer's words
note-unnamed = the source does not name the speaker
note-possible-speakers = the source does not tell which of these people is speaking
note-several-voices = these words run together what several people say
note-own-words = these are the source's own words ({ $source }), not somebody's it quotes
note-our-translation = these are the words of a translation by { $source }, not of the original
note-ellipsis = the ellipsis joins what does not belong together or leaves out a word that turns it
note-edge = words at the edge are missing
note-several-speakers = “{ $claim }” can be several people: { $source }
note-unknown-speaker = nobody called “{ $claim }” is quoted in my sources
note-nothing-to-check = no claim to check: { $claim }
note-short = so few words may be anybody's

## Quotations

quotation-verbatim = Verbatim
quotation-altered = Altered
quotation-paraphrase = Paraphrase
quotation-other-speaker = Other speaker
quotation-unattributed = Unattributed
quotation-not-found = Not found
quotation-reason-verbatim = These words stand in the source as they are.
quotation-reason-altered = The source has nearly these words, with the differences shown.
quotation-reason-paraphrase = Not word for word: the source says the same in its own words, shown below.
quotation-reason-other-speaker = These words are in my sources, but not as this speaker's.
quotation-reason-unattributed = These words are in my sources, which do not say whose they are.
quotation-reason-not-found = Nothing in my sources has these words or says the same.
differences = Asked about, and in the source
asked-about = asked about
similarity = similarity { $percent }%

## Records made again

replay-same = The same, to the byte: index and models are those of the record.
replay-changed = Not the same as the record:
outcome-same = The outcome is the same: { $outcome }
outcome-changed = The outcome has changed from “{ $before }” to “{ $now }”
