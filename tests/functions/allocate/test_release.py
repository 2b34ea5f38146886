"""The release function, through the real handler: backorders are served oldest first."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from functions.allocate import release, route
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.order import MAX_WAITS, Status
from packhorse.domain.problem import Cause
from packhorse.domain.values import Sku
from packhorse.messages.orders import AdvanceOrder
from packhorse.messages.release import ConfigurationChanged, StockArrived, send_release
from packhorse.store import catalogue, configuration, stock
from packhorse.store import commit as committing
from packhorse.usecases.routing import allocate
from packhorse.usecases.routing import release as usecase
from simulation.aws.boundary import Call, World
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order, sqs_event
from simulation.merchant import MUG, Context, balance, ledger, put_stock, set_up, stored, told
from tests.conftest import invoked, queued
from tests.functions.operate.calls import call

pytestmark = pytest.mark.usefixtures("cloud")


LAMP = "LAMP"


class InAHurry(Context):
    """Time for one page."""

    def get_remaining_time_in_millis(self) -> int:
        return 1000


def waiting(*quantities: int, sku: str = MUG) -> list[ChannelOrder]:
    """Orders that found nothing, each a minute older than the one before it."""
    orders = [
        an_order(a_line(sku, quantity), placed_at=NOON - timedelta(minutes=index))
        for index, quantity in enumerate(quantities)
    ]
    route.handler(told(*orders), Context())
    return orders


def arrived(sku: str = MUG, context: Any = None) -> None:
    release.handler(StockArrived(sku=Sku(sku)).model_dump(), context or Context())


def shorts(orders: list[ChannelOrder]) -> list[int]:
    return [stored(order).lines[0].short for order in orders]


def test_exactly_the_oldest_are_served_when_stock_arrives() -> None:
    set_up()
    orders = waiting(1, 1, 1, 1, 1)
    assert shorts(orders) == [1, 1, 1, 1, 1]

    put_stock(2)
    arrived()

    assert shorts(orders) == [1, 1, 1, 0, 0]
    assert [stored(order).status for order in orders[3:]] == [Status.IN_FULFILMENT] * 2
    assert balance() == (2, 2, 0)
    assert ledger() == (2, 2)


def test_the_oldest_keeps_the_part_that_there_is_and_waits_for_the_rest() -> None:
    set_up()
    young, old = waiting(1, 5)

    put_stock(3)
    arrived()

    assert shorts([young, old]) == [1, 2]
    assert balance() == (3, 3, 0)


def test_the_same_news_twice_changes_nothing() -> None:
    set_up()
    orders = waiting(1, 1, 1)
    put_stock(2)

    arrived()
    before = [stored(order) for order in orders]
    arrived()

    assert [stored(order) for order in orders] == before


def test_a_long_queue_is_served_page_by_page_and_goes_on_in_another_invocation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_up()
    monkeypatch.setattr(usecase, "SERVE_PAGE", 2)
    orders = waiting(*[1] * 5)
    put_stock(4)

    arrived(context=InAHurry())
    assert shorts(orders) == [1, 1, 1, 0, 0]
    [passed_on] = invoked(settings.release_function)
    release.handler(passed_on, Context())

    assert shorts(orders) == [1, 0, 0, 0, 0]


def test_nobody_is_looked_at_when_there_is_nothing_to_be_had() -> None:
    set_up()
    waiting(1, 1)

    assert list(usecase.serve_backorders(StockArrived(sku=MUG))) == []


def test_an_order_that_cannot_use_what_came_keeps_nobody_waiting() -> None:
    config = a_configuration(a_warehouse("leeds"), a_warehouse("main"))
    set_up(config)
    bound = an_order(a_line(MUG, 1, warehouse="main"), placed_at=NOON - timedelta(days=1))
    route.handler(told(bound), Context())
    [young] = waiting(1)

    put_stock(1, warehouse="leeds")
    arrived()

    assert shorts([bound, young]) == [1, 0]


def test_an_order_that_breaks_is_tried_again_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    young, broken, old = waiting(1, 1, 1)
    put_stock(3)
    decided = allocate.route_order

    def fragile(order: Any, *rest: Any) -> Any:
        if order.id == broken.order_id:
            raise ZeroDivisionError
        return decided(order, *rest)

    monkeypatch.setattr(allocate, "route_order", fragile)
    arrived()

    assert shorts([young, broken, old]) == [0, 1, 0]
    [again] = queued(settings.orders_queue_url)
    assert (again["kind"], again["order_id"]) == ("advance", broken.order_id)


def test_an_order_that_lacks_very_much_is_served_whatever_comes_before_younger_ones() -> None:
    set_up()
    skus = [f"Sku {number:03}" for number in range(MAX_WAITS + 10)]
    young = an_order(a_line(skus[-1]), placed_at=NOON + timedelta(minutes=1))
    old = an_order(*(a_line(sku, line=sku) for sku in skus))
    for sku in skus:
        catalogue.put_product(Product(sku=sku))
    route.handler(told(old, young), Context())

    put_stock(1, skus[-1])
    arrived(skus[-1])

    assert [line.short for line in stored(old).lines[-2:]] == [1, 0]
    assert shorts([young]) == [1]


def test_kits_that_wait_for_a_component_are_served_with_the_others() -> None:
    set_up()
    catalogue.put_product(Product(sku="SIX", kind=ProductKind.KIT, components={MUG: 6}))
    young, old = waiting(1, 1)
    [kit] = waiting(1, sku="SIX")
    oldest = an_order(a_line("SIX"), placed_at=NOON - timedelta(days=1))
    route.handler(told(oldest), Context())

    put_stock(7)
    arrived()

    assert shorts([oldest, old, young, kit]) == [0, 0, 1, 1]


def test_stock_that_comes_while_an_order_is_decided_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    commit = committing.commit

    def slow(*what: Any) -> Any:
        monkeypatch.setattr(allocate, "commit", commit)
        put_stock(1)
        arrived()
        return commit(*what)

    monkeypatch.setattr(allocate, "commit", slow)
    assert shorts(waiting(1)) == [0]


def test_what_an_order_would_have_taken_that_somebody_else_served_goes_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_up()
    young, old = waiting(1, 1)
    balances_at = stock.balances_at

    def meanwhile(places: Any) -> Any:
        monkeypatch.setattr(stock, "balances_at", balances_at)
        route.handler(sqs_event(AdvanceOrder(order_id=old.order_id).model_dump_json()), Context())
        return balances_at(places)

    put_stock(2)
    monkeypatch.setattr(stock, "balances_at", meanwhile)
    arrived()

    assert shorts([young, old]) == [0, 0]


def test_a_changed_configuration_has_all_backorders_routed_again_oldest_first() -> None:
    set_up(a_configuration(a_warehouse("leeds", active=False), a_warehouse("main")))
    orders = waiting(1, 1, 1)
    put_stock(2, warehouse="leeds")

    configuration.apply_edit(lambda _: a_configuration(a_warehouse("leeds"), a_warehouse("main")), "owner", NOON)
    release.handler(ConfigurationChanged().model_dump(), Context())

    assert shorts(orders) == [1, 0, 0]


def test_every_reason_is_an_invocation_whatever_characters_its_sku_has() -> None:
    send_release([StockArrived(sku=MUG), StockArrived(sku=Sku("ODD\uffff"))])

    assert [each["sku"] for each in invoked(settings.release_function)] == [MUG, "ODD\uffff"]


def test_a_release_beside_another_one_of_the_same_sku_serves_nobody_twice_and_the_oldest_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_up()
    orders = waiting(1, 1, 1, 1)
    put_stock(2)
    decided = allocate.route_order

    def meanwhile(*what: Any) -> Any:
        monkeypatch.setattr(allocate, "route_order", decided)
        arrived()
        return decided(*what)

    monkeypatch.setattr(allocate, "route_order", meanwhile)
    arrived()

    assert shorts(orders) == [1, 1, 0, 0]
    assert balance() == (2, 2, 0)


@pytest.mark.parametrize("context", [Context(), InAHurry()])
@pytest.mark.parametrize("a_page", [1, 64])
def test_what_an_order_keeps_that_another_sku_had_served_meanwhile_goes_to_those_behind_it(
    monkeypatch: pytest.MonkeyPatch, a_page: int, context: Context
) -> None:
    monkeypatch.setattr(usecase, "SERVE_PAGE", a_page)
    set_up(a_configuration(a_warehouse("main"), a_warehouse("west"), priorities=("main", "west")), MUG, LAMP)
    both = an_order(a_line(MUG, 4), a_line(LAMP, 1, line="2"), placed_at=NOON - timedelta(hours=1))
    route.handler(told(both), Context())
    behind = waiting(3)
    put_stock(7)
    put_stock(1, LAMP)
    balances_at = stock.balances_at

    def meanwhile(places: Any) -> Any:
        monkeypatch.setattr(stock, "balances_at", balances_at)
        arrived(LAMP)
        return balances_at(places)

    monkeypatch.setattr(stock, "balances_at", meanwhile)
    arrived(context=context)
    while passed_on := invoked(settings.release_function):
        for each in passed_on:
            release.handler(each, context)

    assert (shorts([both]), shorts(behind)) == ([0], [0])


@pytest.mark.parametrize("seconds", [60, 0])
def test_a_sku_that_orders_of_several_pages_could_use_is_served_by_one_message(
    monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    """Also where the deadline ends it: the next invocation serves those of the pages behind."""
    monkeypatch.setattr(usecase, "SERVE_PAGE", 1)
    set_up()
    waiting(1, 1, 1)
    monkeypatch.setattr(usecase, "has_more_than", lambda *_: True)  # as if stock arrived meanwhile

    usecase.serve_in_time(ConfigurationChanged().model_dump_json(), lambda: seconds)

    served = invoked(settings.release_function)
    assert [each["sku"] for each in served if each["kind"] == "sku"] == [MUG]
    assert len(served) == (1 if seconds else 2)


def test_a_page_that_fails_sends_no_message_since_its_own_is_delivered_again(
    monkeypatch: pytest.MonkeyPatch, cloud: World
) -> None:
    set_up()
    waiting(2, 2)
    put_stock(9)
    monkeypatch.setattr(usecase, "keeps_too_much", lambda _: True)  # as if the queue were to be served anew

    def lose_the_answer(call: Call) -> None:
        if call.service == "sqs":
            raise ReadTimeoutError(endpoint_url="https://aws")

    cloud.after = lose_the_answer
    with pytest.raises(ReadTimeoutError):
        arrived()

    assert invoked(settings.release_function) == []


def serve_all_invoked() -> None:
    """Deliver what was sent: messages to advance orders, and invocations of the release function."""
    if advanced := queued(settings.orders_queue_url):
        route.handler(sqs_event(*(json.dumps(each) for each in advanced)), Context())
    for each in invoked(settings.release_function):
        release.handler(each, Context())


@pytest.mark.parametrize("change", [{"pinned_warehouse": None}, {"pinned_warehouse": "leeds"}])
def test_another_pin_serves_the_lines_that_wait_oldest_first(change: dict[str, Any]) -> None:
    set_up(a_configuration(a_warehouse("leeds"), a_warehouse("main"), priorities=("leeds",)))
    call("PUT", f"/products/{MUG}", {"pinned_warehouse": "main"})
    orders = waiting(1, 1, 1)
    put_stock(2, warehouse="leeds")
    assert shorts(orders) == [1, 1, 1]

    assert call("PUT", f"/products/{MUG}", change).status == 200
    serve_all_invoked()

    assert shorts(orders) == [1, 0, 0]


def test_other_priorities_serve_the_lines_that_wait() -> None:
    set_up(a_configuration(a_warehouse("leeds"), a_warehouse("main"), priorities=("main",)))
    orders = waiting(1)
    put_stock(1, warehouse="leeds")

    call("PATCH", f"/products/{MUG}", {"priorities": ["leeds"]})
    serve_all_invoked()

    assert shorts(orders) == [0]


def test_another_pin_of_a_kit_serves_the_orders_that_wait_for_its_components() -> None:
    set_up(a_configuration(a_warehouse("leeds"), a_warehouse("main"), priorities=("leeds",)), MUG, "LID")
    a_kit = {"kind": "kit", "components": {MUG: 2, "LID": 1}}
    call("PUT", "/products/SET", {**a_kit, "pinned_warehouse": "main"})
    orders = waiting(1, sku="SET")
    put_stock(2, warehouse="leeds")
    put_stock(1, "LID", warehouse="leeds")

    call("PUT", "/products/SET", a_kit)
    serve_all_invoked()

    assert shorts(orders) == [0]


def test_another_recipe_without_a_pin_serves_the_orders_that_keep_the_one_of_before() -> None:
    set_up(a_configuration(a_warehouse("leeds"), a_warehouse("main"), priorities=("leeds",)), MUG, "LID")
    call("PUT", "/products/SET", {"kind": "kit", "components": {MUG: 2}, "pinned_warehouse": "main"})
    orders = waiting(1, sku="SET")
    put_stock(2, warehouse="leeds")

    call("PUT", "/products/SET", {"kind": "kit", "components": {"LID": 1}})
    serve_all_invoked()

    assert shorts(orders) == [0]
    assert balance(MUG, "leeds") == (2, 2, 0)


def test_a_product_that_becomes_a_kit_serves_the_lines_that_wait_for_it() -> None:
    set_up(None, MUG, "LID")
    orders = waiting(1, sku="LID")
    put_stock(2)

    call("PUT", "/products/LID", {"kind": "kit", "components": {MUG: 2}})
    serve_all_invoked()

    assert shorts(orders) == [0]


@pytest.mark.parametrize("barcode", ["4006381333931", "04006381333931"])
def test_a_barcode_serves_the_lines_that_wait_for_its_product_and_matches_those_that_come(barcode: str) -> None:
    set_up()
    put_stock(2)
    waits, comes = (an_order(a_line("").replace(barcode="4006381333931"), channel_order_id=name) for name in "12")
    route.handler(told(waits), Context())
    assert stored(waits).lines[0].matched is None

    call("PATCH", f"/products/{MUG}", {"barcode": barcode})
    serve_all_invoked()
    route.handler(told(comes), Context())

    assert [stored(order).lines[0].allocated for order in (waits, comes)] == [1, 1]


def test_a_product_for_which_no_order_waits_invokes_nothing() -> None:
    set_up()

    call("PUT", f"/products/{MUG}", {"name": "Mug"})

    assert invoked(settings.release_function) == []


def short_exceptions(order: ChannelOrder) -> list[str]:
    return [each.message for each in stored(order).exceptions if each.cause == Cause.SHORT_LINE]


def test_a_short_line_is_an_exception_until_it_is_whole() -> None:
    set_up(a_configuration(a_warehouse("leeds"), a_warehouse("main"), short_line_exceptions=True))
    [order] = waiting(3)
    assert short_exceptions(order) == [f"line 1 ({MUG}): 3 short, waits for leeds or main"]

    put_stock(1)
    arrived()
    assert short_exceptions(order) == [f"line 1 ({MUG}): 2 short, waits for leeds or main"]

    put_stock(3, event="more")
    arrived()
    assert short_exceptions(order) == []
    assert stored(order).status is Status.IN_FULFILMENT


def test_a_short_line_that_is_cancelled_is_no_exception_any_more() -> None:
    set_up(a_configuration(short_line_exceptions=True))
    [order] = waiting(3)

    call("POST", f"/orders/{stored(order).id}/cancel", {"reason": "changed their mind"})
    serve_all_invoked()

    assert stored(order).status is Status.CANCELLED
    assert short_exceptions(order) == []


@pytest.mark.parametrize("backorders", ["oldest_first", "as_they_fit"])
def test_a_short_line_names_the_warehouse_that_it_waits_for(backorders: str) -> None:
    set_up(a_configuration(backorders=backorders))
    [order] = waiting(3)

    [line] = call("GET", f"/orders/{stored(order).id}").body["lines"]

    assert (line["short"], line["awaited"]) == (3, ["main"])
    assert short_exceptions(order) == []
    assert "routed" in [entry.what for entry in stored(order).timeline]
    assert stored(order).timeline[-1].detail == f"{MUG}: 3 short, waits for main (catchall)"
