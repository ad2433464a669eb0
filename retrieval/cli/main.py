"""The `citabot` command. It holds no logic: it calls the engine and shows what comes back.

Imports that cost time stand inside the commands, so that `--help` loads neither torch, faiss nor discord.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from knowledge.errors import CitabotError
from knowledge.model import Language
from knowledge.storage import PRIVATE_UMASK
from retrieval.cli.activity import audit, feedback
from retrieval.cli.checks import check, quote, replay
from retrieval.cli.common import SAVE_HELP, GlobalOptions, answer_each_line, complete_source, open_home, save_record
from retrieval.cli.lint import lint
from retrieval.present.terminal_writer import leave, notice, report, report_usage, speak_utf8, write
from retrieval.present.terminal_writer import show as show_it

if TYPE_CHECKING:
    from knowledge.model import Metadata

_INTERRUPTED = 130  # 128 + SIGINT, as shells count it
_INTERNAL = 70  # EX_SOFTWARE of sysexits.h
# Columns of a help page at most: on wider terminals its lines would be hard to read. Our choice.
_HELP_COLUMNS = 100
# Citations that may be asked for. Our choice: more than anybody reads, and few enough to be found at once.
_MOST_CITATIONS = 1000


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _HELP_COLUMNS},
    epilog='Example: citabot ask "What did Yann LeCun say about DeepSeek?"',
)
@click.option("--home", metavar="DIR", help="The data folder (CITABOT_HOME).")
@click.option("--no-bundled", is_flag=True, help="Start an empty home without the bundled knowledge.")
@click.option("--lang", "language", type=click.Choice(["es", "en"]), help="Language of labels; else the locale's.")
@click.version_option(package_name="citabot", prog_name="citabot")
@click.pass_context
def cli(context: click.Context, home: str | None, no_bundled: bool, language: Language | None) -> None:
    """Answers from your own articles, in Spanish and English, with receipts."""
    context.obj = GlobalOptions(home, False if no_bundled else None, language)


@cli.command(epilog='Examples: citabot ask "¿Quién fundó 01.AI?" · citabot ask - < questions.txt')
@click.argument("question")
@click.option("-k", type=click.IntRange(min=1, max=_MOST_CITATIONS), help="Cite this many candidates, best first.")
@click.option("--nearest", is_flag=True, help="When nothing is answered, show the passages that came nearest.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--save", metavar="FILE", type=click.Path(path_type=Path), help=SAVE_HELP)
@click.pass_obj
def ask(options: GlobalOptions, question: str, k: int | None, nearest: bool, as_json: bool, save: Path | None) -> None:
    """Answer a question with receipts.

    The answer is made of verbatim citations, or is an honest silence where the sources have none. With - as QUESTION,
    reads one question per line from standard input and writes one JSON object per line.
    """
    from retrieval import record
    from retrieval.present import as_json as present_json
    from retrieval.present import terminal

    with open_home(options) as engine:
        if question == "-":
            answer_each_line(lambda line: present_json.answer(engine.ask(line, k=k)), "question")
            return
        answer = engine.ask(question, k=k)
        if save is not None:
            save_record(save, record.answered(answer, k, present_json.answer(answer)))
    if as_json:
        write(present_json.dump(present_json.answer(answer)))
    else:
        show_it(terminal.answer(answer, nearest=nearest))


@cli.command(epilog='Examples: citabot add article.txt --title "…" --url https://… · citabot add notes/*.md')
@click.argument("locations", metavar="PATH_OR_URL...", nargs=-1, required=True)
@click.option("--title", help="Its title.")
@click.option("--author", help="Who wrote it.")
@click.option("--publisher", help="Who published it.")
@click.option("--url", help="Where it can be read.")
@click.option("--published", metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]), help="When it was published.")
@click.option("--language", type=click.Choice(["es", "en"]), help="Its language; told from the text otherwise.")
@click.option("--licence", help="Under which licence.")
@click.option("--kind", type=click.Choice(["article", "brief"]), help="article (default) or brief.")
@click.option("--feed", is_flag=True, help="The address or file is a feed: add each of its items.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def add(options: GlobalOptions, /, locations: Sequence[str], feed: bool, as_json: bool, **description: Any) -> None:  # noqa: ANN401
    """Add or update sources.

    Reads .txt .md .html .pdf .docx .odt .epub .eml .mht .vtt .srt files, chats exported from Discord
    (.json), web addresses, feeds (--feed), or - for standard input.
    """
    from retrieval.present import as_json as present_json
    from retrieval.present import terminal

    metadata = _metadata(locations, description)
    first_error: CitabotError | None = None
    added = []
    with open_home(options) as engine:
        for result in engine.add(locations, metadata, feed=feed, stdin=sys.stdin.buffer):
            if isinstance(result, CitabotError):
                first_error = first_error or result
                report(result, as_json=as_json)
            else:
                added.append(result)
    if as_json:
        write(present_json.dump([present_json.added(source) for source in added]))
    else:
        for source in added:
            show_it(terminal.added(source, language=options.label_language))
    if first_error is not None:
        sys.exit(first_error.exit_code)


@cli.command()
@click.argument("source_id", shell_complete=complete_source)
@click.pass_obj
def remove(options: GlobalOptions, source_id: str) -> None:
    """Remove a source.

    From then on nothing cites it.
    """
    from retrieval.present import terminal

    with open_home(options) as engine:
        show_it(terminal.removed(engine.remove(source_id), language=options.label_language))


@cli.command()
@click.option("--full", is_flag=True, help="Find quotations and encode everything anew.")
@click.pass_obj
def rebuild(options: GlobalOptions, full: bool) -> None:
    """Bring the index up to date.

    Readers keep working meanwhile, and a crash at any moment leaves the old index in use.
    """
    from retrieval.present import terminal

    with open_home(options) as engine:
        show_it(terminal.rebuilt(engine.rebuild(full=full), language=options.label_language))


@cli.command(epilog='Example: citabot quotes --speaker LeCun --about "open source"')
@click.option("--speaker", metavar="NAME", help="Only this speaker's.")
@click.option("--about", metavar="TEXT", help="Nearest to this text first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def quotes(options: GlobalOptions, speaker: str | None, about: str | None, as_json: bool) -> None:
    """List quotes with their speakers."""
    from retrieval.present import as_json as present_json
    from retrieval.present import terminal

    with open_home(options) as engine:
        citations = engine.quotes(speaker=speaker, about=about)
    if as_json:
        write(present_json.dump([present_json.quote_row(citation) for citation in citations]))
    else:
        show_it(terminal.quotes(citations, language=options.label_language))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def sources(options: GlobalOptions, as_json: bool) -> None:
    """List the sources."""
    from retrieval.present import as_json as present_json
    from retrieval.present import terminal

    with open_home(options) as engine:
        rows = engine.sources()
    if as_json:
        write(present_json.dump([present_json.source(row) for row in rows]))
    else:
        show_it(terminal.sources(rows, language=options.label_language))


@cli.command()
@click.argument("source_id", shell_complete=complete_source)
@click.pass_obj
def show(options: GlobalOptions, source_id: str) -> None:
    """Print a source with its paragraph numbers."""
    from retrieval.present import terminal

    with open_home(options) as engine:
        (source, paragraphs), places = engine.show(source_id), engine.places(source_id)
    show_it(terminal.source_text(source, paragraphs, places, language=options.label_language))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def verify(options: GlobalOptions, as_json: bool) -> None:
    """Check that all stored words are intact.

    Re-reads every stored span, digest and index row; the exit code is 1 if anything differs.
    """
    from retrieval.present import as_json as present_json
    from retrieval.present import terminal

    with open_home(options) as engine:
        verification = engine.verify()
    if as_json:
        write(present_json.dump(present_json.verification(verification)))
    else:
        show_it(terminal.verification(verification, language=options.label_language))
    if verification.differences:
        sys.exit(1)


@cli.command("eval", epilog="Example: citabot eval questions.jsonl --html report.html")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--html", metavar="OUT", type=click.Path(path_type=Path), help="Also write a page here that only you can read."
)
@click.pass_obj
def evaluate(options: GlobalOptions, file: Path, as_json: bool, html: Path | None) -> None:
    """Measure answers on labelled questions.

    FILE holds JSON lines: questions with the places that answer them. Ranking, silence and confidence are measured.
    """
    from retrieval.evaluation import run
    from retrieval.present import as_json as present_json
    from retrieval.present import evaluation, terminal_evaluation
    from retrieval.present.progress import progress_on_stderr
    from retrieval.settings import read_settings

    if html is not None:
        # Before anything is measured, as what it needs may not be installed.
        from retrieval.present.evaluation_page import write_page
    with progress_on_stderr(options.label_language) as progress:
        report = run.evaluate(read_settings(**options.as_settings()), file, notice=notice, progress=progress)
    if as_json:
        write(present_json.dump(evaluation.evaluation(report)))
    else:
        show_it(terminal_evaluation.evaluation(report, language=options.label_language))
    if html is not None:
        write_page(report, html)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def settings(options: GlobalOptions, as_json: bool) -> None:
    """List settings, values and origins."""
    from retrieval.present import as_json as present_json
    from retrieval.present import terminal
    from retrieval.settings import read_settings, setting_rows

    rows = setting_rows(read_settings(**options.as_settings()), **options.as_settings())
    if as_json:
        write(present_json.dump([present_json.setting(row) for row in rows]))
    else:
        show_it(terminal.settings(rows, language=options.label_language))


@cli.command()
@click.pass_obj
def serve(options: GlobalOptions) -> None:
    """Run the Discord bot.

    It needs a token (DISCORD_TOKEN), runs until SIGTERM or an interruption, and finishes then what it has begun.
    """
    # The one upward import: the command line starts the bot, which stands above everything.
    import bot
    from retrieval.settings import read_settings

    bot.serve(read_settings(**options.as_settings()))


@cli.command(epilog='Example: eval "$(citabot completion bash)"')
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a SHELL."""
    from click.shell_completion import get_completion_class

    chosen = get_completion_class(shell)
    if chosen is None:
        raise click.UsageError(f"No completion for {shell}.")
    write(chosen(cli, {}, "citabot", "_CITABOT_COMPLETE").source())


