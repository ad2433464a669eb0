"""Every regular expression of the project, found and tried on input made to hurt it. Run as a process of its own.

Whoever runs it kills it when it takes too long: `re` cannot be stopped from within. It writes a line of JSON before it
tries a pattern, so that the last line names the pattern that hangs, and one for each that takes too long.
"""

import ast
import importlib
import json
import random
import re
import re._compiler as compiler
import re._constants as codes
import re._parser as parser
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice, pairwise, product
from pathlib import Path
from time import process_time
from typing import Any

import regex

ROOT = Path(__file__).parent.parent.parent
FILES = sorted(
    path
    for path in [ROOT / "bot.py", *ROOT.glob("knowledge/**/*.py"), *ROOT.glob("retrieval/**/*.py")]
    if "train" not in path.parts
)
LIBRARIES = {"re": re, "regex": regex}
MAKERS = ("compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn", "template")
ANCHORED = ("match", "fullmatch")

SHORT, LONG = 4_000, 100_000
"""Characters: the longest question (retrieval.answer.cite.LONGEST_QUESTION), and a long article."""
BOUND = 0.1
"""Seconds for one search of either."""
TRIES = 3
"""The quickest counts, so that a busy machine is no slow pattern."""
QUICK = 0.00004
"""Seconds for an eighth of the short text below which nothing is tried on more: a search that goes on from each of
its places to the end takes twice that."""
HARMLESS = 0.00016
"""Seconds for the short text below which even the square of the time is in bounds for the long one."""
SUSPICIOUS = 0.0015
"""Seconds for the short text from which on the long one is tried too, besides the two slowest."""
SLACK = 3
"""Times the bound that a search may take whose time grows with the text alone: so far a busy machine slows one down."""


@dataclass(frozen=True)
class Use:
    """A pattern, where it is made, and the methods by which it is used."""

    place: str
    pattern: "re.Pattern[Any] | regex.Pattern[Any]"
    methods: frozenset[str]


# --- Where patterns are made ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Site:
    """A call that makes a pattern. `name` is the constant that holds it, `inside` the function that makes it.

    `given`: the expression for the pattern, where all of it is written out.
    """

    file: Path
    first: int
    last: int
    library: str
    method: str
    name: str | None
    inside: str | None
    given: ast.Expression | None

    @property
    def place(self) -> str:
        return f"{self.file.relative_to(ROOT) if self.file.is_relative_to(ROOT) else self.file.name}:{self.first}"


