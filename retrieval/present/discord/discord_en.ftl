# What the Discord bot says, in English. discord_es.ftl has the same messages; a test compares the two.

## Commands: names are lower case without spaces (at most 32 characters), descriptions at most 100.

command-ask = ask
    .description = Ask a question; the answer is made of verbatim quotations, or is an honest “not in my sources”
command-check = check
    .description = Check whether a claim holds, according to whom, and by which words
command-quote = quote
    .description = Did they really say that? Compare a quotation with the original
command-quotes = quotes
    .description = List who said what
command-sources = sources
    .description = List the documents that I answer from
command-about = about
    .description = What this bot is, what it stores, its licence and versions
command-forget-me = forget-me
    .description = Delete everything stored about you
command-source = source
    .description = Add, remove and list sources
command-source-add = add
    .description = Add a document from a file or a web address
command-source-remove = remove
    .description = Remove a source; from then on nothing cites it
command-source-list = list
    .description = List the sources with their ids
command-rebuild = rebuild
    .description = Bring the index into line with the sources
command-settings = settings
    .description = How the bot behaves on this server
menu-check = Fact-check
menu-find = Find the source

option-question = question
    .description = In Spanish or English; the sources may be in the other language
option-sources = sources
    .description = How many citations to show, from 1 to 5
option-private = private
    .description = Show the answer to you alone
option-claim = claim
    .description = A statement of fact: who did what, when, how much
option-text = text
    .description = The words that somebody is said to have said
option-speaker = speaker
    .description = Who is said to have said them
option-about = about
    .description = What the quotations should be about
option-file = file
    .description = A .txt, .md, .html, .pdf or .docx file
option-address = address
    .description = A web address to read
option-title = title
    .description = Its title
option-publisher = publisher
    .description = Who published it
option-source = source
    .description = The source, by title or id
option-full = full
    .description = Encode everything anew
option-language = language
    .description = Language where neither question nor reader tells it
option-mentions = mentions
    .description = Answer when somebody mentions me
option-default-private = private
    .description = Answer privately unless asked otherwise
option-allow = allow
    .description = Allow public answers in this channel; with none chosen, all are allowed
option-disallow = disallow
    .description = No longer allow public answers in this channel
choice-spanish = Spanish
choice-english = English

## Answers

asked = Question
read-as = Read as: { $question }
refusal = That is not in my sources
open-place = Open ¶ { $number }
open-reference = Open [{ $number }]
no-link = no link known
left-out = { $count ->
    [one] One more stands under “More evidence”.
   *[other] { $count } more stand under “More evidence”.
}
claims-left-out = { $count ->
    [one] One more claim did not fit; check it alone.
   *[other] { $count } more claims did not fit; check them alone.
}
made-with = index { $index } · { $model }
stale = The sources have changed since this was first shown; this is how they stand now.

## Buttons

button-more = More evidence
button-context = Show context
button-copy = Copy citation
button-wrong = Wrong?
button-nearest = Show nearest
button-share = Share
button-previous = Previous
button-next = Next

more-title = More evidence
context-title = In their paragraphs
copy-title = To copy
nothing-more = There is no more evidence than is shown.
shared-by = { $name } shares:
wrong-title = What is wrong?
wrong-label = What should it say, and where does it stand?
wrong-placeholder = For example: paragraph 4 says the opposite
wrong-thanks = Thank you. Your note is stored with this answer, under a keyed hash instead of your name; /forget-me deletes it.

## Lists

quotes-title = Quotations
quotes-none = No quotation matches. Leave out the speaker or the subject.
sources-title = Sources
sources-none = There are no sources yet.
page = { $from }–{ $to } of { $total }
find-none = These words are not in my sources.
find-near = What comes nearest

## About and forgetting

about-title = Citabot
about-text =
    I answer questions and check claims from { $sources ->
        [one] one source
       *[other] { $sources } sources
    }, in Spanish and English, with the exact words and where they stand. I write no answer of my own; what is not in my sources I say so.
about-stored =
    Stored: your questions and the answers to them, for { $days } days, so that the buttons work; your notes on wrong answers; for changes of sources, who made them. When somebody has me check or look up a message of yours, its words are stored for one day. You are stored as a keyed hash, never by name or id. /forget-me deletes all of it at once, whoever asked.
about-licence = Licence: Apache 2.0. Citabot { $version }, discord.py { $discord }, index { $index }, encoder { $encoder }, entailment model { $entailment }.
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

## Administration

source-added = { $change ->
    [added] Added: { $title } ({ $id })
    [updated] Updated: { $title } ({ $id })
   *[unchanged] Already here, unchanged: { $title } ({ $id })
}
source-removed = Removed: { $title } ({ $id }). Nothing cites it any more.
source-nothing = Attach a file or give an address.
source-both = Give either a file or an address, not both.
rebuild-working = { $stage ->
    [encoding] Encoding: { $done } of { $total }
    [loading] Loading: { $done } of { $total }
   *[other] Working: { $done } of { $total }
}
rebuild-done = The index is rebuilt. Texts newly encoded: { $encoded }. Index { $index }.
rebuild-same = The index was up to date already: { $index }.
settings-title = Settings of this server
settings-channels = Public answers in: { $channels }
settings-all = all channels
settings-language = Language where nothing else tells it: { $chosen }
settings-no-language = the reader's
settings-mentions = Answers to mentions: { $on ->
    [yes] yes
   *[no] no
}
settings-private = Private unless asked otherwise: { $on ->
    [yes] yes
   *[no] no
}

## When something does not work

busy = Many questions are waiting just now. Please ask again in a minute.
late = This took too long and was given up. Please ask again.
cooldown = { $seconds ->
    [one] Please wait a second before you ask again.
   *[other] Please wait { $seconds } seconds before you ask again.
}
server-cooldown = { $seconds ->
    [one] This server asks a lot just now. Please wait a second.
   *[other] This server asks a lot just now. Please wait { $seconds } seconds.
}
stopping = I am about to restart. Please ask again in a minute.
failed = Something went wrong on my side, and it is in my log. Please try again later.
expired = What this button belongs to is no longer stored. Please ask again.
not-yours = Only the person who asked can do that.
not-allowed = Only those who may manage this server can do that, and only in a server that I was added to.
curators-only = Only curators, whom the operator of this bot names, can do that.
nothing-to-check = There is no text in this message that I could read.
channel-private = Public answers are not allowed in this channel, so this one is for you alone.
mention-help = Mention me with a question or a claim. To check somebody's message, press it long or right-click it, then Apps → Fact-check.

## Errors by their code

error-bad-question = There are no words in this to look for, or more than I can read at once. Ask one question in Spanish or English.
error-busy = { busy }
error-late = { late }
error-stopping = { stopping }
error-broken-off = { failed }
error-not-yours = This source was added elsewhere. Only curators, whom the operator of this bot names, can change it.
error-too-costly = This document takes more time or memory to read than I may spend. Try it as plain text.
error-unknown-source = No source has this id. /sources lists them.
error-unsupported-format = I read .txt, .md, .html, .pdf and .docx files, web addresses and feeds.
error-source-too-large = This is larger than I may read.
error-damaged-document = This document is damaged and cannot be read.
error-encrypted-document = This document is protected by a password.
error-no-text = There is no text in this document; a scan would have to be read by a person first.
error-forbidden-address = This cannot be opened. Give a public address that begins with https:// or http://, or attach the file.
error-address-unreachable = This address did not answer. Try again later, or attach the file.
error-home-busy = Somebody else is changing the sources just now. Try again in a minute.
