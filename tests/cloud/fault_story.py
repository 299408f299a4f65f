"""A story of faults, played on the deployed stacks: a day for each kill, and what is then seen.

It arms faults, moves the clock and looks; what must hold is said in test_fault_injection.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from dunning.domain import history
from dunning.domain.account import Head
from dunning.domain.calendar import iso_instant, local_day, parse_instant
from dunning.domain.facts import UNKNOWN_SEND
from dunning.domain.history import Record
from dunning.domain.identity import account_tag

from infra.local.cloud import LocalCloud
from infra.local.demo.driver import Driver
from infra.local.faults import Rule, When
from tests.cloud.stage import Body, Stage, customer, invoice, wait_for

FIRST_DAY = date(2026, 3, 2)
GRACE = timedelta(days=10)
MINUTE, HOUR = 60, 3600
SIDES: tuple[When, When] = ("before", "after")

# A day each, in this order. Two more customers are due on it, in the same batch.
READS = tuple(f"{step}-{side}" for step in ("head", "live", "suppressed", "rate") for side in SIDES)
WRITES = tuple(f"{step}-{side}" for step in ("claim", "record", "confirm") for side in SIDES)
AT_GATE = {
    "accept-before": "kill-before-accept@one.example",
    "accept-after": "kill-after-accept@one.example",
    "lapse-before": "reset-1@one.example",
    "lapse-after": "error-after-accept-1@one.example",
}
SEEN_AGAIN = ("live-after", "record-before")
"""After these kills the messages are seen again; after the others the queue loses them."""
EVENTFUL = {
    "event-before": ("reset-2@one.example",),
    "bounces": ("bounce@one.example", "second@one.example"),
    "complains": ("complaint@one.example",),
    "soft": ("soft-bounce@one.example",),
    "lost-claim": ("lost-1@one.example",),
    "lost-record": ("lost-2@one.example",),
    "lost-confirm": ("lost-3@one.example",),
}
NEXT_DAY = {"event-after": ("error-after-accept-2@one.example",)}
"""Events of one batch are worked on side by side: one kill a day, or it takes both."""
SILENT = {
    "times-out-sent": "timeout-after-accept@one.example",
    "times-out-unsent": "timeout-before-accept@one.example",
    "breaks-sent": "reset-3@one.example",
    "breaks-unsent": "reset-before-accept-1@one.example",
    "fails-sent": "error-after-accept-3@one.example",
    "fails-unsent": "error-before-accept@one.example",
}
RESOLVING = {
    "resolve-before": "reset-4@one.example",
    "resolve-after": "reset-before-accept-2@one.example",
}
ASKED_SENT, ASKED_UNSENT = "asked-sent", "asked-unsent"


@dataclass(frozen=True)
class Told:
    """What was to be seen when the story was over, and the lines for people in between."""

    log: Sequence[Mapping[str, Any]]
    killed: Sequence[Mapping[str, Any]]
    armed: int
    heads: Mapping[str, Head]
    histories: Mapping[str, Sequence[Record]]
    shown: Mapping[str, str]
    """Lines for people while the result was unknown, by customer."""
    tasks: Mapping[str, str]
    dead_letters: int
    tags: Mapping[str, str]

    def codes(self, name: str, kind: str) -> list[str]:
        """What a customer's history says of attempts, or of their settlements."""
        return [record.code for record in self.histories[name] if record.kind == kind]

    def accepted(self, name: str) -> list[tuple[str, str]]:
        """Attempt and address of each message that the gate took for a customer."""
        rows = [row for row in self.log if row["accepted"] and row["account"] == self.tags[name]]
        return [(row["attempt"], row["to"]) for row in rows]

    def unknown(self) -> set[str]:
        """Customers with a send whose result was unknown for a while."""
        return {name for name in self.heads if history.UNKNOWN in self.codes(name, history.ATTEMPT)}


