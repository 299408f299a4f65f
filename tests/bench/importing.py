"""What reading a file costs: CPU a row from bytes to validated documents, and on into parts, and
the memory that a million rows take.

The ledger writes that follow are measured in `recording`.
"""

import csv
import io
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource, PathSource
from dunning.adapters.memory.cell import Counters, MemorySettings, MemorySuppressions, plain_hash
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.domain.gates import DefaultGates
from dunning.service.accounts import Accounts
from dunning.service.ports import Blob, Fetched
from dunning.service.record_body import RecordBody

from tests.bench.figures import Board
from tests.bench.people import CREDITOR, NOW, TODAY
from tests.unit.importing import Cell as MemoryCell
from tests.unit.importing import Intake, whole
from tests.unit.interrupting import Deaths, mortal, to_the_end

ROWS = 100_000
TRIES = 9
MANY = 1_000_000
COLUMNS = "customer,number,currency,kind,issued,due,amount"
KEY = f"incoming/{CREDITOR}/invoices.csv"


def measure(board: Board) -> None:
    """Time it in this process, and its memory in one of its own."""
    body = _file(ROWS)
    ours, bare = [], []
    for _ in range(TRIES):
        cpu, taken = _ours(body)
        if taken != ROWS:
            raise AssertionError(f"{taken} of {ROWS} rows were taken")
        ours.append(cpu)
        bare.append(_bare(body))
    cpu, floor = statistics.median(ours), statistics.median(bare) / ROWS * 1e6
    board.add(
        "import_cpu_per_row",
        cpu / ROWS * 1e6,
        "us",
        f"CPU per row of a plain CSV of {ROWS:,} invoices into documents whose days, amounts, "
        "currencies and ids are read, a median of nine. Floor: csv.reader over the same bytes, by "
        "turns",
        floor=floor,
    )
    board.add(
        "import_cut_cpu_per_row",
        _cut(body) / ROWS * 1e6,
        "us",
        "CPU per row of the same file through the whole first function: read, gathered by account "
        "on the disk, cut into parts of 5,000 rows and packed. Floor: csv.reader again",
        floor=floor,
    )
    peak, empty, size = _memory(MANY)
    board.add(
        "import_peak_rss_mib_at_1m_rows",
        peak,
        "MiB",
        f"peak memory of a process that cuts a plain CSV of {MANY:,} rows ({size:.0f} MiB) into "
        "parts, from a file on the disk, as the function does. Floor: the same process with "
        "nothing read",
        floor=empty,
    )
    _killed_twice(board)


