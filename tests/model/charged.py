"""Notices that charge: their scenarios, what must hold of what they post, and a weaker fence.

A fee and interest at each step. What the provider took, and what was presumed, is the truth.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from dunning.domain import fence, history
from dunning.domain.account import Account, Claim
from dunning.domain.charges.fees import Fixed
from dunning.domain.charges.notice import FEE, POST, FeeOf, InterestOf
from dunning.domain.fence import Counted
from dunning.domain.history import Record
from dunning.domain.invoice import CHARGE, Invoice
from dunning.domain.policy import Rulebook
from dunning.service.settlement import Settlement

from tests.model import scenarios
from tests.model.cell import CREDITOR, Cell, Kit
from tests.model.search import Accepted, Scenario
from tests.model.world import POLICY, body, is_posted, money, reversal

Make = Callable[[Kit], Scenario]
COUNTED = frozenset({history.SENT, history.PRESUMED_SENT})


def charging(kit: Kit) -> Kit:
    """The same, with a fee and interest at each step."""
    steps = tuple(
        replace(
            step,
            charges=(FeeOf(Fixed({"EUR": 500 * step.level})),),
            interest=InterestOf(rate=Decimal(10)),
        )
        for step in POLICY.ladder
    )
    return replace(kit, rulebook=replace(kit.rulebook, policies=(replace(POLICY, ladder=steps),)))


def _charged(make: Make) -> Make:
    def made(kit: Kit) -> Scenario:
        mine = charging(kit)
        scenario = make(mine)
        return replace(scenario, name=f"{scenario.name}, charged", kit=scenario.kit or mine)

    made.__name__ = f"charged_{make.__name__}"
    return made


def _paid_and_reversed(kit: Kit) -> Scenario:
    scenario = scenarios.payment(kit)
    slots = (
        *scenario.slots[:2],
        body(kit, "payment", money("p1", 10_500)),
        body(kit, "reversal", reversal("r1", "p1"), is_posted("p1")),
    )
    return replace(scenario, name="paid beyond and reversed", slots=slots)


CHARGED = tuple(
    map(
        _charged,
        (
            scenarios.slow_owner,
            scenarios.unknown_and_paid,
            scenarios.asked,
            scenarios.bounced,
            scenarios.refused,
            _paid_and_reversed,
        ),
    )
)


def charge_law(cell: Cell, account: str, accepted: tuple[Accepted, ...]) -> str | None:
    """Nothing is posted twice, and nothing for a notice that does not count as sent."""
    documents = _documents(cell, account)
    if not documents:
        return None
    head = cell.ledger.head(CREDITOR, account)
    assert head is not None
    left = {one.serial for one in accepted} | _presumed(cell, account)
    serials = [document.charges[0].serial for document in documents]
    if len(serials) != len(set(serials)):
        return f"CHARGED TWICE: notices {serials}"
    fees = [
        (charge.parent, charge.level)
        for document in documents
        for charge in document.charges
        if charge.what == FEE
    ]
    if len(fees) != len(set(fees)):
        return f"CHARGED TWICE: {fees}"
    for serial in serials:
        if serial not in left or serial > head.serial:
            return f"CHARGED UNSENT: notice {serial}, of which nothing left"
    # Charges that are still being opened are neither yet.
    return None if head.applying else _whole(cell.ledger.read(CREDITOR, account), documents)


def charged_at_rest(cell: Cell, account: str) -> str | None:
    """Whatever a notice that counts as sent said that it posts is posted."""
    whole = _whole(cell.ledger.read(CREDITOR, account), _documents(cell, account))
    if whole:
        return whole
    posted = {document.charges[0].serial: document.total for document in _documents(cell, account)}
    records = tuple(cell.ledger.history(CREDITOR, account))
    settled = {r.id for r in records if r.kind == history.SETTLED and r.code in COUNTED}
    for record in records:
        if record.attempt is None:
            continue
        if record.code != history.SENT and record.id not in settled:
            continue
        said = sum(one.amount for one in record.attempt.charges if one.mode == POST)
        if said and posted.get(record.attempt.serial) != said:
            return f"UNCHARGED: notice {record.attempt.serial} said {said}, posted is {posted}"
    return None


def _whole(account: Account | None, documents: list[Invoice]) -> str | None:
    """Each charge is open, or settled on its document."""
    assert account is not None
    open_now = {(item.ref.invoice, item.ref.item) for item in account.open}
    for document in documents:
        for place in range(1, len(document.items) + 1):
            is_open = (document.number, place) in open_now
            if is_open == (place in document.settled):
                return f"CHARGE LOST: {document.number}/{place} is neither open nor settled"
    return None


def _documents(cell: Cell, account: str) -> list[Invoice]:
    return [one for one in cell.ledger.invoices(CREDITOR, account) if one.kind == CHARGE]


def _presumed(cell: Cell, account: str) -> set[int]:
    return {
        int(record.id)
        for record in cell.ledger.history(CREDITOR, account)
        if record.kind == history.SETTLED and record.code == history.PRESUMED_SENT
    }


@dataclass(frozen=True, slots=True)
class ChargesWhatNeverLeft(Settlement):
    """A release posts what the claim said, as if a decision were a notice."""

    def release(
        self,
        creditor: str,
        account: str,
        claim: Claim,
        record: Record,
        rulebook: Rulebook,
        now: int,
        state: Account | None = None,
    ) -> bool:
        find_invoice = self.accounts.finders(creditor, account).invoice

        def end(current: Account) -> Counted:
            counted = fence.confirmed(current, rulebook.creditor, find_invoice)
            head = fence.released(current.head, now, record.detail)
            if record.code == history.REJECTED:
                head = fence.rejected(current.head, record.detail)
            return counted._replace(head=head)

        return self._end(creditor, account, claim, record, rulebook, now, end, state)
