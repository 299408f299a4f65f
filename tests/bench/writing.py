"""What a reminder writes and what that costs: real requests, real items, AWS's published rules.

The formula is printed beside what was counted, so that it is held to the count and not believed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from math import ceil

from dunning.adapters.dynamodb import keys
from dunning.adapters.dynamodb.cost import UNIT, Written, item_size, write_units
from dunning.adapters.dynamodb.rows import row_of
from dunning.adapters.rate import LARGEST_BLOCK, block_of
from dunning.service.remind import SENT

from tests.bench.cell import AWS_RATE, Cell
from tests.bench.emulated import Asked, watched
from tests.bench.figures import Board
from tests.bench.people import CREDITOR, NOW, TODAY, account, customer

GOAL_ITEMS = 10
SHOWN = (1, 3, 10, 15, 20, 30, 50)


def measure(board: Board, cell: Cell) -> None:
    """Remind accounts with more and more reached items, and count what is written."""
    for items in SHOWN:
        fence, account_key = _remind(cell, items)
        head, record = _largest(fence, keys.HEAD), _largest(fence, keys.HISTORY)
        units = write_units(one for asked in fence for one in asked.written)
        formula = 2 * ceil(head / UNIT) + ceil(record / UNIT) + 2
        board.say(
            f"{items} reached items: {units} write units; H = {head}, R = {record} bytes, "
            f"2 ceil(H) + ceil(R) + 2 = {formula}"
        )
        if units != formula:
            board.failed.append(
                f"write units at {items} items: {units}, the formula says {formula}"
            )
        if items == GOAL_ITEMS:
            _figures(board, fence, units, head, record)
            _with_charge(board, cell, fence, units, account_key)


def _remind(cell: Cell, items: int) -> tuple[list[Asked], str]:
    """The writes of the second reminder of an account all of whose items reached level 1."""
    due = TODAY - timedelta(days=20)
    state = account(customer(items, f"writes-{items}"), [due] * items, levels=items)
    (account_key,) = cell.put([state])
    with watched(cell.database, images=True) as seen:
        outcome = cell.wiring.reminders.remind(CREDITOR, account_key, NOW)
    if outcome != SENT:
        raise AssertionError(f"{outcome}, not {SENT}")
    return [asked for asked in seen if _of(asked, account_key)], account_key


def _of(asked: Asked, account_key: str) -> bool:
    """Whether a request wrote this account: not the rate's lease, which many share."""
    return any(
        image is not None and image["pk"]["S"] == account_key
        for one in asked.written
        for image in (one.before, one.after)
    )


def _largest(fence: Sequence[Asked], prefix: str) -> int:
    """Bytes of the largest image of the items whose sort key begins so."""
    return max(
        item_size(image)
        for asked in fence
        for one in asked.written
        for image in (one.before, one.after)
        if image is not None and image["sk"]["S"].startswith(prefix)
    )


def _figures(board: Board, fence: list[Asked], units: int, head: int, record: int) -> None:
    told = ", ".join(f"{a.operation} {write_units(a.written)}" for a in fence)
    board.add(
        "remind_write_units",
        units,
        "write units",
        f"claim, history and confirm at {GOAL_ITEMS} reached items, index entries included: "
        f"{told}. 2 ceil(H) + ceil(R) + 2 with HEAD H = {head} and record R = {record} bytes. "
        "Floor: three writes of one unit, and the agenda's entry deleted and put",
        floor=5,
    )
    board.add(
        "remind_head_bytes",
        head,
        "bytes",
        f"HEAD with its claim at {GOAL_ITEMS} reached items. Floor: not one; it costs the same up "
        "to 1,024",
        floor=UNIT,
    )
    board.add(
        "remind_record_bytes",
        record,
        "bytes",
        f"the history record of a notice about {GOAL_ITEMS} items. Floor: as above",
        floor=UNIT,
    )
    block = block_of(AWS_RATE)
    board.add(
        "remind_rate_write_units",
        1 / block,
        "write units",
        f"the rate's lease, shared by the {block} messages of a block at {AWS_RATE:g} mails a "
        "second; computed. Floor: a block as large as they come",
        floor=1 / LARGEST_BLOCK,
    )


def _with_charge(
    board: Board, cell: Cell, fence: list[Asked], units: int, account_key: str
) -> None:
    """What a step with a charge would cost: charges do not exist yet, so this is computed."""
    state = cell.wiring.ledger.read(CREDITOR, account_key)
    assert state is not None
    claimed, said, confirmed = fence
    carrier = row_of(account_key, state.open[0]).serialize()
    charge = row_of(account_key, replace(state.open[0], kind="charge")).serialize()
    transaction = [replace(one, transactional=True) for one in confirmed.written]
    transaction += [Written(None, charge, True), Written(carrier, carrier, True)]
    cost = write_units([*claimed.written, *said.written, *transaction])
    board.add(
        "remind_write_units_with_charge",
        cost,
        "write units",
        "computed, not measured: the same reminder if its confirm were one transaction of HEAD, a "
        "charge item and the open item it belongs to. Floor: the reminder without a charge",
        floor=units,
    )
