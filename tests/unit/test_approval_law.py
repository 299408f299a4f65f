"""Whatever comes in between: no message leaves that a person has not allowed as it is, or that asks
for what somebody else pursues.
"""

from datetime import date

import hypothesis.strategies as st
from dunning.domain.approval import Proposal, Step
from dunning.domain.due import Send
from dunning.domain.ledger import LedgerError
from hypothesis import HealthCheck, given, settings

from tests.unit.approving import CUSTOMER, Cell

FILE = """
policies:
  - id: std
    min_interval: {{days: {interval}}}
    {more}
    ladder:
      - {{level: 1, after_due: {{days: 3}}, channels: [email], tone: friendly}}
      - {{level: 2, after_due: {{days: 8}}, channels: [email, voice], tone: formal,
         approval: {{expires: {{days: 5}}}}, fee: {{EUR: "5.00"}}}}
      - {{level: 3, after_previous: {{days: 4}}, channels: [email], tone: formal, approval: yes,
         repeat_every: {{days: 4}}, repeat_max: 1, interest: {{contract: 10}},
         then: {{hand_over: {{after: {{days: 10}}}}}}}}
"""
ASKING = frozenset({2, 3})
START = date(2026, 1, 1)
WORDS = (
    "invoice", "pay", "part", "reverse", "dispute", "resolve", "hold", "promise", "credit",
    "yes", "no", "less", "free", "bounce", "release", "publish", "hand_over", "hand_back",
    "nothing",
)  # fmt: skip

story = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(WORDS), st.integers(0, 3)), min_size=4, max_size=24
)


class Told:
    """A cell to which things happen, and what people have allowed in it."""

    def __init__(self, more: str, interval: int) -> None:
        self.more, self.interval = more, interval
        self.cell = Cell(FILE.format(more=more, interval=interval))
        self.allowed: dict[str, Proposal] = {}
        self.taken: set[tuple[Step, int]] = set()
        self.paid: list[str] = []
        self.day = START

    def pass_days(self, days: int) -> None:
        """Days go by, and the agenda brings what is due on each."""
        for _ in range(days):
            self.day = date.fromordinal(self.day.toordinal() + 1)
            self.send()

    def send(self) -> None:
        """What is due now; every message is held to the law."""
        over = [fact for fact in self.cell.account.handed_over if fact.back is None]
        for one in self.cell.run(self.day.isoformat()):
            self.hold(one)
            refs = [line.ref for line in one.lines]
            assert not any(fact.covers(ref) for fact in over for ref in refs)
        cases = [(one.currency, one.policy, one.level) for one in self.cell.account.proposals]
        if "level" not in self.more:
            cases = [case[:2] for case in cases]  # type: ignore[misc]
        assert len(cases) == len(set(cases))

    def hold(self, send: Send) -> None:
        """The law."""
        steps = [Step(line.ref, line.level, line.repeat) for line in send.advanced]
        asking = [step for step in steps if step.level in ASKING]
        if send.attempt > 1:
            return
        for step in steps:
            assert (step, 0) not in self.taken, f"{step} is taken twice"
            self.taken.add((step, 0))
        if not asking:
            assert not send.proposal
            return
        allowed = self.allowed.pop(send.proposal)
        dropped = set(allowed.dropped)
        assert sorted(steps) == sorted(one for one in allowed.steps if one.ref not in dropped)
        assert {line.ref for line in send.lines} == {
            one.ref for one in allowed.lines if one.ref not in dropped
        }
        assert (send.channel, send.tone) == (allowed.channel, allowed.tone)
        interest = sum(one.amount for one in send.charges if one.what == "interest" and one.counts)
        assert send.total - interest <= allowed.total
        assert not (allowed.free and any(one.counts for one in send.charges))

    def happen(self, word: str, which: int) -> None:
        """Something that may be refused, which is as well."""
        on = self.day.isoformat()
        try:
            self._happen(word, which, on)
        except LedgerError:
            return

    def _happen(self, word: str, which: int, on: str) -> None:
        cell, number = self.cell, f"I{which}"
        match word:
            case "invoice":
                cell.invoice(number, on, on=on)
            case "pay" | "part":
                id_ = f"p{cell.count}"
                cell.pay(on, number, "100.00" if word == "pay" else "30.00", id=id_)
                self.paid.append(id_)
            case "reverse" if self.paid:
                cell.say(on, "reversal", of=self.paid.pop())
            case "dispute":
                cell.say(on, "dispute", invoice=number, id=f"d{which}")
            case "resolve":
                cell.say(on, "resolve", dispute=f"d{which}", outcome="rejected")
            case "hold":
                until = date.fromordinal(self.day.toordinal() + which).isoformat()
                cell.say(on, "hold", customer=CUSTOMER, kind="manual", until=until)
            case "promise":
                cell.say(on, "promise", customer=CUSTOMER, date=on, amount="10.00")
            case "credit":
                cell.say(
                    on, "credit_note", number=f"C{cell.count}", customer=CUSTOMER,
                    currency="EUR", amount="20.00",
                )  # fmt: skip
            case "yes" | "no" | "less" | "free":
                self._answer(word, which, on)
            case "bounce":
                cell.say(
                    on, "feedback", customer=CUSTOMER, channel="email", address="a@example.com",
                    outcome="bounced" if which else "rejected",
                )  # fmt: skip
            case "release" if cell.account.refusals:
                cell.say(on, "release", hold=cell.account.refusals[0].id)
            case "publish":
                text = FILE.format(more=self.more, interval=self.interval)
                fee = f"{5 + which}.00"
                cell.publish(text.replace("5.00", fee))
            case "hand_over":
                scope = "account" if which == 3 else "items"
                cell.say(on, "hand_over", customer=CUSTOMER, scope=scope)
            case "hand_back":
                cell.say(on, "hand_back", customer=CUSTOMER)

    def _answer(self, word: str, which: int, on: str) -> None:
        waiting = [one for one in self.cell.account.proposals if not one.answer]
        if not waiting:
            return
        asked = waiting[which % len(waiting)]
        fields: dict[str, object] = {"proposal": asked.id, "outcome": "approved"}
        if word == "no":
            fields |= {"outcome": "rejected", "reason": "no"}
        elif word == "less":
            line = asked.lines[which % len(asked.lines)]
            drop = [{"invoice": line.ref.invoice, "item": line.ref.item}]
            fields |= {"outcome": "changed", "drop": drop}
        elif word == "free":
            fields |= {"outcome": "changed", "charges": False, "tone": "persuasive"}
        self.cell.say(on, "approval", by="lead", **fields)
        for one in self.cell.account.proposals:
            if one.id == asked.id and one.answer:
                self.allowed[one.id] = one


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(story, st.sampled_from(("", "track: account", "notice_per: level")), st.integers(1, 3))
def test_what_leaves_is_what_was_allowed_whatever_happens_in_between(
    told: list[tuple[int, str, int]], more: str, interval: int
) -> None:
    world = Told(more, interval)
    world.happen("invoice", 0)
    world.happen("invoice", 1)
    for days, word, which in told:
        world.pass_days(days)
        world.happen(word, which)
        if which % 2:
            world.send()
    world.pass_days(20)
