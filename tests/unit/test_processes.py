"""Children of the local cloud: started in groups, stopped whole, and quoted when they fail.

The children are small Python programs of the tests' own.
"""

import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from infra.local.processes import Processes, ProcessFailedError, sigterm_unwinds, wait_for

PARENT_OF_A_SLEEPER = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def gone(pid: int) -> bool:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


def test_leaving_the_block_stops_the_children_and_their_children(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        child = processes.start("one", python(PARENT_OF_A_SLEEPER), env=os.environ, cwd=tmp_path)
        wait_for(child, lambda: bool(child.tail()), 10)
        grandchild = int(child.tail())
    assert gone(child.process.pid)
    assert gone(grandchild)


def test_a_child_that_ignores_sigterm_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.local.processes.GRACE_SECONDS", 0.3)
    with Processes(tmp_path) as processes:
        child = processes.start("deaf", python(STUBBORN), env=os.environ, cwd=tmp_path)
        wait_for(child, lambda: "deaf" in child.tail(), 10)
    assert child.process.returncode == -signal.SIGKILL


def test_a_child_that_fails_is_quoted(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes, pytest.raises(ProcessFailedError, match="no such bean"):
        processes.run(
            "bad", python("raise SystemExit('no such bean')"),
            env=os.environ, cwd=tmp_path, seconds=10,
        )  # fmt: skip


def test_a_child_that_ends_before_it_is_ready_is_quoted(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        child = processes.start("bad", python("print('port taken')"), env=os.environ, cwd=tmp_path)
        with pytest.raises(ProcessFailedError, match="port taken"):
            wait_for(child, lambda: False, 10)


def test_a_child_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes, pytest.raises(ProcessFailedError, match="longer than"):
        processes.run(
            "slow", python("import time; time.sleep(60)"),
            env=os.environ, cwd=tmp_path, seconds=0.2,
        )  # fmt: skip


def test_sigterm_leaves_the_block_as_an_exception_and_is_given_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit), sigterm_unwinds():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before
