"""Use cases as actors that can be stopped at every call of a port, and gone on with from there.

An actor is a real use case run over ports that answer from a list of results; where the list ends
it is suspended with the call that it wants to make. Going on is running it again with one result
more, so an actor's whole state is the list, and nothing of the product is changed for the model.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from dunning.domain.account import Account, Head
from dunning.domain.change import Change
from dunning.domain.facts import Ended
from dunning.domain.history import Record
from dunning.domain.invoice import Invoice
from dunning.domain.places import Person
from dunning.domain.posting import Posting, PostingKey
from dunning.service.ports import AgendaEntry, Message, Owner, SweepState


class Request(NamedTuple):
    """The call that an actor wants to make: which port's which method, and its arguments."""

    name: str
    args: tuple[Any, ...]


class Raises(NamedTuple):
    """A result that is an exception: made anew each time it is raised."""

    kind: type[Exception]
    args: tuple[Any, ...] = ()


class Suspended(BaseException):
    """Not an Exception: no handler of the product may catch it."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.request = request


class Finished(NamedTuple):
    """How a use case ended: what it returned, or the exception that it let through."""

    value: Any = None
    error: str = ""


class Script:
    """The results that a run is given, in their order."""

    def __init__(self, results: Sequence[Any]) -> None:
        self._results = results
        self._next = 0

    def ask(self, name: str, *args: Any) -> Any:
        """The next result of the run, or suspension where there is none yet."""
        if self._next == len(self._results):
            raise Suspended(Request(name, args))
        result = self._results[self._next]
        self._next += 1
        if isinstance(result, Raises):
            raise result.kind(*result.args)
        return result


class ScriptLedger:
    """The ledger port of a run: each method is a step, but for the key, which is arithmetic."""

    def __init__(self, script: Script, account_key: Callable[[str, str], str]) -> None:
        self._ask = script.ask
        self.account_key = account_key

    def head(self, creditor: str, account: str) -> Head | None:
        return self._ask("ledger.head", creditor, account)

    def glance(self, creditor: str, account: str) -> Head | None:
        return self._ask("ledger.glance", creditor, account)

    def live(self, creditor: str, account: str, head: Head) -> Account:
        return self._ask("ledger.live", creditor, account, head)

    def read(self, creditor: str, account: str) -> Account | None:
        head = self.head(creditor, account)
        return self.live(creditor, account, head) if head else None

    def write(self, creditor: str, account: str, change: Change) -> None:
        self._ask("ledger.write", creditor, account, change)

    def claim(self, creditor: str, account: str, head: Head, base: int) -> None:
        self._ask("ledger.claim", creditor, account, head, base)

    def put_record(self, creditor: str, account: str, record: Record) -> Record | None:
        return self._ask("ledger.put_record", creditor, account, record)

    def record(self, creditor: str, account: str, seq: int) -> Record | None:
        return self._ask("ledger.record", creditor, account, seq)

    def invoice(self, creditor: str, account: str, number: str) -> Invoice | None:
        return self._ask("ledger.invoice", creditor, account, number)

    def posting(self, creditor: str, account: str, key: PostingKey) -> Posting | None:
        return self._ask("ledger.posting", creditor, account, key)

    def account_of_invoice(self, creditor: str, number: str) -> str | None:
        return self._ask("ledger.account_of_invoice", creditor, number)

    def account_of_posting(self, creditor: str, key: PostingKey) -> str | None:
        return self._ask("ledger.account_of_posting", creditor, key)

    def owner_of_posting(self, creditor: str, key: PostingKey) -> Owner | None:
        return self._ask("ledger.owner_of_posting", creditor, key)

    def history(self, creditor: str, account: str) -> Iterator[Record]:
        raise NotImplementedError("no use case of the model reads a whole history")

    def postings(self, creditor: str, account: str) -> Iterator[Posting]:
        raise NotImplementedError("no use case of the model reads all postings")

    def ended(self, creditor: str, account: str) -> Iterator[Ended]:
        return iter(self._ask("ledger.ended", creditor, account))

    def invoices(self, creditor: str, account: str) -> Iterator[Invoice]:
        raise NotImplementedError("no use case of the model reads all documents")

    def agenda(
        self, creditor: str, channel: str, shards: int, until: int, after: str = ""
    ) -> Iterator[AgendaEntry]:
        raise NotImplementedError("the model starts a reminder whenever it likes")

    def book(self, creditor: str) -> Iterator[str]:
        raise NotImplementedError("no use case of the model walks a creditor's accounts")

    def tasks(self, creditor: str) -> Iterator[Any]:
        raise NotImplementedError("no use case of the model reads tasks")


class ScriptCell:
    """The other ports of a run that share state with other actors."""

    def __init__(self, script: Script) -> None:
        self._ask = script.ask

    def reason(self, creditor: str, channel: str, address_hash: str) -> str | None:
        return self._ask("suppressions.reason", creditor, channel, address_hash)

    def add(self, creditor: str, channel: str, address_hash: str, reason: str, now: int) -> None:
        self._ask("suppressions.add", creditor, channel, address_hash, reason, now)

    def add_for(self, creditor: str, channel: str, address_hash: str, reason: str, at: int) -> None:
        self._ask("suppressions.add_for", creditor, channel, address_hash, reason, at)

    def lift_for(
        self, creditor: str, channel: str, address_hash: str, reasons: frozenset[str], at: int
    ) -> None:
        self._ask("suppressions.lift_for", creditor, channel, address_hash, reasons, at)

    def pause(self, channel: str, until: int, why: str, creditor: str = "") -> None:
        self._ask("channels.pause", channel, until, why, creditor)

    def paused_until(self, channel: str, creditor: str = "") -> int:
        return self._ask("channels.paused_until", channel, creditor)

    def probe(self, channel: str, creditor: str, now: int) -> bool:
        return self._ask("channels.probe", channel, creditor, now)

    def resume(self, channel: str, creditor: str, now: int) -> None:
        self._ask("channels.resume", channel, creditor, now)

    def rate(self, channel: str) -> float | None:
        return self._ask("channels.rate", channel)

    def set_rate(self, channel: str, rate: float) -> None:
        self._ask("channels.set_rate", channel, rate)

    def sweep_state(self, channel: str) -> SweepState:
        return self._ask("channels.sweep_state", channel)

    def save_sweep(self, channel: str, state: SweepState) -> None:
        self._ask("channels.save_sweep", channel, state)

    def send(self, creditor: str, message: Message) -> str:
        return self._ask("provider.send", creditor, message)

    def now(self) -> int:
        return self._ask("clock.now")


class ScriptPersons:
    """The places of persons, of a run."""

    def __init__(self, script: Script) -> None:
        self._ask = script.ask

    def read(self, person: str) -> Person:
        return self._ask("persons.read", person)

    def put(self, person: str, after: Person) -> bool:
        return self._ask("persons.put", person, after)


@dataclass(frozen=True)
class Job:
    """A use case to be run once: its name is its identity, `run` takes the ports of the run."""

    name: str
    run: Callable[[Script], Any]


def advance(job: Job, results: Sequence[Any]) -> Request | Finished:
    """Run a job over the results it has had so far, up to the next call or to its end."""
    try:
        return Finished(job.run(Script(results)))
    except Suspended as suspended:
        return suspended.request
    except Exception as error:  # noqa: BLE001 - whatever a use case lets through is its end
        return Finished(error=f"{type(error).__name__}({error})")


class Actors:
    """All states that any actor was ever in, numbered: a tree over the results they were given.
    Each is run once, however many states of the whole it occurs in."""

    def __init__(self, number_of: Callable[[object], int]) -> None:
        self._number_of = number_of
        self._nodes: list[tuple[Job, tuple[Any, ...], Request | Finished]] = []
        self._known: dict[tuple[object, ...], int] = {}

    def root(self, job: Job) -> int:
        """The state of a job that has made no call yet."""
        return self._node((job.name,), job, ())

    def after(self, node: int, result: Any) -> int:
        """The state of an actor when its call has had that result."""
        job, results, _ = self._nodes[node]
        return self._node((node, self._number_of(result)), job, (*results, result))

    def at(self, node: int) -> Request | Finished:
        """The call that an actor is about to make, or its end."""
        return self._nodes[node][2]

    def job(self, node: int) -> Job:
        """The job of the actor in that state."""
        return self._nodes[node][0]

    def __len__(self) -> int:
        return len(self._nodes)

    def _node(self, key: tuple[object, ...], job: Job, results: tuple[Any, ...]) -> int:
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = len(self._nodes)
            self._nodes.append((job, results, advance(job, results)))
        return known
