"""The orders queue, through the real handler."""

import io
import json
from datetime import timedelta
from typing import Any
from zlib import compress

import pytest
from botocore.exceptions import ClientError

from functions.allocate import route
from functions.fulfil import own
from packhorse.aws import clients
from packhorse.aws.settings import settings
from packhorse.aws.telemetry import logger
from packhorse.domain.catalogue.product import Listing
from packhorse.domain.configuration.account import Unmatched
from packhorse.domain.configuration.channel import MAIN, ChannelKind
from packhorse.domain.configuration.warehouse import Region
from packhorse.domain.orders.channel_order import ChannelOrder, ChannelParcel, DeletedOrder
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import Flag, Status
from packhorse.domain.orders.parcel import LineQuantity
from packhorse.domain.problem import Cause
from packhorse.domain.values import ChannelId, OrderId, Sku
from packhorse.messages.orders import OrderDeleted
from packhorse.store import catalogue, exceptions, listings, orders, published, stock
from packhorse.store.published import PublishedQuantity
from packhorse.usecases.routing import allocate
from simulation.aws.boundary import World
from simulation.builders import NOON, a_channel, a_configuration, a_line, a_warehouse, an_order, later, sqs_event
from simulation.merchant import MUG, Context, advance, balance, ledger, put_stock, set_up, stored, told
from tests.conftest import queued
from tests.functions.operate.calls import call

pytestmark = pytest.mark.usefixtures("cloud")


def deliver(event: dict[str, Any], context: Context | None = None) -> list[str]:
    answer = route.handler(event, context or Context())
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def executions() -> list[str]:
    found = clients.client("stepfunctions").list_executions(stateMachineArn=settings.order_state_machine_arn)
    return sorted(each["name"] for each in found["executions"])


def test_an_order_takes_its_stock_and_is_handed_over() -> None:
    set_up()
    put_stock(10)
    order = an_order(a_line(quantity=3))

    assert deliver(told(order)) == []

    assert stored(order).status is Status.IN_FULFILMENT
    assert balance() == (10, 3, 7)
    assert ledger() == (10, 3)
    assert executions() == [f"{order.order_id}-1"]


def test_the_same_order_told_many_times_takes_its_stock_once() -> None:
    set_up()
    put_stock(10)
    order = an_order(a_line(quantity=3))

    for event in (told(order, order), told(order), told(order)):
        assert deliver(event) == []

    assert balance() == (10, 3, 7)
    assert executions() == [f"{order.order_id}-1"]


def test_what_is_left_of_a_line_finds_another_warehouse_once_a_part_of_it_was_handed_over() -> None:
    set_up(a_configuration(a_warehouse("east"), a_warehouse("main"), ship_partial_lines=True))
    put_stock(1, warehouse="east")
    put_stock(1)
    order = an_order(a_line(quantity=2))

    assert deliver(told(order)) == []

    where = {part.warehouse: part.quantity for part in stored(order).lines[0].allocations}
    assert (where, Flag.BACKORDERED in stored(order).flags) == ({"east": 1, "main": 1}, False)
    assert [work.warehouse for work in stored(order).fulfilments] == ["main", "east"]


def test_a_batch_sees_what_its_earlier_orders_took_and_the_rest_is_short() -> None:
    set_up()
    put_stock(5)
    batch = [an_order(a_line(quantity=2)) for _ in range(4)]

    assert deliver(told(*batch)) == []

    assert balance() == (5, 5, 0)
    assert [sum(line.short for line in stored(order).lines) for order in batch] == [0, 0, 1, 2]
    assert [Flag.BACKORDERED in stored(order).flags for order in batch] == [False, False, True, True]


def test_an_order_to_an_unknown_country_waits_with_its_stock_until_its_channel_names_one_that_is_known() -> None:
    set_up()
    put_stock(10)
    order = an_order()
    assert order.ship_to is not None
    lost = order.replace(ship_to=order.ship_to.replace(country="Narnia"))

    assert deliver(told(lost)) == []
    assert balance() == (10, 1, 9)
    (problem,) = stored(order).exceptions
    assert (problem.cause, stored(order).status) == (Cause.UNKNOWN_COUNTRY, Status.OPEN)
    opened, _ = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)
    assert [each.cause for each in opened] == ["unknown_country"]

    assert deliver(told(later(order))) == []
    assert (stored(order).exceptions, stored(order).status) == ((), Status.IN_FULFILMENT)
    assert balance() == (10, 1, 9)
    assert exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)[0] == []


