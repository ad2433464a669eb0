"""Web pages: the article, its paragraphs and what the page says of it."""

import pytest

from knowledge.errors import NoText
from knowledge.formats.pages import read_page
from knowledge.model import Document

PAGE = """<!DOCTYPE html><html lang="{lang}"><head><meta charset="{charset}"><title>Un titular | El Diario</title>
<meta name="author" content="Ana Pérez"><meta property="og:site_name" content="El Diario">
<meta property="article:published_time" content="2025-01-29T10:00:00Z">
<link rel="canonical" href="{canonical}"></head><body>
<nav><ul><li><a href="/">Portada</a></li><li><a href="/d">Deportes</a></li></ul></nav>
<article><h1>Un titular</h1>
<p>La empresa <b>china</b> dijo que el modelo<br>cuesta &nbsp; 5,6 millones de dólares,
según un <a href="x">informe</a>.</p>
<h2>Otra parte</h2><ul><li>Primero <ul><li>Dentro</li></ul></li><li>Segundo</li></ul>
<blockquote><p>«Estamos conten\u00adtos», dijo la directora.</p><p>Y algo más.</p></blockquote>
<table><tr><th>Modelo</th><th>Coste</th></tr><tr><td>V3</td><td>5,6</td></tr></table>
<pre><code>x = 1
y = 2</code></pre></article>
<footer>Aviso legal. Todos los derechos reservados. Política de cookies.</footer></body></html>"""


def page(
    location: str = "/tmp/a.html",  # noqa: S108 -- never opened
    *,
    lang: str = "es-ES",
    canonical: str = "https://eldiario.test/a",
    encoding: str = "utf-8",
    charset: str | None = None,
) -> Document:
    source = PAGE.format(lang=lang, canonical=canonical, charset=encoding)
    return read_page(source.encode(encoding), charset=charset, location=location)


def test_the_article_is_left_without_menus_and_notices() -> None:
    document = page()
    assert [(part.role, document.text[part.start : part.end]) for part in document.paragraphs] == [
        ("heading", "Un titular"),
        ("text", "La empresa china dijo que el modelo cuesta 5,6 millones de dólares, según un informe."),
        ("heading", "Otra parte"),
        ("item", "Primero"),
        ("item", "Dentro"),
        ("item", "Segundo"),
        ("text", "«Estamos contentos», dijo la directora."),
        ("text", "Y algo más."),
        ("table", "Modelo | Coste\nV3 | 5,6"),
        ("code", "x = 1\ny = 2"),
    ]


def test_what_the_page_says_of_itself_is_kept() -> None:
    metadata = page().metadata
    assert (metadata.title, metadata.author, metadata.publisher) == ("Un titular", "Ana Pérez", "El Diario")
    assert (metadata.published, metadata.language) == ("2025-01-29", "es")


@pytest.mark.parametrize(("lang", "language"), [("en", "en"), ("EN-gb", "en"), ("fr", None), ("", None)])
def test_only_spanish_and_english_are_taken_from_the_page(lang: str, language: str | None) -> None:
    assert page(lang=lang).metadata.language == language


@pytest.mark.parametrize(
    ("location", "canonical", "url"),
    [
        ("/home/a.html", "https://eldiario.test/a", "https://eldiario.test/a"),
        ("https://www.eldiario.test/a?x=1", "https://eldiario.test/a", "https://eldiario.test/a"),
        ("https://other.test/a", "https://eldiario.test/a", "https://other.test/a"),
        ("https://other.test/a", "javascript:alert(1)", "https://other.test/a"),
        ("/home/a.html", "", None),
    ],
)
def test_a_page_cannot_pass_itself_off_as_one_of_another_site(location: str, canonical: str, url: str | None) -> None:
    assert page(location, canonical=canonical).metadata.url == url


@pytest.mark.parametrize(
    ("encoding", "charset"), [("iso-8859-1", None), ("windows-1252", "windows-1252"), ("utf-8", "latin-1")]
)
def test_the_stated_encoding_is_used(encoding: str, charset: str | None) -> None:
    assert "según un informe" in page(encoding=encoding, charset=charset).text


def test_xhtml_with_an_encoding_declaration_is_read() -> None:
    source = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Señal.</p></body></html>'
    assert read_page(source.encode(), charset=None, location="a").text == "Señal."


@pytest.mark.parametrize(
    "source", ["<html></html>", "<!-- only a comment -->", "<body><img src=a></body>", "<script>1</script>"]
)
def test_a_page_without_text_is_refused(source: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NoText) as caught:
        read_page(source.encode(), charset=None, location="a.html")
    assert caught.value.message.endswith(".")
    assert capfd.readouterr().err == ""
