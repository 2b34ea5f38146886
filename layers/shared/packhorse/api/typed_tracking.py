"""Tracking numbers that people type: they name a parcel, so that a report that comes twice counts once."""

from typing import Annotated

from pydantic import AfterValidator, Field

from packhorse.domain.orders.parcel import tracking_numbers
from packhorse.domain.spreadsheets import as_typed
from packhorse.domain.values import Text


def _with_a_number(text: str) -> str:
    if not tracking_numbers(text):
        raise ValueError(f"“{text[:40]}” names no parcel: enter its number, or a name of your own for this parcel")
    return text


TypedTracking = Annotated[Text, Field(min_length=1), AfterValidator(as_typed), AfterValidator(_with_a_number)]
"""A tracking number; refused are one that lost digits in a spreadsheet, and signs without a letter or digit."""