def test_an_order_that_its_channel_sends_to_another_place_before_it_is_paid_ships_from_there() -> None:
    lyon = a_warehouse("lyon", regions=(Region(country="FR"),))
    set_up(a_configuration(a_warehouse("main"), lyon, a_warehouse("rest")))
    put_stock(5)
    put_stock(5, warehouse="lyon")
    order = an_order(a_line(quantity=2), paid_at=None)
    assert order.ship_to is not None
    assert deliver(told(order)) == []
    assert (balance(), balance(warehouse="lyon")) == ((5, 2, 3), (5, 0, 5))

    moved = order.ship_to.replace(city="Lyon", postcode="69002", country="FR")
    assert deliver(told(later(order, ship_to=moved, paid_at=NOON))) == []

    assert (balance(), balance(warehouse="lyon")) == ((5, 0, 5), (5, 2, 3))
    assert [each.warehouse for each in stored(order).fulfilments] == ["lyon"]


def test_a_batch_of_one_sku_writes_its_balance_once(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    put_stock(100)
    transact, calls = clients.client("dynamodb").transact_write_items, []

    def counted(**request: Any) -> Any:
        calls.append([next(iter(action)) for action in request["TransactItems"]])
        return transact(**request)

    monkeypatch.setattr(clients.client("dynamodb"), "transact_write_items", counted)
    deliver(told(*(an_order() for _ in range(10))))

    assert [actions.count("Update") for actions in calls] == [1]
    assert balance() == (100, 10, 90)


def test_a_message_that_cannot_be_read_fails_alone() -> None:
    set_up()
    put_stock(10)
    order = an_order()
    good = told(order)["Records"][0]["body"]

    assert deliver(sqs_event(good, "{not json", '{"kind": "order"}', good)) == ["m1", "m2"]

    assert balance() == (10, 1, 9)


@pytest.mark.parametrize("order_id", ["x" * 2049, "ü" * 1025, ""])
def test_a_message_whose_order_cannot_be_a_key_fails_alone(order_id: str) -> None:
    set_up()
    put_stock(10)
    good = told(an_order())["Records"][0]["body"]

    assert deliver(sqs_event(good, {"kind": "advance", "order_id": order_id})) == ["m1"]

    assert balance() == (10, 1, 9)


def test_an_order_whose_read_dynamodb_refuses_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    put_stock(10)
    bad, *good = [an_order() for _ in range(3)]
    refuse_batches_with(bad.order_id, monkeypatch)

    assert deliver(told(good[0], bad, good[1])) == ["m1"]

    assert [stored(order).status for order in good] == [Status.IN_FULFILMENT, Status.IN_FULFILMENT]
    assert balance() == (10, 2, 8)


def refuse_batches_with(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has DynamoDB refuse every batch of reads in which that key is."""
    read = clients.client("dynamodb").batch_get_item

    def refusing(**request: Any) -> Any:
        keys = [each["pk"]["S"] for table in request["RequestItems"].values() for each in table["Keys"]]
        if key in keys:
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "too long"}}, "BatchGetItem")
        return read(**request)

    monkeypatch.setattr(clients.client("dynamodb"), "batch_get_item", refusing)


def test_an_order_whose_stored_document_cannot_be_read_fails_alone() -> None:
    set_up()
    put_stock(10)
    bad, good = an_order(), an_order()
    deliver(told(bad))
    broken = {"pk": {"S": bad.order_id}, "sk": {"S": "ORDER"}, "version": {"N": "1"}, "body": {"B": compress(b"{}")}}
    clients.client("dynamodb").put_item(TableName=settings.orders_table, Item=broken)

    assert deliver(told(good, bad)) == ["m1"]

    assert stored(good).status is Status.IN_FULFILMENT


def test_an_order_that_is_too_large_to_be_written_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    put_stock(10)
    large, good = an_order(), an_order()
    write, large_body = orders._attributes, b"x" * 410_000
    monkeypatch.setattr(
        orders,
        "_attributes",
        lambda order: {**write(order), "body": large_body} if order.id == large.order_id else write(order),
    )

    assert deliver(told(large, good)) == ["m0"]

    assert stored(good).status is Status.IN_FULFILMENT
    assert balance() == (10, 1, 9)


def test_an_outage_fails_the_batch_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    calls = []

    def down(**request: Any) -> Any:
        calls.append(request)
        raise ClientError({"Error": {"Code": "InternalServerError", "Message": "down"}}, "BatchGetItem")

    monkeypatch.setattr(clients.client("dynamodb"), "batch_get_item", down)

    with pytest.raises(ClientError, match="down"):
        deliver(told(an_order(), an_order()))
    assert len(calls) == 1


def test_an_unpaid_order_keeps_its_stock_and_goes_out_when_it_is_paid() -> None:
    set_up()
    put_stock(10)
    order = an_order(paid_at=None)

    deliver(told(order))
    assert stored(order).status is Status.AWAITING_PAYMENT
    assert balance() == (10, 1, 9)
    assert executions() == []

    deliver(told(later(order, paid_at=NOON)))
    assert stored(order).status is Status.IN_FULFILMENT
    assert executions() == [f"{order.order_id}-1"]


def test_a_channel_may_take_stock_only_when_paid() -> None:
    set_up(a_configuration(channel=a_channel(reduce_on="paid")))
    put_stock(10)
    order = an_order(paid_at=None)

    deliver(told(order))
    assert balance() == (10, 0, 10)

    deliver(told(later(order, paid_at=NOON)))
    assert balance() == (10, 1, 9)


def test_an_order_whose_payment_failed_gives_its_stock_back_until_it_is_paid() -> None:
    set_up()
    put_stock(3)
    order = an_order(a_line(quantity=4), paid_at=None)
    declined = later(order, is_unpaid=True, payment_failed=True)

    deliver(told(order))
    assert (balance(), stored(order).lines[0].short) == ((3, 3, 0), 1)

    deliver(told(declined))
    assert (balance(), ledger()) == ((3, 0, 3), (3, 0))
    assert (stored(order).status, stored(order).flags) == (Status.AWAITING_PAYMENT, frozenset())
    assert stored(order).timeline[-1].what == "payment_failed"

    deliver(told(later(declined, paid_at=NOON, is_unpaid=False, payment_failed=False)))
    assert (balance(), stored(order).status) == ((3, 3, 0), Status.OPEN)


def test_an_order_cancelled_by_its_channel_gives_its_stock_back() -> None:
    set_up()
    put_stock(10)
    order = an_order(a_line(quantity=4))

    deliver(told(order))
    deliver(told(later(order, cancelled_at=NOON)))

    assert stored(order).status is Status.CANCELLED
    assert balance() == (10, 0, 10)
    assert ledger() == (10, 0)


def test_a_cancellation_that_comes_before_its_order_leaves_nothing_to_ship() -> None:
    set_up()
    put_stock(10)
    order = an_order()

    deliver(told(later(order, cancelled_at=NOON)))
    deliver(told(order))

    assert stored(order).status is Status.CANCELLED
    assert balance() == (10, 0, 10)
    assert executions() == []


def test_an_order_first_seen_as_shipped_is_complete_and_takes_its_stock() -> None:
    set_up()
    put_stock(10)
    order = an_order(shipped_at=NOON)

    deliver(told(order))

    assert stored(order).status is Status.COMPLETE
    assert balance() == (9, 0, 9)


def test_an_order_that_left_before_its_channel_was_connected_takes_no_stock() -> None:
    set_up(a_configuration(channel=a_channel(ignore_before=NOON - timedelta(days=9))))
    put_stock(10)
    order = an_order(placed_at=NOON - timedelta(days=8), shipped_at=NOON - timedelta(days=10))

    deliver(told(order))

    assert (stored(order).status, balance()) == (Status.COMPLETE, (10, 0, 10))


def test_what_had_left_when_the_channel_was_made_takes_no_stock_however_old_the_orders_are_that_it_brings() -> None:
    made = NOON - timedelta(days=2)
    set_up(a_configuration(channel=a_channel(ignore_before=NOON - timedelta(days=30), connected_at=made)))
    put_stock(10)
    early, late = (
        an_order(placed_at=NOON - timedelta(days=20), shipped_at=made + timedelta(hours=hours)) for hours in (-1, 1)
    )

    deliver(told(early, late))

    assert [stored(each).status for each in (early, late)] == [Status.COMPLETE, Status.COMPLETE]
    assert [each.elsewhere for each in (stored(early).lines[0], stored(late).lines[0])] == [1, 0]
    assert balance() == (9, 0, 9)


def kinds(order: ChannelOrder) -> list[str]:
    return [each.kind for each in stored(order).exceptions]


@pytest.mark.parametrize(("hours", "stays"), [(-1, 10), (1, 9)])
def test_what_a_file_says_has_shipped_takes_no_stock_if_its_order_is_older_than_the_channel(
    hours: int, stays: int
) -> None:
    set_up(a_configuration(channel=a_channel(connected_at=NOON)))
    put_stock(10)
    placed_at = NOON + timedelta(hours=hours)
    order = an_order(
        placed_at=placed_at, shipped_at=NOON + timedelta(days=3), lists_parcels=False, source="csv:history.csv"
    )

    deliver(told(order, later(order, 5)))

    assert (stored(order).status, kinds(order), balance()) == (Status.COMPLETE, [], (stays, 0, stays))


def test_an_order_that_a_file_brought_open_takes_its_stock_once_a_file_says_that_it_has_shipped() -> None:
    set_up(a_configuration(channel=a_channel(connected_at=NOON)))
    put_stock(10)
    order = an_order(placed_at=NOON - timedelta(hours=1), lists_parcels=False, source="csv:open.csv")
    deliver(told(order))

    deliver(told(later(order, 5, shipped_at=NOON + timedelta(days=3))))

    assert (stored(order).status, balance()) == (Status.COMPLETE, (9, 0, 9))


def stores(*names: str, **account: Any) -> None:
    """Warehouses whose stock is offered at locations of a store: east at 7002, west and attic at 7003."""
    at = {"east": "7002", "west": "7003", "attic": "7003"}
    channel = a_channel(kind=ChannelKind.SHOPIFY, location="7001", locations={name: at[name] for name in names})
    set_up(a_configuration(*map(a_warehouse, names), channel=channel, **account))


def left(location: str, units: int, tracking: str | None = None) -> dict[str, Any]:
    """What a channel says of an order of which so many units left a location of its store."""
    parcel = ChannelParcel(location=location, tracking=tracking, lines=(LineQuantity(line="1", quantity=units),))
    return {"parcels": (parcel,)}


def sent_from(order: ChannelOrder) -> dict[str, int]:
    """Units of an order that left, by warehouse."""
    return {each.warehouse: each.shipped.total() for each in stored(order).fulfilments if each.parcels}


@pytest.mark.parametrize("is_routed_before", [False, True])
def test_what_left_a_location_of_the_store_takes_the_stock_of_its_warehouse(is_routed_before: bool) -> None:
    stores("east", "west")
    put_stock(10, warehouse="east")
    put_stock(10, warehouse="west")
    order = an_order(a_line(quantity=2))
    if is_routed_before:
        deliver(told(order))
        assert balance(warehouse="east") == (10, 2, 8)

    deliver(told(later(order, 5, **left("gid://shopify/Location/7003", 2))))
    deliver(advance(order))

    assert (stored(order).status, sent_from(order), kinds(order)) == (Status.COMPLETE, {"west": 2}, [])
    assert (balance(warehouse="east"), balance(warehouse="west")) == ((10, 0, 10), (8, 0, 8))


def test_of_a_split_line_the_part_at_the_location_that_shipped_is_the_one_that_left() -> None:
    stores("east", "west", split_lines=True)
    put_stock(1, warehouse="east")
    put_stock(1, warehouse="west")
    order = an_order(a_line(quantity=2))
    deliver(told(order))

    deliver(told(later(order, 5, **left("7003", 1))))

    assert [(each.warehouse, each.status) for each in stored(order).fulfilments] == [
        ("east", FulfilmentStatus.QUEUED),
        ("west", FulfilmentStatus.SHIPPED),
    ]


def test_what_left_a_location_of_several_warehouses_is_taken_from_these() -> None:
    stores("east", "west", "attic")
    for name, units in {"east": 9, "west": 1, "attic": 1}.items():
        put_stock(units, warehouse=name)
    order = an_order(a_line(quantity=3))

    deliver(told(later(order, 5, **left("7003", 2))))

    assert (stored(order).status, sent_from(order)) == (Status.PARTIALLY_SHIPPED, {"attic": 1, "west": 1})
    assert balance(warehouse="east") == (9, 1, 8)


def test_what_the_location_that_shipped_does_not_have_is_short_there_whatever_others_have() -> None:
    stores("east", "west")
    put_stock(10, warehouse="east")
    order = an_order(a_line(quantity=2))
    deliver(told(later(order, 5, **left("7003", 2))))
    deliver(advance(order))
    assert (sent_from(order), kinds(order)) == ({}, ["shipped_without_stock"])
    assert call("POST", f"/orders/{order.order_id}/lines/1/move", {"warehouse": "east"})[0] == 409

    put_stock(2, warehouse="west")
    deliver(advance(order))

    assert (stored(order).status, sent_from(order), kinds(order)) == (Status.COMPLETE, {"west": 2}, [])
    assert (balance(warehouse="east"), balance(warehouse="west")) == ((10, 0, 10), (0, 0, 0))


def test_what_left_a_location_without_a_warehouse_takes_no_stock() -> None:
    stores("east")
    put_stock(10, warehouse="east")
    order = an_order(a_line(quantity=2))

    deliver(told(later(order, 5, **left("7001", 2))))

    assert (stored(order).status, balance(warehouse="east")) == (Status.COMPLETE, (10, 0, 10))


def test_an_order_that_left_without_stock_is_complete_once_it_is_counted_in() -> None:
    set_up()
    order = an_order(a_line(quantity=4), shipped_at=NOON)
    deliver(told(order))
    assert [known.kind for known in stored(order).exceptions] == ["shipped_without_stock"]

    put_stock(4)
    deliver(advance(order))

    assert (stored(order).status, stored(order).exceptions, balance()) == (Status.COMPLETE, (), (0, 0, 0))


def test_an_order_that_its_channel_deleted_is_an_exception_until_it_is_cancelled() -> None:
    set_up()
    put_stock(10)
    order = an_order()
    deliver(told(order))

    deleted = DeletedOrder(channel=order.channel, channel_order_id=order.channel_order_id)
    deliver(sqs_event(OrderDeleted(order=deleted, who="channel:shop").model_dump_json()))
    assert [known.kind for known in stored(order).exceptions] == ["deleted_in_channel"]

    deliver(told(later(order, cancelled_at=NOON)))
    assert (stored(order).status, stored(order).exceptions) == (Status.CANCELLED, ())


def deletion_of(order: ChannelOrder) -> dict[str, Any]:
    deleted = DeletedOrder(channel=order.channel, channel_order_id=order.channel_order_id)
    return sqs_event(OrderDeleted(order=deleted, who="channel:shop").model_dump_json())


def test_a_deletion_takes_the_order_back_from_the_warehouse_until_a_person_releases_it() -> None:
    set_up()
    put_stock(10)
    order = an_order()
    deliver(told(order))
    deliver(deletion_of(order))

    assert (stored(order).status, stored(order).fulfilments[0].is_taken_back) == (Status.IN_FULFILMENT, True)
    call("POST", f"/orders/{order.order_id}/release")
    deliver(deletion_of(order))
    deliver(told(later(order)))

    assert (stored(order).exceptions, stored(order).holds) == ((), ())
    assert not stored(order).fulfilments[0].is_taken_back


@pytest.mark.parametrize("deletions", [1, 2])
def test_an_order_that_comes_behind_its_deletion_is_not_sent_and_has_the_exception(deletions: int) -> None:
    set_up()
    put_stock(10)
    order = an_order()
    for _ in range(deletions):
        assert deliver(deletion_of(order)) == []
    assert call("GET", "/orders").body["items"] == []
    assert orders.existing_ids([order.order_id]) == set()

    assert deliver(told(order)) == []

    assert [known.kind for known in stored(order).exceptions] == ["deleted_in_channel"]
    assert (stored(order).status, stored(order).fulfilments) == (Status.OPEN, ())
    assert [each["id"] for each in call("GET", "/orders").body["items"]] == [order.order_id]
    deliver(told(later(order, cancelled_at=NOON)))
    assert (stored(order).status, stored(order).exceptions, balance()) == (Status.CANCELLED, (), (10, 0, 10))


def test_a_deletion_that_is_written_while_its_order_is_routed_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    put_stock(10)
    order = an_order()
    read, seen = allocate.route_batch, list[bool]()

    def deleted_meanwhile(*args: Any) -> Any:
        result = read(*args)
        if not seen:
            seen.append(True)
            deliver(deletion_of(order))
        return result

    monkeypatch.setattr(allocate, "route_batch", deleted_meanwhile)
    assert deliver(told(order)) == []

    assert [known.kind for known in stored(order).exceptions] == ["deleted_in_channel"]
    assert stored(order).fulfilments == ()


def test_an_order_that_stays_out_and_is_deleted_stays_out() -> None:
    set_up(a_configuration(channel=a_channel(ignore_before=NOON)))
    old = an_order(placed_at=NOON - timedelta(days=1))

    deliver(deletion_of(old))
    deliver(told(old))

    assert call("GET", "/orders").body["items"] == []


def test_what_the_channel_ships_leaves_our_stock_and_is_not_shipped_again() -> None:
    set_up()
    put_stock(10)
    order = an_order(a_line(quantity=4))

    deliver(told(order))
    deliver(told(later(order, shipped_at=NOON, parcels=(ChannelParcel(carrier="DHL", tracking="JD01"),))))

    assert stored(order).status is Status.COMPLETE
    assert [work.status for work in stored(order).fulfilments] == [FulfilmentStatus.SHIPPED]
    assert balance() == (6, 0, 6)
    assert ledger() == (6, 0)


def test_every_order_of_events_ends_the_same() -> None:
    set_up()
    put_stock(100)
    for shuffled in ((0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)):
        order = an_order(a_line(quantity=2), paid_at=None)
        events = [order, later(order, 1, paid_at=NOON), later(order, 2, paid_at=NOON, cancelled_at=NOON)]

        deliver(told(*(events[index] for index in shuffled)))

        assert stored(order).status is Status.CANCELLED
    assert balance() == (100, 0, 100)


def test_a_line_without_a_product_waits_and_goes_on_when_it_is_listed() -> None:
    set_up()
    put_stock(10)
    order = an_order(a_line("A-SHOPS-OWN-SKU", reference="44211"))

    deliver(told(order))
    assert stored(order).flags == {Flag.EXCEPTION}
    assert "A-SHOPS-OWN-SKU" in stored(order).exceptions[0].message
    assert list(map(orders.id_in_key, orders.orders_waiting_for("listing#shop#44211"))) == [order.order_id]

    listings.put_listing(Listing(channel="shop", reference="44211", sku=MUG))
    deliver(advance(order))
    assert stored(order).status is Status.IN_FULFILMENT
    assert stored(order).flags == frozenset()
    assert list(orders.orders_waiting_for("listing#shop#44211")) == []
    assert balance() == (10, 1, 9)


def test_a_line_without_a_product_waits_for_all_that_could_name_one() -> None:
    set_up()
    order = an_order(a_line("THEIR-SKU", reference="44211", barcode="4006381333931"))

    deliver(told(order))

    names = ("listing#shop#44211", "listing#shop#THEIR-SKU", "barcode#4006381333931")
    assert [list(map(orders.id_in_key, orders.orders_waiting_for(name))) for name in names] == [[order.order_id]] * 3


def test_an_account_may_have_unknown_skus_made() -> None:
    set_up(a_configuration(unmatched_sku=Unmatched.CREATE))
    order = an_order(a_line("NEW 1"))

    deliver(told(order))

    assert catalogue.get_product(Sku("NEW 1")).needs_review
    assert stored(order).flags == {Flag.BACKORDERED}


def test_an_account_may_refuse_orders_with_unknown_skus() -> None:
    set_up(a_configuration(unmatched_sku=Unmatched.REJECT))
    order = an_order(a_line("NEW 1"))

    assert deliver(told(order)) == []

    assert orders.existing_ids([order.order_id]) == set()
    opened, _ = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)
    assert [(each.cause, each.concerns) for each in opened] == [("order_rejected", f"shop {order.channel_order_id}")]


def test_orders_from_before_the_connection_are_passed_over() -> None:
    set_up(a_configuration(channel=a_channel(ignore_before=NOON)))
    old = an_order(placed_at=NOON.replace(hour=11))

    assert deliver(told(old)) == []

    assert orders.existing_ids([old.order_id]) == set()


def test_an_order_of_a_channel_that_is_not_set_up_is_an_exception() -> None:
    set_up()

    assert deliver(told(an_order(channel="gone"))) == []

    opened, _ = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)
    assert [each.cause for each in opened] == ["unknown_channel"]


def test_lines_go_to_different_warehouses_each_with_its_own_work() -> None:
    set_up(a_configuration(a_warehouse("east"), a_warehouse("west"), a_warehouse("main")), "A", "B")
    put_stock(5, "A", "east", "start-a")
    put_stock(5, "B", "west", "start-b")
    order = an_order(a_line("A", line="1"), a_line("B", line="2"))

    deliver(told(order))

    assert [work.warehouse for work in stored(order).fulfilments] == ["east", "west"]
    assert executions() == [f"{order.order_id}-1"]


def test_an_order_too_big_for_one_transaction_is_taken_in_several_and_handed_over_whole() -> None:
    skus = [f"SKU-{number:03}" for number in range(60)]
    set_up(None, *skus)
    for sku in skus:
        put_stock(5, sku)
    order = an_order(*(a_line(sku, quantity=2, line=sku) for sku in skus))

    assert deliver(told(order)) == []
    assert [len(work.lines) for work in stored(order).fulfilments] == [60]
    assert {balance(sku) for sku in skus} == {(5, 2, 3)}

    assert deliver(told(later(order, cancelled_at=NOON))) == []
    assert stored(order).owed == ()
    assert {balance(sku) for sku in skus} == {(5, 0, 5)}
    assert {ledger(sku) for sku in skus} == {(5, 0)}


def test_large_orders_for_which_no_time_is_left_are_delivered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocate, "MOST_LINES", 2)
    set_up()
    put_stock(10)
    lines = (a_line(quantity=1), a_line(quantity=1, line="2"))
    first, second, third = (an_order(*lines, channel_order_id=name) for name in ("1", "2", "3"))
    event, left = told(first, second, third), iter((60.0, 30.0, 19.0))

    failed = deliver(event, Context(lambda: next(left)))

    assert failed == [event["Records"][2]["messageId"]]
    assert [stored(each).status for each in (first, second)] == [Status.IN_FULFILMENT] * 2
    assert orders.find_order(third.order_id) is None
    assert deliver(told(third)) == []
    assert balance() == (10, 6, 4)


def test_a_crash_between_the_commit_and_the_start_is_mended_by_the_message_coming_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_up()
    put_stock(10)
    order = an_order()

    with monkeypatch.context() as broken:
        broken.setattr(clients.client("stepfunctions"), "start_execution", _dies)
        assert deliver(told(order)) == ["m0"]
    assert executions() == []

    assert deliver(told(order)) == []
    assert executions() == [f"{order.order_id}-1"]
    assert balance() == (10, 1, 9)


def test_a_lost_race_is_read_and_decided_again(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    put_stock(3)
    first, second = an_order(a_line(quantity=2)), an_order(a_line(quantity=2))
    transact = clients.client("dynamodb").transact_write_items

    def overtaken(**request: Any) -> Any:
        monkeypatch.setattr(clients.client("dynamodb"), "transact_write_items", transact)
        deliver(told(first))
        return transact(**request)

    monkeypatch.setattr(clients.client("dynamodb"), "transact_write_items", overtaken)
    assert deliver(told(second)) == []

    assert balance() == (3, 3, 0)
    assert [line.short for line in stored(second).lines] == [1]


def test_what_cannot_be_settled_goes_back_to_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    put_stock(3)
    monkeypatch.setattr(allocate, "commit", lambda *_: {})
    monkeypatch.setattr(allocate, "pause", lambda _: None)

    assert deliver(told(an_order())) == ["m0"]

    assert balance() == (3, 0, 3)


def _dies(**_: Any) -> None:
    raise ConnectionError("the function dies here")


def test_an_order_nobody_knows_is_not_looked_at() -> None:
    set_up()

    assert deliver(advance(an_order())) == []


def test_orders_are_the_same_wherever_they_come_from() -> None:
    set_up()
    put_stock(10)
    order: ChannelOrder = an_order()

    deliver(told(order, who="channel:shop"))
    deliver(told(order, who="poll:shop"))
    deliver(told(order, who="csv:1"))

    assert balance() == (10, 1, 9)
    assert stored(order).id == OrderId(order.order_id)


# ---- executions are answered once


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Task tokens that were answered, and with what."""
    answers: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "packhorse.aws.executions.answer_token", lambda token, work: answers.append((token, work.status))
    )
    return answers


def a_requested_order() -> ChannelOrder:
    set_up()
    put_stock(10)
    order = an_order()
    deliver(told(order))
    message = {"order": order.order_id, "attempt": 1, "fulfilment": 1, "kind": "own", "token": "token-1"}
    own.handler(sqs_event(message), Context())
    return order


def again(event: dict[str, Any]) -> dict[str, Any]:
    """The same batch when it was delivered before."""
    for record in event["Records"]:
        record["attributes"] = {"ApproximateReceiveCount": "2"}
    return event


def test_a_message_that_ends_a_fulfilment_answers_its_execution_and_later_ones_do_not(
    answered: list[tuple[str, str]],
) -> None:
    order = a_requested_order()
    gone = later(order, cancelled_at=NOON)

    deliver(told(gone))
    deliver(told(gone, later(gone, minutes=5), later(gone, minutes=9, note="too late")))

    assert stored(order).status is Status.CANCELLED
    assert answered == [("token-1", "cancelled")]


def test_a_message_that_is_delivered_again_answers_again(answered: list[tuple[str, str]]) -> None:
    order = a_requested_order()
    gone = told(later(order, cancelled_at=NOON))

    deliver(gone)
    assert deliver(again(gone)) == []

    assert answered == [("token-1", "cancelled")] * 2


def test_an_order_that_is_advanced_answers_again(answered: list[tuple[str, str]]) -> None:
    order = a_requested_order()
    deliver(told(later(order, cancelled_at=NOON)))

    deliver(advance(order))

    assert answered == [("token-1", "cancelled")] * 2


def test_a_message_that_changes_only_the_time_is_one_put_and_answers_nobody(cloud: World) -> None:
    order = a_requested_order()
    deliver(told(later(order, cancelled_at=NOON)))
    cloud.calls.clear()
    units = cloud.dynamodb.units.total

    deliver(told(later(order, minutes=9, cancelled_at=NOON)))

    assert cloud.calls == {("dynamodb", "GetItem"): 1, ("dynamodb", "BatchGetItem"): 2, ("dynamodb", "PutItem"): 1}
    assert cloud.dynamodb.units.total - units == 1


def test_a_message_that_changes_only_the_time_keeps_an_older_one_from_winning() -> None:
    set_up()
    put_stock(10)
    order = an_order(note="gift")
    deliver(told(order))

    deliver(told(later(order, minutes=9)))
    deliver(told(later(order, minutes=5, note="no gift")))

    assert stored(order).note == "gift"


# ---- what a channel does to its own numbers

SHOP = ChannelId("shop")


def a_published_merchant(units: int, **account: Any) -> None:
    """A channel that confirmed this quantity, of a product that it lists."""
    channel = a_channel("shop", ChannelKind.GENERIC, base_url="https://shop.example")
    set_up(a_configuration(channel=channel, sync=True, **account))
    listings.put_listing(Listing(channel="shop", reference="ref", sku=MUG))
    put_stock(units)
    confirm(units)


def confirm(units: int) -> None:
    published.save_published(SHOP, [PublishedQuantity(sku=Sku(MUG), spot="here", quantity=units, at=NOON)], MAIN)


def is_known() -> bool:
    return published.last_published(SHOP, [Sku(MUG)], MAIN)[Sku(MUG)].spot == "here"


def to_publish() -> list[str]:
    return [body["sku"] for body in queued(settings.channels_queue_url)]


def test_a_sale_of_a_channel_makes_what_it_confirmed_unknown() -> None:
    a_published_merchant(5)
    order = an_order(a_line(quantity=1))

    deliver(told(order))
    after_sale = is_known()
    confirm(5)
    deliver(told(later(order, cancelled_at=NOON)))

    assert (after_sale, is_known()) == (False, False)
    assert to_publish() == [MUG]  # what comes back; the stream of stock changes has published what was taken
    assert balance() == (5, 0, 5)


def test_a_change_in_a_channel_that_moves_none_of_our_stock_is_published_at_once() -> None:
    a_published_merchant(5)
    order = an_order(a_line(quantity=1))
    deliver(told(order))
    confirm(4)

    deliver(told(later(order, note="refunded, and restocked in the shop")))

    assert not is_known()
    assert to_publish() == [MUG]


def sold_to(country: str | None) -> ChannelOrder:
    """An order of one that is not paid, to that country; None: without an address."""
    order = an_order(a_line(quantity=1), paid_at=None)
    assert order.ship_to is not None
    return order.replace(ship_to=order.ship_to.replace(country=country) if country else None)


@pytest.mark.parametrize("country", [None, "Narnia"])
def test_what_a_channel_sells_to_no_address_is_taken_and_not_put_back_on_sale(country: str | None) -> None:
    a_published_merchant(1)
    sold = sold_to(country)

    deliver(told(sold))

    assert (balance(), ledger()) == ((1, 1, 0), (1, 1))
    assert (is_known(), to_publish()) == (False, [])  # the stream of stock changes publishes what was taken
    other = an_order(a_line(quantity=1))
    deliver(told(other))
    assert (stored(other).lines[0].short, stored(other).fulfilments) == (1, ())


@pytest.mark.parametrize("country", [None, "Narnia"])
def test_what_was_sold_to_no_address_comes_back_and_is_published_once_it_is_cancelled(country: str | None) -> None:
    a_published_merchant(1)
    sold = sold_to(country)
    deliver(told(sold))
    confirm(0)

    deliver(told(later(sold, cancelled_at=NOON)))

    assert (stored(sold).status, balance()) == (Status.CANCELLED, (1, 0, 1))
    assert (is_known(), to_publish()) == (False, [MUG])


def test_what_a_channel_sells_to_no_address_ships_from_its_region_once_it_has_one() -> None:
    lyon = a_warehouse("lyon", regions=(Region(country="FR"),))
    set_up(a_configuration(a_warehouse("main"), lyon))
    put_stock(1)
    put_stock(1, warehouse="lyon")
    order = an_order(paid_at=None)
    assert order.ship_to is not None
    deliver(told(order.replace(ship_to=None)))
    assert (balance(), balance(warehouse="lyon")) == ((1, 1, 0), (1, 0, 1))

    to_lyon = order.ship_to.replace(city="Lyon", postcode="69002", country="FR")
    deliver(told(later(order, ship_to=to_lyon, paid_at=NOON)))

    assert [each.warehouse for each in stored(order).fulfilments] == ["lyon"]
    assert (balance(), balance(warehouse="lyon")) == ((1, 0, 1), (1, 1, 0))


def test_what_comes_back_while_others_wait_for_it_is_published_though_no_more_is_offered() -> None:
    a_published_merchant(5)
    order = an_order(a_line(quantity=5))
    deliver(told(order))
    deliver(told(an_order(a_line(quantity=5))))
    confirm(0)
    to_publish()
    before = stock.of_sku(MUG)[0]

    deliver(told(later(order, cancelled_at=NOON)))

    after = stock.of_sku(MUG)[0]
    assert (before.free, after.free, after.available) == (-5, 0, 5)
    assert not is_known()  # the shop may have put five back
    assert to_publish() == [MUG]


def test_what_is_written_off_as_it_is_cancelled_is_published_too() -> None:
    a_published_merchant(5, restock={"own": "never"})
    order = an_order(a_line(quantity=5))
    deliver(told(order))
    confirm(0)
    to_publish()

    deliver(told(later(order, cancelled_at=NOON)))

    assert (balance(), is_known(), to_publish()) == ((0, 0, 0), False, [MUG])


def test_the_same_message_again_leaves_what_is_known() -> None:
    a_published_merchant(5)
    order = an_order(a_line(quantity=1))
    deliver(told(order))
    confirm(4)

    deliver(told(order))

    assert is_known()
    assert to_publish() == []


def test_an_order_by_file_says_nothing_about_the_numbers_of_its_channel() -> None:
    a_published_merchant(5)

    deliver(told(an_order(a_line(quantity=1)).replace(lists_parcels=False)))

    assert is_known()


def test_an_order_that_stays_out_is_in_the_log_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(a_configuration(channel=a_channel(ignore_before=NOON + timedelta(days=1))))
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    order = an_order()

    assert deliver(told(order)) == []

    assert orders.find_orders([order.order_id]) == {}
    (line,) = (line for line in map(json.loads, log.getvalue().splitlines()) if line["message"] == "order ignored")
    assert (line["channel_order_id"], line["is_archived"]) == (order.channel_order_id, False)
    assert line["placed_at"] < line["ignore_before"]
