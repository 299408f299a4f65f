"""The letters in the print service's folder, as requests of the gate's log are: whoever counts
duplicates and losses counts them too. Read from the bucket alone; nothing of `dunning` is used.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.local.cloud import LocalCloud

FIRST_NUMBER = 1_000_000
"""Above those of the gate's own requests."""


def folder(cloud: LocalCloud, creditor: str) -> list[dict[str, Any]]:
    """Every version of every letter: one that was put twice is there twice."""
    s3, bucket = cloud.client("s3"), cloud.outputs["BucketName"]
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, Prefix=f"letters/{creditor}/"
    )
    return [
        {
            **one,
            "read": lambda key=one["Key"], version=one["VersionId"]: s3.get_object(
                Bucket=bucket, Key=key, VersionId=version
            )["Body"].read(),
        }
        for page in pages
        for one in page.get("Versions", ())
    ]


def rows(versions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """One row a letter, of the line beside it."""
    lines = {one["Key"]: one for one in versions if one["Key"].endswith(".json")}
    files = sorted(one["Key"] for one in versions if one["Key"].endswith(".pdf"))
    for place, key in enumerate(files):
        line: Mapping[str, Any] = json.loads(lines[f"{key.removesuffix('.pdf')}.json"]["read"]())
        yield {
            "n": FIRST_NUMBER + place,
            "at": line["day"],
            "service": "s3",
            "channel": "letter",
            "to": "",
            "notice": line["notice"],
            "attempt": line["attempt"],
            "account": line["account"],
            "items": line["items"],
            "subject": None,
            "accepted": True,
            "outcome": "put into the folder",
        }


def write(directory: Path, versions: list[dict[str, Any]]) -> int:
    """The letters as files; returns how many."""
    directory.mkdir(parents=True, exist_ok=True)
    letters = [one for one in versions if one["Key"].endswith(".pdf")]
    for one in letters:
        (directory / Path(one["Key"]).name).write_bytes(one["read"]())
    return len(letters)
