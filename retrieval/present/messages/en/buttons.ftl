# What buttons and commands on Discord show besides results.

## Buttons

button-more = More evidence
button-context = Show context
button-working = Show working
button-copy = Copy citation
button-wrong = Wrong?
button-nearest = Show nearest
button-share = Share
button-previous = Previous
button-next = Next

## Behind the buttons

more-title = More evidence
context-title = In their paragraphs
copy-title = To copy
nothing-more = There is no more evidence than is shown.
shared-by = { $name } shares:
wrong-title = What is wrong?
wrong-label = What should it say, and where does it stand?
wrong-placeholder = For example: paragraph 4 says the opposite
wrong-thanks = Thank you. Your note is stored with this answer, under a keyed hash instead of your name; /forget-me deletes it.

## About and forgetting

about-title = Citabot
about-text =
    I answer questions and check claims from { $sources ->
        [one] one source
       *[other] { $sources } sources
    }, in Spanish and English, with the exact words and where they stand. I write no answer of my own; what is not in my sources I say so.
about-stored =
    Stored: your questions and the answers to them, for { $days } days, so that the buttons work; your notes on wrong answers; for changes of sources, who made them. When somebody has me check or look up a message of yours, its words are stored for one day. You are stored as a keyed hash, never by name or id. /forget-me deletes all of it at once, whoever asked.
about-licence = Licence: Apache 2.0. Citabot { $version }, discord.py { $discord }, index { $index }, encoder { $encoder }, reader { $reader }.
forgotten = { $replies ->
    [0] Nothing was stored about you.
   *[other] Deleted: { $replies ->
        [one] one answer
       *[other] { $replies } answers
    } and { $feedback ->
        [one] one note
       *[other] { $feedback } notes
    }. Changes of sources that you made stay on record without you.
}
