"""Which files an S3 event tells of, whichever way it came: EventBridge, or the bucket's own
notification. What is in a file, and whether it is welcome, is the import's.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from dunning.domain.identity import IdentityError, creditor_id


class BadArrival(ValueError):
    """A message that tells of no file, or of one that no creditor owns."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One version of one file, in its creditor's folder."""

    creditor: str
    key: str
    version: str | None
    at: int = 0
    """Milliseconds (UTC) of the upload; 0 where the event does not say."""


def arrivals(body: str) -> list[Arrival]:
    """The files that a message of the imports queue tells of. Raises BadArrival."""
    try:
        event = json.loads(body)
        if event.get("Event") == "s3:TestEvent":
            return []  # S3 says hello when a bucket's notification is set up
        found = [_of_bridge(event)] if "detail" in event else [*map(_of_s3, event["Records"])]
        return [_arrival(*file) for file in found if not file[0].endswith("/")]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        if isinstance(error, BadArrival):
            raise
        raise BadArrival(f"no event of a file: {type(error).__name__}") from None


def _of_bridge(event: dict[str, Any]) -> tuple[str, str | None, int]:
    """EventBridge's "Object Created": the key as it is."""
    if event.get("detail-type") != "Object Created":
        raise BadArrival("an event of S3, but none of a new file")
    file = event["detail"]["object"]
    return str(file["key"]), file.get("version-id"), _at(event.get("time"))


def _of_s3(record: dict[str, Any]) -> tuple[str, str | None, int]:
    """S3's own notification: the key as in a URL, a space as a plus."""
    if not str(record["eventName"]).startswith("ObjectCreated:"):
        raise BadArrival("a notification of S3, but none of a new file")
    file = record["s3"]["object"]
    return unquote_plus(file["key"]), file.get("versionId"), _at(record.get("eventTime"))


def _at(text: object) -> int:
    """Which of two uploads was first is all that this tells; without it they count as at once."""
    try:
        return int(datetime.fromisoformat(str(text)).timestamp() * 1000)
    except ValueError:
        return 0


def _arrival(key: str, version: str | None, at: int) -> Arrival:
    _, _, rest = key.partition("/")
    owner, _, name = rest.partition("/")
    try:
        creditor = creditor_id(owner)
    except IdentityError:
        raise BadArrival("the file lies in no creditor's folder") from None
    if not name:
        raise BadArrival("the file lies in no creditor's folder")
    # An unversioned bucket names the version "null", or none.
    return Arrival(creditor, key, version if version and version != "null" else None, at)
