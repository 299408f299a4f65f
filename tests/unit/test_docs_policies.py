"""The page on policies: its examples are files that can be uploaded, and it names what there is."""

import re
from pathlib import Path

from dunning.adapters.holiday_calendars import HolidayCalendars
from dunning.domain.policy_file import CRITERIA, LATER_POLICY_KEYS, POLICY_KEYS, read_policy_file
from dunning.domain.policy_steps import LATER_STEP_KEYS, STEP_KEYS

PAGE = (Path(__file__).parents[2] / "docs/policies.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_every_example_is_taken_without_a_warning() -> None:
    assert EXAMPLES
    for text in EXAMPLES:
        assert read_policy_file(text, HolidayCalendars()).warnings == ()


def test_every_key_is_on_the_page_and_what_is_not_carried_out_is_said_to_be_so() -> None:
    carried, _, later = PAGE.partition("## Not carried out yet")
    for key in (*POLICY_KEYS, *STEP_KEYS, *CRITERIA):
        assert key in carried, key
    for key in (*LATER_POLICY_KEYS, *LATER_STEP_KEYS):
        assert f"`{key}`" in later, key
