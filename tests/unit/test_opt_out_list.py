"""The telephone provider's list of numbers that are not called: what goes on it at once, from a
page, a call-back list in a file or a person; and that our own list holds whatever becomes of it.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from dunning.adapters.opt_out_list import FAILED, PhoneOptOuts
from dunning.domain import bars
from dunning.domain.account import Account
from dunning.domain.bodies import ContactBody, CustomerBody
from dunning.domain.customer import Address, Customer
from dunning.domain.links import Purpose

from tests.unit.handling import ADDRESS, CREDITOR, CUSTOMER, NOON, Cell
from tests.unit.importing import Cell as Imports
from tests.unit.portals import Site

DESK, MOBILE = "+353911234567", "(085) 123 4567"
DIALLED = "+353851234567"


class Provider:
    """The service's client: its list, and how it fails."""

    def __init__(self) -> None:
        self.listed: list[tuple[str, str]] = []
        self.fails: Exception | None = None

    def put_opted_out_number(self, **request: str) -> dict[str, Any]:
        if self.fails is not None:
            raise self.fails
        self.listed.append((request["OptOutListName"], request["OptedOutNumber"]))
        return {}

    def delete_opted_out_number(self, **request: str) -> dict[str, Any]:
        if self.fails is not None:
            raise self.fails
        self.listed.remove((request["OptOutListName"], request["OptedOutNumber"]))
        return {}


class Stage:
    """A customer with two numbers, behind the pages, with the provider's list."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.provider, self.counted = Provider(), list[str]()
        self.numbers = PhoneOptOuts(lambda: self.provider, "duecourse-cell", self.counted.append)
        self.cell = Cell()
        self.cell.bodies = replace(self.cell.bodies, numbers=self.numbers)
        self.site = Site(self.cell, patch)
        who = Customer(
            CUSTOMER,
            country="IE",
            addresses=(
                Address("email", ADDRESS, ""),
                Address("voice", DESK, ""),
                Address("voice", MOBILE, ""),
            ),
        )
        self.record(CustomerBody(on=date(2026, 11, 1), customer=who))

    def record(self, body: CustomerBody | ContactBody) -> str:
        return self.cell.bodies.record(CREDITOR, body, self.cell.rulebook, NOON)

    def word(self, type_: str, id_: str, channel: str, address: str | None = None) -> str:
        on = date(2026, 11, 2 if type_ == "opt_out" else 3)
        return self.record(
            ContactBody(
                on=on, type=type_, id=id_, customer=CUSTOMER, channel=channel, address=address
            )
        )

    @property
    def listed(self) -> list[str]:
        return [number for _, number in self.provider.listed]

    def usable(self) -> list[str]:
        state = self.cell.ledger.read(CREDITOR, self.cell.account)
        assert isinstance(state, Account)
        return [one.value for one in bars.usable(state, "voice", serial=9)]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


def test_the_page_s_button_puts_every_number_on_the_list_as_it_is_dialled(stage: Stage) -> None:
    token = stage.site.token(Purpose.VIEW)
    assert stage.site.post(f"/portal/{token}/no-calls", "choice=no-calls")["statusCode"] == 303
    assert stage.provider.listed == [("duecourse-cell", DESK), ("duecourse-cell", DIALLED)]
    assert stage.usable() == []


def test_a_withdrawal_of_one_number_lists_that_one_and_of_mails_none(stage: Stage) -> None:
    stage.word("opt_out", "mails", "email")
    assert stage.listed == []
    stage.word("opt_out", "one", "voice", DESK)
    assert stage.listed == [DESK]
    assert stage.usable() == [MOBILE]


def test_who_wants_to_hear_nothing_at_all_is_listed_as_well(stage: Stage) -> None:
    stage.word("opt_out", "all", "*")
    assert stage.listed == [DESK, DIALLED]


def test_a_later_consent_takes_the_number_off_again(stage: Stage) -> None:
    stage.word("opt_out", "no", "voice", DESK)
    stage.word("consent", "yes", "voice", DESK)
    assert stage.listed == []
    assert DESK in stage.usable()


@pytest.mark.parametrize(
    "fails",
    [
        ClientError({"Error": {"Code": "ThrottlingException"}}, "PutOptedOutNumber"),
        EndpointConnectionError(endpoint_url="https://sms-voice.example"),
    ],
)
def test_our_own_list_holds_although_the_provider_s_fails_and_somebody_is_told(
    fails: Exception, stage: Stage
) -> None:
    stage.provider.fails = fails
    assert stage.word("opt_out", "no", "voice") == "accepted"
    assert stage.usable() == []
    assert stage.counted == [FAILED, FAILED]


def test_a_number_that_never_was_on_the_list_is_no_fault(stage: Stage) -> None:
    stage.provider.fails = ClientError(
        {"Error": {"Code": "ResourceNotFoundException"}}, "DeleteOptedOutNumber"
    )
    stage.numbers.remove(DESK, None)
    assert stage.counted == []


def test_what_is_no_number_is_not_sent_to_the_provider(stage: Stage) -> None:
    stage.numbers.put("extension 12", None)
    assert (stage.listed, stage.counted) == ([], [])


def test_a_call_back_list_in_a_file_reaches_the_list() -> None:
    """A CSV of numbers to leave alone, one opt_out a row, in `incoming/`."""
    provider, counted = Provider(), list[str]()
    cell = Imports(numbers=PhoneOptOuts(lambda: provider, "duecourse-cell", counted.append))
    cell.upload(
        "customers.csv",
        "type,customer,name,country,phone\n"
        f"customer,c1,Harbour,IE,{DESK}\ncustomer,c2,Quay,IE,+353 85 123 4567\n",
    )
    cell.upload(
        "do-not-call.csv",
        "type,id,customer,channel\nopt_out,dnc-1,c1,voice\nopt_out,dnc-2,c2,voice\n",
    )
    report = cell.result("do-not-call.csv")
    assert (report["accepted"], report["rejected"]) == (2, 0)
    assert {number for _, number in provider.listed} == {DESK, DIALLED}
