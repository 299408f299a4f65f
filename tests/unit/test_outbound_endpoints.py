"""The file webhooks.json: what it may name, what is refused, and that no plan depends on it."""

import json
from typing import Any

import pytest
from dunning.domain.fields import ReadingError
from dunning.domain.outbound_endpoints import Endpoint, public_address, read_endpoints

from tests.unit.importing import CREDITOR, Cell

URL = "https://erp.example/duecourse"


def read(*endpoints: object, loopback: bool = False) -> tuple[Endpoint, ...]:
    return read_endpoints({"endpoints": list(endpoints)}, loopback=loopback)


def test_an_endpoint_takes_all_types_or_those_that_it_names() -> None:
    some = ["payment.recorded", "plan.broken", "plan.broken"]
    erp, crm, off = read(
        {"id": "erp", "url": URL},
        {"id": "crm", "url": f"{URL}?a=1", "events": some},
        {"id": "off", "url": URL, "events": ["*"], "enabled": False},
    )
    assert erp == Endpoint("erp", URL)
    assert erp.takes("notice.sent")
    assert crm.events == ("payment.recorded", "plan.broken")
    assert not crm.takes("notice.sent")
    assert crm.takes("plan.broken")
    assert not off.takes("plan.broken")
    assert read() == ()


@pytest.mark.parametrize(
    ("endpoint", "code", "field"),
    [
        ({"url": URL}, "missing", "endpoints[1].id"),
        ({"id": "E R P", "url": URL}, "bad_id", "endpoints[1].id"),
        ({"id": "erp"}, "missing", "endpoints[1].url"),
        ({"id": "erp", "url": "http://erp.example/"}, "not_https", "endpoints[1].url"),
        ({"id": "erp", "url": "https://erp.example:25/"}, "not_https", "endpoints[1].url"),
        ({"id": "erp", "url": "https://erp.example:x/"}, "bad_url", "endpoints[1].url"),
        ({"id": "erp", "url": "https://u:p@erp.example/"}, "bad_url", "endpoints[1].url"),
        ({"id": "erp", "url": "https://erp.example/#x"}, "bad_url", "endpoints[1].url"),
        ({"id": "erp", "url": "https://erp.example/ü"}, "bad_url", "endpoints[1].url"),
        ({"id": "erp", "url": "https://10.0.0.7/"}, "not_public", "endpoints[1].url"),
        ({"id": "erp", "url": "https://[fd00:ec2::254]/"}, "not_public", "endpoints[1].url"),
        ({"id": "erp", "url": "https://169.254.169.254/x"}, "not_public", "endpoints[1].url"),
        ({"id": "erp", "url": "https://erp/"}, "not_public", "endpoints[1].url"),
        ({"id": "erp", "url": "https://erp.local/"}, "not_public", "endpoints[1].url"),
        ({"id": "erp", "url": "https://metadata.google.internal/"}, "not_public", None),
        ({"id": "erp", "url": URL, "events": ["paid"]}, "unknown_word", "endpoints[1].events"),
        ({"id": "erp", "url": URL, "events": []}, "missing", "endpoints[1].events"),
        ({"id": "erp", "url": URL, "secret": "x"}, "unknown_key", "endpoints[1].secret"),
        ({"id": "erp", "url": URL, "enabled": "perhaps"}, "bad_flag", "endpoints[1].enabled"),
    ],
)
def test_what_cannot_be_called_is_refused_with_its_field(
    endpoint: dict[str, Any], code: str, field: str | None
) -> None:
    with pytest.raises(ReadingError) as refused:
        read(endpoint)
    assert refused.value.code == code
    assert field in (None, refused.value.field)


def test_two_of_one_id_and_too_many_are_refused() -> None:
    for entries, code in (
        ([{"id": "erp", "url": URL}] * 2, "taken_twice"),
        ([{"id": f"e{n}", "url": URL} for n in range(11)], "too_many"),
    ):
        with pytest.raises(ReadingError) as refused:
            read(*entries)
        assert refused.value.code == code


def test_only_the_local_cell_calls_this_machine() -> None:
    here = {"id": "erp", "url": "http://127.0.0.1:8099/in"}
    assert read(here, loopback=True)[0].url == here["url"]
    with pytest.raises(ReadingError):
        read(here)
    with pytest.raises(ReadingError):
        read({"id": "erp", "url": "http://10.0.0.7/in"}, loopback=True)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),
        ("169.254.169.254", False),
        ("169.254.170.2", False),
        ("100.64.0.1", False),
        ("192.0.2.1", False),
        ("224.0.0.1", False),
        ("239.255.255.250", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("::127.0.0.1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("::ffff:0:a9fe:a9fe", False),
        ("::ffff:8.8.8.8", True),
        ("::ffff:169.254.169.254", False),
        ("5f00::1", False),
        ("3fff::1", False),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
    ],
)
def test_an_address_is_the_internet_s_or_it_is_not_called(address: str, public: bool) -> None:
    assert public_address(address) is public


def test_an_upload_is_taken_once_reported_and_plans_nothing() -> None:
    cell = Cell()
    text = json.dumps({"endpoints": [{"id": "erp", "url": URL}]})
    report = cell.upload("webhooks.json", text, area="config")
    assert (report["accepted"], report["unchanged"], report["rejected"]) == (1, 0, 0)
    assert cell.subscriptions.of(CREDITOR) == (Endpoint("erp", URL),)
    assert cell.upload("webhooks.json", text, area="config")["unchanged"] == 1
    assert not cell.steps.waiting


def test_a_file_with_a_fault_changes_nothing_and_says_where() -> None:
    cell = Cell()
    good = json.dumps({"endpoints": [{"id": "erp", "url": URL}]})
    cell.upload("webhooks.json", good, area="config")
    bad = json.dumps({"endpoints": [{"id": "erp", "url": "http://erp.example"}]})
    report = cell.upload("webhooks.json", bad, area="config")
    (row,) = report["errors"]
    assert row["code"] == "not_https"
    assert cell.subscriptions.of(CREDITOR) == (Endpoint("erp", URL),)
