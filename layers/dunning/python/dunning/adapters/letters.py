"""Letters by a folder that a print service empties: one PDF a letter in the cell's bucket, under a
name that follows from its notice, and a line about it beside it. What it says is `render_letter`'s.

The bucket takes a name once (If-None-Match): whatever comes twice, one letter stands there. The
line is put before the file, so that no file is without one; a line without a file is no letter.
Neither names a person: who it goes to stands in the file alone.
"""

import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

import botocore.exceptions as aws

from dunning.service.ports import Message, Misconfigured, NotSent, Refused, Unclear

from .once import not_answered

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

FOLDER = "letters"
THERE = "PreconditionFailed"
"""The name is taken: by a request of ours whose answer was lost, for nobody else has the name."""
UNDER_WAY = "ConditionalRequestConflict"
BUSY = frozenset({"SlowDown", "ServiceUnavailable", "ThrottlingException", "RequestLimitExceeded"})


class LetterFolder:
    """The print service's folder. Safe to be used by several threads."""

    def __init__(self, client: "Callable[[], S3Client]", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def send(self, creditor: str, message: Message) -> str:
        """Put a letter there; its name is the message's id. Raises as every sender does."""
        if not message.attachments:
            raise Refused("unprintable_sign")
        (file,) = message.attachments
        told = {**dict(message.headers), **dict(message.tags)}
        key = f"{FOLDER}/{creditor}/{told['day']}/{file.name}"
        line = {
            "creditor": creditor,
            "file": key,
            **told,
            "language": message.language,
            "template": message.template,
            "bytes": len(file.data),
            "sha256": hashlib.sha256(file.data).hexdigest(),
        }
        text = json.dumps(line, sort_keys=True).encode()
        client = self._client()
        try:
            client.put_object(
                Bucket=self._bucket,
                Key=f"{key.removesuffix('.pdf')}.json",
                Body=text,
                ContentType="application/json",
            )
        except aws.ClientError as error:
            _answered(error, began=False)
        except Exception as error:
            # Whatever became of the line: without its file it is no letter.
            raise NotSent("no_line", type(error).__name__) from error
        try:
            client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=file.data,
                ContentType=file.content_type,
                IfNoneMatch="*",
                Metadata={name: told[name] for name in ("notice", "attempt", "account", "items")},
            )
        except aws.ClientError as error:
            if error.response.get("Error", {}).get("Code") != THERE:
                _answered(error, began=True)
        except Exception as error:  # noqa: BLE001 - it is raised again as what it proves
            not_answered(error)
        return file.name


def _answered(error: aws.ClientError, *, began: bool) -> NoReturn:
    """What an answer of S3 proves."""
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in BUSY or status == 429:
        raise NotSent(code or f"http_{status}") from None
    if status >= 500 or code == UNDER_WAY:
        raise (Unclear if began else NotSent)(f"http_{status}") from error
    raise Misconfigured(code or f"http_{status}") from None
