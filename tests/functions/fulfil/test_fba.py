"""Amazon ships fulfilment orders, through the real handler and a simulated Amazon behind a socket."""

from typing import Any

import pytest

from functions.allocate import release as serving
from functions.fulfil import fba
from functions.ingest import poll
from local.world import amazon_warehouses
from local.world.amazon import Amazon
from local.world.failures import Failure
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.fba import Speed, WhenUnfulfillable
from packhorse.domain.money import Money
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.mcf import McfStatus
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement
from packhorse.domain.supply.batches import Member
from packhorse.domain.values import OrderId, Sku, WarehouseId
from packhorse.messages.fba import AttendFulfilments, ExchangeWithAmazon
from packhorse.messages.release import StockArrived
from packhorse.store import catalogue, orders, stock
from packhorse.usecases.amazon import exchange_with_amazon
from packhorse.usecases.orders.change_order import FOLLOW_UP_DELAY
from simulation.aws.boundary import World
from simulation.builders import a_line
from simulation.merchant import MUG, Context, balance, put_stock
from tests.channels.amazon.shop import GERMANY
from tests.conftest import invoked
from tests.functions.fulfil.fba import (
    ACCOUNT,
    BERLIN,
    SKU,
    an_fba,
    exchange,
    follow_up,
    handed_over,
    later,
    name_of,
    part_of,
    run_fba,
    run_requested,
    sent,
)
from tests.functions.fulfil.partner import hand_over
from tests.functions.operate.calls import call
from tests.functions.operate.interference import killed_before, refused_by
from tests.functions.operate.orders import causes, get, one_routed, open_causes

LONG_AGO = "2026-01-01T00:00:00Z"
ORDERS = "/fba/outbound/2020-07-01/fulfillmentOrders"


@pytest.fixture
def amazon(cloud: World) -> Amazon:
    return an_fba(cloud)


def order_of(order: str) -> Order:
    return orders.get_order(OrderId(order))


def fail(amazon: Amazon, method: str, path: str = "", status: int = 503, **more: Any) -> None:
    amazon.failures.append(Failure(method=method, path=f"{ORDERS}{path}", status=status, **more))


def test_amazon_gets_an_order_under_our_id_right_after_the_hand_over(amazon: Amazon, cloud: World) -> None:
    order = handed_over(cloud, number="#1001")
    assert run_requested() == 1

    [(name, stored)] = amazon.outbound.items()
    assert name == name_of(order)
    assert stored["order"]["displayableOrderId"] == "#1001"
    assert stored["order"]["shippingSpeedCategory"] == "Standard"
    assert [(each["sellerSku"], each["quantity"]) for each in stored["items"]] == [(SKU, 2)]
    mcf = part_of(order).mcf
    assert mcf
    assert (mcf.status, mcf.fee, mcf.speed) == (McfStatus.NEW, Money.of("6.95", "USD"), Speed.STANDARD)
    assert part_of(order).status is FulfilmentStatus.ACCEPTED
    assert get(order)["fulfilments"][0]["mcf"]["fee"] == {"amount": "6.95", "currency": "USD"}


@pytest.mark.parametrize(
    ("gift_message", "comment"),
    [
        ("", "Thanks!"),
        (" \n", "Thanks!"),
        ("\x07\u200b", "Thanks!"),
        ("For Ada,\nwith love", "For Ada,\nwith love"),
        ("For  Ada,\r\n\r\n\twith \u00a0 love\x00 ", "For Ada,\nwith love"),
        ("x" * 900, "x" * 750),
        ("x" * 749 + "  y", "x" * 749),
    ],
)
def test_a_gift_message_is_on_amazons_slip_in_place_of_our_comment(
    cloud: World, gift_message: str, comment: str
) -> None:
    amazon = an_fba(cloud, comment="Thanks!")

    name = name_of(sent(cloud, gift_message=gift_message))

    assert amazon.outbound[name]["order"]["displayableOrderComment"] == comment


