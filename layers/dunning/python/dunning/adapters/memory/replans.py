"""Replans of a cell in memory, with the table's condition.
For tests and whoever keeps nothing.
"""

from dunning.service.replan_ports import Replanning


class MemoryReplannings:
    """The newest replan by creditor."""

    def __init__(self) -> None:
        self._kept: dict[str, Replanning] = {}

    def find(self, creditor: str) -> Replanning | None:
        return self._kept.get(creditor)

    def save(self, creditor: str, replanning: Replanning) -> bool:
        known = self._kept.get(creditor)
        if (known.rev if known else 0) != replanning.rev - 1:
            return False
        self._kept[creditor] = replanning
        return True
