"""How a server of ours lives as a process: says where it listens, ends with its parent or a signal.

Only the life of the process; what is served is the caller's.
"""

import os
import signal
import threading
from pathlib import Path

from infra.local.wire import Server

LOOK_EVERY_SECONDS = 0.5


def ended(*, with_parent: bool = True) -> threading.Event:
    """Set by SIGTERM or SIGINT, and when the parent has gone."""
    event = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: event.set())
    if with_parent:
        threading.Thread(target=_watch, args=(os.getppid(), event), daemon=True).start()
    return event


def _watch(parent: int, event: threading.Event) -> None:
    while os.getppid() == parent and not event.wait(LOOK_EVERY_SECONDS):
        pass
    event.set()


def serve(server: Server, ready: str) -> None:
    """Serve until the end; `ready` is written when the first request can be answered."""
    end = ended()
    server.start()
    partial = Path(f"{ready}.partial")
    partial.write_text(server.url, encoding="utf-8")
    partial.rename(ready)
    end.wait()
    server.stop()
