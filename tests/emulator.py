"""The local cloud's emulator without stacks, and the cell's table in it: for suites and benchmarks.

Started on a free port, stopped at the end; nothing is deployed.
"""

import contextlib
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.local.processes import Processes, free_port, wait_for

ROOT = Path(__file__).parents[1]
REGION = "eu-west-1"
READY_WITHIN_SECONDS = 120
INDEXES = {"agenda": ("apk", "ask"), "book": ("bpk", "bsk")}


@contextlib.contextmanager
def emulator(directory: Path, **environment: str) -> Iterator[str]:
    """The address of an emulated AWS of the block's own."""
    directory.mkdir(parents=True, exist_ok=True)
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    own = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(directory),
        "TMPDIR": str(directory),
        "STATE_DIR": str(directory / "state"),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        **environment,
    }
    argv = [str(ROOT / ".venv-local/bin/python"), str(ROOT / "infra/local/emulator.py")]
    with Processes(directory / "logs") as processes:
        child = processes.start("emulator", argv, env=own, cwd=directory)
        ready = f"{endpoint}/_ministack/ready"
        wait_for(child, lambda: _answers(ready), READY_WITHIN_SECONDS)
        yield endpoint


def create_table(client: Any, table: str) -> None:
    """The table as infra/stateful makes it, but for what only protects it."""
    names = ["pk", "sk", *(name for pair in INDEXES.values() for name in pair)]
    client.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=_keys("pk", "sk"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": name,
                "KeySchema": _keys(*pair),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for name, pair in INDEXES.items()
        ],
    )


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


def _answers(url: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=1) as response:
        return bool(response.status == 200)
    return False
