"""The layers hold what the functions import, for the machine that runs them, and little else."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.bundling import AWS_SERVICES, Layer, Layers
from infra.config import ROOT
from infra.templates import built

LIBRARY = ROOT / "layers" / "dunning" / "python"
SPOKEN = ("de", "en_GB", "en_US", "es", "fr", "fr_CA", "it", "pl", "pt_BR")
SIGNS = ("from dunning.domain.intake.currencies import currencies_of", "currencies_of('€')")

PROBE = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
asked = json.load(sys.stdin)
missing = {}
for name in asked["modules"]:
    try:
        importlib.import_module(name)
    except ImportError as error:
        missing[name] = str(error)
import boto3
from babel import Locale
from zoneinfo import ZoneInfo, reset_tzpath
reset_tzpath(to=[])
for service in asked["services"]:
    boto3.client(
        service, region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
for locale in asked["locales"]:
    Locale.parse(locale).number_symbols
ZoneInfo("America/Argentina/Buenos_Aires")
from datetime import date
from holidays import country_holidays
assert date(2026, 1, 6) in country_holidays("DE", subdiv="BY")
assert date(2026, 7, 14) in country_holidays("FR")
print(json.dumps({"missing": missing, "boto3": boto3.__file__}))
"""


@pytest.fixture(scope="module")
def host_layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layers of the local cell with what others wrote, unpacked."""
    unpacked = tmp_path_factory.mktemp("opt")
    here = Layers()
    for made in (here.runtime, here.documents, here.payments, here.api, here.pdf):
        with zipfile.ZipFile(made(host=True).path) as layer:
            layer.extractall(unpacked)
    return unpacked


@pytest.fixture(scope="module")
def lambda_layer() -> Layer:
    return Layers().runtime(host=False)


@pytest.fixture(scope="module")
def documents_layer() -> Layer:
    return Layers().documents(host=False)


def test_the_layer_alone_has_what_the_functions_import_and_every_client_they_make(
    host_layer: Path,
) -> None:
    modules = sorted(_third_party_modules())
    asked = {"modules": modules, "services": sorted(AWS_SERVICES), "locales": SPOKEN}
    # Isolated and without site-packages: nothing of this environment can stand in.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", PROBE, str(host_layer / "python")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["missing"] == {}
    assert answer["boto3"].startswith(str(host_layer))


def test_the_layer_has_what_the_signs_of_currencies_are_read_from(host_layer: Path) -> None:
    lines = [f"import sys; sys.path[:0] = {[str(host_layer / 'python'), str(LIBRARY)]!r}", *SIGNS]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", "\n".join(lines)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_layer_brings_its_byte_code_because_no_worker_can_keep_any(host_layer: Path) -> None:
    tag = sys.implementation.cache_tag
    for source in ("botocore/client.py", "pynamodb/models.py", "jinja2/environment.py"):
        path = host_layer / "python" / source
        compiled = path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc"
        # Flags 1: by hash, unchecked. A time stamp would be that of the unpacking.
        assert compiled.read_bytes()[4:8] == b"\x01\x00\x00\x00"


def test_no_function_asks_for_a_client_that_was_pruned() -> None:
    asked = {
        node.args[0].value
        for path in _deployed_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("client", "create_client")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert asked <= AWS_SERVICES


@pytest.mark.parametrize("which", ["lambda_layer", "documents_layer"])
def test_what_goes_to_lambda_is_compiled_for_its_processor_and_its_python(
    which: str, request: pytest.FixtureRequest
) -> None:
    made: Layer = request.getfixturevalue(which)
    with zipfile.ZipFile(made.path) as layer:
        compiled = [name for name in layer.namelist() if ".so" in name]
        machines = {name: layer.read(name)[18:20] for name in compiled}
    assert compiled
    for name, machine in machines.items():
        # The header of an ELF file says for which processor it is; 0xB7 is AArch64.
        assert machine == b"\xb7\x00", name
        assert "cpython-313" in name or "abi3" in name, name


def test_the_readers_of_files_are_packed_apart_and_without_what_only_compilers_read(
    documents_layer: Layer, lambda_layer: Layer
) -> None:
    with zipfile.ZipFile(documents_layer.path) as layer:
        names = layer.namelist()
        unpacked = sum(entry.file_size for entry in layer.infolist())
    packages = {name.split("/")[1] for name in names if name.count("/") > 1}
    assert {"lxml", "pypdf", "python_calamine"} <= packages
    assert not [name for name in names if name.startswith("python/lxml/includes")]
    # Beside the runtime layer, with room below Lambda's 250 MB.
    assert unpacked < 60_000_000
    with zipfile.ZipFile(lambda_layer.path) as layer:
        assert not [name for name in layer.namelist() if name.startswith("python/lxml")]


def test_only_the_functions_that_need_them_import_what_is_packed_apart() -> None:
    code = (
        "import sys\n"
        "from dunning.entry import bootstrap, settings\n"
        "made = bootstrap.Wiring(settings.Settings('c', 't', 'b'), 'eu-west-1')\n"
        "made.records, made.reminders, made.sweeps, made.feedback\n"
        "apart = {'lxml', 'pypdf', 'python_calamine', 'stripe', 'gocardless_pro', 'Adyen'}\n"
        "print(sorted((apart | {'pydantic', 'typst'}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_what_goes_to_lambda_is_small_enough_to_start_fast(lambda_layer: Layer) -> None:
    with zipfile.ZipFile(lambda_layer.path) as layer:
        unpacked = sum(entry.file_size for entry in layer.infolist())
        names = layer.namelist()
    # Lambda takes 250 MB over all layers; unpruned, this one would be twice as large as here.
    assert unpacked < 60_000_000
    assert lambda_layer.path.stat().st_size < 25_000_000
    # Byte code, where the machine could make any, is of Lambda's Python and no other.
    assert not [n for n in names if n.endswith(".pyc") and not n.endswith(".cpython-313.pyc")]
    models = {
        name.split("/")[3]
        for name in names
        if name.startswith("python/botocore/data/") and name.count("/") > 4
    }
    assert models == AWS_SERVICES


def test_the_same_lock_gives_the_same_layer_without_a_second_build(lambda_layer: Layer) -> None:
    built = lambda_layer.path.stat().st_mtime_ns
    again = Layers().runtime(host=False)
    assert again == lambda_layer
    assert again.path.stat().st_mtime_ns == built


def test_the_templates_lie_where_the_functions_look(tmp_path: Path) -> None:
    layer = Layers(cache=tmp_path).templates()
    source = built()
    with zipfile.ZipFile(layer.path) as packed:
        found = {name for name in packed.namelist() if not name.endswith("/")}
    assert found == {
        f"templates/{file.relative_to(source).as_posix()}"
        for file in source.rglob("*")
        if file.is_file()
    }


def test_two_builds_of_the_same_content_are_the_same_bytes(tmp_path: Path) -> None:
    first = Layers(cache=tmp_path / "a").templates()
    second = Layers(cache=tmp_path / "b").templates()
    assert first.digest == second.digest
    assert first.path.read_bytes() == second.path.read_bytes()


def _deployed_files() -> list[Path]:
    """What runs in Lambda: the handlers, and the library without the command line."""
    library = [
        path
        for path in LIBRARY.rglob("*.py")
        if path.relative_to(LIBRARY).parts[1:3] != ("entry", "cli")
    ]
    return [*library, *(ROOT / "functions").glob("*/handler.py")]


def _third_party_modules() -> set[str]:
    named: set[str] = set()
    for path in _deployed_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                named.add(node.module)
    ours = set(sys.stdlib_module_names) | {"dunning", "__future__"}
    # Type stubs are named under TYPE_CHECKING alone.
    return {n for n in named if n.partition(".")[0] not in ours and not n.startswith("types_boto3")}
