"""What S3 says of a file that cannot be read, in words that are true whichever it was."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from dunning.adapters.s3 import FileGone, S3Blobs


class Refuses:
    """A bucket that answers with one error."""

    def __init__(self, code: str) -> None:
        self._code = code

    def get_object(self, **_: Any) -> None:
        raise ClientError({"Error": {"Code": self._code, "Message": "no"}}, "GetObject")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("NoSuchKey", r"is not there$"),
        ("NoSuchVersion", r"is not there$"),
        ("AccessDenied", r"is not there, or may not be read$"),
    ],
)
def test_a_file_that_is_not_there_is_gone_also_for_whoever_may_not_list(
    code: str, said: str
) -> None:
    blobs = S3Blobs(Refuses(code), "files")  # type: ignore[arg-type]
    with pytest.raises(FileGone, match=said):
        blobs.read("acme", "incoming/acme/a.csv", "v1")


def test_any_other_fault_comes_as_it_is() -> None:
    with pytest.raises(ClientError):
        S3Blobs(Refuses("SlowDown"), "files").read("a", "b", None)  # type: ignore[arg-type]
