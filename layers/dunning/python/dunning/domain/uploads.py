"""Files that customers add to an objection: of which kinds, how large, and under which name they
are kept. Nothing here has seen a byte of one: they go from the browser to the bucket.
"""

from typing import NamedTuple

UPLOADS = "uploads"
"""Prefix of the bucket: nothing of ours reads there, and no file is served from it."""
MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 5
"""Files to one objection."""
FORM_SECONDS = 15 * 60
"""How long a form for a file is taken."""
TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
"""Kinds of files, each with the one content type that it is kept with."""


class UploadForm(NamedTuple):
    """A form that the bucket takes: where it is posted, and its hidden fields."""

    action: str
    fields: tuple[tuple[str, str], ...]


def key_of(creditor: str, form: str, kind: str, name: str) -> str:
    """The key of a file: never what its owner calls it. Raises KeyError for another kind."""
    _ = TYPES[kind]
    return f"{UPLOADS}/{creditor}/{form}/{name}.{kind}"
