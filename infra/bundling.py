"""Builds the layers without Docker: pip picks the wheels of the target, we drop what nobody reads.
Only files are made here, build/layers/*.zip, once per content; no construct lives here."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from infra.config import ROOT
from infra.templates import built

CACHE = ROOT / "build" / "layers"
LOCK = ROOT / "layers" / "runtime" / "requirements.txt"
DOCUMENTS_LOCK = ROOT / "layers" / "documents" / "requirements.txt"
API_LOCK = ROOT / "layers" / "api" / "requirements.txt"
PAYMENTS_LOCK = ROOT / "layers" / "payments" / "requirements.txt"
PDF_LOCK = ROOT / "layers" / "pdf" / "requirements.txt"

AWS_SERVICES = frozenset(
    {
        "dynamodb",
        "lambda",
        "pinpoint-sms-voice-v2",
        "s3",
        "secretsmanager",
        "sesv2",
        "sqs",
        "sts",
    }
)
"""The service models that stay in the layer; botocore brings some four hundred."""

LANGUAGES = frozenset(
    {
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fi",
        "fr",
        "ga",
        "hr",
        "hu",
        "is",
        "it",
        "lt",
        "lv",
        "mt",
        "nb",
        "nl",
        "nn",
        "no",
        "pl",
        "pt",
        "ro",
        "sk",
        "sl",
        "sv",
        "tr",
        "uk",
        # For the signs of their currencies in files (¥, ₪, ₩, ₽ …).
        "he",
        "ja",
        "ko",
        "ru",
        "th",
        "vi",
        "zh",
    }
)
"""The languages, each with all its territories, whose formats stay; babel brings two hundred."""

_LAMBDA_WHEELS = (
    "--platform=manylinux2014_aarch64",
    # Python 3.13 runs on Amazon Linux 2023, whose glibc takes these too.
    "--platform=manylinux_2_28_aarch64",
    "--implementation=cp",
    "--python-version=3.13",
)
_SAME_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Layer:
    """A zip as Lambda unpacks it below /opt, and the hash that names its content."""

    path: Path
    digest: str


@dataclass(frozen=True, kw_only=True)
class Layers:
    """The layers. Without `third_party` an empty stand-in: a template test needs no wheels."""

    third_party: bool = True
    cache: Path = CACHE

    def runtime(self, *, host: bool) -> Layer:
        """The locked dependencies, for Lambda's arm64 or for this machine."""
        return self._wheels("runtime", LOCK, _prune, host=host)

    def documents(self, *, host: bool) -> Layer:
        """What reads XML, PDF and spreadsheets: for the one function that opens files."""
        return self._wheels("documents", DOCUMENTS_LOCK, _prune_documents, host=host)

    def payments(self, *, host: bool) -> Layer:
        """The payment providers' own packages: for the functions that speak with them."""
        return self._wheels("payments", PAYMENTS_LOCK, _prune_documents, host=host)

    def api(self, *, host: bool) -> Layer:
        """The models of the HTTP API for billing systems."""
        return self._wheels("api", API_LOCK, _prune_documents, host=host)

    def pdf(self, *, host: bool) -> Layer:
        """Typst and its fonts: for the one function that prints."""
        return self._wheels("pdf", PDF_LOCK, _prune_pdf, host=host)

    def _wheels(self, name: str, lock: Path, prune: Callable[[Path], None], *, host: bool) -> Layer:
        if not self.third_party:
            return self._made(f"{name}-stand-in", _digest([]), lambda _: None)
        target = _host_tag() if host else "cp313-aarch64"
        compiler = sys.executable if host else _python_of_lambda()
        form = "compiled" if compiler else "source"
        digest = _digest([lock, Path(__file__)], target, form)
        return self._made(
            f"{name}-{target}",
            digest,
            lambda root: _install(root, lock, prune, compiler, host=host),
        )

    def templates(self) -> Layer:
        """The built templates as /opt/templates."""
        source = built()
        files = sorted(file for file in source.rglob("*") if file.is_file())
        return self._made(
            "templates", _digest(files), lambda root: _copy(files, source, root / "templates")
        )

    def _made(self, name: str, digest: str, fill: Callable[[Path], None]) -> Layer:
        path = self.cache / f"{name}-{digest[:16]}.zip"
        if not path.exists():
            self.cache.mkdir(parents=True, exist_ok=True)
            # Made aside and moved whole: a broken build leaves nothing that looks finished.
            with tempfile.TemporaryDirectory(dir=self.cache, prefix=".making-") as making:
                root = Path(making) / "opt"
                (root / "python").mkdir(parents=True)
                fill(root)
                _zip(root, Path(making) / "layer.zip")
                (Path(making) / "layer.zip").replace(path)
        return Layer(path, digest)


