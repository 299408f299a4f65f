"""Files in and reports out, over one bucket. What a file says is `adapters.formats`' to read.
No prefix rule lives here: which key is whose is the use case's.
"""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from dunning.service.ports import Blob

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class FileGone(LookupError):
    """No such file, no such version of it, or none that may be read: S3 does not tell these apart
    for whoever may not list the bucket."""


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
            which_one = f"{key} (version {version or 'newest'})"
            if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchVersion", "404"}:
                raise FileGone(f"{which_one} is not there") from None
            if error.response["Error"]["Code"] in {"AccessDenied", "403"}:
                raise FileGone(f"{which_one} is not there, or may not be read") from error
            raise
        # An unversioned bucket names no version; "null" is its own word for that.
        return Blob(found["Body"].read(), found.get("VersionId", "null"))

    def write(self, creditor: str, key: str, body: bytes, content_type: str) -> None:
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)
