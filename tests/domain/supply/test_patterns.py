"""Dates in suppliers' files, as far as they can be stored."""

import pytest

from packhorse.domain.supply.patterns import ISO, read_date


@pytest.mark.parametrize(
    ("text", "pattern"),
    [("9999-12-31", ISO), ("0001-01-01", ISO), ("0999-12-31", ISO), ("31.12.9999", "%d.%m.%Y")],
)
def test_a_date_that_no_record_can_hold_is_refused(text: str, pattern: str) -> None:
    with pytest.raises(ValueError, match="is not a date in the pattern"):
        read_date(text, pattern, "Europe/Berlin")
