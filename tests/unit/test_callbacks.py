"""Webhooks on their way in: only what a provider signed is kept, as it came."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from dunning.adapters.memory.cell import Counters
from dunning.adapters.provider_keys import SecretProviderKeys
from dunning.adapters.providers.gocardless_events import GoCardlessEvents
from dunning.adapters.providers.stripe_events import StripeEvents
from dunning.adapters.sqs import BadMessage, callback_of, callback_text
from dunning.domain.provider_events import Forged, Unreadable
from dunning.service.callbacks import LARGEST, ReceiveCallback
from dunning.service.provider_ports import Callback, Keys, NotConfigured

from infra.local.provider import STRIPE_SECRET, PaymentProvider

NOW = 1_780_000_000


class Kept(list[Callback]):
    """A queue that keeps."""

    def put(self, callback: Callback) -> None:
        self.append(callback)


class OneKey:
    """Acme's Stripe."""

    def of(self, creditor: str, provider: str) -> Keys:
        if (creditor, provider) != ("acme", "stripe"):
            raise NotConfigured(creditor)
        return Keys(("whsec_next", STRIPE_SECRET))


def signed() -> tuple[bytes, dict[str, str]]:
    provider = PaymentProvider(now=lambda: NOW)
    provider.stripe_event("payout.paid", {"id": "po_1", "text": "Zürich \u2014 ☕"})
    ((_, raw, headers),) = provider.sent
    return raw, {key.lower(): value for key, value in headers.items()}


@pytest.fixture
def way_in() -> tuple[ReceiveCallback, Kept, Counters]:
    kept, counts = Kept(), Counters()
    readers = {"stripe": StripeEvents(), "gocardless": GoCardlessEvents()}
    return ReceiveCallback(readers, OneKey(), kept, counts), kept, counts


def test_what_is_signed_is_kept_as_it_came(
    way_in: tuple[ReceiveCallback, Kept, Counters],
) -> None:
    receive, kept, _ = way_in
    raw, headers = signed()
    receive.receive("acme", "stripe", raw, headers, NOW)
    assert kept == [Callback("acme", "stripe", raw)]
    assert callback_of(callback_text(kept[0])) == kept[0]


def test_what_is_not_signed_is_refused_and_counted(
    way_in: tuple[ReceiveCallback, Kept, Counters],
) -> None:
    receive, kept, counts = way_in
    raw, headers = signed()
    for other, told, now in (
        (raw + b"\n", headers, NOW),
        (raw, {}, NOW),
        (raw, headers, NOW + 301),
    ):
        with pytest.raises(Forged):
            receive.receive("acme", "stripe", other, told, now)
    with pytest.raises(Unreadable):
        receive.receive("acme", "stripe", b" " * (LARGEST + 1), headers, NOW)
    assert kept == []
    assert counts.counts["CallbackRefused"] == 3


@pytest.mark.parametrize(
    ("creditor", "provider"), [("acme", "paypal"), ("acme", "gocardless"), ("umbrella", "stripe")]
)
def test_nobody_else_is_let_in(
    way_in: tuple[ReceiveCallback, Kept, Counters], creditor: str, provider: str
) -> None:
    raw, headers = signed()
    with pytest.raises(NotConfigured):
        way_in[0].receive(creditor, provider, raw, headers, NOW)


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", '{"v":2,"creditor":"acme","provider":"x","raw":""}']
)
def test_what_is_no_webhook_of_ours_is_told(body: str) -> None:
    with pytest.raises(BadMessage):
        callback_of(body)


class Vault:
    """Secrets Manager, of which one call is asked."""

    class exceptions:  # noqa: N801 (as botocore has it)
        class ResourceNotFoundException(ClientError):
            """No such secret."""

    def __init__(self, **secrets: Any) -> None:
        self.secrets = {f"duecourse/x/{name}": value for name, value in secrets.items()}
        self.asked = 0

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803
        self.asked += 1
        if SecretId not in self.secrets:
            raise self.exceptions.ResourceNotFoundException({}, "GetSecretValue")
        return {"SecretString": self.secrets[SecretId]}


def vault(text: str) -> Vault:
    found = Vault()
    found.secrets["duecourse/x/acme/stripe"] = text
    return found


def test_keys_are_read_again_after_some_minutes_and_so_is_that_there_are_none() -> None:
    clock = [0.0]
    secrets = vault(json.dumps({"webhook_secrets": ["a", "b"], "api_key": "k"}))
    keys = SecretProviderKeys(secrets, "duecourse/x", lambda: clock[0])  # type: ignore[arg-type]
    assert keys.of("acme", "stripe") == Keys(("a", "b"), "k")
    with pytest.raises(NotConfigured):
        keys.of("acme", "adyen")
    secrets.secrets["duecourse/x/acme/stripe"] = '{"webhook_secret": "c", "environment": "sandbox"}'
    assert keys.of("acme", "stripe").webhook_secrets == ("a", "b")
    with pytest.raises(NotConfigured):
        keys.of("acme", "adyen")
    assert secrets.asked == 2
    clock[0] = 301.0
    assert keys.of("acme", "stripe") == Keys(("c",), "", "sandbox")


@pytest.mark.parametrize(
    "text", ["whsec_x", "[]", "{}", '{"webhook_secrets": [1]}', '{"webhook_secrets": [""]}', "null"]
)
def test_a_secret_that_is_written_otherwise_is_told_and_never_quoted(text: str) -> None:
    keys = SecretProviderKeys(vault(text), "duecourse/x")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="duecourse/x/acme/stripe") as told:
        keys.of("acme", "stripe")
    assert "whsec" not in str(told.value)
    assert "a" * 3 not in repr(Keys(("aaa",), "aaa"))
