"""Files in and reports out, over one bucket. What a file says is `adapters.formats`' to read.
No prefix rule lives here: which key is whose is the use case's.
"""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from dunning.service.ports import Blob

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class FileGone(LookupError):
    """No such file, or no such version of it."""


class S3Blobs:
    """Blobs in a bucket, a version where the event named one."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self, creditor: str, key: str, version: str | None) -> Blob:
        which: dict[str, Any] = {"VersionId": version} if version else {}
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=key, **which)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchVersion", "404"}:
                raise FileGone(f"{key} (version {version or 'newest'}) is not there") from None
            raise
        # An unversioned bucket names no version; "null" is its own word for that.
        return Blob(found["Body"].read(), found.get("VersionId", "null"))

    def write(self, creditor: str, key: str, body: bytes, content_type: str) -> None:
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)
