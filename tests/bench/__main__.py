"""`make bench`: measures everything, prints the table and writes build/bench/bench.json.

Whatever was started is stopped again, on Ctrl-C too; what was measured by then is written.
"""

import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from infra.local.processes import sigterm_unwinds
from tests.bench import (
    deciding,
    documents,
    exploring,
    importing,
    price,
    recording,
    rendering,
    simulating,
    spending,
    starting,
    sweeping,
    wire,
    writing,
)
from tests.bench.cell import cell
from tests.bench.emulated import database
from tests.bench.figures import Board

BUILD = Path(__file__).parents[2] / "build/bench"
PARTS = (
    "reminders",
    "price",
    "decisions",
    "messages",
    "sweep",
    "starts",
    "files",
    "documents",
    "simulation",
    "model",
)


def main() -> int:
    """All parts, or those named on the command line: the others' figures then stay as they are."""
    wanted = tuple(sys.argv[1:]) or PARTS
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
        return 2
    board = Board()
    if sys.argv[1:]:
        board.read(BUILD / "bench.json")
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    try:
        with sigterm_unwinds():
            _measure(board, wanted)
    except KeyboardInterrupt:
        board.failed.append("the rest: stopped by hand")
    board.show()
    board.write(BUILD / "bench.json")
    print(f"written: {(BUILD / 'bench.json').relative_to(Path.cwd())}")
    return 1 if board.failed else 0


def _measure(board: Board, wanted: tuple[str, ...]) -> None:
    """Shared machines first and alone: each part's servers are stopped before the next begins."""

    def part(name: str, measure: Callable[[], None]) -> None:
        if name in wanted:
            board.say(f"-- {name}")
            _kept(board, name, measure)

    part("starts", partial(starting.measure, board))
    part("files", partial(importing.measure, board))
    part("documents", partial(documents.measure, board))
    part("imports", partial(_imports, board))
    part("simulation", partial(simulating.measure, board))
    part("decisions", partial(deciding.speed, board))
    part("messages", partial(rendering.measure, board))
    part("sweep", partial(sweeping.measure, board, BUILD / "sweep"))
    if {"reminders", "price", "decisions"} & set(wanted):
        _kept(board, "reminders", partial(_reminders, board, wanted))
    if "model" in wanted and os.environ.get(exploring.SWITCH):
        part("model", partial(exploring.measure, board))


def _imports(board: Board) -> None:
    with database(BUILD / "imports") as here:
        recording.measure(board, cell(here))


def _reminders(board: Board, wanted: tuple[str, ...]) -> None:
    spent = None
    with database(BUILD / "reminders") as here:
        made = cell(here)
        if {"reminders", "price"} & set(wanted):
            board.say("-- reminders")
            writing.measure(board, made)
            spent = spending.measure(board, made)
        if "decisions" in wanted:
            deciding.reads(board, made)
    if spent is not None:
        price.measure(board, wire.measure(board, BUILD / "cloud"), spent)


def _kept(board: Board, name: str, measure: Callable[[], None]) -> None:
    """One part's failure is told at the end; the others are measured all the same."""
    try:
        measure()
    except Exception as error:  # noqa: BLE001
        board.failed.append(f"{name}: {type(error).__name__}: {error}")
        board.say(board.failed[-1])


if __name__ == "__main__":
    sys.exit(main())
