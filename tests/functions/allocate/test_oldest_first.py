"""`backorders: oldest_first`: what is scarce is kept for the oldest order that waits, until that is whole."""

import json
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from functions.allocate import release, route
from packhorse.aws.settings import settings
from packhorse.domain.address import Address
from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.configuration.account import Backorders
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Sku, WarehouseId
from packhorse.messages.orders import AdvanceOrder
from packhorse.messages.release import RELEASE_MESSAGE, ConfigurationChanged, Reason, StockArrived
from packhorse.store import catalogue, stock
from packhorse.usecases.orders.edit_order import OrderEdits, edit_order
from packhorse.usecases.routing import release as usecase
from simulation.aws.boundary import World
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order, sqs_event
from simulation.merchant import MUG, Context, balance, put_stock, set_up, stored, told
from tests.conftest import invoked, queued
from tests.functions.fulfil.partner import hand_over
from tests.functions.operate.interference import refused_by
from tests.functions.operate.orders import step

pytestmark = pytest.mark.usefixtures("cloud")

ARRIVALS = count()
EAST, WEST = WarehouseId("east"), WarehouseId("west")


def two_warehouses(**options: Any) -> None:
    """West is the catchall, and east comes first in the priorities."""
    set_up(a_configuration(a_warehouse("east"), a_warehouse("west"), **options))


def placed(quantity: int, minute: int, **line: Any) -> ChannelOrder:
    """An order of that many mugs, routed at once; `minute` says how young it is."""
    order = an_order(a_line(MUG, quantity, **line), placed_at=NOON + timedelta(minutes=minute))
    route.handler(told(order), Context())
    return order


def arrives(units: int, warehouse: str = "main", sku: str = MUG) -> None:
    """Units arrive, and the stream has the queue served."""
    put_stock(units, sku, warehouse, event=f"arrival {next(ARRIVALS)}")
    serve(sku)


def serve(sku: str = MUG) -> None:
    release.handler(StockArrived(sku=Sku(sku)).model_dump(), Context())


def short(*orders: ChannelOrder) -> list[int]:
    return [stored(order).lines[0].short for order in orders]


def waiting(warehouse: str = "main", sku: str = MUG) -> int:
    shelf = Shelf(Sku(sku), WarehouseId(warehouse))
    found = stock.balances_at([shelf])
    return found[shelf].waiting if found else 0


def test_a_large_old_order_is_served_before_four_small_young_ones() -> None:
    two_warehouses()
    large = placed(3, minute=0)
    small = [placed(1, minute=number) for number in range(1, 5)]

    for _ in range(4):
        arrives(1, "east")

    assert short(large, *small) == [0, 0, 1, 1, 1]


def test_as_they_fit_gives_the_units_to_whoever_they_suffice_for() -> None:
    two_warehouses(backorders=Backorders.AS_THEY_FIT)
    large = placed(3, minute=0)
    small = [placed(1, minute=number) for number in range(1, 5)]

    for _ in range(4):
        arrives(1, "east")

    assert short(large, *small) == [3, 0, 0, 0, 0]
    assert waiting("east") == waiting("west") == 0


def test_a_new_order_takes_only_what_those_before_it_cannot_use() -> None:
    set_up()
    old = placed(3, minute=0)

    put_stock(5)  # the message that serves the old order is still on its way
    first, second, third = (placed(1, minute=number) for number in (1, 2, 3))

    assert short(first, second, third) == [0, 0, 1]
    serve()
    assert short(old) == [0]
    assert balance() == (5, 5, 0)


def test_the_commit_itself_refuses_to_take_what_began_to_be_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    read = stock.balances_at
    others: list[ChannelOrder] = []

    def meanwhile(shelves: Any) -> Any:
        found = read(shelves)
        monkeypatch.setattr(stock, "balances_at", read)
        others.append(placed(6, minute=-1))
        return found

    put_stock(5)
    monkeypatch.setattr(stock, "balances_at", meanwhile)
    young = placed(1, minute=0)

    assert short(young, *others) == [1, 1]
    assert balance() == (5, 5, 0)


