"""What a function's cold start takes: a fresh interpreter imports the handler and wires its parts.

CPU, not the clock: an import waits for nothing, and what else runs here is not its fault.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.templates import built
from tests.bench.figures import Board

ROOT = Path(__file__).parents[2]
RUNS, COMPILING_RUNS = 5, 2
WORK = {
    # function: (what prepares it, the clients that it uses)
    "send_email": ("reminders", ("dynamodb", "sesv2")),
    "sweep": ("sweep", ("dynamodb", "sqs")),
    "record_feedback": ("feedback", ("dynamodb", "secretsmanager")),
    "import_invoices": ("imports", ("dynamodb", "s3", "sqs")),
    "record_import": ("records", ("dynamodb", "s3", "secretsmanager", "sqs")),
}
_OURS = """
import time
started = time.process_time()
import handler
from dunning.entry import bootstrap
bootstrap.{make}()
print(time.process_time() - started)
"""
_BARE = """
import time
started = time.process_time()
import boto3
for name in {clients!r}:
    boto3.client(name)
print(time.process_time() - started)
"""
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-west-1",
    # Nobody listens there: a cold start asks nothing.
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "CELL": "bench",
    "TABLE_NAME": "bench",
    "BUCKET_NAME": "bench",
    "ADDRESS_KEY_SECRET": "bench",
    "CONFIGURATION_SET": "bench",
    "EMAIL_QUEUE_URL": "http://127.0.0.1:9/queue",
    "EMAIL_RATE": "14",
    "EMAIL_MAX_RECEIVE_COUNT": "5",
    "PARTS_QUEUE_URL": "http://127.0.0.1:9/parts",
    "PARTS_MAX_RECEIVE_COUNT": "5",
    "TEMPLATES_PATH": str(built()),
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_METRICS_NAMESPACE": "Duecourse",
    "PYTHONTZPATH": "",
}


def measure(board: Board) -> None:
    """Every function beside bare boto3 with the same clients; and what byte code is worth."""
    for function, (make, clients) in WORK.items():
        ours, bare = _OURS.format(make=make), _BARE.format(clients=clients)
        compiling = _milliseconds(function, ours, compiling=True)
        board.add(
            f"cold_start_{function}",
            _milliseconds(function, ours, compiling=False),
            "ms",
            "CPU to import the handler and wire its parts in a fresh interpreter, median of "
            f"{RUNS}, with byte code as the runtime layer brings it ({compiling:.0f} ms with "
            "none, where no Python 3.13 was at hand to build the layer). Floor: import boto3 and "
            f"clients of {', '.join(clients)}",
            floor=_milliseconds(function, bare, compiling=False),
        )


def _milliseconds(function: str, code: str, *, compiling: bool) -> float:
    runs = COMPILING_RUNS if compiling else RUNS
    with tempfile.TemporaryDirectory() as cache:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": cache,
            "PYTHONPATH": str(ROOT / "functions" / function),
            # An empty place for byte code: what was kept beside the modules is not found.
            "PYTHONPYCACHEPREFIX": cache,
            **({"PYTHONDONTWRITEBYTECODE": "1"} if compiling else {}),
            **_ENVIRONMENT,
        }
        argv = [sys.executable, "-c", code]
        times = [
            float(subprocess.run(argv, env=environment, capture_output=True, check=True).stdout)
            for _ in range(runs if compiling else runs + 1)
        ]
    # The first run is the one that compiles, and keeps what it compiled for the others.
    return statistics.median(times if compiling else times[1:]) * 1000
