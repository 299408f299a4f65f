"""What a million e-mail reminders cost above SES's own price: counted parts times list prices.

Prices and machine sizes are AWS's; what could not be measured here is named an assumption.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dunning.adapters.rate import block_of
from dunning.entry.threads import FEEDBACK_THREADS, sender_threads
from dunning.service.record_feedback import CAUGHT_UP

from tests.bench.cell import AWS_RATE
from tests.bench.figures import Board
from tests.bench.spending import Spending, Spent
from tests.bench.wire import FEEDBACK, SENDER, SWEEP, Wire

WRITE_UNIT, READ_UNIT = 0.625, 0.125
SQS_REQUEST, LAMBDA_REQUEST = 0.40, 0.20
"""US dollars a million: on demand, standard queue, us-east-1, no free tier."""
GB_SECOND = 13.3334
"""US dollars a million, arm64."""
LOG_GB = 0.50
SES_LEAST, SES_DEFAULT = 100.0, 160.0
"""US dollars a million mails: plan NONE, and the plan of a new account."""
GOAL = 5.0
SENDER_MIB, FEEDBACK_MIB = 256, 512
"""Memory of the functions, as they are deployed; a test of the templates holds them together."""
FULL_CPU_MIB = 1769
"""Memory that brings one whole CPU."""
SENDERS, LARGE_RATE = 2, 200.0
"""Senders at once, as the AWS cells are configured; and the rate of a large sender."""
BATCH = 10
SENT_WINDOW, MOST_SENT = 60, 1000
"""Sent events are gathered for so many seconds, or until there are so many."""
BOUNCED = 0.03
DYNAMODB_WAIT, SES_WAIT = 0.005, 0.06
"""Assumed seconds of waiting for one answer inside a region; the emulator's say nothing."""
PLATFORM_LOG = 350
"""Bytes that Lambda itself writes of one invocation (START, END, REPORT)."""
SWEEPS_A_SECOND = 1 / 900


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the bill, for one reminder."""

    name: str
    count: float
    price: float
    """US dollars a million of the count."""

    @property
    def usd(self) -> float:
        """Dollars for a million reminders."""
        return self.count * self.price


def measure(board: Board, wire: Wire, spending: Spending) -> None:
    """The bill at the rate that the AWS cells are configured with, and at a large sender's."""
    for name, rate in (
        ("list_price_overhead_per_million_usd", AWS_RATE),
        ("list_price_overhead_per_million_usd_at_200_per_second", LARGE_RATE),
    ):
        parts = list(_parts(board, wire, spending, rate))
        total = sum(part.usd for part in parts)
        for part in parts:
            board.say(f"{part.usd:7.3f} USD  {part.name}: {part.count:.4g} x {part.price:g}/M")
        told = "; ".join(f"{part.name} {part.usd:.3f}" for part in parts)
        board.add(
            name,
            total,
            "USD/million",
            f"above SES ({SES_LEAST:.0f} on plan NONE, {SES_DEFAULT:.0f} on the default plan), at "
            f"{rate:g} mails a second: {told}. Counts are measured, prices are list prices; "
            f"assumed: {DYNAMODB_WAIT * 1000:g} ms of waiting for DynamoDB and "
            f"{SES_WAIT * 1000:g} ms for SES, CPU as here at {SENDER_MIB} of {FULL_CPU_MIB} MiB, "
            f"{BOUNCED:.0%} bounces, {PLATFORM_LOG} log bytes an invocation by Lambda. Goal: at "
            f"most {GOAL:g}. Floor: the fence's five write units, its three reads and 0.3 requests "
            "to SQS",
            floor=5 * WRITE_UNIT + 2.5 * READ_UNIT + 0.3 * SQS_REQUEST,
        )


def _parts(board: Board, wire: Wire, spending: Spending, rate: float) -> Iterable[Part]:
    gathered = min(SENT_WINDOW, MOST_SENT / rate)
    sent_batch = rate * gathered
    fence = board.value("remind_write_units") or 0.0
    lease = 1 / block_of(rate)
    swept = board.value("sweep_read_units_per_due_account") or 0.0
    sends = wire.requests[SWEEP]["sqs:SendMessageBatch"] / wire.reminders
    reminder, bounce = spending.reminder, spending.bounce
    event = _mixed(spending.young_event, spending.sent_event, CAUGHT_UP / gathered)
    yield Part("DynamoDB writes of the fence", fence, WRITE_UNIT)
    yield Part("DynamoDB writes of the rate's lease", lease, WRITE_UNIT)
    yield Part("DynamoDB reads of the decision", reminder.read_units, READ_UNIT)
    yield Part("DynamoDB reads of the sweep", swept, READ_UNIT)
    yield Part("SQS e-mail queue", sends + 2 / BATCH, SQS_REQUEST)
    yield Part(
        "Lambda requests", 1 / BATCH + 1 / sent_batch + SWEEPS_A_SECOND / rate, LAMBDA_REQUEST
    )
    seconds = _sending(reminder, rate, sender_threads(rate))
    yield Part("Lambda GB-seconds of send_email", seconds * SENDER_MIB / 1024, GB_SECOND)
    yield Part("Sent events: SQS", 1 + 2 / BATCH, SQS_REQUEST)
    yield Part("Sent events: reads of HEAD", event.read_units, READ_UNIT)
    waiting = event.requests * DYNAMODB_WAIT
    seconds = _seconds(event.cpu, FEEDBACK_MIB, waiting, FEEDBACK_THREADS)
    yield Part("Sent events: Lambda GB-seconds", seconds * FEEDBACK_MIB / 1024, GB_SECOND)
    yield Part("bounces: writes", BOUNCED * bounce.write_units, WRITE_UNIT)
    yield Part("bounces: reads", BOUNCED * bounce.read_units, READ_UNIT)
    yield Part("bounces: SQS and Lambda", BOUNCED * 1.2, SQS_REQUEST)
    yield Part("logs", _log_bytes(wire, sent_batch) / 1e9 * 1e6, LOG_GB)


def _sending(reminder: Spent, rate: float, threads: int) -> float:
    """Billed seconds of one reminder. A sender that is ahead of the rate waits for its turn and
    is billed for it: with two senders at once, that is the least it can be."""
    waiting = reminder.requests * DYNAMODB_WAIT + SES_WAIT
    return max(_seconds(reminder.cpu, SENDER_MIB, waiting, threads), SENDERS / rate)


def _seconds(cpu: float, mib: int, waiting: float, threads: int) -> float:
    """Billed seconds of one message among many: its CPU at the share that the memory brings, or
    the waiting that the threads of a batch cannot hide."""
    slowed = cpu * FULL_CPU_MIB / mib
    return max(slowed, (slowed + waiting) / threads)


def _mixed(young: Spent, old: Spent, share: float) -> Spent:
    """An event of a batch of which that share came within the last moments."""
    share = min(1.0, share)

    def of(one: float, other: float) -> float:
        return share * one + (1 - share) * other

    return Spent(
        of(young.cpu, old.cpu),
        of(young.wall, old.wall),
        of(young.read_units, old.read_units),
        0.0,
        of(young.requests, old.requests),
    )


def _log_bytes(wire: Wire, sent_batch: float) -> float:
    """Log bytes of one reminder: what our functions wrote, and Lambda's lines, by invocation."""

    def written(function: str) -> float:
        return wire.log_bytes[function] / max(1, wire.invocations[function]) + PLATFORM_LOG

    return written(SENDER) / BATCH + written(FEEDBACK) / sent_batch