@pytest.mark.parametrize(("country", "value"), [("CH", {"currencyCode": "EUR", "value": "11.00"}), ("DE", None)])
def test_what_leaves_the_country_has_the_value_of_a_unit_in_the_preview_and_in_the_order(
    amazon: Amazon, cloud: World, country: str, value: dict[str, str] | None
) -> None:
    line = a_line(quantity=2, discount=Money.of("3.00", "EUR"))
    order = one_routed(line, ship_to=BERLIN.replace(country=country))
    hand_over(cloud)
    run_requested()

    [item] = amazon.outbound[name_of(order)]["items"]
    assert item.get("perUnitDeclaredValue") == value


@pytest.mark.parametrize(
    ("customs_value", "sent_value"),
    [(Money.of("8.00", "EUR"), {"currencyCode": "EUR", "value": "8.00"}), (None, None)],
)
def test_what_leaves_the_country_without_a_price_has_the_customs_value_of_its_product(
    amazon: Amazon, cloud: World, customs_value: Money | None, sent_value: dict[str, str] | None
) -> None:
    catalogue.put_product(Product(sku=MUG, customs_value=customs_value))
    unpriced = a_line(has_price=False)
    order = one_routed(unpriced, ship_to=BERLIN.replace(country="CH"))
    hand_over(cloud)
    run_requested()

    items = [each for sent in amazon.outbound.values() for each in sent["items"]]
    assert [each["perUnitDeclaredValue"] for each in items] == [sent_value] * (sent_value is not None)
    refused = [each.detail for each in order_of(order).timeline if "give it a customs value" in each.detail]
    assert bool(refused) is (sent_value is None)


def test_an_exchange_sends_what_a_hand_over_left(amazon: Amazon, cloud: World) -> None:
    order = handed_over(cloud)

    exchange()
    exchange()

    assert list(amazon.outbound) == [name_of(order)]


def test_the_delivery_method_says_how_fast_and_the_channel_in_which_boxes(cloud: World) -> None:
    channel = {"packaging": "unbranded", "block_amazon_logistics": True}
    amazon = an_fba(cloud, channel=channel, speeds={"Overnight": Speed.PRIORITY})
    fast = sent(cloud, delivery_method="overnight")
    expedited = sent(cloud, expedited=True)

    assert [amazon.outbound[name_of(each)]["order"]["shippingSpeedCategory"] for each in (fast, expedited)] == [
        "Priority",
        "Expedited",
    ]
    features = amazon.outbound[name_of(fast)]["order"]["featureConstraints"]
    assert [each["featureName"] for each in features] == ["BLANK_BOX", "BLOCK_AMZL"]


def test_an_order_whose_answer_was_lost_is_found_by_its_id_and_not_sent_again(amazon: Amazon, cloud: World) -> None:
    order = handed_over(cloud)
    fail(amazon, "POST", after=True, ending="Orders")

    run_requested()
    before = part_of(order).mcf
    exchange()

    assert before
    assert before.status is McfStatus.SENT
    assert len(amazon.outbound) == 1
    assert amazon.stock[SKU]["reserved"] == 2
    assert part_of(order).status is FulfilmentStatus.ACCEPTED


def test_an_order_that_never_reached_amazon_is_sent_once_more(amazon: Amazon, cloud: World) -> None:
    order = handed_over(cloud)
    fail(amazon, "POST", ending="Orders")

    run_requested()
    assert not amazon.outbound
    exchange()

    assert list(amazon.outbound) == [name_of(order)]


def test_what_leaves_ships_the_order_once(amazon: Amazon, cloud: World) -> None:
    order = sent(cloud)
    move(amazon, order, "ship", packages=[{"carrierCode": "UPS", "trackingNumber": "1Z9"}])

    exchange()
    exchange()

    part = part_of(order)
    assert part.status is FulfilmentStatus.SHIPPED
    assert [(each.carrier, each.tracking) for each in part.parcels] == [("UPS", "1Z9")]
    assert order_of(order).status is Status.COMPLETE
    assert balance(MUG, "amazon") == (8, 0, 8)


def move(amazon: Amazon, order: str, step: str, **body: Any) -> None:
    """Have something happen in Amazon's warehouses."""
    status, _ = amazon_warehouses.move(amazon, {}, body or None, name_of(order), step)
    assert status == 200


def item_of(amazon: Amazon, order: str) -> str:
    return str(amazon.outbound[name_of(order)]["items"][0]["sellerFulfillmentOrderItemId"])