def sites(file: Path) -> Iterator[Site]:
    """The calls of a file that make patterns. Raises ValueError for a use of `re` that hides what it makes."""
    tree = _tree(file)
    called: set[int] = set()
    inside = {
        id(node): function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    names = {id(node.value): ast.unparse(node.targets[0]) for node in tree.body if isinstance(node, ast.Assign)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in LIBRARIES:
            raise ValueError(f"{file.name}:{node.lineno} imports from {node.module}: write {node.module}.…")
        if isinstance(node, ast.Import) and any(alias.name in LIBRARIES and alias.asname for alias in node.names):
            raise ValueError(f"{file.name}:{node.lineno} gives {ast.unparse(node)} another name")
        if isinstance(node, ast.Call) and _makes(node.func):
            called.add(id(node.func))
            library, method = ast.unparse(node.func).split(".")
            last = node.end_lineno or node.lineno
            name, function = names.get(id(node)), inside.get(id(node))
            yield Site(file, node.lineno, last, library, method, name, function, _given(node))
    for node in ast.walk(tree):
        if _makes(node) and id(node) not in called:
            raise ValueError(f"{file.name}:{node.lineno} passes {ast.unparse(node)} on: call it")  # type: ignore[attr-defined]


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def _makes(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in LIBRARIES
        and node.attr in MAKERS
    )


def _given(call: ast.Call) -> ast.Expression | None:
    if not call.args or not isinstance(call.args[0], ast.Constant):
        return None
    library, method = ast.unparse(call.func).split(".")
    flags = call.args[1:] if method == "compile" else [word.value for word in call.keywords if word.arg == "flags"]
    written = f"{library}.compile({', '.join(ast.unparse(one) for one in [call.args[0], *flags])})"
    return ast.parse(written, mode="eval")


def methods(site: Site) -> frozenset[str]:
    """The methods that are called of what a site makes; `search` where it is handed on, so that this cannot be told."""
    if site.method != "compile":
        return frozenset({site.method})
    tree = _tree(site.file)
    used = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    made = [node for node in ast.walk(tree) if _is_of(node, site)]
    if any(id(node) not in used for node in made) or not made:
        return frozenset({"search"})
    return frozenset(used[id(node)] for node in made)


def _is_of(node: ast.AST, site: Site) -> bool:
    """Whether an expression is the constant that a site makes, or a call of the function that makes it."""
    if site.name is not None:
        return isinstance(node, ast.Name) and node.id == site.name and isinstance(node.ctx, ast.Load)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == site.inside


class Recorder:
    """Remembers every pattern that a line of the project makes from now on."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, int], list[Any]] = {}
        self._files = {str(file) for file in FILES}
        for module in (re, sys.modules[regex.compile.__module__]):
            module._compile = self._wrapped(module._compile)  # type: ignore[attr-defined]

    def _wrapped(self, make: Any) -> Any:
        def record(*given: Any) -> Any:
            pattern = make(*given)
            frame = sys._getframe(1)
            while frame and frame.f_code.co_filename.endswith(
                ("/re/__init__.py", "/regex/_main.py", "/regex/regex.py")
            ):
                frame = frame.f_back  # type: ignore[assignment]
            if frame and frame.f_code.co_filename in self._files:
                self.made.setdefault((frame.f_code.co_filename, frame.f_lineno), []).append(pattern)
            return pattern

        return record

    def at(self, site: Site) -> list[Any]:
        lines = range(site.first, site.last + 1)
        return [
            one for (file, line), made in self.made.items() if file == str(site.file) and line in lines for one in made
        ]


def make_all() -> None:
    """Import what makes patterns, and call every function that makes some, with all that it is ever given."""
    for file in FILES:
        if any(site.given is None for site in sites(file)):
            importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    from knowledge import excerpt, known_names, numbers
    from retrieval.check import cues, dates
    from retrieval.serve import logs
    from retrieval.words import phrases

    for language in ("es", "en", "und"):
        excerpt._unnamed_speaker(language)
    known_names._pattern()
    numbers._percent(), numbers._currency_before(), numbers._currency_after()
    for language in ("es", "en"):
        cues.read_cues(language)
    dates._pattern()
    for section, lists in phrases.data().items():
        for name, listed in lists.items():
            if isinstance(listed, str):
                phrases.phrases(section, name)
    logs.cleaner(["a-secret", "another (secret)"])


def made_at(site: Site, recorder: Recorder) -> list[Any]:
    """The patterns that a call makes. Raises ValueError where that stays unseen."""
    if site.given is not None:
        return [eval(compile(site.given, site.place, "eval"), dict(LIBRARIES))]  # noqa: S307 (our own source)
    made = recorder.at(site)
    if not made:
        raise ValueError(f"{site.place} makes a pattern in a function that `make_all` does not call")
    return made


def uses() -> list[Use]:
    """Every pattern of the project. Raises ValueError for a call whose pattern stays unseen."""
    recorder = Recorder()
    make_all()
    found: dict[tuple[Any, ...], Use] = {}
    for site in (site for file in FILES for site in sites(file)):
        asked = methods(site)
        for pattern in made_at(site, recorder):
            found.setdefault((pattern.pattern, pattern.flags, asked), Use(site.place, pattern, asked))
    return list(found.values())


# --- Input made of a pattern's own parts ---------------------------------------------------------------------------

_ALPHABET = " a\nA1.,-'\"([<\t_:é\x00"
_TAILS = ("\x00", "a", "\n")
# Parts of a pattern that are pumped, branches of an alternation and characters of a class that are tried.
_MOST_PUMPS, _MOST_BRANCHES, _MOST_CHARACTERS = 10, 6, 4
_GENERIC = (
    " ", "a", "A", "0", ".", "\n", "\r\n", "\"", "'", "“", "«", "«a» ", "[(", "([", "<", "é", "e\u0301", "a ", "a. ",
    "—", "-", "a-", "1,", "1 ", "…", "\\", "*", "**", "@", "/", "\t", "\u00a0", ". ", ", ", "Aa ", "1.", "a'", "?", "!",
    "¿", "https://", "[a](", "_a", "#",
)  # fmt: skip


Recipe = tuple[str, str, str, str]
"""What leads up, what is repeated, what is repeated after it, and what ends a text."""


@dataclass
class Parts:
    """What hostile input is made of: runs of one thing, and what leads up to each."""

    pumps: dict[str, None] = field(default_factory=dict)
    leads: dict[str, None] = field(default_factory=dict)

    def add(self, pump: str, lead: str) -> None:
        if pump:
            self.pumps.setdefault(pump[:200])
        if lead:
            self.leads.setdefault(lead[:200])


def parts_of(pattern: Any) -> Parts:
    """The pumps and leads of a pattern, from its parse tree; of one that only `regex` reads, from its characters."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    parts = Parts()
    try:
        tree = parser.parse(source, pattern.flags & (re.I | re.M | re.S | re.X | re.A))
    except (re.error, ValueError, OverflowError):
        letters = dict.fromkeys(letter for letter in source if not letter.isalnum())
        for pump in [*letters, *("".join(two) for two in islice(product(letters, letters), 200))]:
            parts.add(pump, "")
        return parts
    _walk(tree, tree.state, "", parts)
    return parts


def _walk(tree: Any, state: Any, lead: str, parts: Parts) -> str:
    """Collect the parts of a sequence; what is returned is an example of it."""
    told = ""
    bodies: list[str] = []
    for node in tree:
        here = _collect(node, state, lead + told, parts)
        told += here[0]
        if len(told) > 1:
            parts.add(told, lead)
        bodies.append(here[0])
    for one, other in pairwise(bodies):
        parts.add(one + other, lead)
    return told


def _collect(node: Any, state: Any, lead: str, parts: Parts) -> list[str]:
    """Examples of a node, whose parts are collected."""
    kind, value = node
    if kind in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        low, high, body = value
        examples = _bodies(body, state, lead, parts)
        for one in examples:
            parts.add(one, lead)
        if high == codes.MAXREPEAT or int(high) > 3:
            for one in examples:
                parts.add(one, lead + one)
        return [one * max(1, low) for one in examples] or [""]
    if kind is codes.SUBPATTERN:
        return _bodies(value[3], state, lead, parts)
    if kind is codes.ATOMIC_GROUP:
        return _bodies(value, state, lead, parts)
    if kind is codes.BRANCH:
        return [one for branch in _some(value[1]) for one in _bodies(branch, state, lead, parts)]
    if kind in (codes.ASSERT, codes.ASSERT_NOT):
        _bodies(value[1], state, lead, parts)
        return [""]
    if kind in (codes.AT, codes.GROUPREF, codes.GROUPREF_EXISTS, codes.FAILURE):
        return [""]
    return _characters(node, state)


def _bodies(body: Any, state: Any, lead: str, parts: Parts) -> list[str]:
    if len(body) == 1:
        return _collect(body[0], state, lead, parts)
    return [_walk(body, state, lead, parts)]


def _some(branches: list[Any]) -> list[Any]:
    """A few branches of an alternation: those with most in them, the first and the last."""
    rich = sorted(branches, key=lambda branch: -sum(node[0] not in (codes.LITERAL, codes.AT) for node in branch))
    return [*rich[: _MOST_BRANCHES - 2], branches[0], branches[-1]]


def _characters(node: Any, state: Any) -> list[str]:
    """A few characters that a node matches, of different kinds."""
    if node[0] is codes.LITERAL:
        return [chr(node[1])]
    within = [chr(one[1]) for one in node[1] if one[0] is codes.LITERAL] if node[0] is codes.IN else []
    within += [chr(one[1][0]) for one in node[1] if one[0] is codes.RANGE] if node[0] is codes.IN else []
    single = compiler.compile(parser.SubPattern(parser.State(), [node]))
    fitting = [letter for letter in dict.fromkeys([*_ALPHABET, *within]) if single.fullmatch(letter)]
    return fitting[:_MOST_CHARACTERS] or ["a"]


def hostile(pattern: Any) -> Iterator[Recipe]:
    """How texts of any size are made that could hurt a pattern."""
    parts = parts_of(pattern)
    pumps = list(parts.pumps)
    random.Random(0).shuffle(pumps)
    pumps = sorted(pumps, key=len)[: _MOST_PUMPS // 2] + pumps[: _MOST_PUMPS // 2]
    leads = ["", *sorted(parts.leads, key=len)[:2], *sorted(parts.leads, key=len)[-2:]]
    for pump in dict.fromkeys([*pumps, *_GENERIC]):
        yield "", pump, "", "\x00"
    for pump, lead in product(dict.fromkeys(pumps), dict.fromkeys(leads)):
        for tail in _TAILS[:1] if lead else _TAILS:
            yield lead, pump, "", tail
    short = sorted(parts.pumps, key=len)[:5]
    for one, other in product(short, short):
        if one != other:
            yield "", one, other, "\x00"


def text_of(recipe: Recipe, size: int) -> str:
    lead, pump, other, tail = recipe
    if not other:
        return lead + pump * (size // len(pump)) + tail
    return lead + pump * (size // 2 // len(pump)) + other * (size // 2 // len(other)) + tail


# --- The trial -----------------------------------------------------------------------------------------------------


def seconds(use: Use, text: str) -> float:
    """The shortest of a few tries, of which no more are made than needed; of this process alone."""
    given: Any = text if isinstance(use.pattern.pattern, str) else text.encode("utf-8")
    best = float("inf")
    for _ in range(TRIES):
        start = process_time()
        for method in ANCHORED:
            if method in use.methods:
                getattr(use.pattern, method)(given)
        if not use.methods <= set(ANCHORED):
            for _ in use.pattern.finditer(given):
                pass
        best = min(best, process_time() - start)
        if best < BOUND or best > SLACK * BOUND:
            break
    return best


def slowest(use: Use) -> Iterator[tuple[float, int, Recipe]]:
    """The first text that takes longer than it may, if there is one: seconds, characters and the recipe."""
    timed = []
    for recipe in dict.fromkeys(hostile(use.pattern)):
        taken = seconds(use, text_of(recipe, SHORT // 8))
        if QUICK < taken < BOUND:
            taken = seconds(use, text_of(recipe, SHORT))
        if taken >= BOUND:
            yield taken, SHORT, recipe
            return
        timed.append((taken, recipe))
    timed.sort(key=lambda one: -one[0])
    for taken, recipe in timed[:4]:
        if taken > (HARMLESS if recipe in (timed[0][1], timed[1][1]) else SUSPICIOUS):
            taken = _long(use, recipe, taken)
            if taken >= BOUND:
                yield taken, LONG, recipe
                return


def _long(use: Use, recipe: Recipe, short: float) -> float:
    """How long a text takes in its long form; 0.0 where that is in bounds, measured or foreseen."""
    part = seconds(use, text_of(recipe, LONG // 8))
    if part >= BOUND:
        return part
    # From 4,000 to 12,500 characters the time of a search that goes with the power 1.3 grows 4.5 times, and from there
    # to 100,000 some 16 times.
    if part < min(4.5 * short, BOUND / 16):
        return 0.0
    whole = seconds(use, text_of(recipe, LONG))
    return 0.0 if whole < SLACK * BOUND and whole < 12 * part else whole


def main(given: Sequence[str]) -> None:
    """Try the given patterns, or every one of the project."""
    found = [Use("given", re.compile(one), frozenset({"search"})) for one in given] or uses()
    for use in found:
        print(json.dumps({"trying": use.place, "pattern": str(use.pattern.pattern)}), flush=True)
        for taken, size, recipe in slowest(use):
            print(json.dumps({"slow": use.place, "seconds": round(taken, 3), "size": size, "text": recipe}), flush=True)
    print(json.dumps({"patterns": len(found)}), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(sys.argv[1:])
