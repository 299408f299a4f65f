"""From a sent mail to the pages behind its links, over the deployed HTTP API; and what is decided
there, or told by the provider, before the next mail.
"""

import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urljoin

from infra.local.cloud import LocalCloud
from tests.cloud.conftest import MakeStage
from tests.cloud.stage import Stage, customer, invoice

TWO_STEPS = """policies:
  - id: standard
    send_at: "09:00"
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
      - {level: 2, after_previous: {days: 7}, channels: [email], tone: formal}
"""
BEFORE = "2026-09-01T06:00:00Z"
FIRST, SECOND = "2026-10-12T09:00:00Z", "2026-10-20T09:00:00Z"
ONE_CLICK = b"List-Unsubscribe=One-Click"


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Redirects are looked at, not followed."""


ASKING = urllib.request.build_opener(_Stays)


class Page(NamedTuple):
    """What a browser got."""

    status: int
    headers: Mapping[str, str]
    body: str


def ask(url: str, body: bytes | None = None) -> Page:
    """One request, as a mail client or a browser sends it; redirects would be seen as such."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
    request = urllib.request.Request(url, body, headers)
    try:
        with ASKING.open(request, timeout=30) as answer:
            return Page(answer.status, dict(answer.headers), answer.read().decode())
    except urllib.error.HTTPError as error:
        return Page(error.code, dict(error.headers), error.read().decode())


def sent_form(url: str, body: bytes) -> Page:
    """A form, and the page that its redirect leads to."""
    done = ask(url, body)
    assert (done.status, done.body) == (303, "")
    return ask(urljoin(url, done.headers["Location"]))


def headers_of(cloud: LocalCloud, row: Mapping[str, object]) -> dict[str, str]:
    """The headers of a mail that the gate took."""
    content = cloud.gate.message(int(str(row["n"])))["request"]["Content"]["Simple"]
    return {one["Name"]: one["Value"] for one in content["Headers"]}


def text_of(cloud: LocalCloud, row: Mapping[str, object]) -> str:
    content = cloud.gate.message(int(str(row["n"])))["request"]["Content"]["Simple"]
    return str(content["Body"]["Text"]["Data"])


def begun(on_stage: MakeStage, name: str, to: str) -> Stage:
    """A customer who has had the first mail."""
    stage = on_stage(name)
    stage.open(
        BEFORE,
        customer("c-1", to),
        invoice("c-1", "P-1", "2026-10-01", "119.00"),
        policies=TWO_STEPS,
        bank={"iban": "IE29AIBK93115212345678", "bic": "AIBKIE2D"},
    )
    stage.at(FIRST)
    stage.sweep_and_send()
    return stage


def test_from_a_mail_to_its_statement_and_one_click_stops_the_next_mail(
    on_stage: MakeStage,
) -> None:
    to = "clicks@harbour.example"
    stage = begun(on_stage, "clicking", to)
    (row,) = stage.sent(to)
    headers, text = headers_of(stage.cloud, row), text_of(stage.cloud, row)
    base = stage.cloud.outputs["PortalUrl"]

    statement = next(
        found for found in re.findall(r"https?://\S+", text) if f"{base}/portal/" in found
    )
    page = ask(statement)
    assert page.status == 200
    assert "P-1" in page.body
    assert "119.00" in page.body
    assert "IE29 AIBK 9311 5212 3456 78" in page.body
    assert page.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert to not in page.body
    assert "c-1" not in statement

    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.match(
        r"<([^>]+)>, <mailto:billing@example\.com\?subject=unsubscribe>\Z",
        headers["List-Unsubscribe"],
    )
    assert found is not None
    unsubscribe = found.group(1)
    assert unsubscribe.startswith(f"{base}/unsubscribe/")
    before = stage.head("c-1")
    assert "One-Click" in ask(unsubscribe).body
    assert stage.head("c-1") == before
    assert ask(unsubscribe, b"nothing").status == 400
    assert ask(f"{unsubscribe[:-3]}AAA", ONE_CLICK).status == 404
    assert stage.head("c-1") == before

    done = ask(unsubscribe, ONE_CLICK)
    assert done.status == 200
    assert "Set-Cookie" not in done.headers
    stage.at(SECOND)
    stage.sweep_and_send()
    assert len(stage.sent(to)) == 1
    assert stage.head("c-1").plan.reason == "NO_USABLE_ADDRESS"
    assert ask(statement).status == 200


def test_every_link_that_opens_nothing_is_answered_alike(on_stage: MakeStage) -> None:
    to = "looks@harbour.example"
    stage = begun(on_stage, "looking", to)
    (row,) = stage.sent(to)
    base = stage.cloud.outputs["PortalUrl"]
    good = re.search(rf"{re.escape(base)}/portal/(\S+)", text_of(stage.cloud, row))
    assert good is not None
    token = good.group(1)
    assert ask(f"{base}/portal/{token}").status == 200
    answers = [
        ask(f"{base}/portal/{token[:-4]}AAAA"),
        ask(f"{base}/portal/nothing-at-all"),
        ask(f"{base}/unsubscribe/{token}"),
    ]
    stage.at("2027-03-01T09:00:00Z")
    answers.append(ask(f"{base}/portal/{token}"))
    assert {(page.status, page.body) for page in answers} == {(404, answers[0].body)}
    stage.at(FIRST)


def test_no_calls_please_is_heard_by_the_ledger_and_by_the_telephone_service(
    on_stage: MakeStage,
) -> None:
    to = "called@harbour.example"
    stage = on_stage("calling")
    stage.open(
        BEFORE,
        {**customer("c-1", to), "phone": "+353851234567", "country": "IE"},
        invoice("c-1", "P-1", "2026-10-01", "119.00"),
        policies=TWO_STEPS,
    )
    stage.at(FIRST)
    stage.sweep_and_send()
    (row,) = stage.sent(to)
    base = stage.cloud.outputs["PortalUrl"]
    found = re.search(rf"{re.escape(base)}/portal/\S+", text_of(stage.cloud, row))
    assert found is not None
    refused = stage.metric("OptOutNotListed")
    assert "no-calls" in ask(found.group(0)).body
    done = sent_form(f"{found.group(0)}/no-calls", b"choice=no-calls")
    assert "will not call you" in done.body
    assert "no-calls" not in ask(found.group(0)).body
    # The gate takes the number as the service does; what it refuses would be counted.
    assert stage.metric("OptOutNotListed") == refused
    assert stage.history("c-1")[-1].code == "opt_out"


def test_a_complaint_is_the_end_of_mails_to_that_address(on_stage: MakeStage) -> None:
    to = "complaint@harbour.example"
    stage = begun(on_stage, "complaining", to)
    assert len(stage.sent(to)) == 1
    stage.at(SECOND)
    stage.sweep_and_send()
    assert len(stage.sent(to)) == 1
    assert stage.head("c-1").plan.reason == "NO_USABLE_ADDRESS"


def test_the_function_that_shows_pages_may_write_nothing(cloud: LocalCloud) -> None:
    """Its role, by the emulator's own judgement: a GET that changed something would be denied."""
    client = cloud.client("iam")
    role = (
        cloud.client("lambda")
        .get_function(FunctionName=cloud.outputs["PortalFunctionName"])["Configuration"]["Role"]
        .rpartition("/")[2]
    )
    (name,) = client.list_role_policies(RoleName=role)["PolicyNames"]
    document = client.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    actions = {
        action
        for statement in document["Statement"]
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
    }
    assert {action for action in actions if action.startswith("dynamodb:")} == {
        "dynamodb:GetItem",
        "dynamodb:Query",
    }
