"""Web pages: the article, its paragraphs and what the page says of it."""

import pytest

from knowledge.errors import CitabotError, DamagedDocument, NoText, TooCostly
from knowledge.formats.pages import read_page
from knowledge.model import Document
from knowledge.readers import ReadingLimits, read_bytes

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


@pytest.mark.parametrize("tag", ["div", "span", "b", "ul><li", "table><tr><td", "blockquote", "font", "section"])
def test_elements_nested_beyond_reason_are_refused_and_not_left_out(tag: str) -> None:
    with pytest.raises(TooCostly):
        read_page(f"<article><p>Words.</p>{f'<{tag}>' * 100_000}More.".encode(), charset=None, location="a.html")


@pytest.mark.parametrize("holder", ["nav", "div", "aside", "section"])
def test_a_page_that_is_all_navigation_is_refused(holder: str) -> None:
    links = "".join(f"<li><a href='/{number}'>Section {number} of the paper</a></li>" for number in range(60))
    source = (
        f"<html><title>News</title><body><{holder}><ul>{links}</ul></{holder}><footer><a href=/l>Legal</a></footer>"
    )
    with pytest.raises(NoText) as caught:
        read_page(source.encode(), charset=None, location="a.html")
    assert caught.value.message.endswith(".")


def test_a_list_of_links_within_an_article_is_read() -> None:
    links = "".join(f"<li><a href='/{number}'>Ferry line number {number}</a></li>" for number in range(9))
    source = f"<article><p>{'The ferries of the coast run every day of the year. ' * 4}</p><ul>{links}</ul></article>"
    assert "Ferry line number 8" in read_page(source.encode(), charset=None, location="a.html").text


@pytest.mark.parametrize(
    "declared", ['<!ENTITY a "b">', '<!ENTITY a SYSTEM "file:///etc/passwd">', '<!ENTITY a "&b;&b;"><!ENTITY b "&a;">']
)
@pytest.mark.parametrize("opening", ["", '<?xml version="1.0"?>\n'])
def test_a_page_that_declares_entities_is_refused(declared: str, opening: str) -> None:
    source = f"{opening}<!DOCTYPE html [{declared}]><html><body><p>Some words &a; of a page.</p></body></html>"
    with pytest.raises(DamagedDocument, match="declarations"):
        read_page(source.encode(), charset=None, location="a.html")


def test_a_document_type_of_old_pages_is_read() -> None:
    kind = (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">'
    )
    assert read_page(f"{kind}<p>Some words [1] of a page.</p>".encode(), charset=None, location="a").text


def test_twenty_megabytes_of_page_are_read_for_its_words_alone() -> None:
    parts = "".join(f"<p>Paragraph number {number} says something.</p><!--{'x' * 20_000}-->" for number in range(1_000))
    document = read_bytes(
        f"<article>{parts}</article>".encode(), name="a.html", content_type=None, location="a", limits=ReadingLimits()
    )
    assert len(document.paragraphs) == 1_000
    assert document.text.endswith("Paragraph number 999 says something.")


def test_a_single_comment_beyond_reason_is_refused() -> None:
    with pytest.raises(TooCostly):
        read_page(f"<p>Some words.</p><!--{'x' * 20_000_000}--><p>More.</p>".encode(), charset=None, location="a.html")


def test_a_page_of_more_elements_than_any_article_is_refused() -> None:
    with pytest.raises(TooCostly, match="50,000 elements"):
        read_page(b"<article>" + b"<br>" * 60_000, charset=None, location="a.html")


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="http://[">',
        '<link rel="canonical" href="http://[::1/a">',
        '<link rel="canonical" href="http://a.test:99999999/">',
        r'<script type="application/ld+json">{"@type": "NewsArticle", "headline": "a\ud800b\u0000"}</script>',
        f'<script type="application/ld+json">{"[" * 50_000}</script>',
        '<script type="application/ld+json">{"@graph": 1, "@type": [[]]}</script>',
        '<meta property="article:published_time" content="0000-00-00">',
        '<meta property="article:published_time" content="99999-99-99T99:99:99Z">',
        f"<title>{'x' * 1_000_000}</title>",
        "<meta charset=undefined>",
        "<title>a&#xD800;&#0;b</title>",
    ],
    ids=lambda head: head[:50],
)
def test_what_a_page_says_of_itself_does_no_harm(head: str) -> None:
    source = f"<html><head>{head}</head><body><article><p>Some words of a page.</p></article></body></html>"
    document = read_bytes(
        source.encode(), name="a", content_type="text/html", location="https://a.test/b", limits=ReadingLimits()
    )
    assert document.text == "Some words of a page."
    metadata = document.metadata
    assert len(metadata.title or "") <= 500
    assert "\0" not in repr(metadata).encode().decode()
    assert metadata.published is None


def test_whatever_the_library_raises_is_one_of_our_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    for failure in (AttributeError("x"), AssertionError(), RecursionError(), MemoryError(), IndexError()):

        def fail(*_: object, raised: Exception = failure, **__: object) -> None:
            raise raised

        monkeypatch.setattr("knowledge.formats.pages.bare_extraction", fail)
        with pytest.raises(CitabotError) as caught:
            page()
        assert caught.value.__cause__ is failure


def test_a_short_article_keeps_its_headings_lists_and_paragraphs() -> None:
    source = (
        "<body><article><h1>El puente</h1><p>Costó 7 millones.</p><details><summary>Más</summary><p>Duró tres años.</p>"
    )
    document = read_page(
        f"{source}</details><span hidden>x</span></article></body>".encode(), charset=None, location="a"
    )
    assert document.text.split("\n\n") == ["El puente", "Costó 7 millones.", "Más", "Duró tres años."]


def test_an_article_of_which_little_is_prose_keeps_its_table() -> None:
    rows = "".join(f"<tr><td>Distrito {number}</td><td>{number}00</td></tr>" for number in range(1, 9))
    figure = "<figure><img src=x><figcaption>La alcaldesa, el domingo.</figcaption></figure>"
    body = f"<h1>Resultados</h1><p>Los votos de los distritos de la ciudad.</p><table>{rows}</table>{figure}"
    document = read_page(f"<body><article>{body}</article></body>".encode(), charset=None, location="a")
    assert [part.role for part in document.paragraphs] == ["heading", "text", "table", "text"]


def test_elements_with_names_of_their_own_keep_the_order_of_what_is_in_them() -> None:
    inner = "<section><h4>¿A quién afecta?</h4><p>A los hogares con contador propio.</p></section>"
    body = f"<p>{'El recibo del agua sube un 4 % en enero. ' * 9}</p><x-accordion>{inner}</x-accordion>"
    document = read_page(f"<body><article>{body}</article></body>".encode(), charset=None, location="a")
    assert document.text.split("\n\n")[1:] == ["¿A quién afecta?", "A los hogares con contador propio."]
