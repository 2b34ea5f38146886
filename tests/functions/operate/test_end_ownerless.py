"""Exceptions of a channel, supplier or warehouse that is gone end: as it is removed, and later in the hourly audit."""

from typing import Any

import pytest

from functions.operate import audit, drain
from packhorse.aws.settings import settings
from packhorse.domain.audits import AuditKind
from packhorse.domain.catalogue.product import Listing
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.exceptions.owners import OWNERS, Owner, causes_of
from packhorse.domain.problem import Cause, Origin, Problem, Subject
from packhorse.domain.values import ChannelId
from packhorse.messages.audits import AuditRequest
from packhorse.store import configuration, exceptions, listings
from packhorse.usecases.channels.pause_channel import pause_channel
from packhorse.usecases.channels.save_channel import remove_channel
from simulation.builders import NOON, a_channel, a_configuration
from simulation.merchant import MUG, Context, set_up
from tests.functions.operate.letters import given_up, put

pytestmark = pytest.mark.usefixtures("cloud")
SHOP = ChannelId("shop")
SUBJECTS = (
    (Cause.POLL_FAILED, Subject.of_channel(SHOP)),
    (Cause.CREDENTIALS_REFUSED, Subject.of_channel(SHOP)),
    (Cause.WEBHOOKS_LOST, Subject.of_channel(SHOP)),
    (Cause.DRIFT, Subject.of_channel(SHOP)),
    (Cause.ORDER_NOT_READ, Subject.of_channel_order(SHOP, "1001")),
    (Cause.PUSH_REJECTED, Subject.of_listing(SHOP, MUG)),
)
GONE = (
    (Cause.SUPPLIER_FAILED, Subject.of_supplier("acme", "purchases")),
    (Cause.SUPPLIER_FILE_UNREADABLE, Subject.of_file("acme", "f1")),
    (Cause.AMAZON_FAILED, Subject.of_warehouse("fba-closed")),
)


def opened(*named: tuple[Cause, Subject]) -> None:
    for cause, subject in named:
        exceptions.open_exception(
            Problem(cause=cause, subject=subject, message="wrong", origin=Origin(channel=subject.channel or "")), NOON
        )


def hourly() -> None:
    audit.handler(AuditRequest(audit=AuditKind.ORDERS, due=True).model_dump(mode="json"), Context())


def still_open() -> set[str]:
    return {each.cause for each in exceptions.unresolved_of(*Cause)}


def test_each_cause_has_one_owner() -> None:
    assert set(OWNERS) == set(Cause)


def test_the_causes_of_channels_are_those_of_these_tests() -> None:
    assert {cause for cause, _ in SUBJECTS} == set(causes_of(Owner.CALLS, Owner.CHANNEL))


def test_what_concerns_a_removed_channel_ends_with_it_or_in_the_next_audit() -> None:
    set_up(a_configuration(channel=a_channel(SHOP, ChannelKind.GENERIC, base_url="https://shop.example")))
    opened(*SUBJECTS)

    remove_channel(SHOP, "ada")
    parts = {Cause.ORDER_NOT_READ, Cause.PUSH_REJECTED}
    assert still_open() == parts
    hourly()

    assert still_open() == set()


def test_what_concerns_an_inactive_channel_is_over_too() -> None:
    set_up(a_configuration(channel=a_channel(SHOP, ChannelKind.GENERIC, base_url="https://shop.example", active=False)))
    opened(*SUBJECTS)

    hourly()

    assert still_open() == set()


def a_shop_with_a_listing(**more: Any) -> None:
    set_up(a_configuration(channel=a_channel(SHOP, ChannelKind.GENERIC, base_url="https://shop.example")))
    listings.put_listing(Listing(channel=SHOP, reference="ref", sku=MUG, **more))


def test_a_pause_ends_what_concerns_calls_and_nothing_else() -> None:
    a_shop_with_a_listing()
    opened(*SUBJECTS)
    pause_channel(SHOP, "ada", NOON)
    opened(*SUBJECTS)

    hourly()

    assert still_open() == {cause for cause, _ in SUBJECTS} - set(causes_of(Owner.CALLS))


def test_what_concerns_a_channel_that_is_called_stays() -> None:
    a_shop_with_a_listing()
    opened(*SUBJECTS)

    hourly()

    assert still_open() == {cause for cause, _ in SUBJECTS}


@pytest.mark.parametrize("is_listed", [True, False])
def test_what_concerns_a_listing_that_is_gone_or_that_its_channel_fulfils_ends(is_listed: bool) -> None:
    a_shop_with_a_listing(fulfilled_by_channel=True)
    if not is_listed:
        listings.delete_listing(MUG, SHOP)
    opened(*SUBJECTS)

    hourly()

    assert still_open() == {cause for cause, _ in SUBJECTS} - {Cause.PUSH_REJECTED}


@pytest.mark.parametrize("payload", [{"channel": SHOP}, {"channel": SHOP, "orders": ["1001", "1002"]}])
def test_a_dead_letter_that_comes_after_its_channel_was_removed_ends(payload: dict[str, object]) -> None:
    set_up(a_configuration(channel=a_channel(SHOP, ChannelKind.GENERIC, base_url="https://shop.example")))
    configuration.apply_edit(lambda before: before.without_channel(SHOP), "owner", NOON)
    put(given_up(settings.poll_function, payload))
    assert drain.handler({}, Context())["letters"] == 1
    assert still_open()

    hourly()

    assert still_open() == set()


def test_a_failed_poll_that_names_no_channel_stays_for_a_person() -> None:
    set_up()
    put(given_up(settings.poll_function, {}))
    drain.handler({}, Context())

    hourly()

    assert still_open() == {Cause.POLL_FAILED}


def test_what_concerns_a_supplier_or_warehouse_that_is_gone_ends() -> None:
    set_up()
    opened(*GONE)

    hourly()

    assert still_open() == set()
