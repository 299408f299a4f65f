"""Processes that are killed: every write, message and note of the intake counts, and before or
after any of them the process ends. The queues then bring again what was not acknowledged.
"""

from collections.abc import Callable
from itertools import count
from typing import Any

from dunning.service.intake_ports import Step

from tests.unit.importing import MUCH, NOW, Cell


class Killed(BaseException):
    """The process was stopped."""


class Deaths:
    """When processes die: at the n-th effect of the whole run, before or after it happened."""

    def __init__(self, *at: int, after: bool = False) -> None:
        self.at, self.after = set(at), after
        self.effects = 0

    def around(self, effect: Callable[..., Any]) -> Callable[..., Any]:
        def may_die(*arguments: Any, **named: Any) -> Any:
            self.effects += 1
            dies = self.effects in self.at
            if dies and not self.after:
                raise Killed
            found = effect(*arguments, **named)
            if dies:
                raise Killed
            return found

        return may_die


def mortal(cell: Cell, deaths: Deaths) -> Cell:
    """The cell, with every effect on the outside counted."""
    for port, names in (
        (cell.ledger, ("write",)),
        (cell.blobs, ("write",)),
        (cell.runs, ("begin", "have_cut", "have_recorded", "turn")),
        (cell.steps, ("put",)),
        (cell.settings, ("put_creditor",)),
    ):
        for name in names:
            setattr(port, name, deaths.around(getattr(port, name)))
    return cell


def to_the_end(cell: Cell, *names: str, left: Callable[[], float] = lambda: MUCH) -> int:
    """The events of some files, and all steps that follow, each until it is acknowledged. How often
    a process was killed."""
    killed = 0
    for name in names:
        killed += _until_acknowledged(lambda name=name: cell.arrive(name))  # type: ignore[misc]
    while cell.steps.waiting:
        step: Step = cell.steps.waiting[0]
        receives = count(1)
        killed += _until_acknowledged(
            lambda step=step, receives=receives: cell.records.run(  # type: ignore[misc]
                step, NOW, left, next(receives)
            )
        )
        cell.steps.waiting.remove(step)
    return killed


def _until_acknowledged(message: Callable[[], object]) -> int:
    killed = 0
    while True:
        try:
            message()
        except Killed:
            killed += 1
        else:
            return killed
