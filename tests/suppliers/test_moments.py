"""The times that servers state of their files: one that no record can hold counts as not stated."""

from datetime import UTC, datetime

import pytest

from packhorse.suppliers import ftp, sftp

WRITTEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("fact", ["20261123093000", "20261123093000.123"])
def test_a_fact_of_mlsd_is_in_utc(fact: str) -> None:
    assert ftp._moment(fact) == WRITTEN


@pytest.mark.parametrize("fact", ["", "soon", "99991231235959", "00010101000000"])
def test_a_fact_of_mlsd_that_is_no_time_of_a_file_counts_as_none(fact: str) -> None:
    assert ftp._moment(fact) is None


@pytest.mark.parametrize(("seconds", "moment"), [(int(WRITTEN.timestamp()), WRITTEN), (None, None)])
def test_a_time_of_sftp_is_in_seconds(seconds: int | None, moment: datetime | None) -> None:
    assert sftp._moment(seconds) == moment


@pytest.mark.parametrize("seconds", [253_402_300_799, 2**62, 2**64 - 1])
def test_a_time_of_sftp_beyond_the_calendar_counts_as_none(seconds: int) -> None:
    assert sftp._moment(seconds) is None
