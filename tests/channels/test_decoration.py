"""Texts of channels: taken without what no page shows."""

from typing import Any

import pytest

from packhorse.channels.body import parse_model
from packhorse.channels.decoration import Note, Part, Words
from packhorse.http.body import ExternalModel


class Buyer(ExternalModel):
    """A part of a channel's order."""

    name: Part
    city: Words = ""
    note: Note = ""


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        ("Ada\x00 Lovelace", "Ada Lovelace"),
        ("\u202eecalevoL adA\u202c", "ecalevoL adA"),
        ("\ufeffAda\u200b Lovelace\u2069", "Ada Lovelace"),
        ("12\u2028Main Street", "12 Main Street"),
        ("👨\u200d👩\u200d👧 می\u200cخواهم", "👨\u200d👩\u200d👧 می\u200cخواهم"),
    ],
)
def test_a_text_of_a_channel_is_taken_without_what_no_page_shows(sent: str, taken: str) -> None:
    body: dict[str, Any] = {"name": sent, "city": sent, "note": f"{sent}\nring twice"}

    found = parse_model(Buyer, body)

    assert (found.name, found.city, found.note) == (taken, taken, f"{taken}\nring twice")