for _command in (check, quote, replay, feedback, audit, lint):
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line: every error is one sentence on stderr and its exit code."""
    speak_utf8()
    # Questions and private articles are nobody else's: what is written is for its owner alone (umask(2)).
    os.umask(PRIVATE_UMASK)
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words
    try:
        sys.exit(cli.main(words, prog_name="citabot", standalone_mode=False) or 0)
    except CitabotError as error:
        report(error, as_json=as_json)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        report_usage(error, as_json=as_json)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        leave()
        sys.exit(0)
    except Exception as error:
        report(
            _InternalError(f"Citabot failed at something it should not: {type(error).__name__}: {error}"),
            as_json=as_json,
        )
        sys.exit(_INTERNAL)


class _InternalError(CitabotError):
    """A fault of ours; the message names it so that it can be reported."""

    code = "internal"
    default_hint = "Please report it with the command that led here."


def _metadata(locations: Sequence[str], description: dict[str, Any]) -> "Metadata":
    """Return what the options say of a source. Raises UsageError, ForbiddenAddress."""
    from knowledge.model import Metadata
    from knowledge.web import check_url

    for option in ("title", "url"):
        if description[option] and len(locations) > 1:
            raise click.UsageError(f"--{option} describes one source; add the {len(locations)} one by one.")
    if description["url"]:
        check_url(description["url"])
    published = description.pop("published")
    return Metadata(**description, published=published.date().isoformat() if published else None)
