"""Direct debit as GoCardless does it, for the payment provider on this machine: mandates, and
schedules with their payments. State and answers alone; who asks, and what is sent, is `provider`'s.
"""

import itertools
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

Row = dict[str, Any]
CREDITOR = "duecourse_creditor"
PENDING, CANCELLED, CONFIRMED, FAILED, ACTIVE = (
    "pending_submission", "cancelled", "confirmed", "failed", "active",
)  # fmt: skip
Event = tuple[str, str, dict[str, str], str]
"""What is to be told: resource, action, links, and whose account it is."""
Told = tuple[Row, list[Event]]


class Refused(Exception):
    """What GoCardless answers with 422: type and reason."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind, self.reason = kind, reason


class Debits:
    """The mandates of an account, and what is debited by them."""

    def __init__(self, numbers: Iterator[int] | None = None) -> None:
        self._numbers = numbers or itertools.count(1)
        self._lock = threading.Lock()
        self.mandates: dict[str, Row] = {}
        self.schedules: dict[str, Row] = {}
        self.payments: dict[str, Row] = {}
        self.earliest = ""
        """The first day on which a new mandate can be debited by (YYYY-MM-DD); empty: any."""

    def set_up(self, request: str, wanted: Row) -> tuple[str, list[Event]]:
        """A customer has set up the mandate that a billing request asks for: its id."""
        id_ = f"MD{next(self._numbers)}"
        self.mandates[id_] = {
            "id": id_,
            "status": "pending_submission",
            "metadata": wanted.get("metadata", {}),
            "next_possible_charge_date": self.earliest or None,
            "links": {},
        }
        whose = self._whose(self.mandates[id_])
        links = {"billing_request": request, "mandate_request_mandate": id_}
        return id_, [
            ("mandates", "created", {"mandate": id_}, whose),
            ("billing_requests", "fulfilled", links, whose),
            ("mandates", "active", {"mandate": id_}, whose),
        ]

    def schedule(self, asked: Row) -> Row:
        """Instalments by a mandate. Raises Refused."""
        mandate = self.mandates.get(asked["links"]["mandate"])
        if mandate is None or mandate["status"] == CANCELLED:
            raise Refused("invalid_state", "mandate_is_inactive")
        parts = asked["instalments"]
        if int(asked["total_amount"]) != sum(int(one["amount"]) for one in parts):
            raise Refused("validation_failed", "total_amount_differs")
        first = str(mandate["next_possible_charge_date"] or "")
        if any(str(one["charge_date"]) < first for one in parts):
            raise Refused("validation_failed", "charge_date_too_soon")
        id_ = f"IS{next(self._numbers)}"
        made = []
        for one in parts:
            payment = f"PM{next(self._numbers)}"
            made.append(payment)
            self.payments[payment] = {
                "id": payment,
                "amount": int(one["amount"]),
                "currency": asked["currency"],
                "charge_date": one["charge_date"],
                "metadata": {},
                "reference": None,
                "status": PENDING,
                "links": {"mandate": mandate["id"], "instalment_schedule": id_},
            }
        self.schedules[id_] = {
            "id": id_,
            "status": ACTIVE,
            "total_amount": int(asked["total_amount"]),
            "currency": asked["currency"],
            "name": asked["name"],
            "metadata": asked.get("metadata", {}),
            "links": {"mandate": mandate["id"], "payments": made},
        }
        return self.schedules[id_]

    def listed(self, query: str) -> list[Row]:
        """The schedules of a mandate."""
        mandate = parse_qs(query).get("mandate", [""])[0]
        return [one for one in self.schedules.values() if one["links"]["mandate"] == mandate]

    def cancel_schedule(self, id_: str) -> Told:
        """No further payment is made for it. Raises Refused where it is over."""
        with self._lock:
            schedule = self.schedules[id_]
            if schedule["status"] != ACTIVE:
                raise Refused("invalid_state", "cancellation_failed")
            schedule["status"] = CANCELLED
            whose = self._whose(schedule)
            told: list[Event] = [
                ("payments", "cancelled", {"payment": one}, whose) for one in self._gone(schedule)
            ]
        told.append(("instalment_schedules", "cancelled", {"instalment_schedule": id_}, whose))
        return schedule, told

    def cancel_mandate(self, id_: str) -> Told:
        """The mandate, and all of it that still can be cancelled. Raises Refused if it is over."""
        mandate = self.mandates[id_]
        if mandate["status"] == CANCELLED:
            raise Refused("invalid_state", "cancellation_failed")
        told: list[Event] = []
        for schedule in [one for one in self.schedules.values() if one["links"]["mandate"] == id_]:
            if schedule["status"] == ACTIVE:
                told += self.cancel_schedule(schedule["id"])[1]
        mandate["status"] = CANCELLED
        told.append(("mandates", "cancelled", {"mandate": id_}, self._whose(mandate)))
        return mandate, told

    def debit(self, day: str, *, fails: bool = False) -> list[Event]:
        """The bank does its work up to a day: payments that are due come, or fail."""
        told: list[Event] = []
        for payment in list(self.payments.values()):
            if payment["status"] == PENDING and payment["charge_date"] <= day:
                payment["status"] = FAILED if fails else CONFIRMED
                schedule = self.schedules[payment["links"]["instalment_schedule"]]
                if all(self.payments[one]["status"] != PENDING for one in _payments(schedule)):
                    schedule["status"] = "completed"
                links = {"payment": payment["id"]}
                told.append(("payments", payment["status"], links, self._whose(schedule)))
        return told

    def _gone(self, schedule: Row) -> list[str]:
        found = [one for one in _payments(schedule) if self.payments[one]["status"] == PENDING]
        for one in found:
            self.payments[one]["status"] = CANCELLED
        return found

    @staticmethod
    def _whose(thing: Row) -> str:
        return str(thing["metadata"].get(CREDITOR, ""))


def _payments(schedule: Row) -> list[str]:
    return list(schedule["links"]["payments"])
