"""Quantities of listings: set to what they are to be, each with its own answer, and read as the store shows them."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from packhorse.channels.protocol import Quantity
from packhorse.domain.errors import CallFailed, CredentialsRefused, Rejected, Unavailable
from tests.channels.kit.gate import Fault, Script
from tests.channels.kit.place import MUGS, Place
from tests.channels.kit.ports import WANTED
from tests.channels.setting import set_all

MANY = 120


def answering(place: Place, status: int, **headers: str) -> Place:
    """Have the store answer every call with this."""
    place.gate.reset(
        Script(Fault(status, b"no such thing", {name.replace("_", "-"): headers[name] for name in headers}))
    )
    return place


def test_what_is_set_is_what_is_read_and_setting_it_again_changes_nothing(place: Place) -> None:
    for _ in range(2):
        assert set_all(place.stock(), WANTED) == dict.fromkeys(MUGS)

    assert place.stock().quantities(MUGS) == {MUGS[0]: 7, MUGS[1]: 0}
    assert [place.shows(mug) for mug in MUGS] == [7, 0]


def test_of_two_wishes_for_one_listing_the_last_counts(place: Place) -> None:
    set_all(place.stock(), [WANTED[0], WANTED[0]._replace(quantity=3, key="k-3")])

    assert place.stock().quantities(MUGS[:1]) == {MUGS[0]: 3}


def test_what_nobody_knows_is_left_out(place: Place) -> None:
    set_all(place.stock(), WANTED[:1])

    assert place.stock().quantities(["no such mug", MUGS[0]]) == {MUGS[0]: 7}


def test_nothing_to_set_and_nothing_to_read_calls_nobody(place: Place) -> None:
    assert set_all(place.stock(), []) == {}
    assert place.stock().quantities([]) == {}
    assert place.gate.calls == []


def test_a_listing_that_is_refused_is_refused_alone(place: Place) -> None:
    if reason := place.cannot.get("refuse a listing"):
        pytest.skip(reason)
    answers = set_all(place.stock(), [WANTED[0], Quantity("no such mug", 1, None, "k-3"), WANTED[1]])

    assert {reference for reference, refusal in answers.items() if refusal} == {"no such mug"}
    assert [place.shows(mug) for mug in MUGS] == [7, 0]


def test_more_than_a_call_takes_are_all_set(place: Place) -> None:
    references = place.put_listings(MANY)
    wanted = [Quantity(each, number, None, f"k-{number}") for number, each in enumerate(references)]

    assert set_all(place.stock(), wanted) == dict.fromkeys(references)
    assert place.stock().quantities(references) == {each: number for number, each in enumerate(references)}


@pytest.mark.parametrize("status", [400, 404, 409, 410, 422, 501])
def test_what_will_not_change_by_itself_is_the_answer_of_each_listing(place: Place, status: int) -> None:
    answers = set_all(answering(place, status).stock(), WANTED)

    assert [str(answers[mug]).partition(": ")[2] for mug in MUGS] == [f"{status} no such thing"] * 2
    with pytest.raises(Rejected, match=f"{status} no such thing"):
        place.stock().quantities(MUGS)


def test_refused_credentials_are_a_failure_of_the_channel_not_of_a_listing(place: Place) -> None:
    with pytest.raises(CredentialsRefused, match=": 401"):
        set_all(answering(place, 401).stock(), WANTED)


def test_a_right_that_lacks_may_be_of_the_listing(place: Place) -> None:
    answers = set_all(answering(place, 403).stock(), WANTED)

    assert {type(answers[mug]) for mug in MUGS} == {CredentialsRefused}


@pytest.mark.parametrize("status", [301, 408, 425, 429, 500, 503, 599])
def test_a_busy_store_is_told_later(place: Place, status: int) -> None:
    with pytest.raises(Unavailable, match=str(status)):
        set_all(answering(place, status).stock(), WANTED)


@pytest.mark.parametrize("fault", [Fault(500, b"Fatal error"), Fault(way="held")], ids=["500", "a timeout"])
def test_a_listing_at_which_the_store_fails_each_time_stops_no_other(place: Place, fault: Fault) -> None:
    place.gate.reset(Script(fault, naming=MUGS[1]))

    answers = set_all(place.stock(), [WANTED[1], WANTED[0]])

    assert (type(answers[MUGS[1]]), answers[MUGS[0]]) == (CallFailed, None)
    assert place.shows(MUGS[0]) == 7


def test_no_call_is_made_before_its_answer_is_wanted(place: Place) -> None:
    """So that who publishes can stop at a store that is down."""
    place.gate.reset(Script(Fault(500)))

    answers = place.stock().set_quantities([Quantity(each, 5, None, each) for each in place.put_listings(20)])

    assert place.gate.calls == []
    assert [isinstance(answer, CallFailed) for answer in next(answers).values()] == [True]
    assert len(place.gate.calls) <= 2


@pytest.mark.parametrize("fault", [Fault(way="closed"), Fault(503, b"", {"Retry-After": "60"}), Fault(429)])
def test_a_store_that_is_down_is_called_once(place: Place, fault: Fault) -> None:
    place.gate.reset(Script(fault))

    with pytest.raises(Unavailable) as error:
        next(place.stock().set_quantities([Quantity(each, 5, None, each) for each in place.put_listings(20)]))

    assert not isinstance(error.value, CallFailed)
    assert len(place.gate.calls) == 1


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
        set_all(answering(place, status, Retry_After=given).stock(), WANTED)

    assert refusal.value.retry_after == seconds


def test_a_moment_to_wait_for_is_told_in_seconds(place: Place) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)

    with pytest.raises(Unavailable) as refusal:
        answering(place, 503, Retry_After=later).stock().quantities(MUGS)

    assert 50 < (refusal.value.retry_after or 0) <= 60
