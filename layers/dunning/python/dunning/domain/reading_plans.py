"""Payment plans from plain objects: items, instalments, state, and whose word it is.
Whether the sums fit what is open is `plan_entries`'.
"""

import re
from datetime import date

from .bodies import PlanBody
from .fields import Fields, ReadingError, names
from .payment_plans import ACTIVE, CANCELLED, COMPLETED, STATES

MOST_INSTALMENTS = 120
MOST_PLAN_ITEMS = 200
PLAN_FIELDS = names("id customer items down instalments state by reason")
INSTALMENT_FIELDS = frozenset({"due", "amount"})
REF_FIELDS = frozenset({"invoice", "item"})
SAME = {
    "agreed": ACTIVE,
    "accepted": ACTIVE,
    "kept": COMPLETED,
    "paid": COMPLETED,
    "canceled": CANCELLED,
}
"""Other words for the same states."""
_CODE = re.compile(r"[A-Za-z0-9._:-]{1,64}\Z")


def plan_from(fields: Fields, on: date) -> PlanBody:
    """A plan body in an object whose field names have been checked. Raises ReadingError."""
    state = str(fields.need("state")).strip()
    if state not in SAME:
        state = fields.one_of("state", STATES)
    items = []
    for count, raw in enumerate(fields.objects("items", MOST_PLAN_ITEMS), 1):
        item = Fields(raw, REF_FIELDS, f"items.{count}")
        items.append((item.id("invoice"), item.item_or_none()))
    instalments = _instalments(fields)
    if bool(items) != bool(instalments):
        field = "instalments" if items else "items"
        raise ReadingError(
            "missing",
            field,
            f"{field} is missing; a plan names both, and a later word on its state neither",
        )
    return PlanBody(
        on=on,
        id=fields.id("id"),
        customer=fields.id("customer"),
        items=tuple(items),
        down=_down(fields),
        instalments=instalments,
        state=SAME.get(state, state),
        by=fields.id_or_none("by") or "",
        reason=_reason(fields),
    )


def _instalments(fields: Fields) -> tuple[tuple[date, str], ...]:
    found: list[tuple[date, str]] = []
    for count, raw in enumerate(fields.objects("instalments", MOST_INSTALMENTS), 1):
        one = Fields(raw, INSTALMENT_FIELDS, f"instalments.{count}")
        due = one.day("due")
        if found and due <= found[-1][0]:
            raise ReadingError(
                "not_ascending",
                f"instalments.{count}.due",
                f"{due} does not come after {found[-1][0]}; give the instalments in the order of"
                " their days, one a day",
            )
        found.append((due, one.amount_text()))
    return tuple(found)


def _down(fields: Fields) -> str | None:
    """The down payment; nothing is none."""
    value = fields.get("down")
    if value is None or not str(value).strip().strip("0."):
        return None
    return fields.amount_text("down")


def _reason(fields: Fields) -> str:
    reason = fields.text("reason", 64)
    if reason and not _CODE.match(reason):
        raise ReadingError(
            "bad_code",
            "reason",
            "reason is a code of letters, digits and . _ : - (it is kept in the history, where no"
            " free text is)",
        )
    return reason
