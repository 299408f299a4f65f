"""What the import contracts in pyproject.toml cannot see: clocks, the environment, handlers, sizes.

Reads source text only; nothing of the project is imported here.
"""

import ast
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "layers/dunning/python/dunning"
FUNCTIONS = ROOT / "functions"
LONGEST_FILE = 400

# Each reads the machine: the instant has to come in through the port Clock.
CLOCK_CALLS = {"now", "utcnow", "today", "monotonic", "perf_counter", "time_ns"}
CLOCK_OWNERS = {"datetime", "date", "time", "dt"}


def _sources(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (p for p in sorted(folder.rglob("*.py")) if "node_modules" not in p.parts)


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "?")
    return ".".join(reversed(parts))


def _imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def clocks_and_environment(source: str) -> list[str]:
    """Every place of the source that reads a clock or the environment."""
    seen = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner, _, name = _dotted(node.func).rpartition(".")
            last = owner.rpartition(".")[2]
            if name in CLOCK_CALLS and last in CLOCK_OWNERS:
                seen.append(f"{node.lineno}: {owner}.{name}()")
            if (last, name) == ("time", "time"):
                seen.append(f"{node.lineno}: time.time()")
        if isinstance(node, ast.Attribute) and _dotted(node) in ("os.environ", "os.getenv"):
            seen.append(f"{node.lineno}: {_dotted(node)}")
    return seen


PURE = [*_sources(LIBRARY / "domain"), *_sources(LIBRARY / "service")]
HANDLERS = sorted(FUNCTIONS.glob("*/handler.py"))
SIZED = [p for top in ("functions", "layers", "infra") for p in _sources(ROOT / top)]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PURE, ids=_name)
def test_domain_and_service_read_no_clock_and_no_environment(path: Path) -> None:
    assert clocks_and_environment(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import datetime\ndatetime.datetime.now(tz)",
        "from datetime import datetime\ndatetime.utcnow()",
        "from datetime import date\nx = date.today()",
        "import time\ntime.time()",
        "import time\ntime.monotonic()",
        "import os\nos.environ['A']",
        "import os\nos.getenv('A')",
    ],
)
def test_the_check_itself_sees_every_kind_of_leak(source: str) -> None:
    assert clocks_and_environment(source)


def test_an_injected_clock_is_no_leak() -> None:
    assert clocks_and_environment("def f(clock):\n    return clock.now()") == []


@pytest.mark.parametrize("path", HANDLERS, ids=_name)
def test_a_handler_imports_only_the_entry_room_and_powertools(path: Path) -> None:
    allowed = ("dunning.entry", "aws_lambda_powertools", "typing", "collections.abc", "__future__")
    strangers = [
        f"{line}: {module}"
        for line, module in _imported(ast.parse(path.read_text(encoding="utf-8")))
        if not any(module == name or module.startswith(f"{name}.") for name in allowed)
    ]
    assert strangers == []


@pytest.mark.parametrize("path", HANDLERS, ids=_name)
def test_a_sample_event_lies_beside_every_handler(path: Path) -> None:
    assert isinstance(json.loads((path.parent / "event.json").read_text(encoding="utf-8")), dict)


@pytest.mark.parametrize("path", SIZED, ids=_name)
def test_no_file_has_more_lines_than_a_person_reads_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize(
    "lock",
    [
        "layers/runtime/requirements.txt",
        "requirements/dev.txt",
        "requirements/local.txt",
        "package-lock.json",
    ],
)
def test_a_lock_file_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "http://" not in text
    assert "https://" not in text
    assert "index-url" not in text


def test_the_type_checker_reads_every_module_of_the_cdk_that_is_named() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    read = {
        module
        for override in config["tool"]["mypy"]["overrides"]
        if override.get("follow_imports") == "normal"
        for module in override["module"]
    }
    named = {
        (path.relative_to(ROOT).as_posix(), module)
        for path in _sources(ROOT / "infra")
        for module in _modules_of_the_cdk(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert len({module for _, module in named}) > 15
    assert {one for one in named if one[1] not in read} == set()


def _modules_of_the_cdk(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "aws_cdk":
            # Classes of its own have a capital.
            yield from (f"aws_cdk.{one.name}" for one in node.names if one.name.islower())
        elif isinstance(node, ast.Attribute) and _dotted(node).startswith("cdk.aws_"):
            yield f"aws_cdk.{_dotted(node).split('.')[1]}"
    yield from (name for _, name in _imported(tree) if name.startswith("aws_cdk."))
