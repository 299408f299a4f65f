"""The page that compares three policies over the IBM ledger says what the simulation says."""

import pytest

from tests import ibm_ledger, policies_compared


@pytest.mark.skipif(
    not ibm_ledger.SOURCE.exists(),
    reason=f"the IBM ledger is not at hand ({ibm_ledger.SOURCE.name}); the page stays as it is",
)
def test_the_page_is_what_its_command_makes() -> None:
    assert policies_compared.PAGE.read_text(encoding="utf-8") == policies_compared.page()


def test_the_page_names_its_command_and_has_a_lesson_for_each_policy() -> None:
    text = policies_compared.PAGE.read_text(encoding="utf-8")

    assert "python -m tests.policies_compared" in text
    for name in policies_compared.POLICIES:
        assert f"- *{name}*: " in text
