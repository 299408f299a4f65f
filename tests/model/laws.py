"""What must hold in every state of the model, at every claim, and when everybody is at rest.

The provider's own list of accepted messages is the truth; the product's records are held to it.
"""

from typing import NamedTuple

from dunning.domain import history, reasons
from dunning.domain.account import CLAIMED, UNKNOWN, Account, Claim, Head
from dunning.domain.behaviour import record_of
from dunning.domain.calendar import local_day
from dunning.domain.consents import taken_back
from dunning.domain.decision import decide, plan
from dunning.domain.due import Send
from dunning.domain.fence import UNKNOWN_HORIZON
from dunning.domain.history import Record
from dunning.domain.payment_plans import PROPOSED
from dunning.domain.tellings_wanted import terms
from dunning.service.ports import Refused

from tests.model.actors import Finished, Job, Raises, Request, advance
from tests.model.cell import CREDITOR, Cell, Kit
from tests.model.charged import charge_law, charged_at_rest
from tests.model.search import Accepted, Laws, Scenario, View

FAR = 4_000_000_000
ROUNDS = 60
CUSTOMERS_OWN = frozenset({"opt_out", "complained"})
UNCLEAR_KINDS = frozenset({"timeout_before_accept", "timeout_after_accept"})


class Rest(NamedTuple):
    """Where an account comes to, once nothing happens to it but the sweep and its senders."""

    account: Account
    accepted: tuple[Accepted, ...]
    records: tuple[Record, ...]
    fault: str


