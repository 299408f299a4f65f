"""Customers of the sample who pay from the link in a mail, as a browser does: some by card, some
from their bank account, one whose bank refuses, one who gets money back. What came of it is the
product's to say; for the simulation each is written down as a body of the ledger.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from dunning.adapters.providers.metadata import ITEMS, items_of
from dunning.domain.calendar import parse_instant
from dunning.domain.money import format_amount

from infra.local.cloud import LocalCloud
from infra.local.demo.reading import Reader
from infra.local.demo.sample_ledger import FIRST_DAY, MISBEHAVING, Sample
from infra.local.pages import links, read, send, text_of

CARD, BANK = "stripe", "gocardless"
PROVIDERS = (CARD, BANK)
COLUMNS = ("provider", "begun", "paid", "refused", "refunded", "in the ledger", "sum")


class Pays(NamedTuple):
    """On a day of the demo so many customers pay by a provider, or their banks refuse."""

    day: int
    provider: str
    how_many: int
    succeeds: bool = True


PLAN = (Pays(18, CARD, 4), Pays(18, CARD, 1, succeeds=False), Pays(27, BANK, 2), Pays(35, CARD, 3))
REFUND_DAY, REFUNDED_PART = 41, 4
"""On that day the first who paid gets a quarter back."""


@dataclass
class Payers:
    """Who pays from a page, day by day."""

    cloud: LocalCloud
    creditor: str
    sample: Sample
    reader: Reader
    paid: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    refunded: list[str] = field(default_factory=list)
    """Ids at the provider."""
    _asked: set[str] = field(default_factory=set)

    def on(self, day: date) -> None:
        """All that happens at the providers on a day, once the day's files are in the ledger."""
        number = (day - FIRST_DAY).days
        todays = [one for one in PLAN if one.day == number]
        if todays:
            self.cloud.wait_until_quiet()
            link_of = self._links()
            for one in todays:
                self._pay(one, day, link_of)
        if number == REFUND_DAY:
            self._refund(self.paid[0], day)

    def rows(self, recorded: Counter[str]) -> list[tuple[Any, ...]]:
        """What came of it by provider; `recorded`: payments in the histories, by their ids'
        beginning."""
        return [self._row(one, recorded) for one in PROVIDERS]

    def _row(self, provider: str, recorded: Counter[str]) -> tuple[Any, ...]:
        def mine(ids: list[str]) -> list[str]:
            return [id_ for id_ in ids if self.cloud.provider.what(id_)["provider"] == provider]

        paid = mine(self.paid)
        sums: Counter[str] = Counter()
        for id_ in paid:
            what = self.cloud.provider.what(id_)
            sums[what["currency"].upper()] += what["amount"]
        told = ", ".join(f"{format_amount(n, code)} {code}" for code, n in sorted(sums.items()))
        refused = len(mine(self.refused))
        counts = (len(paid) + refused, len(paid), refused, len(mine(self.refunded)))
        return provider, *counts, recorded[provider], told

    def _links(self) -> dict[str, str]:
        """The newest link of each customer who can be expected to use one."""
        wanted = set(plain(self.sample))
        customers = {tag: one for one, tag in self.reader.tags(self.creditor).items()}
        found = {}
        for row in self.cloud.gate.log():
            customer = customers.get(row["account"], "")
            if row["accepted"] and row["channel"] == "email" and customer in wanted:
                found[customer] = int(row["n"])
        return {
            customer: next(links(self.cloud, text_of(self.cloud, n)))
            for customer, n in sorted(found.items())
        }

    def _pay(self, one: Pays, day: date, link_of: dict[str, str]) -> None:
        left = one.how_many
        for customer, url in link_of.items():
            if left and customer not in self._asked and self._pays(one, day, customer, url):
                self._asked.add(customer)
                left -= 1
        assert not left, f"{left} fewer than {one} found something to pay"

    def _pays(self, one: Pays, day: date, customer: str, url: str) -> bool:
        """Whether the page had something to pay by that provider; then it was tried."""
        form = next((form for form in read(url).forms if form.action.endswith("/pay")), None)
        if form is None or ("by", one.provider) not in form.values:
            return False
        if not any(name == "item" for name, _ in form.fields):
            return False
        where = send(form, by=one.provider).url
        id_ = where.rpartition("/")[2]
        provider = self.cloud.provider
        assert where.startswith(f"{provider.url}/pay/"), where
        provider.pay(id_, succeeds=one.succeeds)
        (self.paid if one.succeeds else self.refused).append(id_)
        self._write_down(one, day, customer, id_)
        return True

    def _write_down(self, one: Pays, day: date, customer: str, id_: str) -> None:
        what = self.cloud.provider.what(id_)
        currency = what["currency"].upper()
        items = items_of({ITEMS: what["items"]}, what["amount"])
        if one.succeeds:
            self.sample.add(
                day,
                type="payment",
                id=posting(id_, what["provider"]),
                customer=customer,
                currency=currency,
                amount=format_amount(what["amount"], currency),
                allocations=[
                    {
                        "invoice": ref.invoice,
                        "item": ref.item,
                        "amount": format_amount(part, currency),
                    }
                    for ref, part in items
                ],
            )
            return
        until = self._today(customer, day) + timedelta(days=1)
        for ref, _ in items:
            self.sample.add(
                day,
                type="hold",
                id=f"begun-{id_}-{ref.invoice}-{ref.item}",
                customer=customer,
                kind="payment",
                scope="item",
                invoice=ref.invoice,
                item=ref.item,
                until=until.isoformat(),
            )

    def _refund(self, id_: str, day: date) -> None:
        what = self.cloud.provider.what(id_)
        part = what["amount"] // REFUNDED_PART
        self.cloud.provider.refund(id_, part)
        self.refunded.append(id_)
        number = id_.rpartition("_")[2]
        self.sample.add(
            day,
            type="refund",
            id=f"{CARD}:ch_{number}:refunded:{part}",
            payment=posting(id_, CARD),
            amount=format_amount(part, what["currency"].upper()),
        )

    def _today(self, customer: str, day: date) -> date:
        """The customer's own day at the instant at which the day's files come."""
        zone = next(
            body["time_zone"]
            for body in self.sample.bodies[FIRST_DAY]
            if body["type"] == "customer" and body["customer"] == customer
        )
        at = parse_instant(f"{day.isoformat()}T06:00:00Z")
        return datetime.fromtimestamp(at, ZoneInfo(zone)).date()


def plain(sample: Sample) -> Iterator[str]:
    """Customers of whom nothing is known but what they owe: no other word comes in between."""
    bodies = [body for day in sample.bodies.values() for body in day]
    owners = {body["number"]: body["customer"] for body in bodies if body["type"] == "invoice"}
    spoken_of = set()
    for body in bodies:
        if body["type"] not in ("customer", "invoice"):
            number = body.get("invoice") or body.get("id", "").partition("-")[2]
            spoken_of |= {body.get("customer"), owners.get(number)}
    odd = {f"c-{number:04}" for number in MISBEHAVING}
    for body in bodies:
        known = body["type"] == "customer" and "time_zone" in body
        if known and body["customer"] not in odd | spoken_of:
            yield body["customer"]


def posting(id_: str, provider: str) -> str:
    """The ledger's id of what was begun under an id at a provider."""
    number = re.sub(r"\D", "", id_)
    return f"{provider}:pi_{number}" if provider == CARD else f"{provider}:PM{number}"
