"""Puts the sample's files into the cell's bucket and waits for their reports, as a person would.
What is in the files is `sample_ledger`'s.
"""

import csv
import io
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.cloud import LocalCloud

REPORT_WITHIN_SECONDS = 60.0
CSV_COLUMNS = ("customer", "number", "currency", "kind", "issued", "due", "amount")


class NoReportError(RuntimeError):
    """A file was uploaded and no report came."""


@dataclass
class Loader:
    """Uploads for one creditor; keeps every report."""

    cloud: LocalCloud
    creditor: str
    reports: list[dict[str, Any]] = field(default_factory=list)
    patience: float = REPORT_WITHIN_SECONDS
    """Seconds within which a report must come."""

    def settings(self, creditor: Mapping[str, Any], policies: str) -> None:
        """The creditor's settings and policies."""
        self.put(f"config/{self.creditor}/creditor.json", json.dumps(creditor).encode())
        self.put(f"config/{self.creditor}/policies.yaml", policies.encode())

    def contact_rules(self, text: str) -> dict[str, Any]:
        """The creditor's own contact rules."""
        return self.put(f"config/{self.creditor}/contact.toml", text.encode())

    def file(self, name: str, body: bytes) -> dict[str, Any]:
        """A ledger file as it is."""
        return self.put(f"incoming/{self.creditor}/{name}", body)

    def bodies(self, name: str, bodies: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """A file of ledger bodies, one a line."""
        text = "".join(json.dumps(body, ensure_ascii=False) + "\n" for body in bodies)
        return self.file(f"{name}.jsonl", text.encode())

    def invoices(
        self, name: str, bodies: Iterable[Mapping[str, Any]], more: Iterable[str] = ()
    ) -> dict[str, Any]:
        """A plain CSV of invoices, a row an item; `more` rows as they are."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(CSV_COLUMNS)
        for body in bodies:
            for item in body["items"]:
                row = {**body, **item}
                writer.writerow([row[column] for column in CSV_COLUMNS])
        for extra in more:
            out.write(extra + "\n")
        return self.file(f"{name}.csv", out.getvalue().encode())

    def put(self, key: str, body: bytes) -> dict[str, Any]:
        """Any file at any key; its report."""
        s3, bucket = self.cloud.client("s3"), self.cloud.outputs["BucketName"]
        version = s3.put_object(Bucket=bucket, Key=key, Body=body).get("VersionId", "null")
        name = key.rpartition("/")[2]
        wanted = f"results/{self.creditor}/{name}/{version}.report.json"
        until = time.monotonic() + self.patience
        while time.monotonic() < until:
            found = s3.list_objects_v2(Bucket=bucket, Prefix=wanted).get("Contents", [])
            if found:
                report: dict[str, Any] = json.load(s3.get_object(Bucket=bucket, Key=wanted)["Body"])
                self.reports.append({"file": name, **report})
                return report
            time.sleep(0.1)
        raise NoReportError(f"{key}: no {wanted}; see {self.cloud.emulator_log}")
