"""What is read of SES' GetAccount, over a real wire: figures, standing, and no answers."""

from collections.abc import Iterator

import botocore.session
import pytest
from dunning.adapters.ses import ses_client
from dunning.adapters.ses_quota import SesAccount
from dunning.service.channel_ports import SHUTDOWN, AccountSending

from tests.unit.sockets import Wire, answer

SESSION = botocore.session.Session()


@pytest.fixture
def wire() -> Iterator[Wire]:
    server = Wire()
    yield server
    server.stop()


@pytest.fixture
def account(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> SesAccount:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", wire.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return SesAccount(ses_client(SESSION, "eu-west-1"))


def said(**more: object) -> dict[str, object]:
    quota = {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 120.0}
    return {
        "SendQuota": quota,
        "SendingEnabled": True,
        "ProductionAccessEnabled": True,
        "EnforcementStatus": "HEALTHY",
        **more,
    }


def test_the_figures_of_an_account_are_read_by_one_request(wire: Wire, account: SesAccount) -> None:
    wire.act = answer(200, said())
    assert account.sending() == AccountSending(14.0, 50_000.0, 120.0)
    assert len(wire.requests) == 1


def test_minus_one_is_no_quota_at_all(wire: Wire, account: SesAccount) -> None:
    quota = {"Max24HourSend": -1.0, "MaxSendRate": 500.0, "SentLast24Hours": 9.0}
    wire.act = answer(200, said(SendQuota=quota))
    told = account.sending()
    assert told is not None
    assert told.day is None


def test_standing_sandbox_and_pause_are_read(wire: Wire, account: SesAccount) -> None:
    wire.act = answer(
        200,
        said(SendingEnabled=False, ProductionAccessEnabled=False, EnforcementStatus="SHUTDOWN"),
    )
    told = account.sending()
    assert told is not None
    assert (told.enabled, told.production, told.standing) == (False, False, SHUTDOWN)


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(answer(429, {"message": "no"}, "TooManyRequestsException"), id="throttled"),
        pytest.param(answer(403, {"message": "no"}, "AccessDeniedException"), id="denied"),
        pytest.param(answer(500, {}, "InternalFailure"), id="fault"),
        pytest.param(answer(200, {}), id="no quota in it"),
        pytest.param(answer(200, b"{not json"), id="cannot be read"),
        pytest.param(lambda c: c.close(), id="no answer"),
    ],
)
def test_what_cannot_be_read_is_asked_for_once_and_is_nothing(
    wire: Wire, account: SesAccount, act: object
) -> None:
    wire.act = act  # type: ignore[assignment]
    assert account.sending() is None
    assert len(wire.requests) == 1
