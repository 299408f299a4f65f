"""From a sent mail to the pages behind its links, over the deployed HTTP API; and what is decided
there, or told by the provider, before the next mail.
"""

import logging
import re
import statistics
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from html import unescape
from typing import NamedTuple
from urllib.parse import urlencode, urljoin

from dunning.domain.uploads import MOST_BYTES

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
NEW_LINK = b"new-link=ask"
LOOKS = 15
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
BEFORE = "2026-09-01T06:00:00Z"
FIRST, SECOND = "2026-10-12T09:00:00Z", "2026-10-20T09:00:00Z"
ONE_CLICK = b"List-Unsubscribe=One-Click"


FORM = "application/x-www-form-urlencoded"


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Redirects are looked at, not followed."""


ASKING = urllib.request.build_opener(_Stays)


class Page(NamedTuple):
    """What a browser got."""

    status: int
    headers: Mapping[str, str]
    body: str


def ask(url: str, body: bytes | None = None, kind: str = FORM) -> Page:
    """One request, as a mail client or a browser sends it; redirects would be seen as such."""
    headers = {"Content-Type": kind} if body is not None else {}
    request = urllib.request.Request(url, body, headers)
    try:
        with ASKING.open(request, timeout=30) as answer:
            return Page(answer.status, dict(answer.headers), answer.read().decode())
    except urllib.error.HTTPError as error:
        return Page(error.code, dict(error.headers), error.read().decode())


def timed(url: str) -> tuple[float, Page]:
    """A request, and the seconds that its answer took."""
    begin = time.perf_counter()
    page = ask(url)
    return time.perf_counter() - begin, page


def form_at(html: str, action: str) -> list[tuple[str, str]]:
    """What a browser sends of a page's first form that goes there: hidden fields, and the first
    item that may be chosen."""
    found = re.search(rf'<form[^>]* action="[^"]*{action}"[^>]*>(.*?)</form>', html, re.DOTALL)
    assert found is not None, action
    sent = []
    for tag in re.findall(r"<input [^>]*>", found.group(1)):
        named = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if named["type"] == "hidden" or (named["type"] == "checkbox" and "items" not in dict(sent)):
            sent.append((named["name"], unescape(named["value"])))
    return sent


def upload(url: str, fields: Mapping[str, str], file: bytes) -> Page:
    """A form with one file, as a browser sends it: the file comes last."""
    edge = "----duecourse-file-edge"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="lid.pdf"\r\n'
    body = "".join(parts).encode() + head.encode() + b"Content-Type: application/pdf\r\n\r\n"
    return ask(
        url, body + file + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"
    )


def link_of(stage: Stage, row: Mapping[str, object]) -> str:
    """The first link to a page in a mail that the gate took."""
    base = re.escape(stage.cloud.outputs["PortalUrl"])
    found = re.search(rf"{base}/portal/[A-Za-z0-9_-]+", text_of(stage.cloud, row))
    assert found is not None
    return found.group(0)


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
    ends = ask(f"{base}/unsubscribe/{token}")
    stage.at("2027-03-01T09:00:00Z")
    wrong = {
        "expired": f"{base}/portal/{token}",
        "tampered": f"{base}/portal/{token[:-4]}AAAA",
        "no token": f"{base}/portal/nothing-at-all",
    }
    answers = {why: [timed(url) for _ in range(LOOKS)] for why, url in wrong.items()}
    stage.at(FIRST)
    pages = {(page.status, page.body) for many in answers.values() for _, page in many}
    assert len(pages) == 1
    ((status, body),) = pages
    assert (status, ends.status) == (404, 404)
    assert body.count("<form") == 1, "a new one can be asked for"
    assert "<form" not in ends.body, "who ends mails is not offered one more"
    # Told, and not judged: what the time is made of is judged by the requests that are made
    # (tests/contract/test_links_contract).
    medians = {why: statistics.median(took for took, _ in many) for why, many in answers.items()}
    told = {why: round(1_000 * one, 1) for why, one in medians.items()}
    logging.getLogger(__name__).info("median ms of %d looks: %s", LOOKS, told)


def test_an_expired_link_brings_a_new_one_by_mail_once_and_that_opens_the_statement(
    on_stage: MakeStage,
) -> None:
    to = "renews@harbour.example"
    stage = begun(on_stage, "renewing", to)
    stage.at(SECOND)
    stage.sweep_and_send()
    _, row = stage.sent(to)
    old = link_of(stage, row)
    stage.at("2027-01-25T22:10:00Z")
    dead = ask(old)
    assert dead.status == 404
    assert '<form method="post"><button type="submit" name="new-link" value="ask">' in dead.body
    before = stage.head("c-1")

    forged = ask(f"{old[:-4]}AAAA", NEW_LINK)
    answer = ask(old, NEW_LINK)
    assert (forged.status, forged.body) == (answer.status, answer.body) == (200, answer.body)
    stage.quiet()
    mails = stage.sent(to)[2:]
    assert [one["outcome"] for one in mails] == ["accepted"]
    fresh = link_of(stage, mails[0])
    assert fresh != old
    page = ask(fresh)
    assert page.status == 200
    assert "P-1" in page.body
    told = text_of(stage.cloud, mails[0])
    assert "119.00" not in told
    assert "P-1" not in told

    for url in (old, fresh, f"{old}/plan", old.replace("/portal/", "/plans/")):
        assert ask(url, NEW_LINK).body == answer.body
    stage.quiet()
    assert len(stage.sent(to)) == 3, "one an hour"
    codes = [record.code for record in stage.history("c-1")]
    assert codes.count("new_link_request") == 1
    after = stage.head("c-1")
    assert (after.reached, after.last, after.plan.reason) == (
        before.reached,
        before.last,
        before.plan.reason,
    )
    said = [
        str(one.get("sentence", ""))
        for one in stage.by_hand("why", "c-1", "--creditor", stage.creditor)
    ]
    assert any("the new link that was asked for with an old one" in one for one in said)
    stage.at(FIRST)


def test_a_file_goes_from_the_form_into_the_bucket_and_no_other_does(on_stage: MakeStage) -> None:
    to = "uploads@harbour.example"
    stage = begun(on_stage, "uploading", to)
    (row,) = stage.sent(to)
    page = f"{link_of(stage, row)}/dispute"
    form = form_at(ask(page).body, "dispute")
    done = sent_form(page, urlencode([*form, ("reason", "faulty")]).encode())
    assert "We have your objection" in done.body
    (line,) = [one for one in stage.tasks() if one.kind == "objection"]
    state = stage.reader.ledger.read(stage.creditor, stage.account("c-1"))
    assert state is not None
    (dispute,) = state.disputes

    def asked() -> tuple[str, dict[str, str]]:
        """The form of the page for a PDF: where it goes, and its fields."""
        button = form_at(ask(page).body, "attach")
        shown = ask(page.removesuffix("dispute") + "attach", urlencode(button).encode())
        assert shown.status == 200
        action = re.search(r'action="([^"]+)" enctype="multipart/form-data"', shown.body)
        assert action is not None
        policy = shown.headers["Content-Security-Policy"]
        assert policy.split("form-action 'self' ")[1].split(";")[0] in action.group(1)
        fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', shown.body)
        return unescape(action.group(1)), {name: unescape(value) for name, value in fields}

    bucket = stage.cloud.outputs["BucketName"]
    prefix = f"uploads/{stage.creditor}/"

    def kept() -> list[str]:
        found = stage.cloud.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
        return [one["Key"] for one in found.get("Contents", [])]

    url, fields = asked()
    refused = [
        upload(url, fields, b"x" * (MOST_BYTES + 1)),
        upload(url, fields, b""),
        upload(url, {**fields, "Content-Type": "text/html"}, PDF),
        upload(url, {**fields, "Content-Disposition": "inline"}, PDF),
        upload(url, {**fields, "key": f"{prefix}elsewhere.pdf"}, PDF),
        upload(url, {**fields, "key": "incoming/invoices.csv"}, PDF),
        upload(url, {name: v for name, v in fields.items() if name != "policy"}, PDF),
        upload(url, {**fields, "x-amz-signature": "0" * 64}, PDF),
    ]
    assert {one.status for one in refused} <= {400, 403}
    assert kept() == []

    taken = upload(url, fields, PDF)
    assert taken.status == 303
    assert taken.headers["Location"].startswith(f"{page}?said=file-sent")
    assert "We have your file" in ask(taken.headers["Location"]).body
    assert kept() == [fields["key"]]
    lies = stage.cloud.client("s3").get_object(Bucket=bucket, Key=fields["key"])
    assert lies["Body"].read() == PDF
    assert (lies["ContentType"], lies["ContentDisposition"]) == ("application/pdf", "attachment")
    (file,) = [one for one in stage.tasks() if one.kind == "objection_file"]
    assert fields["key"] in file.detail
    # Line, file and dispute are of one form.
    of = fields["key"].split("/")[2]
    assert of == dispute.id.rpartition("-")[0] == line.id.removeprefix("objection-")


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
