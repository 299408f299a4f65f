"""The runs of a cell in its table: one item each, gone by itself after the results are.
Each write says what it stands on, so that a step taken twice counts once.
"""

from collections.abc import Iterator
from datetime import date

from pynamodb.attributes import NumberAttribute, NumberSetAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from dunning.service.intake_ports import CUTTING, DONE, RECORDING, Counts, Run

from . import keys
from .models import Row
from .reading import get_row
from .writes import CONDITION

KEPT_SECONDS = 97 * 86_400
"""A week longer than the results that a run tells of."""


class ImportRow(Row):
    """A run."""

    file = UnicodeAttribute()
    key = UnicodeAttribute()
    version = UnicodeAttribute()
    uploaded_on = UnicodeAttribute()
    started = NumberAttribute()
    state = UnicodeAttribute()
    cut = UnicodeAttribute(null=True)
    read = NumberAttribute(default=0)
    parts = NumberAttribute(default=0)
    recorded = NumberSetAttribute(null=True)
    accepted = NumberAttribute(default=0)
    unchanged = NumberAttribute(default=0)
    rejected = NumberAttribute(default=0)
    ended = NumberAttribute(default=0)
    why = UnicodeAttribute(null=True)
    uploaded_at = NumberAttribute(default=0)
    ttl = NumberAttribute()


class DynamoImports:
    """Runs by creditor and id."""

    def begin(self, creditor: str, run: Run) -> Run:
        row = ImportRow(
            keys.imports(creditor),
            run.id,
            file=run.file,
            key=run.key,
            version=run.version,
            uploaded_on=run.uploaded_on.isoformat(),
            started=run.started,
            state=run.state,
            uploaded_at=run.uploaded_at,
            ttl=run.started + KEPT_SECONDS,
        )
        try:
            row.save(ImportRow.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != f"{CONDITION}Exception":
                raise
            return self._stands(creditor, run.id)
        return run

    def find(self, creditor: str, run: str) -> Run | None:
        row = get_row(ImportRow, keys.imports(creditor), run)
        return _run(row) if row is not None else None

    def have_cut(
        self, creditor: str, run: str, cut: str, rows: int, parts: int, counts: Counts
    ) -> Run:
        actions = [
            ImportRow.cut.set(cut),
            ImportRow.read.set(rows),
            ImportRow.parts.set(parts),
            ImportRow.state.set(RECORDING),
            *_added(counts),
        ]
        return self._update(creditor, run, actions, ImportRow.state == CUTTING)

    def have_recorded(self, creditor: str, run: str, part: int, counts: Counts) -> Run:
        actions = [ImportRow.recorded.add({part}), *_added(counts)]
        return self._update(creditor, run, actions, ~ImportRow.recorded.contains(part))

    def turn(self, creditor: str, run: str, state: str, at: int, why: str = "") -> Run:
        actions: list[Action] = [ImportRow.state.set(state)]
        actions.append(ImportRow.why.set(why) if why else ImportRow.why.remove())
        if state == DONE:
            actions.append(ImportRow.ended.set(at))
        return self._update(creditor, run, actions, ImportRow.state != DONE)

    def runs(self, creditor: str) -> Iterator[Run]:
        found = map(_run, ImportRow.query(keys.imports(creditor), consistent_read=True))
        return iter(sorted(found, key=lambda run: (-run.started, run.id)))

    def _update(self, creditor: str, run: str, actions: list[Action], stands: Condition) -> Run:
        """The run after the write; where that was done before, as it is."""
        row = ImportRow(keys.imports(creditor), run)
        try:
            row.update(actions, ImportRow.pk.exists() & stands)
        except UpdateError as error:
            if error.cause_response_code != f"{CONDITION}Exception":
                raise
            return self._stands(creditor, run)
        return _run(row)

    def _stands(self, creditor: str, run: str) -> Run:
        found = self.find(creditor, run)
        if found is None:
            raise LookupError(f"{creditor}: the run {run} is not there")
        return found


def _added(counts: Counts) -> list[Action]:
    return [
        ImportRow.accepted.add(counts.accepted),
        ImportRow.unchanged.add(counts.unchanged),
        ImportRow.rejected.add(counts.rejected),
    ]


def _run(row: ImportRow) -> Run:
    return Run(
        id=row.sk,
        file=row.file,
        key=row.key,
        version=row.version,
        uploaded_on=date.fromisoformat(row.uploaded_on),
        uploaded_at=int(row.uploaded_at),
        started=int(row.started),
        state=row.state,
        cut=row.cut or "",
        rows=int(row.read),
        parts=int(row.parts),
        done=frozenset(map(int, row.recorded or ())),
        accepted=int(row.accepted),
        unchanged=int(row.unchanged),
        rejected=int(row.rejected),
        ended=int(row.ended),
        why=row.why or "",
    )