def test_packages_that_leave_one_after_the_other_each_ship_their_units(amazon: Amazon, cloud: World) -> None:
    order = sent(cloud, 3)
    item = item_of(amazon, order)
    move(amazon, order, "ship", packages=[{"carrierCode": "UPS", "trackingNumber": "1Z1", "units": {item: 1}}])
    exchange()
    partly = part_of(order)
    two = [{"carrierCode": "USPS", "trackingNumber": f"94{n}", "units": {item: 1}} for n in (1, 2)]
    move(amazon, order, "ship", packages=two)
    exchange()

    assert (partly.status, partly.remaining.total()) == (FulfilmentStatus.ACCEPTED, 2)
    assert [each.tracking for each in part_of(order).parcels] == ["1Z1", "941", "942"]
    assert order_of(order).status is Status.COMPLETE


def test_a_tracking_number_that_comes_later_is_added_to_its_parcel(amazon: Amazon, cloud: World) -> None:
    order = sent(cloud)
    move(amazon, order, "ship", packages=[{"carrierCode": "AMZN_US"}])
    exchange()
    [parcel] = part_of(order).parcels
    assert (parcel.carrier, parcel.tracking) == ("Amazon", None)

    shipment = amazon.outbound[name_of(order)]["shipments"][0]
    shipment["fulfillmentShipmentPackage"][0]["amazonFulfillmentTrackingNumber"] = "TBA123"
    exchange()

    [parcel] = part_of(order).parcels
    assert parcel.tracking == "TBA123"


def test_what_the_preview_cannot_ship_is_routed_without_amazon_and_the_rest_is_sent(
    amazon: Amazon, cloud: World
) -> None:
    amazon.stock[SKU]["fulfillable"] = 1
    order = sent(cloud, 3)
    exchange()

    at_amazon, elsewhere = order_of(order).fulfilments
    assert (at_amazon.warehouse, at_amazon.wanted.total()) == ("amazon", 1)
    assert (elsewhere.warehouse, elsewhere.wanted.total()) == ("main", 2)
    assert amazon.outbound[at_amazon.id]["items"][0]["quantity"] == 1


@pytest.mark.parametrize(("refused", "short"), [(["BLANK_BOX"], 3), ([], 0)])
def test_units_that_amazon_counts_again_bring_back_orders_that_it_had_no_units_for_alone(
    cloud: World, refused: list[str], short: int
) -> None:
    amazon = an_fba(cloud, channel={"packaging": "unbranded"})
    amazon.settings.refused_features = refused
    amazon.stock[SKU]["fulfillable"] = 0
    none_here = {"sku": MUG, "warehouse": "main", "counted": 0}
    assert call("POST", "/stock/counts", {"counts": [none_here]}).status == 200
    order = sent(cloud, 3)
    reason = part_of(order).rejections[0].reason
    amazon.stock[SKU]["fulfillable"] = 9
    exchange()

    serving.handler(StockArrived(sku=MUG, arrived_at=("amazon",)).model_dump(), Context())

    assert (reason, order_of(order).lines[0].short) == ("other" if refused else "mismatch", short)


def test_what_amazon_cannot_find_is_routed_without_it(amazon: Amazon, cloud: World) -> None:
    order = sent(cloud, 3)
    item = item_of(amazon, order)
    move(amazon, order, "ship", packages=[{"carrierCode": "UPS", "trackingNumber": "1Z1", "units": {item: 1}}])
    move(amazon, order, "fail")

    exchange()
    exchange()

    at_amazon, elsewhere = order_of(order).fulfilments
    assert (at_amazon.status, at_amazon.shipped.total()) == (FulfilmentStatus.SHIPPED, 1)
    assert (elsewhere.warehouse, elsewhere.wanted.total()) == ("main", 2)
    assert balance(MUG, "amazon")[1] == 0


def test_what_amazon_has_no_more_of_is_not_offered_to_the_orders_that_wait(amazon: Amazon, cloud: World) -> None:
    """Until Amazon's next list is read, the units would be: each order that waits would be given them, and refused."""
    order = sent(cloud, 3)
    move(amazon, order, "fail")
    exchange()

    rejected = [each for each in movements_there() if each.reason.startswith("rejected")]
    assert [(each.on_hand, each.committed) for each in rejected] == [(-3, -3)]


