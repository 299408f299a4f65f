"""What a form says and cannot be taken: by field and code. The words are the page's."""


class Refused(Exception):
    """What a customer sent cannot be taken: which field is at fault ("": none), and a code for
    which the page has words."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field, self.code = field, code
