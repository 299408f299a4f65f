"""The runs of a cell, and the queue of their steps, in memory.
For tests and whoever keeps nothing.
"""

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from dunning.service.intake_ports import CUTTING, DONE, RECORDING, Counts, Run, Step


class MemoryImports:
    """Runs by creditor and id, with the table's conditions."""

    def __init__(self) -> None:
        self._runs: dict[tuple[str, str], Run] = {}

    def begin(self, creditor: str, run: Run) -> Run:
        return self._runs.setdefault((creditor, run.id), run)

    def find(self, creditor: str, run: str) -> Run | None:
        return self._runs.get((creditor, run))

    def have_cut(
        self, creditor: str, run: str, cut: str, rows: int, parts: int, counts: Counts
    ) -> Run:
        stands = self._stands(creditor, run)
        if stands.state != CUTTING:
            return stands
        cut_now = replace(stands, state=RECORDING, cut=cut, rows=rows, parts=parts)
        return self._put(creditor, _added(cut_now, counts))

    def have_recorded(self, creditor: str, run: str, part: int, counts: Counts) -> Run:
        stands = self._stands(creditor, run)
        if part in stands.done:
            return stands
        return self._put(creditor, _added(replace(stands, done=stands.done | {part}), counts))

    def turn(self, creditor: str, run: str, state: str, at: int, why: str = "") -> Run:
        stands = self._stands(creditor, run)
        if stands.state == DONE:
            return stands
        ended = at if state == DONE else stands.ended
        return self._put(creditor, replace(stands, state=state, why=why, ended=ended))

    def runs(self, creditor: str) -> Iterator[Run]:
        mine = [run for (owner, _), run in self._runs.items() if owner == creditor]
        return iter(sorted(mine, key=lambda run: (-run.started, run.id)))

    def _stands(self, creditor: str, run: str) -> Run:
        found = self.find(creditor, run)
        if found is None:
            raise LookupError(f"{creditor}: the run {run} is not there")
        return found

    def _put(self, creditor: str, run: Run) -> Run:
        self._runs[creditor, run.id] = run
        return run


def _added(run: Run, counts: Counts) -> Run:
    return replace(
        run,
        accepted=run.accepted + counts.accepted,
        unchanged=run.unchanged + counts.unchanged,
        rejected=run.rejected + counts.rejected,
    )


class MemorySteps:
    """A queue of steps, first in, first out."""

    def __init__(self) -> None:
        self.waiting: deque[Step] = deque()

    def put(self, steps: Iterable[Step]) -> None:
        self.waiting.extend(steps)


class PlainPages:
    """A report as it is, for whoever reads no page."""

    def page(self, creditor: str, report: Mapping[str, object]) -> bytes:
        return json.dumps(report).encode()
