"""What a simulation prints: a line for each due item that a notice tells of, and one for each that
waits. Shapes only (contracts, "simulate"); which items these are is the decision's.
"""

from collections.abc import Collection, Iterator
from datetime import date

from dunning.domain.account import Account
from dunning.domain.due import Send
from dunning.domain.explaining import explain
from dunning.domain.gates import Gates
from dunning.domain.identity import ItemRef, notice_id
from dunning.domain.lines import Line
from dunning.domain.money import format_amount
from dunning.domain.policy import Rulebook
from dunning.domain.reasons import sentence

Output = dict[str, object]


def told_lines(creditor: str, customer: str, account: str, send: Send) -> Iterator[Output]:
    """A line for each item that a notice advances; of one that carries its account, for all that
    it lists."""
    for line in send.lines if send.carried else send.advanced:
        yield _line(creditor, customer, account, send, line)


def _line(creditor: str, customer: str, account: str, send: Send, line: Line) -> Output:
    nothing = format_amount(0, send.currency)
    return {
        "run": send.run.isoformat(),
        "creditor": creditor,
        "customer": customer,
        "currency": send.currency,
        "invoice": line.ref.invoice,
        "item": line.ref.item,
        "due": line.due.isoformat(),
        "level": line.level if line.advanced or not send.carried else send.level,
        "channel": send.channel,
        "open": format_amount(line.open, send.currency),
        "fee": nothing,
        "interest": nothing,
        "announced": nothing,
        "total": format_amount(line.open, send.currency),
        "notice": notice_id(account, send.serial),
        "listed": not line.advanced,
    }


def held_lines(
    creditor: str,
    state: Account,
    rulebook: Rulebook,
    now: int,
    gates: Gates,
    day: date,
    told: Collection[ItemRef],
) -> Iterator[Output]:
    """A line for each open item that no line of the day's run is about, with its reasons."""
    for one in explain(state, rulebook, now, gates):
        ref = one.ref
        item = state.item(ref)
        if item is None or ref in told:
            continue
        reached = state.level_of(item)
        yield {
            "run": day.isoformat(),
            "creditor": creditor,
            "customer": state.head.customer,
            "currency": item.currency,
            "invoice": ref.invoice,
            "item": ref.item,
            "due": item.due.isoformat(),
            "level": reached.level if reached else 0,
            "open": format_amount(item.open, item.currency),
            "reasons": list(one.codes),
            "until": one.until or None,
            "policy": one.policy or None,
            "policy_by": one.chosen_by,
            "sentence": sentence(one.code, one.detail or str(ref)),
        }