def test_what_amazon_keeps_back_can_be_sold_from_there_at_once(amazon: Amazon, cloud: World) -> None:
    order = sent(cloud, 3)
    amazon_warehouses.set_status(amazon.outbound[name_of(order)], "CANCELLED")
    exchange()

    rejected = [each for each in movements_there() if each.reason.startswith("rejected")]
    assert [(each.on_hand, each.committed) for each in rejected] == [(0, -3)]


def movements_there() -> list[Movement]:
    return stock.newest_movements(Shelf(Sku(MUG), WarehouseId("amazon")), None, 20)


def test_a_request_that_amazon_refuses_is_routed_without_it(amazon: Amazon, cloud: World) -> None:
    order = handed_over(cloud)
    fail(amazon, "POST", status=400, ending="Orders")

    run_requested()

    refused, elsewhere = order_of(order).fulfilments
    assert (refused.status, elsewhere.warehouse) == (FulfilmentStatus.REJECTED, "main")
    assert not amazon.outbound


def test_what_cannot_be_shipped_holds_the_order_where_the_setting_says_so(cloud: World) -> None:
    amazon = an_fba(cloud, when_unfulfillable=WhenUnfulfillable.HOLD)
    amazon.stock[SKU]["fulfillable"] = 1
    early = sent(cloud)
    amazon.stock[SKU]["fulfillable"] = 8
    late = sent(cloud)
    move(amazon, late, "fail")
    exchange()

    for order in (early, late):
        assert len(order_of(order).holds) == 1
        assert causes(order) == ["unfulfillable"]
        assert {each.warehouse for each in order_of(order).fulfilments} == {"amazon"}
    amazon.stock[SKU]["fulfillable"] = 8
    for order in (early, late):
        release(cloud, order)
        assert causes(order) == []
        newest = order_of(order).fulfilments[-1]
        assert newest.id in amazon.outbound
        assert newest.mcf
        assert not newest.mcf.is_over


def test_the_hold_for_what_amazon_cannot_ship_ends_the_execution_of_what_others_give_back(cloud: World) -> None:
    amazon = an_fba(cloud, when_unfulfillable=WhenUnfulfillable.HOLD)
    catalogue.put_product(Product(sku="JUG"))
    put_stock(5, "JUG", warehouse="main")
    order = one_routed(a_line(quantity=2), a_line("JUG", 1, line="2"), ship_to=BERLIN)
    hand_over(cloud)
    amazon.stock[SKU]["fulfillable"] = 1

    run_requested()
    while cloud.states.advance():
        pass

    assert [(each.warehouse, each.status) for each in order_of(order).fulfilments] == [
        ("amazon", FulfilmentStatus.CANCELLED),
        ("main", FulfilmentStatus.QUEUED),
    ]
    assert [each.status for each in cloud.states.executions.values()] == ["SUCCEEDED"]


def test_what_amazon_refused_is_moved_to_another_warehouse_and_released(cloud: World) -> None:
    amazon = an_fba(cloud, when_unfulfillable=WhenUnfulfillable.HOLD)
    refused, failed = sent(cloud, ship_to=BERLIN.replace(postcode="")), sent(cloud)
    move(amazon, failed, "fail")
    exchange()

    for order in (refused, failed):
        assert causes(order) == ["unfulfillable"]
        line = order_of(order).lines[0].id
        assert call("POST", f"/orders/{order}/lines/{line}/move", {"warehouse": "main"}).status == 200
        release(cloud, order)
        assert (causes(order), order_of(order).fulfilments[-1].warehouse) == ([], "main")


def release(cloud: World, order: str) -> None:
    """Release the holds of an order, and have it sent."""
    assert call("POST", f"/orders/{order}/release").status == 200
    follow_up()
    hand_over(cloud)
    run_requested()


