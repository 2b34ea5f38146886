"""Set-up of a channel: what its credentials lack in words, webhooks that are restored, and listings by page."""

import pytest

from packhorse.channels.protocol import Keys
from packhorse.domain.errors import CredentialsRefused
from tests.channels.kit.place import SECRET, Place
from tests.channels.kit.ports import listed
from tests.channels.listing import listing_pages


def test_credentials_that_suffice_lack_nothing(place: Place) -> None:
    assert place.connecting().check() == ()


def test_what_credentials_lack_is_said_in_words(place: Place) -> None:
    if reason := place.cannot.get("lack a permission"):
        pytest.skip(reason)
    word = place.lack()

    assert any(word in lacking for lacking in place.connecting().check())


def test_credentials_that_are_none_are_refused(place: Place) -> None:
    place.refuse()

    with pytest.raises(CredentialsRefused) as refusal:
        list(place.pages())
    assert not [each for each in place.keys if each and str(each) in refusal.value.in_full]


def test_credentials_that_lack_a_part_are_refused(place: Place) -> None:
    [way] = [way for way in place.adapter.sign_in_by if all(getattr(place.keys, part) for part in way)]

    for part in way:
        place.sign_in_again(Keys(**{**place.keys._asdict(), part: ""}))
        with pytest.raises(CredentialsRefused):
            list(place.pages())

    place.sign_in_again(place.keys)
    assert list(place.pages())


def test_webhooks_are_made_once_and_are_listed(place: Place) -> None:
    if reason := place.cannot.get("subscribe"):
        pytest.skip(reason)
    for _ in range(2):
        place.connecting().subscribe(place.hook, SECRET)

    found = place.connecting().subscriptions()
    assert sorted(each.topic for each in found) == place.hooks() == sorted(set(place.hooks()))
    assert {(each.url, each.is_active) for each in found} == {(place.hook, True)}


def test_webhooks_that_were_lost_or_disabled_are_restored(place: Place) -> None:
    if reason := place.cannot.get("subscribe"):
        pytest.skip(reason)
    place.connecting().subscribe(place.hook, SECRET)
    before = place.hooks()
    place.lose_hooks()
    assert not any(each.is_active for each in place.connecting().subscriptions())

    place.connecting().subscribe(place.hook, SECRET)

    assert place.hooks() == before
    assert all(each.is_active for each in place.connecting().subscriptions())


def test_a_store_without_listings_has_none(place: Place) -> None:
    place.put_listings(0)

    assert listed(place) == []


def test_listings_come_page_by_page_each_once_with_the_references_that_quantities_take(place: Place) -> None:
    references = place.put_listings(260)

    found = listed(place)

    assert isinstance(found, list)
    assert sorted((each.reference, each.sku) for each in found) == sorted(
        (reference, str(number)) for number, reference in enumerate(references)
    )
    first = place.connecting().listings(None)
    assert first.next
    assert len(first.items) < 260


def test_listings_that_end_while_pages_are_read_hide_no_other(place: Place) -> None:
    if reason := place.cannot.get("end a listing"):
        pytest.skip(reason)
    references = place.put_listings(260)
    found = set()

    for page in listing_pages(place.connecting):
        found |= {each.reference for each in page.items}
        if page.next:
            place.drop_listing(references.pop(0))

    assert found >= set(references)