def _install(
    root: Path, lock: Path, prune: Callable[[Path], None], compiler: str | None, *, host: bool
) -> None:
    target = root / "python"
    subprocess.run(
        [
            sys.executable, "-m", "pip", "install",
            "--quiet", "--disable-pip-version-check", "--no-compile",
            # The lock names everything: to resolve it once more took as long as to unpack it.
            "--no-deps",
            "--only-binary=:all:", "--require-hashes", "--requirement", str(lock),
            "--target", str(target),
            *(() if host else _LAMBDA_WHEELS),
        ],
        check=True,
    )  # fmt: skip
    prune(target)
    if compiler:
        _compile(target, compiler)


def _compile(target: Path, python: str) -> None:
    """Byte code beside the sources. Lambda cannot write any into /opt, so that every new worker
    would compile some five hundred modules again: four times the CPU of its start. Without the
    time stamps of the sources, and with the path that they have in Lambda."""
    subprocess.run(
        [
            python, "-m", "compileall", "-q", "-j0", "--invalidation-mode", "unchecked-hash",
            "-s", str(target), "-p", "/opt/python", str(target),
        ],
        check=True,
        # A byte code of the same source is the same bytes.
        env={"PYTHONHASHSEED": "0", "PATH": os.environ.get("PATH", os.defpath)},
    )  # fmt: skip


def _python_of_lambda() -> str | None:
    """An interpreter of Lambda's version, for its byte code; on a machine without one the layer
    carries sources alone, and starts slower."""
    found = shutil.which("python3.13")
    if found is None:
        return None
    asked = [found, "-c", "import sys; print(*sys.version_info[:2])"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    return found if answer.stdout.split() == ["3", "13"] else None


def _prune_documents(target: Path) -> None:
    """Drop what no function reads; every file is unpacked for each new worker."""
    shutil.rmtree(target / "bin", ignore_errors=True)
    for name in ("__pycache__", "tests"):
        for folder in list(target.rglob(name)):
            shutil.rmtree(folder)
    # Headers and stylesheets, for those who compile against it.
    for unread in ("includes", "isoschematron"):
        shutil.rmtree(target / "lxml" / unread, ignore_errors=True)


def _prune_pdf(target: Path) -> None:
    """As for documents; of the fonts no slanted ones, which no layout sets."""
    _prune_documents(target)
    for slanted in target.glob("fontpkg_*/files/*Italic*"):
        slanted.unlink()
    # A second copy of the font, as data of who installs it; and the tool that packed the others.
    for copy in target.glob("*.otf"):
        copy.unlink()
    shutil.rmtree(target / "fontpkg", ignore_errors=True)


def _prune(target: Path) -> None:
    """As for documents; and of botocore and babel only what we use."""
    _prune_documents(target)
    for folder in (target / "botocore" / "data").iterdir():
        # The loose files beside the services (endpoints, partitions, retry rules) stay.
        if folder.is_dir() and folder.name not in AWS_SERVICES:
            shutil.rmtree(folder)
    # Of holidays we ask the days, neither their names in other languages nor those of exchanges.
    for name in ("locale", "financial"):
        shutil.rmtree(target / "holidays" / name, ignore_errors=True)
    # Of telephone numbers we ask country, kind and time zones, neither town nor carrier.
    for name in ("geodata", "carrierdata"):
        shutil.rmtree(target / "phonenumbers" / name, ignore_errors=True)
    # cryptography loads cffi's compiled half alone; the rest is for who compiles bindings.
    for name in ("cffi", "pycparser"):
        shutil.rmtree(target / name, ignore_errors=True)
    for file in (target / "babel" / "locale-data").glob("*.dat"):
        language = file.stem.partition("_")[0]
        if language not in LANGUAGES | {"root"}:
            file.unlink()


def _copy(files: Iterable[Path], source: Path, target: Path) -> None:
    for file in files:
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)


def _zip(root: Path, archive: Path) -> None:
    """The same content gives the same bytes: sorted, on one day, with plain permissions."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_dir():
                entry = zipfile.ZipInfo(f"{name}/", _SAME_DAY)
                entry.external_attr = 0o40755 << 16
                packed.writestr(entry, b"")
            else:
                entry = zipfile.ZipInfo(name, _SAME_DAY)
                entry.external_attr = 0o100755 << 16 if path.suffix == ".so" else 0o100644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, path.read_bytes())


def _digest(files: Iterable[Path], *facts: str) -> str:
    digest = hashlib.sha256()
    for fact in facts:
        digest.update(f"{fact}\n".encode())
    for file in files:
        digest.update(f"{file.relative_to(ROOT).as_posix()}\n".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _host_tag() -> str:
    return f"cp{sys.version_info.major}{sys.version_info.minor}-{platform.machine()}"


if __name__ == "__main__":
    # Those of this machine, so that nobody waits for them later.
    here = Layers()
    for made in (here.runtime, here.documents, here.payments, here.api, here.pdf):
        made(host=True)
