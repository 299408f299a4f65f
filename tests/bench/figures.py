"""The figures of one run: value, floor, ratio, unit and how; printed as a table, written as JSON.

Nothing is measured here.
"""

import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement, and the least that it could be on this machine or by AWS's rules."""

    name: str
    value: float
    unit: str
    how: str
    floor: float | None = None
    """None: there is no floor but nothing at all."""

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None


@dataclass(slots=True)
class Board:
    """What was measured so far, in the order of measuring."""

    figures: list[Figure] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    """Parts that could not be measured, with the reason."""
    _started: float = field(default_factory=time.monotonic)

    def add(
        self, name: str, value: float, unit: str, how: str, *, floor: float | None = None
    ) -> Figure:
        """Keep a figure and show it at once."""
        figure = Figure(name, value, unit, how, floor)
        self.figures = [*(one for one in self.figures if one.name != name), figure]
        beside = "" if floor is None else f" (floor {number(floor)})"
        self.say(f"{name} = {number(value)} {unit}{beside}")
        return figure

    def value(self, name: str) -> float | None:
        """A figure that was measured before."""
        return next((f.value for f in self.figures if f.name == name), None)

    def say(self, text: str) -> None:
        """Progress: a run takes minutes, most of them spent loading."""
        print(f"[{time.monotonic() - self._started:5.0f} s] {text}", file=sys.stderr, flush=True)

    def read(self, path: Path) -> None:
        """Take over the figures of an earlier run, where only some parts are measured anew."""
        if path.exists():
            for name, one in json.loads(path.read_text(encoding="utf-8")).items():
                figure = Figure(name, one["value"], one["unit"], one["how"], one["floor"])
                self.figures.append(figure)

    def write(self, path: Path) -> None:
        """All figures as one JSON object."""
        path.parent.mkdir(parents=True, exist_ok=True)
        found = {
            f.name: {
                "value": _rounded(f.value),
                "floor": _rounded(f.floor),
                "ratio": _rounded(f.ratio),
                "unit": f.unit,
                "how": f.how,
            }
            for f in self.figures
        }
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    def show(self) -> None:
        """The table for people, wide enough for a log."""
        table = Table(title="Benchmarks: each figure beside its floor", show_lines=True)
        for column in ("figure", "value", "floor", "ratio", "unit", "how"):
            right = column in ("value", "floor", "ratio")
            table.add_column(column, justify="right" if right else "left", overflow="fold")
        for f in self.figures:
            table.add_row(f.name, number(f.value), number(f.floor), number(f.ratio), f.unit, f.how)
        Console(width=150).print(table)
        for reason in self.failed:
            print(f"not measured: {reason}")


def number(value: float | None) -> str:
    """Four digits are more than any of these figures is good for."""
    if value is None:
        return "-"
    if value == int(value) and abs(value) < 1e6:
        return f"{int(value)}"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
