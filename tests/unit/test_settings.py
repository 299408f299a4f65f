"""The environment of a function: read whole, or refused with the names of what is missing.

Nothing of AWS is touched here.
"""

import dataclasses
from pathlib import Path

import pytest
from dunning.entry.settings import Settings, SettingsError

WHOLE = {"CELL": "eu-west-1", "TABLE_NAME": "ledger", "BUCKET_NAME": "files"}


def test_what_is_missing_is_named_all_at_once() -> None:
    with pytest.raises(SettingsError, match=r"TABLE_NAME, BUCKET_NAME, EMAIL_RATE$"):
        Settings.read({"CELL": "local", "TABLE_NAME": ""}, ("EMAIL_RATE",))


def test_what_a_function_does_not_need_may_be_absent() -> None:
    settings = Settings.read(WHOLE)
    assert settings.email_queue_url == ""
    assert settings.templates_path == Path("/opt/templates")
    assert settings.clock_source == "wall"


def test_everything_is_read_into_its_type() -> None:
    settings = Settings.read(
        WHOLE
        | {
            "CLOCK_SOURCE": "table",
            "EMAIL_RATE": "0.5",
            "EMAIL_MAX_RECEIVE_COUNT": "5",
            "TEMPLATES_PATH": "/srv/templates",
        }
    )
    assert settings.clock_source == "table"
    assert settings.email_rate == 0.5
    assert settings.email_max_receive_count == 5
    assert settings.templates_path == Path("/srv/templates")


@pytest.mark.parametrize("rate", ["0", "-1", "many", "nan", "inf"])
def test_a_rate_that_is_no_rate_is_refused_by_name(rate: str) -> None:
    with pytest.raises(SettingsError, match="EMAIL_RATE"):
        Settings.read(WHOLE | {"EMAIL_RATE": rate})


def test_a_clock_that_nobody_knows_is_refused() -> None:
    with pytest.raises(SettingsError, match="CLOCK_SOURCE is 'sundial'"):
        Settings.read(WHOLE | {"CLOCK_SOURCE": "sundial"})


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings.read(WHOLE).cell = "other"  # type: ignore[misc]
