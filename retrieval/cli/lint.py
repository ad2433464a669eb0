"""The command that says what is wrong with a brief before it is read by anybody."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from retrieval.present.inert import inert_line
from retrieval.present.terminal_writer import notice, write


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def lint(paths: tuple[Path, ...], as_json: bool) -> None:
    """Say what is wrong with briefs and other files of a base.

    PATHS are Markdown briefs, YAML files of quotations, claims or names, or folders of them. A brief that stands in
    briefs/en or briefs/es is compared with its other language. Exit code 1 where anything is wrong.
    """
    from knowledge.lint import lint as problems_of
    from retrieval.present import as_json as present_json

    problems = [problem for path in paths for problem in problems_of(path)]
    if as_json:
        write(present_json.dump([asdict(problem) | {"path": str(problem.path)} for problem in problems]))
    else:
        for problem in problems:
            place = f"{problem.path}:{problem.line}" if problem.line else str(problem.path)
            write(inert_line(f"{place}: {problem.message}"))
        if not problems:
            notice("Nothing is wrong.")
    if problems:
        sys.exit(1)
