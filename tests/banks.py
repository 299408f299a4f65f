"""A provider that collects by mandate, in memory: the stand-in's books without its HTTP."""

from dunning.domain.payment_requests import DebitsRequest, NotBegun

from infra.local.debits import Debits, Refused

PLAN = "duecourse_plan"


class Bank:
    """Its answers are the real adapter's (tests/contract/test_collects_contract.py). `loses`: how
    many of its next answers never arrive, although what was asked is done."""

    def __init__(self, debits: Debits) -> None:
        self.debits, self.by_key, self.loses = debits, dict[str, str](), 0

    def collect(self, asked: DebitsRequest) -> str:
        """The id of the schedule; the same mandate is the same schedule."""
        if asked.mandate not in self.by_key:
            wanted = {
                "links": {"mandate": asked.reference},
                "instalments": [
                    {"charge_date": on.isoformat(), "amount": part} for on, part in asked.debits
                ],
                "total_amount": sum(part for _, part in asked.debits),
                "currency": asked.currency,
                "name": asked.title,
                "metadata": {PLAN: f"{asked.plan}/{asked.mandate}"},
            }
            try:
                self.by_key[asked.mandate] = self.debits.schedule(wanted)["id"]
            except Refused as refused:
                raise NotBegun("refused", refused.reason) from None
        self._answer()
        return self.by_key[asked.mandate]

    def stop(self, reference: str, mandate: str, *, whole: bool) -> None:
        """Nothing more is collected of it."""
        for one in list(self.debits.schedules.values()):
            mine = one["metadata"].get(PLAN, "").endswith(f"/{mandate}")
            if mine and one["links"]["mandate"] == reference and one["status"] == "active":
                self.debits.cancel_schedule(one["id"])
        if whole and reference and self.debits.mandates[reference]["status"] != "cancelled":
            self.debits.cancel_mandate(reference)
        self._answer()

    def _answer(self) -> None:
        if self.loses:
            self.loses -= 1
            raise NotBegun("unavailable")
