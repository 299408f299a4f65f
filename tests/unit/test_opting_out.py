"""What customers decide behind links: no more reminders by e-mail (RFC 8058), no more calls.

The numbers in names are those of the table of rules in the compliance notes.
"""

from dataclasses import replace
from datetime import date

import pytest
from dunning.adapters.memory.cell import plain_hash
from dunning.domain import bars
from dunning.domain.bodies import ContactBody, CustomerBody
from dunning.domain.customer import Address, Customer
from dunning.domain.links import Purpose
from dunning.service import remind

from tests.unit.handling import ADDRESS, CREDITOR, CUSTOMER, NOON, Cell
from tests.unit.portals import FORM, ONE_CLICK, Site

SECOND = "second@harbour.example"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    return Site(Cell(), monkeypatch)


def usable(site: Site, channel: str = "email") -> list[str]:
    state = site.cell.ledger.read(CREDITOR, site.cell.account)
    assert state is not None
    return [address.value for address in bars.usable(state, channel, serial=9)]


def know(site: Site, *addresses: Address) -> None:
    rulebook = site.cell.settings.rulebook(CREDITOR)
    assert rulebook is not None
    body = CustomerBody(on=date(2026, 11, 23), customer=Customer(CUSTOMER, addresses=addresses))
    site.cell.bodies.record(CREDITOR, body, rulebook, NOON)


MULTIPART = (
    '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
)


@pytest.mark.parametrize(
    ("body", "kind"),
    [(ONE_CLICK, FORM), (MULTIPART, "multipart/form-data; boundary=x")],
    ids=["urlencoded", "multipart"],
)
def test_row_43_one_click_suppresses_at_once_without_a_redirect_or_a_cookie(
    body: str, kind: str, site: Site
) -> None:
    answer = site.post(f"/unsubscribe/{site.token(Purpose.UNSUBSCRIBE)}", body, kind)
    assert answer["statusCode"] == 200
    assert not answer.get("cookies")
    assert "location" not in {name.lower() for name in answer["headers"]}
    assert usable(site) == []
    assert site.cell.reminders.remind(CREDITOR, site.cell.account, NOON) == remind.NOT_DUE
    assert site.cell.sender.sent == []


def test_row_43_who_only_looks_has_decided_nothing(site: Site) -> None:
    answer = site.get(f"/unsubscribe/{site.token(Purpose.UNSUBSCRIBE)}")
    assert answer["statusCode"] == 200
    assert 'name="List-Unsubscribe" value="One-Click"' in answer["body"]
    assert usable(site) == [ADDRESS]
    assert site.cell.reminders.remind(CREDITOR, site.cell.account, NOON) == remind.SENT


@pytest.mark.parametrize(
    "path",
    ["/unsubscribe/{VIEW}", "/unsubscribe/AQzv0lGk3cN1bqH8r2sXw5yTtUe6fPj9", "/unsubscribe/{old}"],
)
def test_row_43_a_bad_token_is_a_client_s_error_and_changes_nothing(path: str, site: Site) -> None:
    old = site.token(Purpose.UNSUBSCRIBE, until=date(2026, 11, 22))
    asked = path.format(VIEW=site.token(Purpose.VIEW), old=old)
    assert site.post(asked)["statusCode"] == 404
    assert usable(site) == [ADDRESS]


@pytest.mark.parametrize("body", ["", "List-Unsubscribe=no", "x=1", "\x00" * 50])
def test_a_post_that_does_not_say_one_click_is_refused(body: str, site: Site) -> None:
    answer = site.post(f"/unsubscribe/{site.token(Purpose.UNSUBSCRIBE)}", body)
    assert answer["statusCode"] == 400
    assert usable(site) == [ADDRESS]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("Multipart/Form-Data; charset=utf-8; Boundary=x", MULTIPART),
        ('multipart/form-data; boundary="x y"', MULTIPART.replace("--x", "--x y")),
        ("multipart/form-data; boundary=x", MULTIPART.replace("\r\n", "\n")),
        ("multipart/form-data; boundary=x", MULTIPART.replace('"', "")),
        (
            "multipart/form-data; boundary=x",
            '--x\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; name="other"'
            "\r\n\r\n1\r\n" + MULTIPART,
        ),
    ],
)
def test_a_multipart_form_is_read_however_it_is_written(kind: str, body: str, site: Site) -> None:
    answer = site.post(f"/unsubscribe/{site.token(Purpose.UNSUBSCRIBE)}", body, kind)
    assert answer["statusCode"] == 200
    assert usable(site) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        # Python's reader of mail raises on each of these.
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name*=u\x00tf-8''%ff\r\n\r\nx\r\n--x--",
        ),
        ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: " + "(" * 3_000),
        ("multipart/form-data", MULTIPART),
        ("multipart/form-data; boundary=y", MULTIPART),
        ("multipart/form-data; boundary=x", MULTIPART.replace("\r\n\r\n", "\r\n")),
        ("multipart/form-data; boundary=\x00\r\nx", "\x00"),
    ],
)
def test_what_no_browser_and_no_mail_client_writes_is_refused_and_nothing_breaks(
    kind: str, body: str, site: Site
) -> None:
    path = f"/unsubscribe/{site.token(Purpose.UNSUBSCRIBE)}"
    assert site.post(path, body, kind)["statusCode"] == 400
    assert site.post("/unsubscribe/nobody", body, kind)["statusCode"] == 400
    assert usable(site) == [ADDRESS]


