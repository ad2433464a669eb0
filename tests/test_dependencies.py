"""What we import is what we declare: a package that happens to be there today may be gone tomorrow."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
OURS = {"knowledge", "retrieval", "bot"}
# The package of a module that has another name, where an extra is not installed.
ABSENT = {"grpc": "grpcio"}


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    # What only the making of models, only measuring or only Milvus needs is an extra of its own.
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *extras["train"], *extras["eval"], *extras["milvus"]]
    return {re.split(r"[^A-Za-z0-9._-]", one)[0].lower().replace("_", "-") for one in needed}


def imported() -> set[str]:
    names = set()
    for path in [ROOT / "bot.py", *ROOT.glob("knowledge/**/*.py"), *ROOT.glob("retrieval/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names - OURS - set(sys.stdlib_module_names)


def test_every_import_has_its_declared_package() -> None:
    packages = importlib.metadata.packages_distributions()
    known = declared()
    undeclared = {
        name
        for name in imported()
        if not {one.lower().replace("_", "-") for one in packages.get(name, [ABSENT.get(name, name)])} & known
    }
    assert undeclared == set()


def test_no_command_loads_pandas_where_an_extra_has_brought_it() -> None:
    program = "import sys, knowledge.database; sys.exit('pandas' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
