"""Parcels of several orders on manifests: all of them ship with it, once."""

# ruff: noqa: F811

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.world.carriers.easypost import EasyPostAccount
from packhorse.aws.settings import settings
from packhorse.domain.configuration.warehouse import ShipsOn
from packhorse.usecases.labels import buy_label, make_manifest
from packhorse.usecases.labels.continue_manifests import continue_manifests
from simulation.carrier import CARRIER
from simulation.merchant import balance
from tests.conftest import invoked
from tests.functions.fulfil.labels import after_a_while, configured, labels, merge, run_label, stored
from tests.functions.fulfil.test_merged import (  # noqa: F401
    advance,
    buy,
    carrier,
    request,
    trackings,
    two_orders,
    void,
)
from tests.functions.operate.calls import Answer, call


def manifest(key: str = "") -> Answer:
    headers = {"idempotency-key": key} if key else {}
    return call("POST", "/manifests", {"account": CARRIER, "warehouse": "main"}, headers=headers)


def shipped(*names: str) -> list[int]:
    return [len(list(stored(each).parcels)) for each in names]


def dies(*_: Any) -> None:
    raise SystemExit


def test_a_manifest_ships_all_orders_of_a_merged_parcel_once(carrier: EasyPostAccount) -> None:
    configured(ships_on=ShipsOn.MANIFEST)
    one, other = two_orders()
    assert merge(one, other).status == 201
    tracking = buy(one).body["tracking"]
    assert (shipped(one, other), balance()) == ([0, 0], (1000, 5, 995))

    made = manifest("k")
    manifest("k")

    assert (made.status, len(made.body["parcels"])) == (201, 1)
    assert [stored(each).status for each in (one, other)] == ["complete", "complete"]
    assert (shipped(one, other), trackings(one, other), balance()) == ([1, 1], {tracking}, (995, 0, 995))
    marks = {
        (each.manifest, each.is_manifested) for name in (one, other) for each in stored(name).fulfilments[0].labels
    }
    assert marks == {(made.body["id"], True)}


def test_a_parcel_that_was_merged_before_its_warehouse_shipped_by_manifests_ships_whole(
    carrier: EasyPostAccount,
) -> None:
    configured(ships_on=ShipsOn.PACKED)
    one, other = two_orders()
    merge(one, other)
    buy(other)
    configured(ships_on=ShipsOn.MANIFEST)

    manifest()

    assert (shipped(one, other), balance()) == ([1, 1], (995, 0, 995))


def test_a_copy_whose_purchase_was_not_recorded_yet_ships_with_the_manifest(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(ships_on=ShipsOn.MANIFEST)
    one, other = two_orders()
    merge(one, other)
    with monkeypatch.context() as dying, suppress(SystemExit):
        dying.setattr(buy_label, "follow_shared", dies)
        buy(one)
    assert labels(other) == ["buying"]

    manifest()

    assert (labels(other), shipped(one, other)) == (["bought"], [1, 1])
    after_a_while(monkeypatch)
    advance(other)
    assert (list(invoked(settings.label_function)), shipped(one, other)) == ([], [1, 1])


def test_a_process_that_dies_between_the_orders_of_a_parcel_is_followed_by_one_that_ships_the_rest(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(ships_on=ShipsOn.MANIFEST)
    one, other = two_orders()
    merge(one, other)
    buy(one)
    with monkeypatch.context() as dying, suppress(SystemExit):
        dying.setattr(make_manifest, "follow_shared", dies)
        manifest("k")
    assert shipped(one, other) == [1, 0]
    list(invoked(settings.label_function))

    monkeypatch.setattr("packhorse.usecases.labels.make_manifest.CALL_LASTS", timedelta(0))
    continue_manifests(datetime.now(UTC) + timedelta(minutes=11))
    for payload in invoked(settings.label_function):
        run_label(payload)

    assert (shipped(one, other), len(carrier.forms), balance()) == ([1, 1], 1, (995, 0, 995))


def test_a_parcel_waits_for_the_next_manifest_while_one_of_its_orders_is_held(carrier: EasyPostAccount) -> None:
    configured(ships_on=ShipsOn.MANIFEST)
    one, other = two_orders()
    merge(one, other)
    buy(one)
    call("POST", f"/orders/{other}/hold", {"reason": "a doubt"})

    assert manifest().status == 409

    call("POST", f"/orders/{other}/release")
    advance(other)
    request(other)
    assert manifest().status == 201
    assert shipped(one, other) == [1, 1]


@pytest.mark.parametrize("voided", [0, 1])
def test_no_order_of_a_manifested_parcel_takes_its_label_back(carrier: EasyPostAccount, voided: int) -> None:
    configured(ships_on=ShipsOn.MANIFEST)
    names = two_orders()
    merge(*names)
    buy(names[0])
    manifest()

    assert void(names[voided]).status == 409
    assert shipped(*names) == [1, 1]


def test_orders_at_a_warehouse_that_ships_by_manifests_are_suggested_for_one_parcel(carrier: EasyPostAccount) -> None:
    configured(ships_on=ShipsOn.MANIFEST)
    one, other = two_orders()

    found = call("GET", f"/orders/{one}/fulfilments/1/could-ship-with").body["items"]

    assert [each["order"] for each in found] == [other]
