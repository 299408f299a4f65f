"""Files in and reports out, over one bucket. What a file says is `adapters.formats`' to read.
No prefix rule lives here: which key is whose is the use case's.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from botocore.exceptions import ClientError

from dunning.adapters.formats.source import PathSource
from dunning.service.ports import Blob, Fetched, Gone, TooLarge

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

CHUNK = 1 << 20
IN_MEMORY = 4 << 20
"""Bytes of a file being written that are held in memory; more go to the disk first."""


class FileGone(Gone):
    """No such file, no such version of it, or none that may be read: S3 does not tell these apart
    for whoever may not list the bucket."""


class S3Blobs:
    """Blobs in a bucket, a version where the event named one."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self, creditor: str, key: str, version: str | None) -> Blob:
        found = self._get(key, version)
        return Blob(found["Body"].read(), _version(found))

    @contextmanager
    def fetch(self, creditor: str, key: str, version: str | None, most: int) -> Iterator[Fetched]:
        found = self._get(key, version)
        with closing(found["Body"]) as body:
            if found["ContentLength"] > most:
                raise TooLarge(found["ContentLength"], most)
            with NamedTemporaryFile(prefix="incoming-") as file:
                for chunk in body.iter_chunks(CHUNK):
                    file.write(chunk)
                file.flush()
                yield Fetched(PathSource(Path(file.name)), _version(found))

    def write(self, creditor: str, key: str, body: bytes, content_type: str) -> None:
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)

    @contextmanager
    def writing(self, creditor: str, key: str, content_type: str) -> Iterator[BinaryIO]:
        with SpooledTemporaryFile(IN_MEMORY) as file:
            out = cast(BinaryIO, file)
            yield out
            out.seek(0)
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=out, ContentType=content_type
            )

    def _get(self, key: str, version: str | None) -> dict[str, Any]:
        which: dict[str, Any] = {"VersionId": version} if version else {}
        try:
            return {**self._client.get_object(Bucket=self._bucket, Key=key, **which)}
        except ClientError as error:
            which_one = f"{key} (version {version or 'newest'})"
            if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchVersion", "404"}:
                raise FileGone(f"{which_one} is not there") from None
            if error.response["Error"]["Code"] in {"AccessDenied", "403"}:
                raise FileGone(f"{which_one} is not there, or may not be read") from error
            raise


def _version(found: dict[str, Any]) -> str:
    # An unversioned bucket names no version; "null" is its own word for that.
    return str(found.get("VersionId", "null"))
