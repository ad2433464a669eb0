# Lists of sources and quotations, and changes of the sources and their index.

## Lists

sources-title = Sources
sources-none = There are no sources yet.
sources-none-add = { sources-none } Add a first one: citabot add PATH_OR_URL
quotes-title = Quotations
quotes-none = No quotation matches. Leave out the speaker or the subject.
quotes-none-options = No quotes match. Leave out --speaker or --about to see them all.
page = { $from }–{ $to } of { $total }
published = Published
paragraphs = paragraphs: { $count }
paragraphs-column = ¶
source-kind-article = article
source-kind-brief = brief
source-kind-quotation = quotations

## Changes of sources

change-added = Added
change-updated = Updated
change-unchanged = Unchanged
removed = Removed
source-added = { $change ->
    [added] { change-added }: { $title } ({ $id })
    [updated] { change-updated }: { $title } ({ $id })
   *[unchanged] Already here, unchanged: { $title } ({ $id })
}
source-removed = { removed }: { $title } ({ $id }). Nothing cites it any more.
source-nothing = Attach a file or give an address.
source-both = Give either a file or an address, not both.

## The index

rebuilt = The index is rebuilt. Texts newly encoded: { $encoded }.
rebuild-done = { rebuilt } Index { $index }.
up-to-date = The index was up to date already.
rebuild-same = The index was up to date already: { $index }.
stage = { $stage ->
    [encoding] Encoding
    [loading] Loading
    [quotes] Finding quotations
    [asking] Asking
    [checking] Checking
   *[other] Working
}
pace = { $stage ->
    [encoding] { $rate } passages a second, { $left } left
    [loading] { $rate } documents a second, { $left } left
    [quotes] { $rate } documents a second, { $left } left
   *[other] { $rate } a second, { $left } left
}
rebuild-working = { stage }: { $done } of { $total }
verify-clean = Everything stored is as it was written.
verify-differs = Differences found: { $count }.
verify-read = Re-read: { $snapshots } snapshots, { $spans } spans, { $vectors } index rows
