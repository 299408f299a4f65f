"""A creditor to try things with, in a local cloud that was just started: its settings, and what a
billing system needs for the API. Everything is made as people make it in a cell on AWS.
"""

import json
import os
import shlex
import subprocess
import time
from pathlib import Path

from infra.local.cloud import ROOT, SENDER_DOMAIN, LocalCloud
from infra.local.demo.loading import Loader
from infra.local.identity import owner_environment

CREDITOR = "acme"
SETTINGS = {
    "creditor": CREDITOR,
    "name": "Acme Ltd",
    "from": f"billing@{SENDER_DOMAIN}",
    "country": "IE",
    "time_zone": "Europe/Dublin",
    "language": "en",
}
POLICIES = """policies:
  - id: standard
    send_at: "09:00"
    ladder:
      - {level: 1, after_due: {days: 5}, channels: [email], tone: friendly}
      - {level: 2, after_due: {days: 15}, channels: [email], tone: persuasive}
"""
DUNNING = ROOT / ".venv/bin/dunning"


def begin(cloud: LocalCloud) -> Path:
    """The creditor, from this moment on: the cell's clock stands there until somebody moves it.
    Returns a file for the shell with address and credentials of the API."""
    cloud.client("dynamodb").put_item(
        TableName=cloud.outputs["TableName"],
        Item={"pk": {"S": "CLOCK"}, "sk": {"S": "CLOCK"}, "now": {"N": str(int(time.time()))}},
    )
    Loader(cloud, CREDITOR).settings(SETTINGS, POLICIES)
    done = subprocess.run(
        [str(DUNNING), "api-client", CREDITOR, "--cell", "local"],
        env={"PATH": os.environ.get("PATH", os.defpath), **owner_environment(cloud.endpoint)},
        capture_output=True,
        text=True,
        check=True,
    )
    made = json.loads(done.stdout)
    named = {
        "API": made["api"],
        "TOKEN_URL": made["token_url"],
        "CLIENT_ID": made["client_id"],
        "CLIENT_SECRET": made["client_secret"],
    }
    file = cloud.directory / "api.env"
    file.write_text(
        "".join(f"{name}={shlex.quote(value)}\n" for name, value in named.items()),
        encoding="utf-8",
    )
    return file
