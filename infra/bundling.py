"""Builds the layers without Docker: pip picks the wheels of the target, we drop what nobody reads.
Only files are made here, under build/layers/HASH, once per content; no construct lives here."""

from __future__ import annotations

import contextlib
import hashlib
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from infra.config import ROOT

CACHE = ROOT / "build" / "layers"
LOCK = ROOT / "layers" / "runtime" / "requirements.txt"

AWS_SERVICES = (
    "dynamodb",
    "pinpoint-sms-voice-v2",
    "s3",
    "secretsmanager",
    "sesv2",
    "sqs",
    "sts",
)
"""The service models that stay in the layer; botocore brings some four hundred."""

_LAMBDA_WHEELS = (
    "--platform=manylinux2014_aarch64",
    # Python 3.13 runs on Amazon Linux 2023, whose glibc takes these too.
    "--platform=manylinux_2_28_aarch64",
    "--implementation=cp",
    "--python-version=3.13",
)


@dataclass(frozen=True)
class Layer:
    """A directory as Lambda unpacks it below /opt, and the hash that names its content."""

    path: Path
    digest: str


@dataclass(frozen=True, kw_only=True)
class Layers:
    """The layers. Without `third_party` an empty stand-in: a template test needs no wheels."""

    third_party: bool = True
    cache: Path = CACHE

    def runtime(self, *, host: bool) -> Layer:
        """The locked dependencies, for Lambda's arm64 or for this machine."""
        target = _host_tag() if host else "cp313-aarch64"
        if not self.third_party:
            return self._made("runtime", "stand-in", lambda path: (path / "python").mkdir())
        digest = _digest([LOCK, Path(__file__)], target)
        return self._made(f"runtime-{target}", digest, lambda path: _install(path, host=host))

    def templates(self) -> Layer:
        """templates/ as /opt/templates."""
        source = ROOT / "templates"
        files = sorted(file for file in source.rglob("*") if _is_content(file))
        return self._made(
            "templates",
            _digest(files),
            lambda path: _copy(files, source, path / "templates"),
        )

    def _made(self, name: str, digest: str, fill: Callable[[Path], object]) -> Layer:
        path = self.cache / f"{name}-{digest[:16]}"
        if not path.is_dir():
            # Filled aside and moved whole: a broken build leaves nothing that looks finished.
            self.cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.cache, prefix=".making-") as making:
                made = Path(making) / "layer"
                made.mkdir()
                fill(made)
                # Another synth may have been faster with the same content.
                with contextlib.suppress(OSError):
                    made.rename(path)
        return Layer(path, digest)


def _install(path: Path, *, host: bool) -> None:
    target = path / "python"
    subprocess.run(
        [
            sys.executable, "-m", "pip", "install",
            "--quiet", "--disable-pip-version-check", "--no-compile",
            "--only-binary=:all:", "--require-hashes", "--requirement", str(LOCK),
            "--target", str(target),
            *(() if host else _LAMBDA_WHEELS),
        ],
        check=True,
    )  # fmt: skip
    _prune(target)


def _prune(target: Path) -> None:
    """Drop what no function reads; every megabyte is unpacked at each cold start."""
    shutil.rmtree(target / "bin", ignore_errors=True)
    for name in ("__pycache__", "tests"):
        for folder in list(target.rglob(name)):
            shutil.rmtree(folder, ignore_errors=True)
    for folder in (target / "botocore" / "data").iterdir():
        # The loose files beside the services (endpoints, partitions, retry rules) stay.
        if folder.is_dir() and folder.name not in AWS_SERVICES:
            shutil.rmtree(folder)


def _copy(files: Iterable[Path], source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for file in files:
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)


def _is_content(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


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
