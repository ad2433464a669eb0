"""E-mail and pages saved as one: the words of the message, whose they are, and nothing that it repeats or carries."""

import pytest

from knowledge.errors import CitabotError, NoText, TooCostly
from knowledge.model import Document
from knowledge.readers import ReadingLimits, read_bytes

HEAD = """From: =?utf-8?q?Ana_P=C3=A9rez?= <ana@mill.test>
Subject: =?utf-8?q?El_molino_de_Sada?=
Date: Wed, 29 Jan 2025 23:30:00 -0500
MIME-Version: 1.0
"""
PLAIN = """Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

El molino de Sada se cerr=F3 ayer.

> Bo Lund dijo que estaba abierto.
>> De verdad.

Lo reabren en mayo.
--=20
Ana
Tel. 123
"""
HTML = """Content-Type: text/html; charset=utf-8

<p>El molino de Sada <b>se cierra</b>.</p><style>p {}</style>
"""
PAGE = """Content-Type: text/html; charset=utf-8
Content-Location: https://news.test/mill

<html><head><title>Un molino</title></head><body><nav><a href="/">Portada</a></nav><article><h1>Un molino</h1>
<p>El molino de Sada se cerr\u00f3 ayer por orden del ayuntamiento, que lo reabre en mayo.</p>
<p>Bo Lund, que lo tuvo en arriendo durante veinte a\u00f1os, no quiso decir nada de la orden ni de su motivo.</p>
<p>Las aspas se pararon a las cinco de la tarde, y los vecinos lo celebraron en la plaza con m\u00fasica y vino.</p>
</article></body></html>
"""


def parts(kind: str, *bodies: str) -> str:
    return f'Content-Type: {kind}; boundary="b"\n\n' + "".join(f"--b\n{body}" for body in bodies) + "--b--\n"


NESTED = "".join(f'Content-Type: multipart/mixed; boundary="{level}"\n\n--{level}\n' for level in range(3_000))
PAGE_ADDRESS = "https://news.test/mill"
PICTURE = "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"
ATTACHED = 'Content-Type: text/plain\nContent-Disposition: attachment; filename="a.txt"\n\nOther words.\n'


def read(text: str, name: str = "a.eml") -> Document:
    return read_bytes(text.encode(), name=name, content_type=None, location=name, limits=ReadingLimits())


def test_a_message_is_its_own_words_without_earlier_ones_and_its_signature() -> None:
    document = read(HEAD + PLAIN)
    assert document.text.split("\n\n") == ["El molino de Sada se cerró ayer.", "\nLo reabren en mayo.\n"]
    metadata = document.metadata
    assert (metadata.title, metadata.author) == ("El molino de Sada", "Ana Pérez")
    assert (metadata.published, metadata.url) == ("2025-01-29", None)


def test_of_a_message_in_two_forms_the_plain_one_is_read_and_attachments_are_not() -> None:
    whole = parts(
        "multipart/mixed",
        parts("multipart/alternative", PLAIN, HTML).replace("--b", "--c").replace('"b"', '"c"'),
        ATTACHED,
    )
    assert "cerró" in read(HEAD + parts("multipart/alternative", HTML, PLAIN)).text
    assert "Other words" not in read(HEAD + whole).text
    assert read(HEAD + HTML).text == "El molino de Sada se cierra."


@pytest.mark.parametrize("address", ["Snapshot-Content-Location: https://news.test/saved\n", ""])
def test_a_saved_page_is_its_article_with_the_address_it_was_saved_from(address: str) -> None:
    document = read(
        f"From: <Saved by a browser>\n{address}MIME-Version: 1.0\n" + parts("multipart/related", PAGE, PICTURE), "a.mht"
    )
    assert "se cerró ayer por orden del ayuntamiento" in document.text
    assert "Portada" not in document.text
    assert document.metadata.url == ("https://news.test/saved" if address.startswith("Snap") else PAGE_ADDRESS)
    assert (document.metadata.title, document.metadata.author) == ("Un molino", None)


def test_an_unknown_charset_is_passed_over() -> None:
    assert read(HEAD + PLAIN.replace("iso-8859-1", "x-nonsense")).text.startswith("El molino de Sada se cerró")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Subject: x\n\n", NoText),
        (HEAD + parts("multipart/mixed", PICTURE), NoText),
        (HEAD + "Content-Type: text/plain\n\n> Only what somebody else wrote.\n", NoText),
        (NESTED, (NoText, TooCostly)),
        (HEAD.replace("Wed, 29 Jan 2025", "Wed, 99 Xyz 99999") + PLAIN, None),
        ("From: \x00 <<<>>>,,;;@@\nDate: ()()\n" + PLAIN, None),
    ],
    ids=["empty", "picture", "only quoted", "nested", "date", "sender"],
)  # fmt: skip
def test_a_strange_message_is_read_or_refused_in_one_sentence(
    text: str, kind: type[CitabotError] | tuple[type[CitabotError], ...] | None
) -> None:
    if kind is None:
        assert read(text).text.startswith("El molino de Sada se cerró")
        return
    with pytest.raises(kind) as caught:
        read(text)
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message


def message(words: str, kind: str = "plain") -> bytes:
    return f"{HEAD}Content-Type: text/{kind}; charset=utf-8\n\n{words}".encode()


EARLIER = "<p>El molino abre.</p>"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("El molino cierra.\n\nEl lunes, Bo Lund <bo@mill.test> escribió:\n> El molino abre.\n", "plain"),
        ("El molino cierra.\n\nOn Mon, 27 Jan 2025 at 10:00, Bo Lund\n<bo@mill.test> wrote:\n\n> It opens.\n", "plain"),
        ("El molino cierra.\n\n-----Original Message-----\nFrom: Bo\nSent: Monday\n\nIt opens.\n", "plain"),
        ("El molino cierra.\n\nDe: Bo Lund\nEnviado el: lunes\nPara: Ana\n\nEl molino abre.\n", "plain"),
        (f"<p>El molino cierra.</p><div class=gmail_quote>Bo wrote:{EARLIER}</div>", "html"),
        (
            f"<p>El molino cierra.</p><div class=moz-cite-prefix>Bo:</div><blockquote type=cite>{EARLIER}</blockquote>",
            "html",
        ),
        (
            f"<p>El molino cierra.</p><hr><p><b>De:</b> Bo<br><b>Enviado:</b> lunes<br><b>Para:</b> Ana</p>{EARLIER}",
            "html",
        ),
    ],
)
def test_an_earlier_message_is_not_its_writers_words(words: str, kind: str) -> None:
    document = read_bytes(message(words, kind), name="a.eml", content_type=None, location="a", limits=ReadingLimits())
    assert document.text.strip() == "El molino cierra."


def test_a_message_that_only_hands_on_another_is_that() -> None:
    words = "---------- Forwarded message ---------\nFrom: Bo\nDate: Monday\n\nThe mill opens.\n"
    document = read_bytes(message(words), name="a.eml", content_type=None, location="a", limits=ReadingLimits())
    assert document.text.strip().endswith("The mill opens.")
    repeated = message(f"<div class=gmail_quote>{EARLIER}</div>", "html")
    document = read_bytes(repeated, name="a.eml", content_type=None, location="a", limits=ReadingLimits())
    assert document.text == "El molino abre."


def test_words_that_somebody_wrote_of_are_no_earlier_message() -> None:
    words = "On Monday the mayor wrote:\n\n“The mill closes.”\n"
    document = read_bytes(message(words), name="a.eml", content_type=None, location="a", limits=ReadingLimits())
    assert document.text.startswith("On Monday the mayor wrote:")