def _killed_twice(board: Board) -> None:
    """A hundred thousand rows through the whole intake over memory, once clean and once killed
    twice: the ledgers must be the same to the last character."""
    body = _scattered(ROWS)
    clean, writes = _through(body, Deaths())
    killed, again = _through(body, Deaths(writes // 3, 2 * writes // 3))
    if whole(clean.ledger) != whole(killed.ledger):
        raise AssertionError("a run that was killed twice left another ledger")
    if clean.result("rows.csv") != killed.result("rows.csv"):
        raise AssertionError("a run that was killed twice counts otherwise")
    board.add(
        "import_effects_when_killed_twice",
        again,
        "writes",
        f"writes, messages and notes of an import of {ROWS:,} rows over memory whose processes "
        "were killed twice; ledger and report are the same as a clean run's. Floor: those of the "
        "clean run",
        floor=writes,
    )


def _through(body: bytes, deaths: Deaths) -> tuple[MemoryCell, int]:
    cell = MemoryCell()
    cell.put("rows.csv", body)
    expected = len(deaths.at)
    if to_the_end(mortal(cell, deaths), "rows.csv") != expected:
        raise AssertionError("the processes were not killed as often as they should be")
    return cell, deaths.effects


def _file(rows: int) -> bytes:
    issued = TODAY.isoformat()
    lines = [COLUMNS]
    lines += [
        f"C-{n // 3:06},INV-{n:07},EUR,invoice,{issued},{issued},{n % 9000 + 1}.50"
        for n in range(rows)
    ]
    return ("\n".join(lines) + "\n").encode()


def _scattered(rows: int) -> bytes:
    """Ten rows a customer, spread over the file."""
    issued, customers = TODAY.isoformat(), rows // 10
    lines = [COLUMNS]
    lines += [
        f"C-{n * 7919 % customers:06},INV-{n:07},EUR,invoice,{issued},{issued},{n % 9000 + 1}.50"
        for n in range(rows)
    ]
    return ("\n".join(lines) + "\n").encode()


def _ours(body: bytes) -> tuple[float, int]:
    """CPU seconds, and rows that became a document or a body."""
    start = time.process_time()
    taken = 0
    for row in FilesByName().rows("invoices.csv", BytesSource(body), TODAY).rows:
        if row.error is None:
            taken += 1
    return time.process_time() - start, taken


def _bare(body: bytes) -> float:
    start = time.process_time()
    for _ in csv.reader(io.StringIO(body.decode())):
        pass
    return time.process_time() - start


class Folder:
    """Blobs as files below a folder: what is kept on the disk is not kept in memory."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, key: str) -> Path:
        found = self._root / key
        found.parent.mkdir(parents=True, exist_ok=True)
        return found

    def read(self, creditor: str, key: str, version: str | None) -> Blob:
        return Blob(self.path(key).read_bytes(), version or "v1")

    @contextmanager
    def fetch(self, creditor: str, key: str, version: str | None, most: int) -> Iterator[Fetched]:
        yield Fetched(PathSource(self.path(key)), version or "v1")

    def write(self, creditor: str, key: str, body: bytes, content_type: str) -> None:
        self.path(key).write_bytes(body)

    @contextmanager
    def writing(self, creditor: str, key: str, content_type: str) -> Iterator[BinaryIO]:
        with self.path(key).open("wb+") as out:
            yield out


def _cut(body: bytes) -> float:
    """CPU seconds of the first function's work on a file."""
    with TemporaryDirectory() as folder:
        blobs = Folder(Path(folder))
        blobs.path(KEY).write_bytes(body)
        start = time.process_time()
        cut_file(blobs)
        return time.process_time() - start


def cut_file(blobs: Folder) -> None:
    """Cut the one file of a folder."""
    accounts = Accounts(MemoryLedger(), DefaultGates())
    bodies = RecordBody(accounts, MemorySuppressions(), plain_hash)
    intake = Intake(blobs, MemorySettings(), bodies, Counters())
    intake.imports.run(CREDITOR, KEY, "v1", TODAY, NOW)
    (run, *_) = intake.runs.runs(CREDITOR)
    if run.rejected or run.parts * 5_000 < run.rows:
        raise AssertionError(f"{run.rejected} rows of {run.rows} were rejected")


def _memory(rows: int) -> tuple[float, float, float]:
    """Peak of a process with and without reading, and the file's size, in MiB."""
    root = Path(__file__).parents[2]
    argv = [sys.executable, "-m", "tests.bench.importing", str(rows)]
    done = subprocess.run(argv, cwd=root, capture_output=True, check=True, text=True)
    empty, peak, size = (float(word) for word in done.stdout.split())
    return peak, empty, size


def _peak() -> float:
    """The most memory that this process ever had, in MiB. `ru_maxrss` begins with the parent's,
    so it is only for systems that have no /proc."""
    status = Path("/proc/self/status")
    if not status.exists():
        scale = 2**20 if sys.platform == "darwin" else 2**10
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
    lines = status.read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 2**10


def _main(rows: int) -> None:
    """In a process of its own: its peak never falls."""
    with TemporaryDirectory() as folder:
        blobs = Folder(Path(folder))
        path = blobs.path(KEY)
        argv = [sys.executable, "-m", "tests.bench.importing", str(rows), str(path)]
        subprocess.run(argv, check=True)
        empty = _peak()
        cut_file(blobs)
        peak = _peak()
        size = path.stat().st_size / 2**20
    sys.stdout.write(f"{empty} {peak} {size}\n")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_bytes(_file(int(sys.argv[1])))
    else:
        _main(int(sys.argv[1]))
