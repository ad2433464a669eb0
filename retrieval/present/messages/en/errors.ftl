# When something does not work on Discord.

## Why nothing is answered

busy = Many questions are waiting just now. Please ask again in a minute.
late = This took too long and was given up. Please ask again.
user-cooldown = { $seconds ->
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
error-unsupported-format = I read .txt, .md, .html, .pdf, .docx, .odt, .epub, .eml, .mht, .vtt, .srt and .json files (chats exported from Discord), web addresses and feeds.
error-source-too-large = This is larger than I may read.
error-damaged-document = This document is damaged and cannot be read.
error-encrypted-document = This document is protected by a password.
error-no-text = There is no text in this document; a scan would have to be read by a person first.
error-forbidden-address = This cannot be opened. Give a public address that begins with https:// or http://, or attach the file.
error-address-unreachable = This address did not answer. Try again later, or attach the file.
error-home-busy = Somebody else is changing the sources just now. Try again in a minute.
