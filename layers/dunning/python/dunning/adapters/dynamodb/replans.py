"""How far each creditor's book has been planned anew: one item beside its settings.
Each note says which one it follows, so that of two workers the second stops.
"""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError

from dunning.service.replan_ports import Replanning

from . import keys
from .models import Row
from .reading import get_row
from .writes import CONDITION


class ReplanRow(Row):
    """A replan."""

    edition = NumberAttribute()
    accounts = NumberAttribute()
    began = NumberAttribute()
    touched = NumberAttribute()
    rev = NumberAttribute()
    after = UnicodeAttribute(null=True)
    done = NumberAttribute(default=0)
    written = NumberAttribute(default=0)
    skipped = NumberAttribute(default=0)
    ended = NumberAttribute(default=0)


class DynamoReplannings:
    """The newest replan by creditor."""

    def find(self, creditor: str) -> Replanning | None:
        row = get_row(ReplanRow, creditor, keys.REPLAN)
        if row is None:
            return None
        return Replanning(
            edition=int(row.edition),
            accounts=int(row.accounts),
            began=int(row.began),
            touched=int(row.touched),
            rev=int(row.rev),
            after=row.after or "",
            done=int(row.done),
            written=int(row.written),
            skipped=int(row.skipped),
            ended=int(row.ended),
        )

    def save(self, creditor: str, replanning: Replanning) -> bool:
        row = ReplanRow(
            creditor,
            keys.REPLAN,
            edition=replanning.edition,
            accounts=replanning.accounts,
            began=replanning.began,
            touched=replanning.touched,
            rev=replanning.rev,
            after=replanning.after or None,
            done=replanning.done,
            written=replanning.written,
            skipped=replanning.skipped,
            ended=replanning.ended,
        )
        before = replanning.rev - 1
        try:
            row.save(ReplanRow.rev == before if before else ReplanRow.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != f"{CONDITION}Exception":
                raise
            # A write whose answer was lost, tried again by the transport, finds itself.
            return self.find(creditor) == replanning
        return True
