"""What lacks for a label stands with the fulfilment order from its hand-over, until it is there."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.allocate import release, route
from functions.operate import audit
from local.world.carriers.easypost import EasyPostAccount
from packhorse.aws.settings import settings
from packhorse.domain.address import Address
from packhorse.domain.audits import AuditKind
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.channel import LabelPolicy
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.labels.box_sizes import BoxSize
from packhorse.domain.money import MAX_MINOR, Money
from packhorse.domain.orders.consigning import customs_of
from packhorse.domain.orders.order import Order
from packhorse.domain.values import ChannelId, Sku, WarehouseId
from packhorse.messages.audits import AuditRequest
from packhorse.store import audits, catalogue, configuration
from packhorse.usecases.configuration import reconfigure
from packhorse.usecases.labels import recheck_labels
from packhorse.usecases.labels.check_labels import checked
from packhorse.usecases.operations import audit_rows
from simulation.aws.boundary import World
from simulation.builders import NOON, a_line, sqs_event
from simulation.carrier import CARRIER, SENDER
from simulation.merchant import MUG, Context
from tests.conftest import invoked, queued
from tests.functions.fulfil.labels import an_order_of, connected, stored
from tests.functions.operate.calls import call
from tests.functions.operate.orders import one_routed

MAIN, SHOP = WarehouseId("main"), ChannelId("shop")
TINY = BoxSize(id="tiny", length_mm=10, width_mm=10, height_mm=10)
ROOMY = BoxSize(id="roomy", length_mm=500, width_mm=500, height_mm=500)


@pytest.fixture(autouse=True)
def carrier(cloud: World) -> EasyPostAccount:
    return connected(cloud)


def checks(order: str) -> list[str]:
    return [each.check for each in stored(order).fulfilments[0].checks]


def advance_all() -> None:
    """Deliver what the orders queue holds."""
    while messages := queued(settings.orders_queue_url):
        route.handler(sqs_event(*messages), Context())


def test_a_product_without_weight_is_named_until_it_has_one() -> None:
    catalogue.put_product(Product(sku=MUG))
    order = an_order_of()
    assert checks(order) == ["weight"]

    call("PATCH", f"/products/{MUG.replace(' ', '%20').replace('#', '%23')}", {"weight_g": 300})
    advance_all()

    assert checks(order) == []


def test_products_heavier_than_any_parcel_are_named_until_they_are_lighter(carrier: EasyPostAccount) -> None:
    catalogue.put_product(Product(sku=MUG, weight_g=4_000_000))
    order = an_order_of(3)
    [check] = stored(order).fulfilments[0].checks
    assert (check.sku, check.message.split(":")[0]) == (
        MUG,
        f"the products weigh 12000 kg together, {MUG} the most, and a parcel 10000 kg at most",
    )

    answer = call("POST", f"/orders/{order}/fulfilments/1/label", {})
    assert (answer.status, answer.fields, len(carrier.purchases)) == (422, ["weight"], 0)

    call("PATCH", f"/products/{MUG.replace(' ', '%20').replace('#', '%23')}", {"weight_g": 300})
    advance_all()

    assert checks(order) == []


def test_a_parcel_with_heavy_products_that_is_weighed_gets_its_label_with_lighter_customs_lines(
    carrier: EasyPostAccount,
) -> None:
    catalogue.put_product(Product(sku=MUG, name="Mug", weight_g=4_000_000, origin_country="US", hs_code="691200"))
    abroad = {"name": "Zoë", "address1": "1 Lane", "city": "Zürich", "postcode": "8001", "country": "CH"}
    order = an_order_of(3, ship_to=abroad)

    answer = call("POST", f"/orders/{order}/fulfilments/1/label", {"package": {"weight_g": 900}})

    assert (answer.status, len(carrier.purchases)) == (201, 1)


def test_a_line_that_is_worth_more_than_an_amount_can_be_is_named() -> None:
    catalogue.put_product(Product(sku=MUG, name="Mug", weight_g=1, origin_country="US", hs_code="691200"))
    abroad = {"name": "Zoë", "address1": "1 Lane", "city": "Zürich", "postcode": "8001", "country": "CH"}
    dear = a_line(quantity=2).replace(unit_price=Money(minor=MAX_MINOR, currency="EUR"))

    assert checks(one_routed(dear, ship_to=abroad)) == ["customs"]


def test_an_order_that_cannot_be_checked_keeps_no_other_from_its_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, other = an_order_of(), an_order_of()

    def breaks(order: Order, *rest: Any) -> Order:
        if order.id == broken:
            raise ValueError("broken")
        return checked(order, *rest)

    monkeypatch.setattr(recheck_labels, "checked", breaks)
    configure(with_main(address=None))

    assert (checks(broken), checks(other)) == ([], ["sender"])


def test_an_address_without_what_its_country_needs_has_no_label_until_it_has_that(carrier: EasyPostAccount) -> None:
    berlin = Address(name="Ada", address1="1 Weg", city="Berlin", country="DE")
    order = an_order_of(ship_to=berlin)
    assert checks(order) == ["address"]

    answer = call("POST", f"/orders/{order}/fulfilments/1/label", {})
    lacking = [{"field": "address", "message": "the address has no postcode"}]
    assert (answer.status, answer.body["errors"], len(carrier.purchases)) == (422, lacking, 0)

    address = {**berlin.model_dump(), "postcode": "10117"}
    call("POST", f"/orders/{order}/hold", {"reason": "its address"})
    version = stored(order).version
    assert call("PATCH", f"/orders/{order}", {"version": version, "ship_to": address}).status == 200
    call("POST", f"/orders/{order}/release")
    advance_all()
    assert [each.checks for each in stored(order).fulfilments if each.is_open] == [()]


def test_a_warehouse_without_its_postcode_is_no_sender() -> None:
    order = an_order_of()
    configure(with_main(address=SENDER.replace(postcode="")))

    assert [each.message for each in stored(order).fulfilments[0].checks] == [
        "the address of warehouse main has no postcode: labels name their sender"
    ]


def configure(edit: Callable[[Configuration], Configuration]) -> list[dict[str, Any]]:
    """Put an edited configuration into force, and run what that starts; return all messages of the release function."""
    reconfigure.save(edit, "user:ada@example.com")
    return check_later()


def check_later() -> list[dict[str, Any]]:
    """Run the release function until nothing is left for it, with what its role allows; return its messages."""
    found: list[dict[str, Any]] = []
    while messages := invoked(settings.release_function):
        for message in messages:
            release.handler(message, Context())
        found += messages
    return [each for each in found if each["kind"] == "checks"]


def with_boxes(*boxes: BoxSize) -> Callable[[Configuration], Configuration]:
    return lambda before: before.replace(account=before.account.replace(boxes=boxes))


def with_main(**change: Any) -> Callable[[Configuration], Configuration]:
    return lambda before: before.with_warehouse(before.warehouses[MAIN].replace(**change))


def with_shop(**change: Any) -> Callable[[Configuration], Configuration]:
    return lambda before: before.with_channel(before.channels[SHOP].replace(**change))


def with_account(**change: Any) -> Callable[[Configuration], Configuration]:
    return lambda before: before.with_carrier(before.carriers[CARRIER].replace(**change))


INPUTS: dict[str, tuple[Callable[[Configuration], Configuration], Callable[[Configuration], Configuration], str]] = {
    "boxes of the account": (with_boxes(TINY), with_boxes(), "box"),
    "default box": (with_boxes(TINY), lambda before: with_main(default_box="tiny")(before), "box"),
    "address of the warehouse": (with_main(address=None), with_main(address=SENDER), "sender"),
    "country of the warehouse": (with_main(address=SENDER.replace(country="CH")), with_main(address=SENDER), "customs"),
    "policy of the channel": (
        with_shop(label_policy=LabelPolicy.CHANNEL_ONLY),
        with_shop(label_policy=LabelPolicy.OWN),
        "carrier",
    ),
    "carrier accounts": (with_main(address=None), lambda before: before.without_carrier(CARRIER), "sender"),
    "an account that is off": (with_main(address=None), with_account(active=False), "sender"),
}
"""What the checks read of the configuration: what makes one fail, what ends that, and which one it is."""


@pytest.mark.parametrize("what", INPUTS)
def test_open_rows_are_checked_again_when_what_a_check_reads_changes_either_way(what: str) -> None:
    breaks, mends, name = INPUTS[what]
    order = an_order_of()
    assert checks(order) == []

    configure(breaks)
    assert checks(order) == [name]
    assert [each["checks"] for each in call("GET", "/fulfilments").body["items"]] == [[name]]

    configure(mends)
    assert checks(order) == []


def test_a_change_that_no_check_reads_has_nothing_checked_again() -> None:
    an_order_of()

    assert configure(lambda before: before.replace(account=before.account.replace(split_lines=True))) == []


def test_many_open_orders_are_checked_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recheck_labels, "CHECK_PAGE", 2)
    # Each invocation has time for one page.
    monkeypatch.setattr("packhorse.usecases.routing.release.SERVE_MARGIN", 10_000.0)
    found = [an_order_of(channel_order_id=f"many-{number}") for number in range(5)]

    messages = configure(with_main(address=None))

    assert len(messages) > 2
    assert [checks(order) for order in found] == [["sender"]] * 5


def test_the_audit_of_rows_finds_checks_that_are_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_rows, "SETTLING", 0.0)
    order = an_order_of()
    catalogue.put_product(Product(sku=MUG, name="Mug"))  # its weight is gone, and nobody waits for that
    assert checks(order) == []

    audit.handler(AuditRequest(audit=AuditKind.ROWS).model_dump(mode="json"), Context())
    [message] = check_later()

    assert (message["orders"], checks(order)) == ([order], ["weight"])
    assert next(run for run in audits.last_runs() if run.audit is AuditKind.ROWS).mended > 0


def test_a_parcel_without_a_box_gets_one_once_its_product_is_measured() -> None:
    configure(with_boxes(ROOMY))
    order = an_order_of()
    assert checks(order) == ["box"]

    sides = {"length_mm": 90, "width_mm": 90, "height_mm": 90}
    call("PATCH", f"/products/{MUG.replace(' ', '%20').replace('#', '%23')}", sides)
    advance_all()

    assert checks(order) == []


def test_rows_can_be_listed_by_what_lacks_and_stay_to_be_shipped() -> None:
    catalogue.put_product(Product(sku=MUG))
    order = an_order_of()

    listed = call("GET", "/fulfilments", query={"check": "weight", "view": "to-ship"})

    assert [each["order_id"] for each in listed.body["items"]] == [order]


def test_without_a_carrier_account_nothing_lacks() -> None:
    configuration.apply_edit(lambda before: before.without_carrier(CARRIER), "owner", NOON)
    catalogue.put_product(Product(sku=MUG))

    assert checks(an_order_of()) == []


ABROAD = {"name": "Zoë", "address1": "1 Lane", "city": "Zürich", "postcode": "8001", "country": "CH"}


def test_a_parcel_that_passes_customs_lacks_what_these_ask_for() -> None:
    assert checks(an_order_of(ship_to=ABROAD)) == ["customs"]


@pytest.mark.parametrize(("code", "lacks"), [("6109", True), ("6109.1", True), ("6109.10", False), ("610910", False)])
def test_customs_ask_for_six_digits_of_an_hs_code(code: str, lacks: bool) -> None:
    catalogue.put_product(Product(sku=MUG, name="Mug", weight_g=350, origin_country="PT", hs_code=code))

    assert checks(an_order_of(ship_to=ABROAD)) == ["customs"] * lacks


def test_an_hs_code_is_declared_by_its_digits() -> None:
    catalogue.put_product(Product(sku=MUG, name="Mug", weight_g=350, origin_country="PT", hs_code="6109.10.00.12"))
    order, config = stored(an_order_of(1, ship_to=ABROAD)), configuration.current()
    [warehouse] = config.warehouses.values()

    [item] = customs_of(order, {"1": 1}, warehouse, catalogue.find_products({Sku(MUG)}))

    assert item.hs_code == "6109100012"
