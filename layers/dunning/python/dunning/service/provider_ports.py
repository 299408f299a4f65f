"""What money from payment providers needs of the outside: each one's webhooks, the keys of their
accounts, and a queue in between. What an event does to the ledger is `provider_money`'s.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from dunning.domain.provider_events import ProviderEvent


class ProviderEvents(Protocol):
    """One provider's webhooks."""

    name: str

    def verify(
        self, raw: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: int
    ) -> None:
        """Raises Forged unless one of the secrets signed it, and lately. Header names are in lower
        case; several secrets stand while one is being replaced."""

    def read(self, raw: bytes) -> tuple[ProviderEvent, ...]:
        """The events of a webhook that was verified, in its order. Raises Unreadable."""


class NotConfigured(LookupError):
    """This creditor has no such provider."""


class Keys(NamedTuple):
    """What a creditor's account with a provider is opened and known by."""

    webhook_secrets: tuple[str, ...]
    """Several while one is being replaced; any of them may have signed."""
    api_key: str = ""
    environment: str = "live"

    def __repr__(self) -> str:
        return f"Keys({len(self.webhook_secrets)} secrets)"


class ProviderKeys(Protocol):
    """The keys of each creditor's providers."""

    def of(self, creditor: str, provider: str) -> Keys:
        """Raises NotConfigured."""


class Callback(NamedTuple):
    """One webhook that was signed, as the queue carries it."""

    creditor: str
    provider: str
    raw: bytes


class CallbackQueue(Protocol):
    """Where webhooks wait."""

    def put(self, callback: Callback) -> None: ...
