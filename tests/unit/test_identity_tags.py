"""What travels in mail tags and voice contexts: account and notice, there and back.

No mail is made here.
"""

import re

import pytest
from dunning.adapters.dynamodb import keys
from dunning.domain.identity import account_of_tag, account_tag, notice_id, serial_of_notice
from hypothesis import given
from hypothesis import strategies as st

TAG_VALUE = re.compile(r"[A-Za-z0-9_-]{1,256}\Z")  # what the mail provider takes, and no more


@given(st.text(min_size=1, max_size=100), st.integers(min_value=0, max_value=10**9))
def test_every_account_and_notice_fits_a_mail_tag_and_comes_back(
    customer: str, serial: int
) -> None:
    key = keys.account("a" * 32, customer)
    notice = notice_id(key, serial)
    assert TAG_VALUE.match(account_tag(key))
    assert TAG_VALUE.match(notice)
    assert account_of_tag(account_tag(key)) == key
    assert serial_of_notice(notice, key) == serial


@pytest.mark.parametrize("text", ["", "7", "7-", "x-YWNtZSNjMQ", "-YWNtZSNjMQ", "7-YWNtZSNjMg"])
def test_a_notice_of_another_account_or_no_notice_at_all_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no notice"):
        serial_of_notice(text, "acme#c1")
