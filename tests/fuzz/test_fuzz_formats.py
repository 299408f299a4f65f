"""Any file becomes rows: random and damaged files, the cases that were found, and a short run of
the coverage-guided fuzzer."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import mutating, target

ROOT = Path(__file__).parents[2]
CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_file())
SLOW_IS_FINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", sorted(mutating.SAMPLES))
@pytest.mark.parametrize("how", [target.PLAIN, target.MEMBER, target.ATTACHED])
def test_the_samples_themselves_hold(name: str, how: int) -> None:
    target.check(*target.wrapped(how, name, mutating.SAMPLES[name]))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_a_case_that_was_found_stays_mended(path: Path) -> None:
    target.check(path.name, path.read_bytes())


@settings(SLOW_IS_FINE, max_examples=200)
@given(st.sampled_from(target.NAMES), st.binary(max_size=400))
def test_any_bytes_become_rows(name: str, body: bytes) -> None:
    target.check(name, body)


@settings(SLOW_IS_FINE, max_examples=250)
@given(mutating.damaged_bytes(), st.sampled_from((None, *target.NAMES)))
def test_a_damaged_file_becomes_rows(file: tuple[str, bytes], other: str | None) -> None:
    name, body = file
    target.check(other or name, body)


@settings(SLOW_IS_FINE, max_examples=250)
@given(mutating.damaged_texts(), st.sampled_from((0, 0, target.MEMBER, target.ATTACHED)))
def test_a_file_with_other_values_becomes_rows(file: tuple[str, bytes], how: int) -> None:
    target.check(*target.wrapped(how, *file))


@settings(SLOW_IS_FINE, max_examples=200)
@given(mutating.damaged_tables())
def test_a_damaged_table_becomes_rows(file: tuple[str, bytes]) -> None:
    target.check(*file)


@settings(SLOW_IS_FINE, max_examples=200)
@given(mutating.json_files())
def test_any_json_becomes_rows(file: tuple[str, bytes]) -> None:
    target.check(*file)


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris has no wheel for this machine"
)
def test_the_coverage_guided_fuzzer_finds_nothing_in_a_short_run(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.run", "8", "--runs", "1500", "--seed", "1",
         "--found", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-3_000:]
    assert list(tmp_path.iterdir()) == []
    assert "DONE" in done.stderr or "Done" in done.stderr