class FenceLaws:
    """The laws for one account of one scenario."""

    def __init__(self, kit: Kit, account: str, scenario: Scenario) -> None:
        self._kit = kit
        self._account = account
        self._scenario = scenario
        self._structure: dict[tuple[int, int], str | None] = {}
        self._rests: dict[tuple[int, int], Rest] = {}

    def laws(self) -> Laws:
        """The three of them, as a search takes them."""
        return Laws(self.always, self.granted, self.at_rest)

    # On every state.

    def always(self, view: View) -> str | None:
        """What the provider took was right, and the account's own state is whole."""
        key = (id(view.cell), view.now)
        if key not in self._structure:
            self._structure[key] = self._structural(view.cell, view.now)
        return (
            self._structure[key]
            or wire_law(view.accepted)
            or self._records(view)
            or charge_law(view.cell, self._account, view.accepted)
        )

    def _structural(self, cell: Cell, now: int) -> str | None:
        account = cell.ledger.read(CREDITOR, self._account)
        if account is None:
            return None
        head = account.head
        return (
            _gapless(head, {r.seq for r in cell.ledger.history(CREDITOR, self._account)})
            or self._agenda(cell, head)
            or self._counted(cell, account, now)
            or (_under_claim(head, head.claim) if head.claim else self._planned(account, now))
        )

    def _agenda(self, cell: Cell, head: Head) -> str | None:
        on_it = [
            (channel, entry.key[:20], entry.account)
            for channel in ("email", "voice")
            for entry in cell.ledger.agenda(CREDITOR, channel, 4, FAR)
        ]
        at = head.plan.at
        if at is None:
            return f"AGENDA: {on_it} although nothing is planned" if on_it else None
        due = [e.account for e in cell.ledger.agenda(CREDITOR, head.plan.channel or "", 4, at)]
        early = list(cell.ledger.agenda(CREDITOR, head.plan.channel or "", 4, at - 1))
        if len(on_it) != 1 or due != [self._account] or early:
            return f"AGENDA: {on_it} although HEAD plans {head.plan}"
        return None

    def _counted(self, cell: Cell, account: Account, now: int) -> str | None:
        """How the customer has paid, as HEAD has it, is what the invoices say."""
        today = local_day(now, account.zone(self._kit.rulebook.creditor))
        wanted = record_of(cell.ledger.invoices(CREDITOR, self._account), today)
        found = account.head.behaviour
        return None if found == wanted else f"PAID: HEAD has {found}, the invoices say {wanted}"

    def _planned(self, account: Account, now: int) -> str | None:
        """What is stored is never later than what would be planned now."""
        fresh = plan(account, self._kit.rulebook, now, self._kit.gates)
        stored = account.head.plan
        if fresh.at is not None and (stored.at is None or stored.at > max(fresh.at, now)):
            return f"LATE: {stored} is stored, {fresh} is right"
        return None

    def _records(self, view: View) -> str | None:
        """History says SENT only of what was taken, and REJECTED only of what was not."""
        took = {(a.serial, a.attempt) for a in view.accepted}
        for record in view.cell.ledger.history(CREDITOR, self._account):
            if record.kind != history.ATTEMPT or record.attempt is None:
                continue
            tried = (record.attempt.serial, record.attempt.attempt)
            if record.code == history.SENT and tried not in took:
                return f"FALSE RECORD: {tried} is recorded as sent, and was not"
            if record.code == history.REJECTED and tried in took:
                return f"FALSE RECORD: {tried} is recorded as rejected, and was sent"
        return None

    # When a claim is granted.

    def granted(self, view: View, request: Request) -> str | None:
        """The claim says what the ledger, as it stands at that moment, asks for."""
        account = view.cell.ledger.read(CREDITOR, self._account)
        claim = request.args[2].claim
        assert account is not None
        if account.head.claim is not None and account.head.claim.token == claim.token:
            return None
        found = decide(account, self._kit.rulebook, claim.at, self._kit.gates)
        if not isinstance(found, Send) or (found.said, found.tells) != (claim.said, claim.tells):
            return f"STALE CLAIM: {claim.said or claim.tells}, the ledger by now: {found}"
        return self._allowed(account, claim)

    def _allowed(self, account: Account, claim: Claim) -> str | None:
        """A person has allowed this very notice, by a proposal that stands: the same steps, and no
        more to pay. A further attempt of a notice is the same notice."""
        policy = self._kit.rulebook.named(claim.policy)
        asks = {step.level for step in policy.ladder if step.approval} if policy else set()
        steps = {(said.ref, said.level, said.repeat) for said in claim.said if said.level in asks}
        if not steps or claim.serial <= account.head.serial:
            return None
        for proposal in account.proposals:
            kept = {tuple(step) for step in proposal.steps if step.ref not in proposal.dropped}
            total = sum(said.open for said in claim.said)
            if proposal.answer and kept == steps and total <= proposal.total:
                return None
        return f"NOT ALLOWED: {sorted(steps)}, of {account.proposals}"

    # When nobody is on their way.

    def at_rest(self, view: View) -> str | None:
        """From here the sweep alone brings every open item to the end of its ladder, each level
        by a message that was taken or an attempt that is known to be unknown."""
        key = (id(view.cell), view.now)
        if key not in self._rests:
            self._rests[key] = self._rest(view.cell, view.now)
        rest = self._rests[key]
        if rest.fault:
            return rest.fault
        accepted = (*view.accepted, *rest.accepted)
        return wire_law(accepted) or self._lost(view, rest, accepted)

    def _rest(self, cell: Cell, now: int) -> Rest:
        accepted: list[Accepted] = []
        for number in range(ROUNDS):
            head = cell.ledger.head(CREDITOR, self._account)
            if head is None or head.plan.at is None:
                break
            if head.plan.reason == reasons.APPROVAL_PENDING and not head.claim:
                break  # it waits for a person, and is asked for again and again without one
            claim = head.claim
            now = max(now, head.plan.at)
            if claim and claim.state == CLAIMED:
                now = max(now, claim.lease_until + 1)
            job = self._kit.remind(f"later-{number}", self._account)
            before = cell
            now = max(now, cell.channels.paused_until("email"))
            cell = self._alone(job, cell, now, accepted)
            if cell is before:
                return self._came_to(cell, accepted, f"LIVELOCK: {head.plan} changes nothing")
        else:
            return self._came_to(cell, accepted, f"LIVELOCK: still due after {ROUNDS} messages")
        return self._came_to(cell, accepted, "")

    def _came_to(self, cell: Cell, accepted: list[Accepted], fault: str) -> Rest:
        account = cell.ledger.read(CREDITOR, self._account)
        assert account is not None
        records = tuple(cell.ledger.history(CREDITOR, self._account))
        fault = fault or charged_at_rest(cell, self._account) or ""
        return Rest(account, tuple(accepted), records, fault)

    def _alone(self, job: Job, cell: Cell, now: int, accepted: list[Accepted]) -> Cell:
        """One message of the queue with nobody else about; the provider takes what is good."""
        results: list[object] = []
        while True:
            request = advance(job, results)
            if isinstance(request, Finished):
                if request.error:
                    raise AssertionError(f"{job.name} let {request.error} through")
                return cell
            if request.name == "provider.send":
                results.append(self._taken(request, accepted))
                continue
            cell, result = cell.execute(request, now)
            results.append(result)

    def _taken(self, request: Request, accepted: list[Accepted]) -> object:
        message = request.args[1]
        tags = dict(message.tags)
        if message.to in self._scenario.refused:
            return Raises(Refused, ("bad_address",))
        items = tuple(tags["items"].split(","))
        failed = message.to in self._scenario.bounces
        accepted.append(
            Accepted(int(tags["serial"]), int(tags["attempt"]), items, message.to, failed)
        )
        return "message-id"

    def _lost(self, view: View, rest: Rest, accepted: tuple[Accepted, ...]) -> str | None:
        if any(hold.until is None for hold in rest.account.holds) or rest.account.head.parked:
            return None
        unknown = _presumed_levels(rest.records)
        if unknown and not self._may_be_unknown(view):
            return f"PRESUMED: {sorted(unknown)} although every answer was clear"
        said = {item for one in accepted for item in one.items} | unknown
        barred = {u.address_hash for u in rest.account.head.unusable} | _taken_back(rest.account)
        good = [a for a in rest.account.customer.on("email") if a.hash not in barred]
        last = max(step.level for step in self._kit.rulebook.policies[0].ladder)
        items = [item for item in rest.account.open if item.charge is None or not good]
        for item in items if "*" not in barred else ():
            reached = rest.account.level_of(item)
            level = reached.level if reached else 0
            for one in range(1, level + 1):
                if f"{item.ref}:{one}" not in said:
                    return f"LOST: {item.ref} counts as reminded at level {one}, and was not"
            waits = _asked_about(rest.account) or rest.account.disputes or rest.account.head.credit
            if level < last and not waits and (good or not self._all_failed(rest.account)):
                return f"LOST: {item.ref} stays at level {level}: {rest.account.head.plan}"
        for one in rest.account.plans if good else ():
            offer = f"plan_offer/{terms(one)}/{one.id}"
            if one.state == PROPOSED and offer not in said:
                return f"LOST: {offer} was never told"
        return self._switch(rest, accepted) if good else None

    def _may_be_unknown(self, view: View) -> bool:
        kinds = set(self._scenario.fault_kinds)
        return bool(view.crashes or (view.faults and kinds & UNCLEAR_KINDS))

    def _all_failed(self, account: Account) -> bool:
        """Whether no address is left, each for a reason that is true or the customer's own."""
        bad = self._scenario.bounces | self._scenario.refused
        own = {u.address_hash for u in account.head.unusable if u.reason in CUSTOMERS_OWN}
        own |= _taken_back(account)
        return all(a.value in bad or a.hash in own for a in account.customer.on("email"))

    def _switch(self, rest: Rest, accepted: tuple[Accepted, ...]) -> str | None:
        """A notice whose failure the ledger knows was tried again, while its items are open and it
        has an address left at which it did not fail."""
        addresses = {address.value for address in rest.account.customer.on("email")}
        known = {r.id for r in rest.records if r.kind == history.FACT and r.code == "feedback"}
        tried = {(a.serial, a.attempt) for a in accepted}
        tried |= {
            (r.attempt.serial, r.attempt.attempt)
            for r in rest.records
            if r.attempt and r.code == history.UNKNOWN
        }
        still = {str(item.ref) for item in rest.account.open}
        for one in accepted:
            is_open = any(item.rpartition(":")[0] in still for item in one.items)
            told = {f"{kind}-{one.serial}-{one.attempt}" for kind in ("bounced", "rejected")}
            is_known = one.failed and not known.isdisjoint(told)
            again = any(s == one.serial and n > one.attempt for s, n in tried)
            left = addresses - {a.address for a in accepted if a.serial == one.serial and a.failed}
            if is_known and is_open and left and not again:
                return f"LOST SWITCH: {one} failed, which is known, and it was not tried again"
        return None


