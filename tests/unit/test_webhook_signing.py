"""Signatures by Standard Webhooks: the specification's own example, and secrets in Secrets Manager
while one is being replaced.
"""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from dunning.adapters.webhook_signing import (
    SecretsOfEndpoints,
    new_secret,
    secret_bytes,
    signed,
)
from dunning.service.outbound_ports import NoSecret

# The example of the specification (standard-webhooks/standard-webhooks, spec/standard-webhooks.md).
ID, AT = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
BODY = b'{"test": 2432232314}'
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_example_of_the_specification_is_signed_as_it_says() -> None:
    headers = signed(ID, AT, BODY, (secret_bytes(SECRET),))
    assert headers == {
        "webhook-id": ID,
        "webhook-timestamp": str(AT),
        "webhook-signature": SIGNATURE,
    }


def test_while_a_secret_is_replaced_both_sign_the_newest_first() -> None:
    other = new_secret()
    headers = signed(ID, AT, BODY, (secret_bytes(other), secret_bytes(SECRET)))
    first, second = headers["webhook-signature"].split(" ")
    assert second == SIGNATURE
    mine = hmac.new(secret_bytes(other), f"{ID}.{AT}.".encode() + BODY, hashlib.sha256).digest()
    assert first == f"v1,{base64.b64encode(mine).decode()}"


@pytest.mark.parametrize(
    "text", ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_dG9vIHNob3J0", "whsec_%%%%"]
)
def test_what_is_no_secret_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="a secret is") as refused:
        secret_bytes(text)
    assert not text.removeprefix("whsec_") or text.removeprefix("whsec_") not in str(refused.value)


def test_no_two_secrets_are_the_same() -> None:
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert all(len(secret_bytes(one)) == 32 for one in made)


class Manager:
    """Secrets Manager, as far as it is asked."""

    class exceptions:  # noqa: N801 - as a client has it
        class ResourceNotFoundException(Exception):
            pass

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.reads = 0

    def get_secret_value(self, SecretId: str) -> dict[str, Any]:  # noqa: N803
        self.reads += 1
        if SecretId not in self.kept:
            raise self.exceptions.ResourceNotFoundException
        return {"SecretString": self.kept[SecretId]}

    def put_secret_value(self, SecretId: str, SecretString: str) -> None:  # noqa: N803
        if SecretId not in self.kept:
            raise self.exceptions.ResourceNotFoundException
        self.kept[SecretId] = SecretString

    def create_secret(self, Name: str, SecretString: str, Description: str) -> None:  # noqa: N803
        assert Name not in self.kept
        self.kept[Name] = SecretString


def test_a_secret_is_read_again_after_five_minutes_and_one_that_is_missing_at_once() -> None:
    manager, at = Manager(), [0.0]
    secrets = SecretsOfEndpoints(manager, "duecourse/x/webhooks", lambda: at[0])  # type: ignore[arg-type]
    with pytest.raises(NoSecret):
        secrets.of("acme", "erp")
    secrets.write("acme", "erp", [SECRET])
    assert manager.kept == {"duecourse/x/webhooks/acme/erp": json.dumps({"signing": [SECRET]})}
    assert secrets.of("acme", "erp") == (secret_bytes(SECRET),)
    newer = new_secret()
    secrets.write("acme", "erp", [newer, SECRET])
    assert secrets.of("acme", "erp") == (secret_bytes(SECRET),)
    at[0] = 301.0
    assert secrets.of("acme", "erp") == (secret_bytes(newer), secret_bytes(SECRET))
    assert manager.reads == 3


@pytest.mark.parametrize("text", ["no json", "[]", '{"signing": "x"}', '{"signing": [1]}', "{}"])
def test_a_secret_that_is_not_written_so_is_a_fault_that_quotes_nothing(text: str) -> None:
    manager = Manager()
    manager.kept["p/acme/erp"] = text
    with pytest.raises(ValueError, match="the secret p/acme/erp"):
        SecretsOfEndpoints(manager, "p").of("acme", "erp")  # type: ignore[arg-type]
