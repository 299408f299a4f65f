"""Forms with which a browser puts one file into the bucket by itself: signed for one key, one
content type, a size and a quarter of an hour. S3 refuses whatever is otherwise.
"""

import secrets
from typing import TYPE_CHECKING

from dunning.domain.uploads import FORM_SECONDS, MOST_BYTES, TYPES, UploadForm, key_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ATTACHMENT = "attachment"
"""How a file is handed out by whoever opens it: kept, never shown in the place of a page."""


class UploadForms:
    """Signed with the function's own role, which may put files below `uploads/`, and read none."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def form(self, creditor: str, of: str, kind: str, then: str) -> tuple[str, UploadForm]:
        """The key, and the form for one file of a kind to the objection `of`; `then`: the address
        that follows. Raises KeyError for another kind."""
        key = key_of(creditor, of, kind, secrets.token_hex(8))
        fixed = {
            "Content-Type": TYPES[kind],
            "Content-Disposition": ATTACHMENT,
            "success_action_redirect": then,
        }
        signed = self._client.generate_presigned_post(
            self._bucket,
            key,
            Fields=dict(fixed),
            Conditions=[
                *({name: value} for name, value in fixed.items()),
                ["content-length-range", 1, MOST_BYTES],
            ],
            ExpiresIn=FORM_SECONDS,
        )
        fields = tuple((str(name), str(value)) for name, value in signed["fields"].items())
        return key, UploadForm(str(signed["url"]), fields)