def test_what_waits_is_counted_and_no_longer_when_the_order_is_cancelled() -> None:
    two_warehouses()
    order, other = placed(3, minute=0), placed(2, minute=1)
    assert (waiting("east"), waiting("west")) == (5, 5)

    later = NOON + timedelta(hours=1)
    route.handler(told(order.replace(cancelled_at=later, modified_at=later)), Context())

    assert (waiting("east"), waiting("west")) == (2, 2)
    assert short(other) == [2]


def test_what_was_kept_for_an_order_that_is_served_elsewhere_goes_to_the_next() -> None:
    two_warehouses()
    large, small = placed(3, minute=0), placed(1, minute=1)
    arrives(2, "east")
    assert short(large, small) == [3, 1]

    arrives(3, "west")
    serve()

    assert short(large, small) == [0, 0]
    assert (balance(warehouse="east"), balance(warehouse="west")) == ((2, 1, 1), (3, 3, 0))


def test_an_older_order_that_comes_late_takes_its_place_before_those_that_wait() -> None:
    two_warehouses()
    placed(3, minute=10)
    arrives(1, "east")

    late = placed(1, minute=0)
    serve()

    assert short(late) == [0]


def test_a_component_of_which_there_is_enough_is_not_kept_for_a_kit_that_lacks_another() -> None:
    set_up()
    catalogue.put_product(Product(sku="LID"))
    catalogue.put_product(Product(sku="JAR", kind=ProductKind.KIT, components={MUG: 1, "LID": 1}))
    put_stock(1)
    kit = an_order(a_line("JAR"))
    route.handler(told(kit), Context())

    mug = placed(1, minute=1)

    assert short(kit, mug) == [1, 0]
    assert (waiting(), waiting(sku="LID")) == (0, 1)


def a_jar_order(quantity: int, minute: int) -> ChannelOrder:
    """An order of kits of a mug and a lid, routed at once."""
    catalogue.put_product(Product(sku="LID"))
    catalogue.put_product(Product(sku="JAR", kind=ProductKind.KIT, components={MUG: 1, "LID": 1}))
    order = an_order(a_line("JAR", quantity), placed_at=NOON + timedelta(minutes=minute))
    route.handler(told(order), Context())
    return order


def serve_invoked() -> None:
    """Serve the queues for which the release function is invoked."""
    for message in invoked(settings.release_function):
        release.handler(message, Context())


def test_an_older_kit_that_comes_late_gets_the_component_that_a_younger_one_waits_for() -> None:
    two_warehouses()
    put_stock(9, MUG, "east")
    put_stock(2, "LID", "east")
    young = a_jar_order(3, minute=10)

    late = a_jar_order(1, minute=0)
    serve_invoked()

    assert short(young, late) == [3, 0]


def test_an_older_order_that_comes_late_gets_units_of_which_some_are_free_and_some_wait_for_a_younger_one() -> None:
    two_warehouses()
    put_stock(2, MUG, "east")
    young = a_jar_order(3, minute=10)
    put_stock(3, MUG, "east", event="three more")

    late = placed(4, minute=0)
    serve_invoked()

    assert short(young, late) == [3, 0]


def test_an_older_kit_that_comes_late_gets_both_components_that_a_younger_one_waits_for() -> None:
    two_warehouses()
    put_stock(2, MUG, "east")
    put_stock(2, "LID", "east")
    young = a_jar_order(3, minute=10)

    late = a_jar_order(1, minute=0)
    serve_invoked()

    assert short(young, late) == [3, 0]


def test_an_older_kit_takes_no_component_that_an_even_older_order_waits_for() -> None:
    two_warehouses()
    put_stock(2, MUG, "east")
    put_stock(1, "LID", "east")
    a_jar_order(3, minute=10)
    lids = an_order(a_line("LID", 2), placed_at=NOON - timedelta(minutes=1))
    route.handler(told(lids), Context())

    late = a_jar_order(1, minute=0)
    serve_invoked()
    assert short(lids, late) == [2, 1]

    put_stock(2, "LID", "east", event="two more")
    serve("LID")
    assert short(lids, late) == [0, 0]