def test_a_form_that_is_too_long_is_not_even_read(site: Site) -> None:
    path = f"/unsubscribe/{site.token(Purpose.UNSUBSCRIBE)}"
    assert site.post(path, ONE_CLICK + "&x=" + "y" * 5_000)["statusCode"] == 413
    assert usable(site) == [ADDRESS]


def test_a_second_click_is_answered_alike_and_writes_nothing(site: Site) -> None:
    path = f"/unsubscribe/{site.token(Purpose.UNSUBSCRIBE)}"
    first = site.post(path)
    head = site.cell.ledger.head(CREDITOR, site.cell.account)
    assert site.post(path) == first
    assert site.cell.ledger.head(CREDITOR, site.cell.account) == head


def test_the_page_says_that_the_case_goes_on_by_other_ways(site: Site) -> None:
    answer = site.post(f"/unsubscribe/{site.token(Purpose.UNSUBSCRIBE)}")
    assert "no more payment reminders by e-mail" in answer["body"]
    assert "other lawful ways" in answer["body"]
    assert "<button" not in answer["body"]
    state = site.cell.ledger.read(CREDITOR, site.cell.account)
    assert state is not None
    assert len(state.open) == 1


def test_the_link_of_one_address_stops_mails_to_that_one(site: Site) -> None:
    know(site, Address("email", ADDRESS, ""), Address("email", SECOND, ""))
    site.post(f"/unsubscribe/{site.token(Purpose.UNSUBSCRIBE)}")
    assert usable(site) == [SECOND]


def test_a_mail_that_reached_an_address_since_removed_still_stops_it_for_good(site: Site) -> None:
    token = site.token(Purpose.UNSUBSCRIBE)
    know(site, Address("email", SECOND, ""))
    assert site.post(f"/unsubscribe/{token}")["statusCode"] == 200
    know(site, Address("email", ADDRESS, ""), Address("email", SECOND, ""))
    assert usable(site) == [SECOND]


def test_links_that_were_revoked_still_stop_mails(site: Site) -> None:
    token = site.token(Purpose.UNSUBSCRIBE)
    site.revoking.revoke(CREDITOR, site.cell.account, NOON)
    assert site.post(f"/unsubscribe/{token}")["statusCode"] == 200
    assert usable(site) == []


def test_an_old_link_is_heard_again_after_the_creditor_recorded_a_consent(site: Site) -> None:
    path = f"/unsubscribe/{site.token(Purpose.UNSUBSCRIBE)}"
    site.post(path)
    rulebook = site.cell.settings.rulebook(CREDITOR)
    assert rulebook is not None
    consent = ContactBody(
        on=date(2026, 11, 23),
        type="consent",
        id="says-yes",
        customer=CUSTOMER,
        channel="email",
        address=ADDRESS,
    )
    site.cell.bodies.record(CREDITOR, consent, rulebook, NOON)
    assert usable(site) == [ADDRESS]
    assert site.post(path)["statusCode"] == 200
    assert usable(site) == []


def test_only_who_has_a_telephone_is_asked_about_calls(site: Site) -> None:
    path = f"/portal/{site.token(Purpose.VIEW)}"
    assert "Do not call me" not in site.get(path)["body"]
    know(site, Address("email", ADDRESS, ""), Address("voice", "+35391123456", ""))
    assert "Do not call me" in site.get(path)["body"]


def test_no_calls_means_no_number_and_leaves_mails_alone(site: Site) -> None:
    phones = [Address("voice", f"+3539112345{n}", "") for n in range(2)]
    know(site, Address("email", ADDRESS, ""), *phones)
    token = site.token(Purpose.VIEW)
    path = f"/portal/{token}"
    assert "will not call you" not in site.get(f"{path}?said=no-calls")["body"]
    answer = site.go(site.post(f"{path}/no-calls", "choice=no-calls"), token)
    assert "will not call you" in answer["body"]
    assert usable(site, "voice") == []
    assert usable(site) == [ADDRESS]
    assert "Do not call me" not in site.get(path)["body"]
    know(site, Address("email", ADDRESS, ""), Address("voice", "+35391999999", ""))
    assert usable(site, "voice") == []


def test_the_history_says_that_the_customer_decided_and_holds_no_address(site: Site) -> None:
    site.post(f"/unsubscribe/{site.token(Purpose.UNSUBSCRIBE)}")
    record = list(site.cell.ledger.history(CREDITOR, site.cell.account))[-1]
    assert (record.kind, record.code) == ("FACT", "opt_out")
    assert ADDRESS not in str(record)
    assert replace(record, id="").id != record.id
    assert plain_hash("email", ADDRESS) not in record.id
