"""A stage for one named interleaving: actors that are stepped by hand, with every law held on the
way. The search finds what nobody thought of; a named test says what we did think of.
"""

from dataclasses import dataclass, field
from typing import Any

from dunning.domain.account import Account, Head
from dunning.domain.bodies import AccountBody
from dunning.domain.history import Record
from dunning.service.ports import ChannelPaused, NotSent, Refused, Unclear

from tests.model.actors import Finished, Job, Raises, Request, advance
from tests.model.cell import CREDITOR, Cell, Kit, event_of
from tests.model.laws import FenceLaws
from tests.model.search import Accepted, Scenario, Tick, View
from tests.model.world import ACCOUNT, DUE, FIRST, KIT, loaded

ANSWERS: dict[str, tuple[bool, Any]] = {
    "accepted": (True, "message-id"),
    "throttle": (False, Raises(NotSent, ("throttled",))),
    "pause": (False, Raises(ChannelPaused, ("quota",))),
    "refuse": (False, Raises(Refused, ("bad_address",))),
    "timeout_before_accept": (False, Raises(Unclear)),
    "timeout_after_accept": (True, Raises(Unclear)),
}


class Stage:
    """One account, the instant, and what the provider has taken."""

    def __init__(
        self,
        kit: Kit = KIT,
        *,
        items: int = 1,
        bounces: tuple[str, ...] = (),
        refused: tuple[str, ...] = (),
    ) -> None:
        self.kit = kit
        self.cell: Cell = loaded(kit, items)
        self.now = DUE
        self.accepted: list[Accepted] = []
        self.bounces = frozenset(bounces)
        self.refused = frozenset(refused)
        self.unclear = False
        self.crashes = 0

    def sender(self, name: str = "sender") -> "Actor":
        """A message of the queue, received."""
        return Actor(self, self.kit.remind(name, ACCOUNT))

    def job(self, job: Job) -> "Actor":
        """Any other use case, begun."""
        return Actor(self, job)

    def body(self, body: AccountBody) -> "Actor":
        """A ledger body, arrived."""
        return Actor(self, self.kit.record(f"body {getattr(body, 'id', '')}", body))

    def event(
        self, kind: str, serial: int = 1, attempt: int = 1, address: str = FIRST, id_: str = ""
    ) -> "Actor":
        """A provider's event, arrived."""
        feedback = event_of(kind, ACCOUNT, serial, attempt, address, id_)
        return Actor(self, self.kit.event(f"event {kind}", feedback))

    def answer(self, *, sent: bool) -> "Actor":
        """A person's answer about an unknown send."""
        return Actor(self, self.kit.answer("person", ACCOUNT, sent=sent))

    def remind(self, name: str = "sender", provider: str = "accepted") -> Any:
        """A whole message of the queue, with nobody else about."""
        return self.sender(name).finish(provider)

    @property
    def account(self) -> Account:
        """The account as a reader reads it now."""
        account = self.cell.ledger.read(CREDITOR, ACCOUNT)
        assert account is not None
        return account

    @property
    def head(self) -> Head:
        """The account's HEAD now."""
        return self.account.head

    @property
    def records(self) -> tuple[Record, ...]:
        """The account's history now."""
        return tuple(self.cell.ledger.history(CREDITOR, ACCOUNT))

    @property
    def codes(self) -> list[str]:
        """The history's codes since the account was loaded."""
        return [record.code for record in self.records if record.at >= DUE]

    @property
    def sends(self) -> list[tuple[int, int]]:
        """Notice and attempt of every message that the provider took."""
        return [(one.serial, one.attempt) for one in self.accepted]

    def level(self, item: int = 1) -> int:
        """The level that an open item has reached."""
        found = next(one for one in self.account.open if one.ref.item == item)
        reached = self.account.level_of(found)
        return reached.level if reached else 0

    def check(self) -> None:
        """The laws of every state."""
        law = self._laws().always(self._view())
        assert law is None, law

    def comes_to_rest(self) -> None:
        """The laws of a state in which nobody is on their way."""
        law = self._laws().at_rest(self._view())
        assert law is None, law

    def _laws(self) -> FenceLaws:
        kinds = ("timeout_before_accept",) if self.unclear else ()
        scenario = Scenario(
            "stage",
            self.cell,
            (),
            (Tick(self.now),),
            self.bounces,
            self.refused,
            faults=1,
            fault_kinds=kinds,
        )
        return FenceLaws(self.kit, ACCOUNT, scenario)

    def _view(self) -> View:
        return View(self.cell, self.now, tuple(self.accepted), self.crashes, int(self.unclear))


@dataclass
class Actor:
    """One use case on its way."""

    stage: Stage
    job: Job
    results: list[Any] = field(default_factory=list)

    @property
    def at(self) -> Request | Finished:
        """The call that it is about to make, or its end."""
        return advance(self.job, self.results)

    def until(self, name: str) -> "Actor":
        """Let it go on until it is about to make that call."""
        while isinstance(request := self.at, Request) and request.name != name:
            self.step()
        assert isinstance(request, Request), f"{self.job.name} ended before {name}: {request}"
        return self

    def step(self, provider: str = "accepted") -> "Actor":
        """Its next call, with the laws held after it."""
        request = self.at
        assert isinstance(request, Request), f"{self.job.name} has ended: {request}"
        if request.name == "provider.send":
            self.results.append(self._send(request, provider))
        else:
            self.stage.cell, result = self.stage.cell.execute(request, self.stage.now)
            self.results.append(result)
        self.stage.check()
        return self

    def finish(self, provider: str = "accepted") -> Any:
        """Let it go on to its end; what the use case returned."""
        while isinstance(self.at, Request):
            self.step(provider)
        ended = self.at
        assert isinstance(ended, Finished)
        assert not ended.error, f"{self.job.name} let {ended.error} through"
        return ended.value

    def crash(self) -> None:
        """It is never heard of again."""
        self.stage.crashes += 1

    def _send(self, request: Request, provider: str) -> Any:
        message = request.args[1]
        if message.to in self.stage.refused:
            provider = "refuse"
        taken, result = ANSWERS[provider]
        self.stage.unclear |= provider.startswith("timeout")
        tags = dict(message.tags)
        if taken:
            one = Accepted(
                int(tags["serial"]),
                int(tags["attempt"]),
                tuple(tags["items"].split(",")),
                message.to,
                message.to in self.stage.bounces,
            )
            self.stage.accepted.append(one)
        return result