def test_a_cancelled_order_is_kept_back_until_amazon_picks_it(amazon: Amazon, cloud: World) -> None:
    early, late = sent(cloud), sent(cloud)
    move(amazon, late, "pick")

    for order in (early, late):
        assert call("POST", f"/orders/{order}/cancel", {"reason": "changed her mind"}).status == 200
        follow_up()
        run_requested()

    assert amazon.outbound[name_of(early)]["order"]["fulfillmentOrderStatus"] == "CANCELLED"
    assert order_of(early).status is Status.CANCELLED
    assert part_of(late).status is FulfilmentStatus.ACCEPTED
    assert causes(late) == ["cancellation_refused"]
    assert balance(MUG, "amazon") == (10, 2, 8)


def cancelled_on_its_way(amazon: Amazon, cloud: World) -> str:
    """An order that was cancelled while nobody knew whether Amazon has it, which it has not."""
    order = handed_over(cloud)
    fail(amazon, "POST", ending="Orders")
    run_requested()
    call("POST", f"/orders/{order}/cancel")
    follow_up()
    run_requested()
    return order


def test_a_cancellation_of_what_never_reached_amazon_is_agreed_to_once_that_is_sure(
    amazon: Amazon, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = cancelled_on_its_way(amazon, cloud)
    soon = order_of(order).status
    later(monkeypatch, 6)
    exchange()

    assert soon is not Status.CANCELLED
    assert order_of(order).status is Status.CANCELLED
    assert not amazon.outbound


def test_an_end_that_no_exchange_finds_again_is_followed_up_though_its_answer_failed(
    amazon: Amazon, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = cancelled_on_its_way(amazon, cloud)
    later(monkeypatch, 6)
    cloud.clock.sleep(FOLLOW_UP_DELAY)
    follow_up()

    with refused_by("SendTaskSuccess", "InternalServerException"):
        run_fba(ExchangeWithAmazon(warehouse="amazon").model_dump(mode="json"))
    cloud.clock.sleep(FOLLOW_UP_DELAY)
    follow_up()

    assert order_of(order).status is Status.CANCELLED
    assert {each.status for each in cloud.states.executions.values()} == {"SUCCEEDED"}


def test_refused_credentials_are_an_exception_of_the_warehouse_that_ends_by_itself(
    amazon: Amazon, cloud: World
) -> None:
    order = handed_over(cloud)
    amazon.settings.roles = amazon.settings.roles[:2]
    run_requested()
    exchange()
    opened = open_causes()
    amazon.settings.roles = (*amazon.settings.roles, "Amazon Fulfillment")
    exchange()

    assert opened == ["amazon_failed"]
    assert open_causes() == []
    assert list(amazon.outbound) == [name_of(order)]


def test_garbage_and_silence_change_nothing_and_are_mended_by_the_next_exchange(amazon: Amazon, cloud: World) -> None:
    order = sent(cloud)
    move(amazon, order, "ship", packages=[{"carrierCode": "UPS", "trackingNumber": "1Z9"}])
    for text in ("<html>", '{"payload": {}}', '{"payload": {"fulfillmentOrder": 7}}'):
        amazon.failures.append(Failure(method="GET", path=f"{ORDERS}/{name_of(order)}", status=200, text=text))
        exchange()
        assert part_of(order).status is FulfilmentStatus.ACCEPTED

    exchange()

    assert part_of(order).status is FulfilmentStatus.SHIPPED
    assert open_causes() == []


def test_what_amazon_lists_of_it_among_its_own_orders_is_no_order_and_has_it_read(amazon: Amazon, cloud: World) -> None:
    order = sent(cloud)
    move(amazon, order, "ship")
    amazon.put_order(
        {
            "orderId": "S01-1234567-1234567",
            "orderAliases": [{"aliasId": name_of(order), "aliasType": "SELLER_ORDER_ID"}],
            "createdTime": LONG_AGO,
            "salesChannel": {"channelName": "NON_AMAZON", "marketplaceId": GERMANY},
            "fulfillment": {"fulfillmentStatus": "SHIPPED", "fulfilledBy": "AMAZON"},
            "orderItems": [],
        }
    )

    assert poll.handler({"channel": ACCOUNT}, Context()) == {"orders": 0}
    assert run_requested() == 1

    assert part_of(order).status is FulfilmentStatus.SHIPPED


def attended(cloud: World, order: str, number: int) -> int:
    """Attend to an order, killing the process before that call; return how many calls it made."""
    message = AttendFulfilments(warehouse="amazon", fulfilments=(Member(order=OrderId(order), fulfilment=1),))
    with killed_before(number, cloud) as made:
        fba.handler(message.model_dump(mode="json"), Context())
    return len(made)


@pytest.mark.parametrize("moment", ["sending", "shipping", "losing", "cancelling"])
def test_killed_before_any_call_an_exchange_ends_the_same(
    cloud: World, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    amazon = an_fba(cloud, units=500)
    monkeypatch.setattr(exchange_with_amazon, "MOST_IN_TURN", 0)
    ends = {"sending": "accepted", "shipping": "shipped", "losing": "rejected", "cancelling": "cancelled"}
    number, is_over = 0, False
    while not is_over:
        order = prepared(amazon, cloud, moment)
        is_over = attended(cloud, order, number) <= number
        for _ in range(2):
            follow_up()
            exchange()
        first = order_of(order).fulfilments[0]
        assert first.status == ends[moment], f"killed before call {number}"
        assert [each.warehouse for each in order_of(order).fulfilments[1:]] == ["main"] * (moment == "losing")
        number += 1
        amazon.outbound[first.id]["order"]["statusUpdatedDate"] = LONG_AGO  # no exchange reads it again
    assert len([name for name in amazon.outbound if name.endswith("-1")]) == number == len(amazon.outbound)
    assert amazon.stock[SKU]["reserved"] == (2 * number if moment == "sending" else 0)
    assert number > 10


def prepared(amazon: Amazon, cloud: World, moment: str) -> str:
    """An order about which Amazon is to be called."""
    order = handed_over(cloud) if moment == "sending" else sent(cloud)
    invoked(settings.fba_function)
    if moment == "shipping":
        move(amazon, order, "ship")
    elif moment == "losing":
        move(amazon, order, "fail")
    elif moment == "cancelling":
        call("POST", f"/orders/{order}/cancel")
        follow_up()
        invoked(settings.fba_function)
    return order


# ---- switched off while Amazon has anything --------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/warehouses/amazon", f"/channels/{ACCOUNT}"])
def test_what_amazon_has_is_shipped_though_its_warehouse_or_its_channel_is_switched_off(
    amazon: Amazon, cloud: World, path: str
) -> None:
    order = sent(cloud)
    assert call("PATCH", path, {"active": False}).status == 200
    move(amazon, order, "ship", packages=[{"carrierCode": "UPS", "trackingNumber": "1Z9"}])

    exchange()

    assert order_of(order).status is Status.COMPLETE


def test_a_cancellation_is_requested_of_amazon_though_its_warehouse_is_switched_off(
    amazon: Amazon, cloud: World
) -> None:
    order = sent(cloud)
    assert call("PATCH", "/warehouses/amazon", {"active": False}).status == 200

    call("POST", f"/orders/{order}/cancel", {})
    exchange()

    assert order_of(order).status is Status.CANCELLED


def test_amazon_is_not_called_for_a_warehouse_that_is_switched_off_once_nothing_is_there(
    amazon: Amazon, cloud: World
) -> None:
    call("PATCH", "/warehouses/amazon", {"active": False})
    fail(amazon, "GET", status=503, times=99)

    exchange()

    assert call("GET", "/exceptions").body["items"] == []


@pytest.mark.parametrize("change", [{"kind": "own", "fba": None}, {"fba": {"channel": "amazon-fr"}}])
def test_the_account_that_has_fulfilment_orders_stays_that_of_its_warehouse(
    amazon: Amazon, cloud: World, change: dict[str, Any]
) -> None:
    first = call("GET", f"/channels/{ACCOUNT}").body
    french = {**first, "marketplace": "A13V1IB3VIYZZH"}
    made = call("PUT", "/channels/amazon-fr", {name: value for name, value in french.items() if name != "id"})
    assert made.status == 200, made.body
    order = sent(cloud)

    refused = call("PATCH", "/warehouses/amazon", change)

    assert refused.status == 409
    assert (
        "fulfilment orders of warehouse amazon are with the account of channel amazon-de (1)" in refused.body["detail"]
    )
    move(amazon, order, "ship", packages=[{"carrierCode": "UPS", "trackingNumber": "1Z9"}])
    exchange()
    assert call("PATCH", "/warehouses/amazon", change).status == 200
