"""What a cell's channels share in the table: where a sweep stands, who rests, how fast to send.
When a channel rests, and how fast it may be, is decided by the services.
"""

import json
import zlib
from dataclasses import replace
from threading import Lock
from typing import Any, NamedTuple

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from dunning.service.ports import PROBE, Cursor, SweepState

from . import keys
from .models import PauseRow, RateRow, SweepRow
from .reading import get_row
from .writes import CONDITION


class _Rests(NamedTuple):
    """Until when the channel rests, and which creditors' mails do; 0 and none: nobody."""

    until: int = 0
    of: dict[str, int] = {}  # noqa: RUF012 - never changed


class DynamoChannels:
    """Where each channel's sweep stands, its rests and its rate: items of their own, so that a
    sweep which saves what it read a minute ago cannot end a rest. Rests are read once an
    invocation."""

    def __init__(self) -> None:
        self._known: dict[str, _Rests] = {}
        self._reading = Lock()

    def refresh(self) -> None:
        """Forget which channels rest: an invocation begins."""
        self._known.clear()

    def sweep_state(self, channel: str) -> SweepState:
        partition = keys.sweep(channel)
        state = get_row(SweepRow, partition, keys.SWEEP_STATE)
        pause = get_row(PauseRow, partition, keys.SWEEP_PAUSE)
        found = _unpack_sweep(state.state) if state else SweepState()
        if pause is None:
            return found
        rests = _rests(pause)
        why = pause.why or ""
        return replace(found, paused_until=rests.until, paused_why=why, resting=rests.of)

    def save_sweep(self, channel: str, state: SweepState) -> None:
        SweepRow(keys.sweep(channel), keys.SWEEP_STATE, state=_pack_sweep(state)).save()

    def paused_until(self, channel: str, creditor: str = "") -> int:
        rests = self._rests_of(channel)
        return max(rests.until, rests.of.get(creditor, 0))

    def pause(self, channel: str, until: int, why: str, creditor: str = "") -> None:
        row = _pause_row(channel)
        if creditor:
            # A place within a map can be written only once the map is there.
            row.update([PauseRow.of.set(PauseRow.of | {})])
            place = _place(creditor)
            actions = [place.set(until)]
        else:
            place = _place()
            actions = [place.set(until), PauseRow.why.set(why)]
        _updated(row, actions, place.does_not_exist() | (place < until))
        with self._reading:
            self._known.pop(channel, None)

    def probe(self, channel: str, creditor: str, now: int) -> bool:
        rests = self._rests_of(channel)
        with self._reading:
            if self._known.get(channel) is not rests:
                return False  # another thread has come first
            rested = [("", rests.until), (creditor, rests.of.get(creditor, 0))]
            for whose, until in rested:
                if not until:
                    continue
                if until > now or not self._prolong(channel, whose, until, now + PROBE):
                    self._known.pop(channel, None)
                    return False
            of = {one: at for one, at in rests.of.items() if one != creditor}
            mine = {creditor: now + PROBE} if creditor in rests.of else {}
            whole = now + PROBE if rests.until else 0
            self._known[channel] = _Rests(whole, {**of, **mine})
            return True

    def resume(self, channel: str, creditor: str, now: int) -> None:
        row, until = _pause_row(channel), now + PROBE
        known = self._rests_of(channel)
        if known.until == until:
            _updated(row, [PauseRow.until.remove(), PauseRow.why.remove()], PauseRow.until == until)
        if known.of.get(creditor) == until:
            place = _place(creditor)
            _updated(row, [place.remove()], place == until)
        with self._reading:
            self._known.pop(channel, None)

    def rate(self, channel: str) -> float | None:
        row = get_row(RateRow, keys.rate(channel), keys.rate(channel))
        return float(row.rate) if row is not None and row.rate is not None else None

    def set_rate(self, channel: str, rate: float) -> None:
        key = keys.rate(channel)
        RateRow(key, key).update([RateRow.rate.set(rate)])

    def _rests_of(self, channel: str) -> _Rests:
        with self._reading:
            if channel not in self._known:
                key = keys.sweep(channel), keys.SWEEP_PAUSE
                row = get_row(PauseRow, *key, consistent=False)
                self._known[channel] = _rests(row) if row else _Rests()
            return self._known[channel]

    def _prolong(self, channel: str, creditor: str, seen: int, until: int) -> bool:
        """Move a rest that is over to `until`, if nobody has since it was read."""
        place = _place(creditor)
        return _updated(_pause_row(channel), [place.set(until)], place == seen)


def _pause_row(channel: str) -> PauseRow:
    return PauseRow(keys.sweep(channel), keys.SWEEP_PAUSE)


def _rests(row: PauseRow) -> _Rests:
    of = row.of.as_dict() if row.of else {}
    return _Rests(int(row.until or 0), {creditor: int(until) for creditor, until in of.items()})


def _place(creditor: str = "") -> Any:  # noqa: ANN401 - a path in the item, which has no type
    """Where a rest is kept: the channel's own, or that of one creditor."""
    return PauseRow.of[creditor] if creditor else PauseRow.until


def _updated(row: PauseRow, actions: list[Action], stands: Condition) -> bool:
    """Whether the row was as it had to be, and is now changed."""
    try:
        row.update(actions, stands)
    except UpdateError as error:
        if error.cause_response_code != f"{CONDITION}Exception":
            raise
        return False
    return True


def _pack_sweep(state: SweepState) -> bytes:
    """A creditor's cursors side by side: most are the same as the sweep before's, so they shrink
    to little, and one item holds thousands of creditors."""
    names = sorted({*state.cursors, *(name for _, marked in state.marks for name in marked)})
    text = json.dumps(
        {
            "total": state.total,
            "marks": [total for total, _ in state.marks],
            "cursors": {
                name: [state.cursors.get(name)] + [marked.get(name) for _, marked in state.marks]
                for name in names
            },
        }
    )
    return zlib.compress(text.encode())


def _unpack_sweep(packed: bytes) -> SweepState:
    stored: dict[str, Any] = json.loads(zlib.decompress(packed))
    columns: list[dict[str, Cursor]] = [{} for _ in range(len(stored["marks"]) + 1)]
    for name, cursors in stored["cursors"].items():
        for column, cursor in zip(columns, cursors, strict=True):
            if cursor is not None:
                column[name] = Cursor(*cursor)
    marks = tuple(zip(stored["marks"], columns[1:], strict=True))
    return SweepState(cursors=columns[0], total=stored["total"], marks=marks)
