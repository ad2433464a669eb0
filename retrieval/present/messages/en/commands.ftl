# The commands on Discord: names are lower case without spaces (at most 32 characters), descriptions at most 100.

## Commands

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

## Options

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
    .description = A .txt, .md, .html, .pdf, .docx, .odt, .epub, .eml, .mht, .vtt, .srt or .json file
option-address = address
    .description = A web address to read
option-title = title
    .description = Its title
option-publisher = publisher
    .description = Who published it
option-source = source
    .description = The source, by title or id
option-full = full
    .description = Find quotations and encode everything anew
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
