"""One webhook, delivered twenty times at once, over a real table: one posting, and no one's try is
lost for good.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from dunning.adapters.dynamodb.cell import DynamoSettings
from dunning.adapters.dynamodb.ledger import DynamoLedger
from dunning.adapters.memory.cell import Counters
from dunning.domain.bodies import InvoiceBody
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import DueItem, Invoice
from dunning.domain.policy_file import read_policies
from dunning.domain.provider_events import PAID, ProviderEvent
from dunning.service.accounts import Contended
from dunning.service.provider_money import ProviderMoney

from .building import NOON
from .conftest import Database
from .test_same_walk import CREDITOR, CUSTOMER, World

AT_ONCE, ON = 20, date(2026, 3, 20)


def test_twenty_at_once_are_one_payment(database: Database) -> None:
    world = World(
        DynamoLedger(database.connection), DynamoSettings(database.connection, read_policies), 0
    )
    due = (DueItem(date(2026, 3, 1), 11_900),)
    document = Invoice("P-1", "EUR", "invoice", date(2026, 2, 1), due, as_of=date(2026, 2, 1))
    world.record(InvoiceBody(on=date(2026, 2, 1), customer=CUSTOMER, invoice=document), NOON)
    event = ProviderEvent(
        provider="stripe",
        id="evt_1",
        kind=PAID,
        type="payment_intent.succeeded",
        on=ON,
        payment="pi_1",
        amount=11_900,
        currency="EUR",
        customer=CUSTOMER,
        items=((ItemRef("P-1", 1), 11_900),),
    )
    money = ProviderMoney(world.bodies, Counters())
    rulebook = world.settings.rulebook(CREDITOR)
    assert rulebook is not None

    def deliver(_: int) -> str:
        for _try in range(AT_ONCE):  # what is contended comes again from its queue
            try:
                return money.record(CREDITOR, event, rulebook, NOON)
            except Contended:
                continue
        return "never"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = sorted(pool.map(deliver, range(AT_ONCE)))
    assert outcomes == ["accepted", *["unchanged"] * (AT_ONCE - 1)]
    state = world.ledger.read(CREDITOR, world.account)
    assert state is not None
    assert (state.open, dict(state.head.credit)) == ((), {})
    codes = [record.code for record in world.ledger.history(CREDITOR, world.account)]
    assert codes.count("payment") == 1