def _taken_back(account: Account) -> set[str]:
    """Hashes of the addresses that the customer wants no more mail at."""
    mine = account.consents
    return {a.hash for a in account.customer.on("email") if taken_back(mine, "email", a.hash)}


def _asked_about(account: Account) -> bool:
    """Whether a person is asked, or has said no."""
    return any(not one.answer for one in account.proposals) or bool(account.refusals)


def wire_law(accepted: tuple[Accepted, ...]) -> str | None:
    """Counted at the provider: no attempt twice, no second one without need, no level twice."""
    by_item: dict[str, int] = {}
    seen: dict[tuple[int, int], Accepted] = {}
    for one in accepted:
        if (one.serial, one.attempt) in seen:
            return f"TWICE: notice {one.serial} attempt {one.attempt} was accepted twice"
        seen[one.serial, one.attempt] = one
        for item in one.items:
            if by_item.setdefault(item, one.serial) != one.serial:
                return f"ADVANCED TWICE: {item} by notices {by_item[item]} and {one.serial}"
    for one in accepted:
        for earlier in range(1, one.attempt):
            before = seen.get((one.serial, earlier))
            if before is not None and not before.failed:
                return f"NEEDLESS ATTEMPT: {one} although attempt {earlier} had not failed"
    return None


def _gapless(head: Head, seqs: set[int]) -> str | None:
    wanted = set(range(1, head.seq + 1))
    if head.claim is not None:
        wanted.discard(head.claim.seq)
        seqs = seqs - {head.claim.seq}
    return None if seqs == wanted else f"HISTORY: has {sorted(seqs)}, HEAD counts {head.seq}"


def _under_claim(head: Head, claim: Claim) -> str | None:
    at = head.plan.at
    if at is None:
        return f"STUCK: claim {claim.serial}.{claim.attempt} stands and nothing is planned"
    if claim.state == CLAIMED and at > claim.at:
        return f"STUCK: a claim stands and the agenda was postponed: {head.plan}"
    if claim.state == UNKNOWN and at != claim.at + UNKNOWN_HORIZON:
        return f"STUCK: an unknown claim stands, and the agenda says {head.plan}"
    return None


def _presumed_levels(records: tuple[Record, ...]) -> set[str]:
    presumed = {
        record.id
        for record in records
        if record.kind == history.SETTLED and record.code == history.PRESUMED_SENT
    }
    attempts = [
        record.attempt
        for record in records
        if record.attempt and record.code == history.UNKNOWN and record.id in presumed
    ]
    levels = {f"{said.ref}:{said.level}" for made in attempts for said in made.said}
    return levels | {made.tells for made in attempts if made.tells}
