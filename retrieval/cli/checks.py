"""The commands that check: claims, quotations, and records of earlier answers."""

import sys
from pathlib import Path

import click

from knowledge.errors import BadQuestion
from retrieval.cli.common import SAVE_HELP, GlobalOptions, answer_each_line, open_home, save_record
from retrieval.present.terminal_writer import show, write


@click.command(epilog='Examples: citabot check "DeepSeek was founded by Sam Altman." · citabot check - < claims.txt')
@click.argument("claim")
@click.option("--nearest", is_flag=True, help="Where there is not enough evidence, show what came nearest.")
@click.option("--explain", is_flag=True, help="Show how each verdict was decided, with every passage that was read.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--format", "form", type=click.Choice(["json", "claimreview"]), help="JSON, or schema.org ClaimReview.")
@click.option("--save", metavar="FILE", type=click.Path(path_type=Path), help=SAVE_HELP)
@click.pass_obj
def check(
    options: GlobalOptions,
    claim: str,
    nearest: bool,
    explain: bool,
    as_json: bool,
    form: str | None,
    save: Path | None,
) -> None:
    """Check a claim against the sources.

    The verdict is supported, contradicted, conflicting or not enough evidence, with the words it rests on. A message
    may hold several claims. With - as CLAIM, reads one message per line and writes one JSON object per line.
    """
    from retrieval import record
    from retrieval.present import as_json as present_json
    from retrieval.present import claimreview, terminal_verdict, verdict_json

    with open_home(options) as engine:
        if claim == "-":
            as_object = claimreview.claim_reviews if form == "claimreview" else verdict_json.checked
            answer_each_line(lambda line: as_object(engine.check(line)), "claim")
            return
        checked = engine.check(claim)
        if save is not None:
            save_record(save, record.checked(checked, verdict_json.checked(checked)))
    if form == "claimreview":
        write(present_json.dump(claimreview.claim_reviews(checked)))
    elif as_json or form == "json":
        write(present_json.dump(verdict_json.checked(checked)))
    else:
        show(terminal_verdict.checked(checked, nearest=nearest, explain=explain))


@click.command(epilog='Example: citabot quote "Open source models are crushing proprietary ones" --speaker LeCun')
@click.argument("text")
@click.option("--speaker", metavar="NAME", help="Who is said to have said it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--save", metavar="FILE", type=click.Path(path_type=Path), help=SAVE_HELP)
@click.pass_obj
def quote(options: GlobalOptions, text: str, speaker: str | None, as_json: bool, save: Path | None) -> None:
    """Check whether somebody really said it.

    Verbatim, altered (with the differences), a paraphrase, somebody else's words, unattributed, or not found. With - as
    TEXT, reads JSON lines {"text": …, "speaker": …} and writes one JSON object per line.
    """
    from retrieval import record
    from retrieval.present import as_json as present_json
    from retrieval.present import terminal_verdict, verdict_json

    with open_home(options) as engine:
        if text == "-":

            def answer(line: str) -> dict[str, object]:
                quotation, line_speaker = _quotation_in(line)
                return verdict_json.quote_result(engine.quote(quotation, speaker=line_speaker or speaker))

            answer_each_line(answer, "text")
            return
        result = engine.quote(text, speaker=speaker)
        if save is not None:
            save_record(save, record.quoted(result, verdict_json.quote_result(result)))
    if as_json:
        write(present_json.dump(verdict_json.quote_result(result)))
    else:
        show(terminal_verdict.quote_result(result))


@click.command()
@click.argument("file", metavar="RECORD.json", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def replay(options: GlobalOptions, file: Path, as_json: bool) -> None:
    """Make a saved answer or verdict again.

    The exit code is 0 where it is the same to the byte under the same index and models, else 1 with what changed.
    """
    from retrieval import record
    from retrieval.present import as_json as present_json
    from retrieval.present import terminal_record, verdict_json

    with open_home(options) as engine:
        replayed = record.replay(engine, record.read(file), verdict_json.SHAPES)
    if as_json:
        write(present_json.dump(terminal_record.as_json(replayed)))
    else:
        show(terminal_record.replayed(replayed, language=options.label_language))
    if not replayed.same:
        sys.exit(1)


def _quotation_in(line: str) -> tuple[str, str | None]:
    """Return the text and the speaker that a line of standard input asks about. Raises BadQuestion."""
    from pydantic_core import from_json

    try:
        fields = from_json(line)  # refuses what is nested beyond reason
        text, speaker = fields["text"], fields.get("speaker")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadQuestion(
            "The line is no JSON object with a text.", hint='Write {"text": "…", "speaker": "…"} on each line.'
        ) from error
    if not isinstance(text, str) or not isinstance(speaker, str | None):
        raise BadQuestion("Text and speaker are not both strings.", hint='Write {"text": "…", "speaker": null}.')
    return text, speaker