def test_the_queue_is_served_for_an_older_order_whose_process_died_before_it_said_so() -> None:
    two_warehouses()
    put_stock(2, MUG, "east")
    young, late = placed(3, minute=10), placed(1, minute=0)
    assert invoked(settings.release_function) == [
        {"kind": "sku", "sku": MUG, "after": "", "kept": [], "arrived_at": [], "last_at": None}
    ]

    route.handler(sqs_event(AdvanceOrder(order_id=late.order_id).model_dump()), Context())
    serve_invoked()

    assert short(young, late) == [3, 0]


def test_the_trace_says_how_many_units_are_kept_for_older_orders() -> None:
    two_warehouses()
    placed(3, minute=0)
    put_stock(2, MUG, "east")

    young = placed(1, minute=1)

    routing = stored(young).lines[0].routing
    assert routing
    reasons = {each.warehouse: each.rejected for each in routing.candidates}
    assert reasons[EAST] == "has 0 of 1, 2 more kept for older orders"


def test_orders_of_one_batch_keep_for_each_other_in_their_order() -> None:
    set_up()
    put_stock(4)
    orders = [an_order(a_line(MUG, quantity), placed_at=NOON) for quantity in (3, 3, 1)]

    route.handler(told(*orders), Context())

    assert short(*orders) == [0, 2, 1]


def test_a_queue_of_several_pages_remembers_what_the_first_ones_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecase, "SERVE_PAGE", 1)
    two_warehouses()
    large, middle, small = placed(3, minute=0), placed(2, minute=1), placed(1, minute=2)

    put_stock(4, MUG, "east")
    put_stock(2, MUG, "west")
    [*_, rest] = usecase.serve_sku(StockArrived(sku=MUG))

    assert short(large, middle, small) == [0, 0, 0]
    assert rest.kept == ()


def test_what_a_page_keeps_is_in_the_message_that_continues_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecase, "SERVE_PAGE", 1)
    two_warehouses()
    large, small = placed(3, minute=0), placed(1, minute=1)
    put_stock(2, MUG, "east")
    put_stock(2, MUG, "west")

    first = next(iter(usecase.serve_sku(StockArrived(sku=MUG))))

    assert {each.warehouse: each.units for each in first.kept} == {EAST: 3, WEST: 1}
    assert list(usecase.serve_sku(first)) == []
    assert short(large, small) == [1, 1]


def test_a_changed_configuration_serves_the_queue_of_each_sku_afterwards() -> None:
    two_warehouses()
    old, young = placed(3, minute=0), placed(3, minute=1)
    put_stock(4, MUG, "east")

    release.handler(ConfigurationChanged().model_dump(), Context())
    serve()

    assert short(old, young) == [0, 3]


def test_switching_to_as_they_fit_leaves_nothing_kept() -> None:
    two_warehouses()
    large, small = placed(3, minute=0), placed(1, minute=1)
    arrives(2, "east")
    assert short(large, small) == [3, 1]

    two_warehouses(backorders=Backorders.AS_THEY_FIT)
    release.handler(ConfigurationChanged().model_dump(), Context())

    assert short(large, small) == [3, 0]
    assert (waiting("east"), waiting("west")) == (0, 0)


def test_channels_are_offered_only_what_no_order_waits_for() -> None:
    set_up()
    placed(3, minute=0)
    put_stock(5)

    assert stock.sellable([Shelf(Sku(MUG), WarehouseId("main"))]).total() == 2


def test_an_order_short_of_more_shelves_than_a_transaction_takes_is_counted_on_all() -> None:
    two_warehouses()
    skus = [f"Sku {number:03}" for number in range(30)]
    for sku in skus:
        catalogue.put_product(Product(sku=sku))
    order = an_order(*(a_line(sku, line=sku) for sku in skus))

    route.handler(told(order), Context())

    assert stored(order).owed == ()
    assert {waiting(place, sku) for place in ("east", "west") for sku in skus} == {1}


