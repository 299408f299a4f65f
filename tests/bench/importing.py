"""What reading a file costs: CPU a row of the plain CSV up to bodies, and the memory it takes.

Reading and validation alone; the ledger writes that follow are measured elsewhere.
"""

import csv
import io
import resource
import subprocess
import sys
import time
from pathlib import Path

from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.domain.reading import Defaults, read

from tests.bench.figures import Board
from tests.bench.people import CREDITOR, TODAY

ROWS = 100_000
MANY = 1_000_000
COLUMNS = "customer,number,currency,kind,issued,due,amount"


def measure(board: Board) -> None:
    """Time it in this process, and its memory in one of its own."""
    body = _file(ROWS)
    cpu, taken = _ours(body)
    if taken != ROWS:
        raise AssertionError(f"{taken} of {ROWS} rows were taken")
    board.add(
        "import_cpu_per_row",
        cpu / ROWS * 1e6,
        "us",
        f"CPU per row of a plain CSV of {ROWS:,} invoices through the format's reader and the "
        "reading of bodies, ledger writes left out. Floor: csv.reader over the same bytes",
        floor=_bare(body) / ROWS * 1e6,
    )
    peak, empty, size = _memory(MANY)
    board.add(
        "import_peak_rss_mib_at_1m_rows",
        peak,
        "MiB",
        f"peak memory of a process that reads and validates a plain CSV of {MANY:,} rows "
        f"({size:.0f} MiB), parser only: today's intake is handed the whole file as bytes and "
        "goes over it row by row. Floor: the same process with nothing read",
        floor=empty,
    )


def _file(rows: int) -> bytes:
    issued = TODAY.isoformat()
    lines = [COLUMNS]
    lines += [
        f"C-{n // 3:06},INV-{n:07},EUR,invoice,{issued},{issued},{n % 9000 + 1}.50"
        for n in range(rows)
    ]
    return ("\n".join(lines) + "\n").encode()


def _ours(body: bytes) -> tuple[float, int]:
    """CPU seconds, and rows that became a body."""
    defaults = Defaults(creditor=CREDITOR, on=TODAY, terms_days=None)
    start = time.process_time()
    taken = 0
    for row in FilesByName().rows("invoices.csv", BytesSource(body)).rows:
        if row.body is not None and read(row.body, defaults).bodies:
            taken += 1
    return time.process_time() - start, taken


def _bare(body: bytes) -> float:
    start = time.process_time()
    for _ in csv.reader(io.StringIO(body.decode())):
        pass
    return time.process_time() - start


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
    path = Path(f"build/bench/rows-{rows}.csv")
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "tests.bench.importing", str(rows), str(path)], check=True
    )
    empty = _peak()
    _ours(path.read_bytes())
    peak = _peak()
    size = path.stat().st_size / 2**20
    path.unlink()
    sys.stdout.write(f"{empty} {peak} {size}\n")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_bytes(_file(int(sys.argv[1])))
    else:
        _main(int(sys.argv[1]))
