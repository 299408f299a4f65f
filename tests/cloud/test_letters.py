"""What the deployed stacks do on paper: a mail that bounced becomes one letter in the print folder,
folder, however often its message comes; and the statement behind a link comes as a PDF.
"""

import io
import json
import re
import urllib.request

from dunning.domain import history
from pypdf import PdfReader

from tests.cloud.conftest import MakeStage
from tests.cloud.stage import Stage, customer, gapless, invoice
from tests.cloud.test_voice import BEFORE, BRAND, DUE, MORNING, sweep

LADDER = """policies:
  - id: standard
    send_at: "09:00"
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email, letter, task], tone: formal}
"""
HOME = {"lines": ["12 Quay Street"], "postcode": "EC1A 1BB", "city": "London", "country": "GB"}


def text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def letters(stage: Stage) -> dict[str, bytes]:
    """What lies in the folder of this creditor, by name; each name once, with one version."""
    s3, bucket = stage.cloud.client("s3"), stage.cloud.outputs["BucketName"]
    prefix = f"letters/{stage.creditor}/"
    found = s3.list_object_versions(Bucket=bucket, Prefix=prefix).get("Versions", [])
    names = [one["Key"] for one in found if one["Key"].endswith(".pdf")]
    assert len(names) == len(set(names)), "a letter was replaced"
    keys = {one["Key"] for one in found}
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def test_a_mail_that_bounced_becomes_one_letter_although_its_message_comes_twice(
    on_stage: MakeStage,
) -> None:
    stage = on_stage("letters")
    home = {"name": "Ines Field", "address": HOME, "country": "GB", "time_zone": "Europe/London"}
    bodies = [
        {**customer("posted", "bounce@posted.example"), **home},
        {**customer("unhoused", "bounce@unhoused.example"), "country": "GB"},
    ]
    owed = [invoice(str(one["customer"]), f"V-{one['customer']}", DUE) for one in bodies]
    stage.open(BEFORE, *bodies, *owed, policies=LADDER, country="GB", **BRAND)
    stage.at(MORNING)
    assert stage.sweep_and_send() == 2
    names = ("posted", "unhoused")
    for name, channel in zip(names, ("letter", "task"), strict=True):
        assert stage.head(name).plan.channel == channel, (stage.head(name), stage.attempts(name))
    body = json.dumps({"v": 1, "account": stage.account("posted"), "agenda_at": MORNING})
    sqs, queue = stage.cloud.client("sqs"), stage.cloud.outputs["EmailQueueUrl"]
    for _ in range(3):
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    told = sweep(stage)
    assert (told["letter"], told["task"]) == (1, 1)
    for _ in range(2):
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    stage.quiet()

    there = letters(stage)
    (name,) = [key for key in there if key.endswith(".pdf")]
    assert re.fullmatch(rf"letters/{stage.creditor}/2026-10-12/1-[A-Za-z0-9_-]+-2\.pdf", name)
    said = text(there[name])
    for part in ("Ines Field", "12 Quay Street", "EC1A 1BB London", "V-posted", "99.00"):
        assert part in said
    line = json.loads(there[name.removesuffix(".pdf") + ".json"])
    assert (line["account"], line["attempt"]) == (stage.tag("posted"), "2")
    assert line["bytes"] == len(there[name])
    assert "Ines" not in json.dumps(line)
    assert "Quay" not in json.dumps(line)
    assert stage.attempts("posted") == [(1, 1, history.SENT), (1, 2, history.SENT)]
    head = stage.head("posted")
    assert (head.last[0].level, head.claim) == (1, None)
    assert gapless(stage.history("posted"), head)
    assert sweep(stage)["letter"] == 0
    assert letters(stage) == there


def test_the_statement_behind_a_link_comes_as_a_pdf(on_stage: MakeStage) -> None:
    stage = on_stage("printed")
    stage.open(BEFORE, customer("c-1", "ok@printed.example"), invoice("c-1", "P-1", DUE))
    stage.at(MORNING)
    assert stage.sweep_and_send() == 1
    (row,) = stage.sent("ok@printed.example")
    content = stage.cloud.gate.message(row["n"])["request"]["Content"]["Simple"]
    links = re.findall(r"https?://\S+/portal/[\w-]+", content["Body"]["Text"]["Data"])
    pdfs = []
    for link in dict.fromkeys(links):
        with urllib.request.urlopen(f"{link}/statement.pdf", timeout=30) as answer:
            assert answer.headers["Content-Type"] == "application/pdf"
            pdfs.append(answer.read())
    assert pdfs
    assert all("P-1" in text(pdf) for pdf in pdfs)
