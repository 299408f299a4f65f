"""Every export that is known by name, and our own plain CSV of invoices."""

from collections.abc import Collection

from . import layouts_cloud, layouts_ledger
from .document import ITEM
from .layout import Layout
from .understood import DOCUMENTS

PLAIN = Layout(
    name="plain",
    title="plain CSV of invoices",
    signature=tuple(
        f"number | customer | currency | amount | {one}"
        for one in ("due", "issued", "kind", "policy", "disputed")
    ),
    columns={
        "number": "number",
        "customer": "customer",
        "currency": "currency",
        "kind": "kind",
        "issued": "issued",
        "policy": "policy",
        "due": "due",
        "total": "amount",
        "disputed": "disputed",
        "creditor": "creditor",
    },
    closed=True,
    holds=DOCUMENTS,
    part=ITEM,
)
LAYOUTS = (PLAIN, *layouts_cloud.LAYOUTS, *layouts_ledger.LAYOUTS)
BY_NAME = {layout.name: layout for layout in LAYOUTS}


def known(headings: Collection[str]) -> Layout | None:
    """The layout that most columns speak for; None if there is none."""
    best, found = 0, None
    for layout in LAYOUTS:
        speaking = layout.match(headings)
        if speaking > best:
            best, found = speaking, layout
    return found
