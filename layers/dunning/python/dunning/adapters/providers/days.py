"""The day of an instant as providers write it."""

from datetime import date, datetime


def day_of(text: object) -> date:
    """The day in an ISO 8601 instant, in the offset that it is written with. Raises ValueError."""
    return datetime.fromisoformat(str(text).replace("Z", "+00:00")).date()
