"""Quantities of listings: set to what they are to be, each with its own answer, and read as the store shows them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from packhorse.channels.protocol import Quantity
from packhorse.domain.errors import CredentialsRefused, Rejected, Unavailable
from tests.channels.kit.gate import Fault, Script
from tests.channels.kit.place import MUGS, Place
from tests.channels.kit.ports import WANTED

MANY = 120


def answering(place: Place, status: int, **headers: str) -> Place:
    """Have the store answer every call with this."""
    place.gate.reset(
        Script(Fault(status, b"no such thing", {name.replace("_", "-"): headers[name] for name in headers}))
    )
    return place


def test_what_is_set_is_what_is_read_and_setting_it_again_changes_nothing(place: Place) -> None:
    for _ in range(2):
        assert place.stock().set_quantities(WANTED) == dict.fromkeys(MUGS)

    assert place.stock().quantities(MUGS) == {MUGS[0]: 7, MUGS[1]: 0}
    assert [place.shows(mug) for mug in MUGS] == [7, 0]


def test_of_two_wishes_for_one_listing_the_last_counts(place: Place) -> None:
    place.stock().set_quantities([WANTED[0], WANTED[0]._replace(quantity=3, key="k-3")])

    assert place.stock().quantities(MUGS[:1]) == {MUGS[0]: 3}


def test_what_nobody_knows_is_left_out(place: Place) -> None:
    place.stock().set_quantities(WANTED[:1])

    assert place.stock().quantities(["no such mug", MUGS[0]]) == {MUGS[0]: 7}


def test_nothing_to_set_and_nothing_to_read_calls_nobody(place: Place) -> None:
    assert place.stock().set_quantities([]) == {}
    assert place.stock().quantities([]) == {}
    assert place.gate.calls == []


def test_a_listing_that_is_refused_is_refused_alone(place: Place) -> None:
    if reason := place.cannot.get("refuse a listing"):
        pytest.skip(reason)
    answers = place.stock().set_quantities([WANTED[0], Quantity("no such mug", 1, None, "k-3"), WANTED[1]])

    assert {reference for reference, refusal in answers.items() if refusal} == {"no such mug"}
    assert [place.shows(mug) for mug in MUGS] == [7, 0]


def test_more_than_a_call_takes_are_all_set(place: Place) -> None:
    references = place.put_listings(MANY)
    wanted = [Quantity(each, number, None, f"k-{number}") for number, each in enumerate(references)]

    assert place.stock().set_quantities(wanted) == dict.fromkeys(references)
    assert place.stock().quantities(references) == {each: number for number, each in enumerate(references)}


@pytest.mark.parametrize("status", [301, 400, 402, 404, 409, 422, 501])
def test_what_will_not_change_by_itself_is_the_answer_of_each_listing(place: Place, status: int) -> None:
    answers: Mapping[str, Rejected | None] = answering(place, status).stock().set_quantities(WANTED)

    assert [str(answers[mug]).partition(": ")[2] for mug in MUGS] == [f"{status} no such thing"] * 2
    with pytest.raises(Rejected, match=f"{status} no such thing"):
        place.stock().quantities(MUGS)


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_are_a_failure_of_the_channel_not_of_a_listing(place: Place, status: int) -> None:
    with pytest.raises(CredentialsRefused, match=f": {status}$"):
        answering(place, status).stock().set_quantities(WANTED)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503, 599])
def test_a_busy_store_is_told_later(place: Place, status: int) -> None:
    with pytest.raises(Unavailable, match=str(status)):
        answering(place, status).stock().set_quantities(WANTED)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("0", 0),
        ("2.0", 2),
        ("90", 90),
        ("-1", None),
        ("inf", None),
        ("soon", None),
        ("", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_store_says_for_how_long(place: Place, status: int, given: str, seconds: float | None) -> None:
    with pytest.raises(Unavailable) as refusal:
        answering(place, status, Retry_After=given).stock().set_quantities(WANTED)

    assert refusal.value.retry_after == seconds


def test_a_moment_to_wait_for_is_told_in_seconds(place: Place) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)

    with pytest.raises(Unavailable) as refusal:
        answering(place, 503, Retry_After=later).stock().quantities(MUGS)

    assert 50 < (refusal.value.retry_after or 0) <= 60
