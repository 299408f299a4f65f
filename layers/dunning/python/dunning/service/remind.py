"""One message of the queue: read, decide, render, claim, send, record, confirm.
The ledger as it is now decides; nothing in the message is believed but whose account it is.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from dunning.domain import fence, history
from dunning.domain.account import CLAIMED, Account, Claim, Head, Unusable
from dunning.domain.attempts import asked_again
from dunning.domain.consent_entries import find_address
from dunning.domain.consents import WRONG_PERSON
from dunning.domain.decision import decide
from dunning.domain.due import Act, Decision, Send, Wait
from dunning.domain.gates import allows
from dunning.domain.history import Record, Task
from dunning.domain.policy import Rulebook
from dunning.service import resting
from dunning.service.accounts import Accounts
from dunning.service.counted_acts import COUNTED_ACTS
from dunning.service.hand_over import Exports
from dunning.service.placing import Placing
from dunning.service.ports import (
    Channels,
    ClaimLost,
    Message,
    Metrics,
    NotSent,
    OptedOut,
    Rate,
    Refused,
    Renderer,
    Sender,
    Settings,
    Suppressions,
    Tokens,
    Unclear,
)
from dunning.service.reservations import Reservations
from dunning.service.settlement import Settlement

GONE = "gone"
NOT_DUE = "not_due"
OTHER_CHANNEL = "other_channel"
CHANNEL_PAUSED = "channel_paused"
CLAIM_STANDS = "claim_stands"
LAPSED = "lapsed"
RESOLVED = "resolved"
RESUMED = "resumed"
REPLANNED = "replanned"
SUPPRESSED = "suppressed"
NO_RATE = "no_rate"
NO_TIME = "no_time"
CLAIM_LOST = "claim_lost"
SENT = "sent"
RELEASED = "released"
REJECTED = "rejected"
UNCLEAR = "unclear"
FULL = "full"
PARKED = "parked"
ACTED = "acted"
MOVED = "moved"

OPT_OUT = "opt_out"
"""Why an address is barred whose owner told the provider not to contact it."""

# What came of one message: one of the words above, for logs, tests and simulations.
Outcome = str


@dataclass(frozen=True, slots=True)
class Reminders:
    """The sender of one channel."""

    channel: str
    accounts: Accounts
    settlement: Settlement
    settings: Settings
    suppressions: Suppressions
    renderer: Renderer
    senders: Mapping[str, Sender]
    rate: Rate
    channels: Channels
    tokens: Tokens
    metrics: Metrics
    exports: Exports | None = None
    """Where files for agencies go; a sender without it hands nothing over to one."""
    reservations: Reservations | None = None
    """Where places under the caps are; a sender without it makes no contact that needs one."""

    def remind(
        self,
        creditor: str,
        account: str,
        now: int,
        *,
        seconds_left: Callable[[], float] = lambda: 900.0,
        elapsed: Callable[[], float] = lambda: 0.0,
        last_receive: bool = False,
    ) -> Outcome:
        """Do what the account is due for, if it still is. Every outcome deletes the message: the
        agenda is the retry. What raises is a fault: of the outside, and the message comes again; or
        of ours, in deciding or rendering, and the last receive parks the account for a person.
        `elapsed`: seconds since `now`, which is the beginning of a batch."""
        ledger = self.accounts.ledger
        head = ledger.head(creditor, account)
        rulebook = self.settings.rulebook(creditor) if head else None
        if head is None or rulebook is None:
            return GONE
        rulebook = self.accounts.newest(creditor, rulebook, head)
        if head.claim is not None:
            return self._meet_claim(creditor, account, head, rulebook, now)
        if not_now := self._not_now(creditor, head, now):
            return not_now
        if head.applying:
            self.accounts.resume(creditor, account, rulebook, now)
            return RESUMED
        state = ledger.live(creditor, account, head)
        try:
            found, message = self._prepare(creditor, account, state, rulebook, now)
        except Exception as error:
            if not last_receive:
                raise
            self.park(creditor, account, rulebook, type(error).__name__, now)
            return PARKED
        if isinstance(found, Act):
            return self._act(creditor, account, state, rulebook, found, now)
        if message is None or isinstance(found, Wait):
            self.accounts.replan(creditor, account, state, rulebook, now)
            return REPLANNED
        if not self.rate.take(creditor, self.channel):
            return NO_RATE
        # After the wait for its turn: an hour that closed, and what was told meanwhile, stop it.
        moment = now + int(elapsed())
        if stopped := self._stopped(creditor, account, state, found, rulebook, moment):
            return stopped
        if seconds_left() < fence.LEAST_TIME_LEFT:
            return NO_TIME
        rested = bool(self.channels.paused_until(self.channel, creditor))
        if not resting.may_try(self.channels, self.channel, creditor, now):
            return CHANNEL_PAUSED
        outcome = self._attempt(creditor, account, state, message, rulebook, now, found)
        if rested and outcome == SENT:
            self.channels.resume(self.channel, creditor, now)
        return outcome

    def _attempt(
        self,
        creditor: str,
        account: str,
        state: Account,
        message: Message,
        rulebook: Rulebook,
        now: int,
        found: Send,
    ) -> Outcome:
        """A place under the caps, the claim, and the message."""
        token = self.tokens()
        placing = Placing(self.reservations, self.accounts, self.settlement)
        if not placing.reserve(account, state, found, token, rulebook, now):
            return FULL
        claimed = self._claim(creditor, account, state.head, found, token, rulebook, now)
        if claimed is None:
            placing.give_back(found, token, now)
            return CLAIM_LOST
        held = replace(state, head=claimed)
        return self._send(creditor, account, held, message, rulebook, now, found)

    def park(self, creditor: str, account: str, rulebook: Rulebook, code: str, now: int) -> None:
        """Take an account that raises out of the agenda, with a line for a person."""
        state = self.accounts.ledger.read(creditor, account)
        if state is None or state.head.parked:
            return
        head = replace(state.head, parked=code)
        task = Task(f"parked-{account}", now, "parked", state.head.customer, code)
        if self.accounts.replan(
            creditor,
            account,
            state,
            rulebook,
            now,
            head=head,
            kind=history.PARKED,
            code=code,
            tasks=(task,),
        ):
            self.metrics.count("AccountParked")

    def redrive(self, creditor: str, account: str, now: int) -> bool:
        """Put a parked account back on the agenda. False if it is not parked."""
        state = self.accounts.ledger.read(creditor, account)
        rulebook = self.settings.rulebook(creditor)
        if state is None or rulebook is None or not state.head.parked:
            return False
        head = replace(state.head, parked=None)
        done = Task(f"parked-{account}", now, "redriven", head.customer, state.head.parked)
        return self.accounts.replan(
            creditor,
            account,
            state,
            rulebook,
            now,
            head=head,
            kind=history.REDRIVEN,
            code="PERSON",
            tasks=(done,),
        )

    def _prepare(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, now: int
    ) -> tuple[Decision, Message | None]:
        """Decision and message: our own work, that may raise because of this one account. No
        message where nothing is to be sent, or not on this channel."""
        found = decide(state, rulebook, now, self.accounts.gates)
        if not isinstance(found, Send) or found.channel != self.channel:
            return found, None
        return found, self.renderer.render(creditor, account, state, rulebook, found)

    def _not_now(self, creditor: str, head: Head, now: int) -> Outcome:
        """Why there is nothing for this sender to do at present; empty: there is."""
        if head.plan.at is None or head.plan.at > now:
            return NOT_DUE
        if head.plan.channel != self.channel:
            return OTHER_CHANNEL
        rest = self.channels.paused_until(self.channel, creditor)
        return CHANNEL_PAUSED if rest > now else ""

    def _act(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, act: Act, now: int
    ) -> Outcome:
        """Write facts in place of a message. A file that goes with them is written before them:
        whoever stops in between, writes the same file again."""
        if act.export is not None:
            if self.exports is None:
                raise LookupError("no exports are wired to this sender")
            self.exports.export(creditor, account, state, rulebook, act.export)
        if not self.accounts.act(creditor, account, state, rulebook, now, act):
            return MOVED
        self.metrics.count(COUNTED_ACTS[act.kind])
        return ACTED

    def _meet_claim(
        self, creditor: str, account: str, head: Head, rulebook: Rulebook, now: int
    ) -> Outcome:
        """An expired lease never gives the right to send: it makes the result unknown."""
        claim = head.claim
        assert claim is not None
        if claim.state == CLAIMED:
            if claim.lease_until >= now:
                return CLAIM_STANDS
            self.settlement.lapse(creditor, account, head, rulebook, now)
            return LAPSED
        if claim.at + fence.UNKNOWN_HORIZON > now:
            return CLAIM_STANDS
        self.settlement.resolve(creditor, account, head, rulebook, now)
        return RESOLVED

    def _stopped(
        self,
        creditor: str,
        account: str,
        state: Account,
        send: Send,
        rulebook: Rulebook,
        moment: int,
    ) -> Outcome:
        """What stops the message at the last moment, planned anew; empty: nothing does. The contact
        rules are asked again; where they want a person, one must have allowed it."""
        asked = asked_again(state, rulebook, send)
        verdict = self.accounts.gates.evaluate(asked, moment)
        if not allows(verdict, reviewed=bool(send.proposal)):
            self.accounts.replan(creditor, account, state, rulebook, moment)
            return REPLANNED
        barred = self._barred(creditor, account, state, send, rulebook, moment)
        return SUPPRESSED if barred else ""

    def _barred(
        self,
        creditor: str,
        account: str,
        state: Account,
        send: Send,
        rulebook: Rulebook,
        now: int,
    ) -> bool:
        """Whether the cell's suppression list bars the address; HEAD then learns it, and plans."""
        reason = self.suppressions.reason(creditor, send.channel, send.address.hash)
        if reason is None:
            return False
        barred = Unusable(send.channel, send.address.hash, reason)
        head = replace(state.head, unusable=(*state.head.unusable, barred))
        tasks = (find_address(state.head, barred, now),) if reason == WRONG_PERSON else ()
        self.accounts.replan(creditor, account, state, rulebook, now, head=head, tasks=tasks)
        return True

    def _claim(
        self,
        creditor: str,
        account: str,
        head: Head,
        send: Send,
        token: str,
        rulebook: Rulebook,
        now: int,
    ) -> Head | None:
        """HEAD with our claim, or None where another write came first.

        If no answer comes, a claim that stands is given back before the error goes on: we alone
        know that nothing was sent under it. If that fails as well, it lapses."""
        ledger = self.accounts.ledger
        claimed = fence.claimed(head, send, token, now)
        try:
            ledger.claim(creditor, account, claimed, head.rev)
        except ClaimLost:
            return None
        except Exception:
            with suppress(Exception):
                found = ledger.head(creditor, account)
                claim = found.claim if found else None
                if found and claim and claimed.claim and claim.token == claimed.claim.token:
                    record = fence.attempt_record(
                        claim,
                        found.plan,
                        history.RELEASED,
                        now,
                        detail="claim_unanswered",
                        overrides=send.overrides,
                    )
                    self.settlement.release(creditor, account, claim, record, rulebook, now)
            raise
        return claimed

    def _send(
        self,
        creditor: str,
        account: str,
        state: Account,
        message: Message,
        rulebook: Rulebook,
        now: int,
        decided: Send,
    ) -> Outcome:
        claim = state.head.claim
        assert claim is not None
        placing = Placing(self.reservations, self.accounts, self.settlement)
        if not placing.take(creditor, account, claim, state.head.plan, rulebook, now):
            gone = NotSent("place_gone")
            return self._not_sent(creditor, account, state, claim, gone, rulebook, now, decided)
        try:
            message_id = self.senders[self.channel].send(creditor, message)
        except NotSent as refusal:
            return self._not_sent(creditor, account, state, claim, refusal, rulebook, now, decided)
        except Unclear:
            return UNCLEAR
        record = fence.attempt_record(
            claim,
            state.head.plan,
            history.SENT,
            now,
            template=message.template,
            message_id=message_id,
            detail=decided.proposal,
            overrides=decided.overrides,
            variant=decided.variant,
        )
        self.settlement.confirm(creditor, account, claim, record, rulebook, now, state)
        return SENT

    def _not_sent(
        self,
        creditor: str,
        account: str,
        state: Account,
        claim: Claim,
        refusal: NotSent,
        rulebook: Rulebook,
        now: int,
        decided: Send,
    ) -> Outcome:
        refused = isinstance(refusal, Refused)
        if isinstance(refusal, OptedOut):
            # Before the claim ends: the next attempt, whoever makes it, finds the list complete.
            self.suppressions.add(creditor, claim.channel, claim.address_hash, OPT_OUT, now)
        code = history.REJECTED if refused else history.RELEASED
        record: Record = fence.attempt_record(
            claim,
            state.head.plan,
            code,
            now,
            detail=refusal.code,
            overrides=decided.overrides,
            variant=decided.variant,
        )
        self.settlement.release(creditor, account, claim, record, rulebook, now, state)
        resting.refused(self.channels, self.metrics, self.channel, creditor, refusal, now)
        return REJECTED if refused else RELEASED
