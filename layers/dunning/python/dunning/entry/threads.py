"""How many messages of a batch a function works on side by side: they wait for others' answers.
What is done with a message is not known here.
"""

from math import ceil

MOST_THREADS = 4
PART_THREADS = 4
"""Accounts of one part side by side. More would outrun a new table: some 300 rows a second."""
FEEDBACK_THREADS = 4
"""Events of one batch side by side: one waits for its read while another is understood."""
READING_THREADS = 8
"""Accounts that a report reads side by side: each waits some milliseconds for the table."""
MAILS_PER_THREAD = 3.0
"""Mails a second that one thread sends: some 0.12 s of its CPU for each, at the share of one that
256 MB bring (make bench, remind_cpu), 0.1 s of waiting for others, and room for a slow answer."""


def sender_threads(rate: float) -> int:
    """Messages of one batch to send side by side. At a low rate a worker waits for its turn
    anyway, and a thread more would only wait beside it. Lambda runs at least two workers."""
    return max(1, min(MOST_THREADS, ceil(rate / (2 * MAILS_PER_THREAD))))