def test_an_edited_address_takes_nothing_from_older_orders() -> None:
    two_warehouses()
    placed(3, minute=0)
    young = an_order(a_line(MUG, 1), placed_at=NOON + timedelta(minutes=1), paid_at=None)
    route.handler(told(young), Context())
    put_stock(2, MUG, "east")

    moved = Address(name="Ada", address1="1 Quay", city="Porto", country="PT")
    edit_order(young.order_id, stored(young).version, OrderEdits({"ship_to": moved}), "user:ann")

    assert short(young) == [1]
    assert balance(warehouse="east") == (2, 0, 2)


def test_an_order_that_waits_for_its_execution_has_no_queue_served_until_it_is_answered(cloud: World) -> None:
    """Each delivery would have the queue served, which sends one more message about the order."""
    two_warehouses()
    put_stock(3, warehouse="east")
    older = placed(3, minute=0)
    placed(2, minute=1)
    hand_over(cloud)
    step(older.order_id, "fulfilments/1/reject", {"reason": "other"})
    advance = sqs_event(AdvanceOrder(order_id=older.order_id).model_dump_json())
    put_stock(1, warehouse="west")
    invoked(settings.release_function)

    with refused_by("SendTaskSuccess", "InternalServerException"):
        assert route.handler(advance, Context())["batchItemFailures"]
    assert StockArrived(sku=MUG) not in served()

    route.handler(advance, Context())
    assert StockArrived(sku=MUG) in served()


def test_an_order_that_is_served_nothing_is_read_and_no_more(cloud: World) -> None:
    """Among many that wait, each arrival of a unit would repeat all that ever followed from each of them."""
    two_warehouses()
    put_stock(2, warehouse="east")
    younger = placed(2, minute=1)
    hand_over(cloud)
    step(younger.order_id, "fulfilments/1/reject", {"reason": "other"})
    placed(9, minute=0)
    put_stock(1, warehouse="west")
    answered = cloud.calls["stepfunctions", "SendTaskSuccess"]
    queued(settings.orders_queue_url)

    release.handler(StockArrived(sku=MUG).model_dump(), Context())
    assert cloud.calls["stepfunctions", "SendTaskSuccess"] == answered
    assert short(younger) == [2]
    assert younger.order_id not in [each["order_id"] for each in queued(settings.orders_queue_url)]


@pytest.mark.parametrize("deliveries", [1, 2])
def test_a_message_of_those_who_serve_has_no_queue_served_since_they_come_again_themselves(deliveries: int) -> None:
    """It is sent before the order is written: where that fails often, each would bring back several."""
    set_up()
    older = placed(3, minute=0)
    placed(2, minute=1)
    put_stock(3)
    invoked(settings.release_function)

    def advance(**fields: bool) -> dict[str, Any]:
        body = AdvanceOrder(order_id=older.order_id, **fields).model_dump_json()
        event = sqs_event(body)
        event["Records"][0]["attributes"] = {"ApproximateReceiveCount": str(deliveries)}
        return event

    route.handler(advance(foreseen=True), Context())
    assert served() == []

    route.handler(advance(), Context())
    assert served() == [StockArrived(sku=MUG)]


def served() -> list[Reason]:
    """What the release function was invoked for."""
    return [RELEASE_MESSAGE.read(json.dumps(each)) for each in invoked(settings.release_function)]


def test_what_a_channel_shipped_is_taken_though_older_orders_wait_for_it() -> None:
    two_warehouses()
    arrives(2, "east")
    older = placed(5, minute=0)

    shipped = an_order(a_line(MUG, 2), placed_at=NOON + timedelta(minutes=1), shipped_at=NOON + timedelta(minutes=2))
    route.handler(told(shipped), Context())

    assert (stored(shipped).is_over, stored(shipped).exceptions) == (True, ())
    assert balance(warehouse="east") == (0, 0, 0)
    assert short(older) == [5]
