"""The cells: each is one independent installation in one region, typed, with no default that hurts.
Only values live here; what is built from them is in the stacks. Nothing reads AWS or a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from aws_cdk import RemovalPolicy
from aws_cdk.aws_logs import RetentionDays

from infra.phone import Phone, PhoneLine

ROOT = Path(__file__).resolve().parent.parent
LOCAL = "local"


class UnknownCellError(ValueError):
    """The context names a cell that is not configured."""


class GateMissingError(ValueError):
    """The local cell was asked for without the address of its gate."""


@dataclass(frozen=True, kw_only=True)
class PortalDomain:
    """A name of one's own for the pages behind links, and its certificate in the cell's region. The
    DNS record that points at the API is the owner's: its target is an output of the stack."""

    name: str
    certificate_arn: str


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One region's installation. Without `account` it deploys into that of the credentials."""

    name: str
    region: str
    email_rate: int
    """Mails per second: the account's SES MaxSendRate, or this cell's share of it."""
    sender_concurrency: int
    """Senders at once; Lambda takes no less than 2. Each sends some eight mails a second, so more
    than 16 a second need more of them: a seventh of the rate."""
    log_retention: RetentionDays
    removal_policy: RemovalPolicy = RemovalPolicy.RETAIN
    account: str | None = None
    alarm_email: str | None = None
    phone: Phone | None = None
    """Its telephones; without them no call and no text is planned, and nothing of it deployed."""
    sent_window_seconds: int = 60
    """How long Sent events are gathered: nobody waits for them, a larger batch is a cheaper one."""
    portal_domain: PortalDomain | None = None
    """Without one the pages have the name that API Gateway gives."""
    endpoint: str = ""
    """Where the local cloud answers; for the local cell alone."""
    host_architecture: bool = False
    """Build the layers for this machine instead of arm64; for the local cell alone."""
    extra_environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def local(self) -> bool:
        return self.name == LOCAL

    @property
    def opt_out_list(self) -> str:
        """The telephone service's list of numbers that are not called; "": without telephones."""
        return f"duecourse-{self.name}" if self.phone else ""

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that the cell carries; on others nothing is planned."""
        if self.phone is None:
            return ("email", "letter", "task")
        return ("email", "voice", *(["sms"] if self.phone.texts else []), "letter", "task")

    @property
    def protected(self) -> bool:
        return self.removal_policy is RemovalPolicy.RETAIN

    def __post_init__(self) -> None:
        if self.sender_concurrency < 2:
            raise ValueError(f"{self.name}: Lambda takes a maximum concurrency of 2 or more")
        if not self.local and (self.extra_environment or self.host_architecture or self.endpoint):
            raise ValueError(f"{self.name}: only the local cell may differ from AWS")


AWS_CELLS: tuple[Cell, ...] = (
    Cell(
        name="eu-west-1",
        region="eu-west-1",
        email_rate=14,
        sender_concurrency=2,
        log_retention=RetentionDays.THREE_MONTHS,
    ),
    Cell(
        name="us-east-1",
        region="us-east-1",
        email_rate=14,
        sender_concurrency=2,
        log_retention=RetentionDays.THREE_MONTHS,
    ),
)


def local_cell(gate: str, endpoint: str = "", provider: str = "") -> Cell:
    """The cell that lives in the local cloud. `gate` answers for SES and for voice, `provider` for
    the payment providers, the cloud itself at `endpoint`."""
    if urlsplit(gate).scheme not in ("http", "https"):
        raise GateMissingError(
            "the local cell needs the address of its gate: --context gate=http://127.0.0.1:PORT"
        )
    return Cell(
        name=LOCAL,
        region="us-east-1",
        email_rate=1000,
        sender_concurrency=2,
        log_retention=RetentionDays.ONE_DAY,
        removal_policy=RemovalPolicy.DESTROY,
        sent_window_seconds=1,
        host_architecture=True,
        phone=Phone(
            # Played by the gate: no number is real, and these identities are never looked up.
            lines=tuple(
                PhoneLine(
                    country=country,
                    per_minute="0.20",
                    per_text="0.10",
                    existing=f"arn:aws:sms-voice:us-east-1:000000000000:pool/pool-{country.lower()}",
                )
                for country in ("AT", "DE", "FR", "GB", "NL", "US")
            ),
            calls_a_second=100.0,
        ),
        endpoint=endpoint,
        extra_environment={
            "CLOCK_SOURCE": "table",
            "WEBHOOKS_TO_LOOPBACK": "yes",
            "AWS_ENDPOINT_URL_SESV2": gate,
            "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2": gate,
            # The local cloud puts layers on the import path, but has no /opt.
            "TEMPLATES_PATH": str(ROOT / "build" / "templates"),
            **({"PROVIDER_API": provider} if provider else {}),
        },
    )


def cells_for(
    name: str | None,
    gate: str | None,
    endpoint: str | None = None,
    provider: str | None = None,
) -> tuple[Cell, ...]:
    """All AWS cells, or the one that the context names; the local one only by its name."""
    if name is None:
        return AWS_CELLS
    if name == LOCAL:
        return (local_cell(gate or "", endpoint or "", provider or ""),)
    chosen = tuple(cell for cell in AWS_CELLS if cell.name == name)
    if not chosen:
        known = ", ".join([*(cell.name for cell in AWS_CELLS), LOCAL])
        raise UnknownCellError(f"no cell is named {name!r}; there are: {known}")
    return chosen