@dataclass
class Story:
    """Plays it: `presuming` is the creditor whose rule presumes, `asking` the one that asks."""

    presuming: Stage
    asking: Stage
    driver: Driver = field(init=False)
    armed: int = 0
    shown: dict[str, str] = field(default_factory=dict)
    _bodies: list[Body] = field(default_factory=list)
    _facts: dict[int, Callable[[], None]] = field(default_factory=dict)
    _days: int = 0

    def __post_init__(self) -> None:
        self.driver = Driver(
            self.cloud,
            self.presuming.reader.head,
            (self.presuming.creditor,),
            after_step=lambda now: self._look(),
        )

    @property
    def cloud(self) -> LocalCloud:
        return self.presuming.cloud

    def play(self) -> Told:
        """From the first upload to the last settlement."""
        for name in READS:
            self._kill_day(name, self._arming(name), held=False)
        for name in (*WRITES, *AT_GATE):
            self._kill_day(name, self._arming(name), held=True)
        self._eventful_days()
        self._silent_days()
        self.presuming.open("2026-02-01T06:00:00Z", *self._bodies)
        self.driver.play(self._facts, max(self._facts) + 48 * HOUR)
        return self._told()

    def _arming(self, name: str) -> Callable[[], None]:
        """The kill that belongs to a customer's name."""
        step, _, side = name.rpartition("-")
        when: When = "before" if side == "before" else "after"
        head, record = self._key(name), self._record_key(name)
        live = f'":p": {{"S": "{self.presuming.account(name)}"}}'
        # Each process learns the row's end by a write that fails; the other one moves it.
        rate = "RATE#email" if when == "before" else '"#until = :seen"'
        rules = {
            "head": ("GetItem", head),
            "live": ("Query", live),
            "rate": ("UpdateItem", rate),
            "claim": ("UpdateItem", head),
            "record": ("PutItem", record),
            "confirm": ("PutItem", head),
            "lapse": ("TransactWriteItems", head),
        }

        def arm() -> None:
            if step == "suppressed":
                self._kill("GetItem", when, f"SUPPRESSED#email#{self._address_hash(name)}")
            elif step in rules:
                operation, contains = rules[step]
                self._kill(operation, when, contains)

        return arm

    def _kill_day(self, name: str, arm: Callable[[], None], *, held: bool) -> None:
        """One day, one kill. With `held` the day's events wait until claims have run out, and
        then come twice, the newest first."""
        nine = self._day(
            {name: (AT_GATE.get(name, f"{name}@one.example"),)}
            | {f"{name}-{n}": (f"{name}-{n}@one.example",) for n in (1, 2)}
        )

        def begin() -> None:
            arm()
            if held:
                self.cloud.gate.hold()
            if name not in SEEN_AGAIN:
                self._send_with_losses()

        self._facts[nine] = begin
        if held:
            self._facts[nine + 30 * MINUTE] = self._events_come

    def _eventful_days(self) -> None:
        """Nobody kills the sender: answers to its writes are lost, events come twice and in the
        wrong order, and it is their function that is killed."""

        def writes_are_lost() -> None:
            self.cloud.gate.hold()
            for operation, contains in (
                ("UpdateItem", self._key("lost-claim")),
                ("PutItem", self._record_key("lost-record")),
                ("PutItem", self._key("lost-confirm")),
            ):
                self._add(operation, "after", contains, "SendEmail", action="drop")

        def events_come(side: When) -> None:
            contains = self._key(f"event-{side}")
            self._kill("TransactWriteItems", side, contains, "RecordFeedback")
            self._events_come()

        nine = self._day(EVENTFUL)
        self._facts |= {nine: writes_are_lost, nine + 30 * MINUTE: lambda: events_come("before")}
        nine = self._day(NEXT_DAY)
        self._facts |= {
            nine: self.cloud.gate.hold,
            nine + 30 * MINUTE: lambda: events_come("after"),
        }

    def _silent_days(self) -> None:
        """Silence, and events that never come: a day later the rule of one creditor presumes, and
        that of the other asks a person, who answers. The sender is killed as it settles."""
        gate, bodies = self.cloud.gate, list[Body]()
        asked = {name: f"{name}@two.example" for name in (ASKED_SENT, ASKED_UNSENT)}

        def begin() -> None:
            self.asking.open(iso_instant(nine), *bodies, unknown="ask")
            self.driver.creditors += (self.asking.creditor,)
            gate.hold()
            gate.order("reset", to=asked[ASKED_SENT], times=1)
            gate.order("reset-before-accept", to=asked[ASKED_UNSENT], times=1)

        def events_are_lost(resolving: str) -> None:
            gate.release(times=0)
            side: When = "before" if resolving.endswith("before") else "after"
            self._kill("TransactWriteItems", side, self._key(resolving))

        def a_person_answers() -> None:
            lines = {task.customer: task.detail for task in self.asking.tasks()}
            assert all("answer sent or not sent" in lines[name] for name in asked)
            for name, answer in ((ASKED_SENT, "sent"), (ASKED_UNSENT, "not-sent")):
                self.asking.by_hand("settle", name, answer, "--creditor", self.asking.creditor)

        first, second = RESOLVING
        nine = self._day(
            {name: (to,) for name, to in SILENT.items()} | {first: (RESOLVING[first],)}
        )
        for name, to in asked.items():
            bodies += [customer(name, to), invoice(name, f"N-{name}", self._due_on(nine))]
        self._facts |= {
            nine: begin,
            nine + HOUR: lambda: events_are_lost(first),
            nine + 25 * HOUR: a_person_answers,
        }
        self._days += 1
        last = self._day({second: (RESOLVING[second],)})
        self._facts |= {last: gate.hold, last + HOUR: lambda: events_are_lost(second)}

    def _day(self, addresses: Mapping[str, Sequence[str]]) -> int:
        """The next day, on which these customers' invoices are due; nine o'clock of it."""
        day = FIRST_DAY + timedelta(days=self._days)
        self._days += 1
        nine = parse_instant(f"{day}T09:00:00Z")
        for name, of_one in addresses.items():
            self._bodies += [
                customer(name, *of_one),
                invoice(name, f"N-{name}", self._due_on(nine)),
            ]
        return nine

    @staticmethod
    def _due_on(nine: int) -> str:
        return (local_day(nine, "UTC") - GRACE).isoformat()

    def _send_with_losses(self) -> None:
        """Sweeps until nobody is killed any more; with a kill the queue loses what it holds."""
        url = self.cloud.outputs["EmailQueueUrl"]
        while True:
            before = self._kills()
            self.presuming.sweep()
            wait_for(lambda: self._kills() > before or self.cloud.is_quiet())  # noqa: B023
            if self._kills() == before:
                return
            self.cloud.client("sqs").purge_queue(QueueUrl=url)

    def _events_come(self) -> None:
        self.cloud.gate.release(times=2, newest_first=True)

    def _look(self) -> None:
        """What a person is shown while nobody knows."""
        for stage in (self.presuming, self.asking):
            for task in stage.tasks():
                if task.detail.endswith("result unknown"):
                    self.shown[task.customer] = task.detail

    def _kill(self, operation: str, when: When, contains: str, function: str = "SendEmail") -> None:
        self._add(operation, when, contains, function)
        self.armed += 1

    def _add(self, operation: str, when: When, contains: str, function: str, **more: Any) -> None:
        self.cloud.front.add(
            Rule(
                operation=f"dynamodb:{operation}",
                function=self.cloud.outputs[f"{function}FunctionName"],
                contains=contains,
                when=when,
                **more,
            )
        )

    def _kills(self) -> int:
        """Processes killed so far, by the front and by the gate."""
        at_gate = sum(row["outcome"].startswith("killed") for row in self.cloud.gate.log())
        return at_gate + len(self.cloud.front.fired())

    def _key(self, name: str) -> str:
        """The key of a customer's HEAD, as it stands in a request's body."""
        return f'"pk": {{"S": "{self.presuming.account(name)}"}}, "sk": {{"S": "0#HEAD"'

    def _record_key(self, name: str) -> str:
        """The key of an attempt's record; what was said stands between its parts."""
        return f'"pk": {{"S": "{self.presuming.account(name)}"}}, "said"'

    def _address_hash(self, name: str) -> str:
        ledger, creditor = self.presuming.reader.ledger, self.presuming.creditor
        state = ledger.read(creditor, self.presuming.account(name))
        assert state is not None
        return state.customer.addresses[0].hash

    def _told(self) -> Told:
        heads, histories, tags = {}, {}, {}
        for stage in (self.presuming, self.asking):
            for account, records in stage.reader.histories(stage.creditor).items():
                head = stage.reader.head(stage.creditor, account)
                assert head is not None
                heads[head.customer], histories[head.customer] = head, records
                tags[head.customer] = account_tag(account)
        tasks = [*self.presuming.tasks(), *self.asking.tasks()]
        fired = self.cloud.front.fired()
        return Told(
            log=self.cloud.gate.log(),
            killed=[row for row in fired if row["rule"]["action"] == "kill"],
            armed=self.armed,
            heads=heads,
            histories=histories,
            shown=self.shown,
            # Whoever complained, and has no other address, is a line of another kind.
            tasks={task.customer: task.detail for task in tasks if task.kind == UNKNOWN_SEND},
            dead_letters=sum(self.cloud.dead_letters().values()),
            tags=tags,
        )
