"""Child processes of the local cloud: started in groups of their own, stopped by their handles.

Nothing is ever stopped by its name, and nothing that was not started here.
"""

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

GRACE_SECONDS = 5.0


class ProcessFailedError(RuntimeError):
    """A child ended or stayed silent; the message holds the end of its log."""


@dataclass(frozen=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def tail(self, lines: int = 40) -> str:
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def stop(self) -> None:
        """The whole group: the emulator's functions are its children."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(GRACE_SECONDS)


class Processes:
    """Stops what it started, the newest first, however the block is left."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[Child] = []
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, argv: Sequence[str], *, env: Mapping[str, str], cwd: Path) -> Child:
        log = self._logs / f"{name}.log"
        with log.open("ab") as out:
            process = subprocess.Popen(
                list(argv),
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        child = Child(name, process, log)
        self._children.append(child)
        return child

    def run(
        self, name: str, argv: Sequence[str], *, env: Mapping[str, str], cwd: Path, seconds: float
    ) -> None:
        """Start, wait for the end, and insist on success."""
        child = self.start(name, argv, env=env, cwd=cwd)
        try:
            code = child.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise ProcessFailedError(
                f"{name} took longer than {seconds:.0f} s\n{child.tail()}"
            ) from None
        finally:
            child.stop()
            self._children.remove(child)
        if code != 0:
            raise ProcessFailedError(f"{name} ended with {code}; {child.log}\n{child.tail()}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while self._children:
            self._children.pop().stop()


def wait_for(child: Child, ready: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not ready():
        if child.process.poll() is not None:
            raise ProcessFailedError(f"{child.name} ended at once; {child.log}\n{child.tail()}")
        if time.monotonic() > until:
            raise ProcessFailedError(f"{child.name} is not ready\n{child.tail()}")
        time.sleep(0.05)


def free_port() -> int:
    """A port that nobody listens on now; whoever takes it should take it soon."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def sigterm_unwinds() -> Iterator[None]:
    """SIGTERM leaves the block as an exception, so that what was started is stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
