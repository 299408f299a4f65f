"""`python -m tests.fuzz.run SECONDS`: the coverage-guided fuzzer over every reader of files.

What it finds is written to tests/fuzz/cases, which a test replays; the corpus grows in build/fuzz.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["dunning.adapters.formats", "dunning.domain.intake"]):
    from tests.fuzz import samples, target

HERE = Path(__file__).parent
CORPUS = HERE.parents[1] / "build/fuzz/corpus"
TAGS = len(target.NAMES) * 3


def one_input(data: bytes) -> None:
    """The first byte says under which name, and in what, the rest is handed in."""
    name, body = unwrapped(data)
    target.check(name, body)


def unwrapped(data: bytes) -> tuple[str, bytes]:
    tag = data[0] % TAGS if data else 0
    return target.wrapped(tag // len(target.NAMES), target.NAMES[tag % len(target.NAMES)], data[1:])


def seeds(folder: Path) -> None:
    """The samples as inputs: each as the file that it is, texts inside archive and PDF too."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in samples.every().items():
        ending = name.rpartition(".")[2]
        at = next(n for n, other in enumerate(target.NAMES) if other.endswith(f".{ending}"))
        kinds = (0,) if ending in ("pdf", "zip") else (0, 1, 2) if ending == "xml" else (0, 1)
        for kind in kinds:
            path = folder / f"{kind}-{name}"
            path.write_bytes(bytes([kind * len(target.NAMES) + at]) + body)


def keep(found: Path, cases: Path) -> None:
    """Write what was found as the file that it is, for the test that replays it."""
    for path in found.iterdir():
        name, body = unwrapped(path.read_bytes())
        ending = name.rpartition(".")[2] if "." in name else "bin"
        (cases / f"{path.name[:24]}.{ending}").write_bytes(body)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("seconds", type=int)
    arguments.add_argument("--runs", type=int, default=-1)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--found", type=Path, default=HERE / "cases")
    given = arguments.parse_args()
    given.found.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        seeded, artefacts = Path(made) / "seeds", Path(made) / "found"
        artefacts.mkdir()
        seeds(seeded)
        # A run that is to be the same each time begins with the same corpus.
        corpus = Path(made) / "corpus" if given.seed else CORPUS
        corpus.mkdir(parents=True, exist_ok=True)
        try:
            atheris.Setup(
                [
                    sys.argv[0], str(corpus), str(seeded),
                    f"-max_total_time={given.seconds}", f"-runs={given.runs}",
                    f"-seed={given.seed or 0}", f"-max_len={target.LONGEST}",
                    "-timeout=20", "-rss_limit_mb=2048", "-use_value_profile=0",
                    f"-artifact_prefix={artefacts}/", "-print_final_stats=1",
                ],
                one_input,
            )  # fmt: skip
            atheris.Fuzz()
        finally:
            keep(artefacts, given.found)


if __name__ == "__main__":
    main()
