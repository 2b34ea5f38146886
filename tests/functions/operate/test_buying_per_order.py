"""Products that are bought per order: once for each paid order, together by supplier, and given up with the order."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from functions.allocate import release, route
from functions.fulfil import own
from functions.operate import audit
from packhorse.aws.settings import settings
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.problem import Cause
from packhorse.domain.supply.purchasing import PerOrder, Purchasing
from packhorse.domain.supply.supplier import Supplier
from packhorse.messages.release import StockArrived, send_release
from packhorse.store import exceptions, suppliers
from packhorse.store.exceptions import ExceptionState
from packhorse.usecases.routing.release import CRASH_DELAY, buy_missed
from packhorse.usecases.supply.buy_for_orders import buy_for_orders, request_review
from packhorse.usecases.supply.review_made_for import review_made_for
from simulation.aws.boundary import World
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order, sqs_event
from simulation.merchant import MUG, Context, advance, put_stock, set_up, stored, told
from tests.conftest import invoked, queued
from tests.functions.operate.calls import Answer, call, encoded
from tests.functions.operate.interference import at_call, killed, meanwhile
from tests.functions.operate.purchasing import LAMP, arrived, do, draft, line, merchant, on_order, receive, shelf

pytestmark = pytest.mark.usefixtures("cloud")

EUR_2 = {"amount": "2.00", "currency": "EUR"}


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    merchant()
    for sku in (MUG, LAMP):
        assert per_order(sku).status == 200


def per_order(sku: str, *, supplier: str = "acme", case_pack: int = 1, wanted: bool = True) -> Answer:
    terms = {"supplier": supplier, "price": EUR_2, "case_pack": case_pack}
    return call("PATCH", f"/products/{encoded(sku)}", {"bought_from": [terms], "bought_per_order": wanted})


def per_order_from(sku: str, supplier: str) -> Answer:
    terms = {"supplier": supplier, "price": EUR_2}
    return call("PATCH", f"/products/{encoded(sku)}", {"bought_from": [terms], "bought_per_order": True})


def sold_by_a_supplier_that_is_gone() -> None:
    gone = Supplier(id="gone")
    suppliers.apply_edit("gone", lambda _: gone, "user:ada", NOON)
    assert per_order_from(MUG, "gone").status == 200
    suppliers.delete_supplier("gone")


def submits() -> None:
    supplier = Supplier(id="acme", purchasing=Purchasing(per_order=PerOrder.SUBMIT))
    suppliers.apply_edit("acme", lambda _: supplier, "user:ada", NOON)


def buy() -> None:
    """Runs what was invoked, until nothing is."""
    while messages := invoked(settings.release_function):
        for message in messages:
            release.handler(message, Context())


def taken(*lines: tuple[str, int], minute: int = 0, **more: Any) -> ChannelOrder:
    """An order that came in, and what follows from it."""
    parts = [a_line(sku, units, line=str(place)) for place, (sku, units) in enumerate(lines, start=1)]
    order = an_order(*parts, placed_at=NOON + timedelta(minutes=minute), **more)
    route.handler(told(order), Context())
    buy()
    return order


def purchases() -> list[dict[str, Any]]:
    items = call("GET", "/purchase-orders").body["items"]
    return [call("GET", f"/purchase-orders/{each['id']}").body for each in reversed(items)]


def parts_for(order: ChannelOrder, purchase: dict[str, Any]) -> list[dict[str, Any]]:
    made_for = [part for line in purchase["lines"] for part in line["made_for"]]
    return [part for part in made_for if part["order"] == order.order_id]


def bought() -> list[tuple[str, dict[str, int]]]:
    """The state of each purchase order with what it orders."""
    return [(each["state"], {line["sku"]: line["ordered"] for line in each["lines"]}) for each in purchases()]


def unneeded() -> list[str]:
    found, _ = exceptions.newest_exceptions(ExceptionState.OPEN, None, 10, Cause.PURCHASE_UNNEEDED)
    return [each.message for each in found]


def cancel(order: ChannelOrder) -> None:
    assert call("POST", f"/orders/{encoded(order.order_id)}/cancel", {}).status < 300
    advanced(order)


def advanced(order: ChannelOrder) -> None:
    route.handler(advance(order), Context())
    buy()


def edit(order: ChannelOrder, units: int) -> None:
    edited = {"version": stored(order).version, "lines": [{"id": "1", "quantity": units}]}
    assert call("PATCH", f"/orders/{encoded(order.order_id)}", edited).status == 200
    advanced(order)


# ---- bought


def test_what_paid_orders_lack_is_collected_in_one_draft_a_supplier() -> None:
    first, second = taken((MUG, 2), (LAMP, 1)), taken((MUG, 3), minute=1)

    assert bought() == [("new", {MUG: 5, LAMP: 1})]
    [purchase] = purchases()
    mug = next(line for line in purchase["lines"] if line["sku"] == MUG)
    assert [(each["order"], each["units"]) for each in mug["made_for"]] == [(first.order_id, 2), (second.order_id, 3)]
    assert [(each["what"], each["detail"]) for each in purchase["timeline"]] == [
        ("created", f"1 of {LAMP} for {first.number}, 2 of {MUG} for {first.number}"),
        ("bought for orders", f"3 of {MUG} for {second.number}"),
    ]


def test_it_is_submitted_where_the_supplier_says_so_and_the_order_gets_it_first() -> None:
    submits()
    order = taken((MUG, 2), minute=5)
    per_order(MUG, wanted=False)
    older = taken((MUG, 2))
    assert (bought(), shelf()) == ([("submitted", {MUG: 2})], (0, 2))

    receive("PO-1001", arrived(2))
    send_release([StockArrived(sku=MUG, arrived_at=("main",))])
    buy()

    assert [stored(each).lines[0].allocated for each in (order, older)] == [2, 0]
    assert len(bought()) == 1


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])  # of which one has another day than UTC
@pytest.mark.parametrize("setting", [PerOrder.DRAFT, PerOrder.SUBMIT])
def test_the_lead_days_begin_on_the_day_at_the_warehouse(setting: PerOrder, zone: str) -> None:
    call("PATCH", "/warehouses/main", {"handling": {"time_zone": zone}})
    terms = {"supplier": "acme", "price": EUR_2, "lead_days": 7}
    call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": [terms]})
    if setting is PerOrder.SUBMIT:
        submits()
    taken((MUG, 2))

    purchase = do("PO-1001", "submit").body

    at = datetime.fromisoformat(purchase["submitted_at"]).astimezone(ZoneInfo(zone))
    assert purchase["lines"][0]["expected_on"] == f"{at.date() + timedelta(days=7)}"


def test_what_is_submitted_at_once_is_on_no_draft_of_before() -> None:
    taken((MUG, 2))
    submits()

    taken((MUG, 3), minute=1)

    assert bought() == [("new", {MUG: 2}), ("submitted", {MUG: 3})]


def test_an_order_is_bought_for_once_it_is_paid_and_not_held() -> None:
    order = taken((MUG, 2), paid_at=None)
    assert bought() == []

    call("POST", f"/orders/{encoded(order.order_id)}/pay")
    advanced(order)

    assert bought() == [("new", {MUG: 2})]


def test_the_same_order_is_bought_for_once_whatever_comes_again() -> None:
    order = taken((MUG, 2))

    advanced(order)
    buy_for_orders([order.order_id])
    audit.handler({"audit": "orders"}, Context())
    buy()

    assert bought() == [("new", {MUG: 2})]


def test_two_that_are_bought_for_at_once_are_on_one_draft() -> None:
    first, second = (an_order(a_line(MUG, 2), placed_at=NOON + timedelta(minutes=n)) for n in (0, 1))
    for order in (first, second):
        route.handler(told(order), Context())

    with meanwhile("TransactWriteItems", lambda: buy_for_orders([second.order_id])):
        buy_for_orders([first.order_id])

    assert bought() == [("new", {MUG: 4})]


@pytest.mark.long
def test_one_order_in_two_messages_at_once_is_bought_for_once() -> None:
    """The other message is done before any call of the first, one after the other."""
    calls = 0
    while True:
        order = an_order(a_line(MUG, 2), placed_at=NOON + timedelta(minutes=calls))
        route.handler(told(order), Context())
        with at_call(calls, partial(buy_for_orders, [order.order_id])) as made:
            buy_for_orders([order.order_id])
        assert bought() == [("new", {MUG: 2 * (calls + 1)})]
        if not made:
            break
        calls += 1

    assert calls > 5


@pytest.mark.long
def test_one_order_in_two_messages_at_once_is_not_bought_for_on_two_purchase_orders() -> None:
    """One message adds it to the draft that collects; units that come free before any call of it are for the other."""
    calls = 0
    taken((MUG, 1), minute=0)
    while True:
        order = an_order(a_line(MUG, 2), placed_at=NOON + timedelta(minutes=1 + calls))
        route.handler(told(order), Context())

        def finds_free_units(order: ChannelOrder = order) -> None:
            on_order(line(MUG, 2))
            buy_for_orders([order.order_id])

        with at_call(calls, finds_free_units) as made:
            buy_for_orders([order.order_id])
        named = [part["units"] for each in purchases() for part in parts_for(order, each)]
        assert named == [2]
        if not made:
            break
        calls += 1

    assert calls > 5


def test_what_an_order_wants_again_at_any_call_is_not_bought_again() -> None:
    """One message finds that what is to come is wanted again; for the other, an older purchase order has free units."""
    submits()
    calls = 0
    while True:
        gone, order = taken((MUG, 2), minute=2 * calls), taken((MUG, 2), minute=2 * calls + 1)
        edit(order, 1)
        cancel(gone)

        with at_call(calls, partial(edit, order, 2)) as made:
            buy_for_orders([order.order_id])
        parts = [part for each in purchases() for part in parts_for(order, each)]
        if not made:
            break
        assert sum(part["units"] - part["unneeded"] for part in parts) == 2
        calls += 1

    assert calls > 5


def test_what_arrives_and_serves_the_order_at_any_call_is_not_bought_again() -> None:
    submits()
    calls = 0
    while True:
        order = taken((MUG, 2), minute=calls)
        name = purchases()[-1]["id"]

        def arrives(name: str = name, receipt: str = str(calls)) -> None:
            receive(name, arrived(2), receipt=receipt)
            send_release([StockArrived(sku=MUG, arrived_at=("main",))])
            buy()

        with at_call(calls, arrives) as made:
            buy_for_orders([order.order_id])
        if not made:
            break
        assert stored(order).lines[0].allocated == 2
        assert len(bought()) == calls + 1
        calls += 1

    assert calls > 5


def test_what_arrives_and_serves_the_order_at_any_call_leaves_the_rest_needed() -> None:
    """The order has two purchase orders: read before it arrived, one is too many for what is lacking."""
    submits()
    calls = 0
    while True:
        order = taken((MUG, 2), minute=calls)
        edit(order, 4)
        name, rest = (each["id"] for each in purchases()[-2:])

        def arrives(name: str = name, receipt: str = str(calls)) -> None:
            receive(name, arrived(2), receipt=receipt)
            send_release([StockArrived(sku=MUG, arrived_at=("main",))])
            buy()

        with at_call(calls, arrives) as made:
            review_made_for([order.order_id])
        buy()
        assert purchases()[-1]["id"] == rest
        assert [each["what"] for each in purchases()[-1]["timeline"]] == ["created", "submitted"]
        if not made:
            break
        assert stored(order).lines[0].allocated == 2
        receive(rest, arrived(2), receipt=str(calls))
        send_release([StockArrived(sku=MUG, arrived_at=("main",))])
        buy()
        calls += 1

    assert calls > 3


def test_what_is_available_counts_for_the_oldest_order_alone() -> None:
    """A unit is counted in that no order has got yet: for the younger one, one more is bought at once."""
    per_order(MUG, wanted=False)
    older, younger = taken((MUG, 1)), taken((MUG, 1), minute=1)
    put_stock(1)
    per_order(MUG)

    buy_for_orders([younger.order_id])

    assert (parts_for(older, purchases()[0]), bought()) == ([], [("new", {MUG: 1})])
    buy_for_orders([older.order_id, younger.order_id])
    assert bought() == [("new", {MUG: 1})]


def test_what_the_oldest_order_gets_at_any_call_is_not_counted_for_another_one() -> None:
    calls = 0
    while True:
        per_order(MUG, wanted=False)
        taken((MUG, 1), minute=2 * calls)
        younger = taken((MUG, 1), minute=2 * calls + 1)
        put_stock(1, event=f"found {calls}")
        per_order(MUG)

        def serves() -> None:
            send_release([StockArrived(sku=MUG, arrived_at=("main",))])
            buy()

        with at_call(calls, serves) as made:
            buy_for_orders([younger.order_id])
        assert [each["units"] for purchase in purchases() for each in parts_for(younger, purchase)] == [1]
        if not made:
            break
        cancel(younger)
        calls += 1

    assert calls > 5


def test_what_is_available_and_bought_for_the_older_order_is_for_the_younger_one() -> None:
    taken((MUG, 1))
    per_order(MUG, wanted=False)
    younger = taken((MUG, 1), minute=1)
    put_stock(1)
    per_order(MUG)

    buy_for_orders([younger.order_id])
    assert bought() == [("new", {MUG: 1})]
    send_release([StockArrived(sku=MUG, arrived_at=("main",))])
    buy()

    assert ([part["units"] for part in parts_for(younger, purchases()[-1])], bought()[-1][1]) == ([1], {MUG: 1})


def test_what_is_available_for_an_older_order_does_not_hide_that_nothing_is_bought() -> None:
    sold_by_a_supplier_that_is_gone()
    older, younger = taken((MUG, 1)), taken((MUG, 1), minute=1)
    put_stock(1)

    buy_for_orders([older.order_id])
    buy_for_orders([younger.order_id])

    assert [len(not_bought(order)) for order in (older, younger)] == [0, 1]


def test_the_rest_of_a_case_is_for_the_next_order() -> None:
    submits()
    per_order(MUG, case_pack=6)
    taken((MUG, 2))

    taken((MUG, 3), minute=1)
    assert bought() == [("submitted", {MUG: 6})]
    taken((MUG, 2), minute=2)
    assert bought() == [("submitted", {MUG: 6}), ("submitted", {MUG: 6})]


def test_an_order_that_wants_more_gets_the_rest() -> None:
    order = taken((MUG, 2))

    edit(order, 5)

    assert bought() == [("new", {MUG: 5})]


def test_a_purchase_order_that_a_person_cancels_is_not_made_again() -> None:
    order = taken((MUG, 2))

    do("PO-1001", "cancel")
    advanced(order)
    audit.handler({"audit": "orders"}, Context())
    buy()

    assert bought() == [("cancelled", {MUG: 2})]


def test_a_lost_message_is_made_up_for_by_the_audit(cloud: Any) -> None:
    order = an_order(a_line(MUG, 2))
    route.handler(told(order), Context())
    invoked(settings.release_function)

    cloud.clock.sleep(3 * 3600)
    audit.handler({"audit": "orders"}, Context())
    buy()

    assert bought() == [("new", {MUG: 2})]


def test_a_product_is_bought_per_order_only_from_a_supplier_that_exists() -> None:
    assert per_order(MUG, supplier="gone").fields == ["bought_from.0.supplier"]
    assert call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": [], "bought_per_order": True}).fields == [
        "bought_from"
    ]


@pytest.mark.parametrize("setting", [PerOrder.DRAFT, PerOrder.SUBMIT])
@pytest.mark.parametrize("is_after", [False, True])
def test_killed_at_any_call_it_is_bought_once(is_after: bool, setting: PerOrder) -> None:
    if setting is PerOrder.SUBMIT:
        submits()
    lives = 0

    def buying(order: ChannelOrder) -> Callable[[], object]:
        return lambda: buy_for_orders([order.order_id])

    while True:
        order = an_order(a_line(MUG, 2), placed_at=NOON + timedelta(minutes=lives))
        route.handler(told(order), Context())
        invoked(settings.release_function)
        step = buying(order)
        has_died = killed(step, lives, is_after)
        step()
        units = [
            each["units"]
            for purchase in purchases()
            for line in purchase["lines"]
            for each in line["made_for"]
            if each["order"] == order.order_id
        ]
        assert units == [2]
        if not has_died:
            break
        lives += 1

    assert lives > 5
    assert shelf() == (0, 2 * (lives + 1) if setting is PerOrder.SUBMIT else 0)


# ---- not needed any more


def test_a_draft_orders_less_by_itself_when_its_order_is_cancelled_or_edited_down() -> None:
    first, second = taken((MUG, 2), (LAMP, 1)), taken((MUG, 3), minute=1)

    edit(second, 1)
    assert bought() == [("new", {MUG: 3, LAMP: 1})]
    cancel(first)
    assert bought() == [("new", {MUG: 1})]
    cancel(second)

    assert bought() == [("cancelled", {MUG: 1})]
    assert unneeded() == []
    timeline = purchases()[0]["timeline"]
    assert [(each["what"], each["detail"]) for each in timeline if each["what"] in {"lowered", "cancelled"}] == [
        ("lowered", f"not needed: 2 of {MUG} for {second.number}"),
        ("lowered", f"not needed: 1 of {LAMP} for {first.number}, 2 of {MUG} for {first.number}"),
        ("cancelled", f"not needed: 1 of {MUG} for {second.number}"),
    ]


def test_a_cancelled_order_asks_what_becomes_of_what_is_on_its_way() -> None:
    submits()
    first, second = taken((MUG, 2)), taken((MUG, 3), minute=1)

    cancel(first)
    advanced(first)

    what = "1 order does not need any more what is to come with purchase order PO-1001 of acme"
    assert unneeded() == [f"{what}: 2 of {MUG}"]
    [found] = call("GET", "/exceptions", query={"cause": "purchase_unneeded"}).body["items"]
    assert found["orders"] == [{"id": first.order_id, "number": first.number}]
    assert shelf() == (0, 5)
    kept, again = (do("PO-1001", "keep") for _ in range(2))
    assert (kept.body["lines"][0]["unneeded"], again.status, unneeded(), shelf()) == (0, 200, [], (0, 5))
    cancel(second)
    assert len(unneeded()) == 1
    do("PO-1002", "answer", {"lines": [{"line": "1", "refused": 3}]})
    assert (unneeded(), shelf()) == ([], (0, 2))


def are_found(units: int) -> None:
    """Units that are counted serve who waits."""
    counted = {"adjustments": [{"sku": MUG, "warehouse": "main", "add": units}]}
    assert call("POST", "/stock/adjustments", counted).status == 200
    send_release([StockArrived(sku=MUG, arrived_at=("main",))])
    buy()


def test_a_draft_orders_less_by_itself_when_other_units_serve_its_order() -> None:
    first, second = taken((MUG, 5)), taken((MUG, 2), minute=1)

    are_found(5)

    assert [stored(each).lines[0].allocated for each in (first, second)] == [5, 0]
    assert bought() == [("new", {MUG: 2})]
    are_found(2)
    assert bought() == [("cancelled", {MUG: 2})]


def test_a_draft_orders_less_when_a_person_moves_its_line_to_units_elsewhere() -> None:
    set_up(a_configuration(a_warehouse("main"), a_warehouse("leeds", active=False)), MUG, LAMP)
    per_order(MUG)
    order = taken((MUG, 2))
    put_stock(2, warehouse="leeds")
    set_up(a_configuration(a_warehouse("main"), a_warehouse("leeds")), MUG, LAMP)
    per_order(MUG)

    moved = call("POST", f"/orders/{encoded(order.order_id)}/lines/1/move", {"warehouse": "leeds"})
    assert moved.status == 200
    assert bought() == [("new", {MUG: 2})]
    advanced(order)

    assert bought() == [("cancelled", {MUG: 2})]


@pytest.mark.parametrize("is_after", [False, True])
def test_killed_at_any_call_of_a_release_a_draft_orders_less(cloud: World, *, is_after: bool) -> None:
    message = StockArrived(sku=MUG, arrived_at=("main",)).model_dump()
    for number in count():
        order = taken((MUG, 1))
        put_stock(1, event=f"found {number}")
        if not killed(partial(release.handler, message, Context()), number, is_after):
            break
        cloud.clock.sleep(CRASH_DELAY)
        for body in queued(settings.orders_queue_url):
            route.handler(sqs_event(body), Context())
        buy()
        release.handler(message, Context())
        buy()

        assert stored(order).lines[0].allocated == 1
        assert {state for state, _ in bought()} == {"cancelled"}
    assert number > 5


def test_what_was_submitted_for_an_order_that_other_units_serve_is_for_the_next_one() -> None:
    submits()
    first = taken((MUG, 5))

    are_found(4)
    assert (stored(first).lines[0].allocated, purchases()[0]["lines"][0]["unneeded"], len(unneeded())) == (4, 4, 1)
    taken((MUG, 4), minute=1)

    assert (bought(), unneeded()) == ([("submitted", {MUG: 5})], [])


def test_what_comes_to_another_warehouse_first_leaves_the_rest_for_the_next_order() -> None:
    set_up(a_configuration(a_warehouse("main"), a_warehouse("east"), priorities=("east", "main")), MUG)
    per_order(MUG)
    submits()
    taken((MUG, 5))
    assert purchases()[0]["warehouse"] == "east"

    are_found(5)

    assert (purchases()[0]["lines"][0]["unneeded"], len(unneeded())) == (5, 1)


def test_what_was_refused_of_one_line_does_not_make_what_replaces_it_unneeded() -> None:
    submits()
    order = taken((MUG, 2), (LAMP, 1))
    mug = next(each for each in purchases()[0]["lines"] if each["sku"] == MUG)
    do("PO-1001", "answer", {"lines": [{"line": mug["id"], "refused": 2}]})
    named = [{"order": order.order_id, "line": "1", "units": 2}]
    on_order(line(MUG, 2, made_for=named))

    for _ in range(2):
        buy_for_orders([order.order_id])

    assert (bought()[1], unneeded()) == (("submitted", {MUG: 2}), [])


@pytest.mark.parametrize(("step", "body"), [("cancel", None), ("close", {}), ("receive", None)])
def test_it_is_moot_once_nothing_is_to_come(step: str, body: Any) -> None:
    submits()
    order = taken((MUG, 2))
    cancel(order)
    assert len(unneeded()) == 1

    answer = receive("PO-1001", arrived(2)) if step == "receive" else do("PO-1001", step, body)

    assert (answer.status, unneeded()) == (200, [])


def test_what_the_supplier_takes_back_is_first_what_nobody_needs() -> None:
    submits()
    per_order(MUG, case_pack=6)
    first, second = taken((MUG, 2)), taken((MUG, 2), minute=1)
    cancel(first)

    answer = do("PO-1001", "answer", {"lines": [{"line": "1", "refused": 2}]})

    [line] = answer.body["lines"]
    assert ([each["order"] for each in line["made_for"]], unneeded()) == ([second.order_id], [])


def test_units_that_another_order_took_are_bought_anew_for_the_first_one_if_it_wants_them_again() -> None:
    submits()
    first = taken((MUG, 2))
    edit(first, 1)
    second = taken((MUG, 1), minute=1)
    assert (bought(), unneeded()) == ([("submitted", {MUG: 2})], [])

    edit(first, 2)

    assert bought() == [("submitted", {MUG: 2}), ("submitted", {MUG: 1})]
    named = [[(each["order"], each["units"]) for each in made["lines"][0]["made_for"]] for made in purchases()]
    assert named == [[(first.order_id, 1), (second.order_id, 1)], [(first.order_id, 1)]]
    assert unneeded() == []


def test_what_came_before_an_order_was_named_is_not_for_it() -> None:
    """Of ten for stock eight came and are sold: the two that are to come go to one order, once."""
    per_order(MUG, wanted=False)
    name = on_order(line(MUG, 10))
    taken((MUG, 8))
    receive(name, arrived(8))
    send_release([StockArrived(sku=MUG, arrived_at=("main",))])
    buy()
    per_order(MUG)

    first, second = taken((MUG, 2), minute=1), taken((MUG, 2), minute=2)
    for _ in range(3):
        request_review()
        buy()

    named = [[(each["order"], each["units"]) for each in made["lines"][0]["made_for"]] for made in purchases()]
    assert named == [[(first.order_id, 2)], [(second.order_id, 2)]]


def test_a_message_about_one_order_leaves_the_mark_of_another() -> None:
    submits()
    per_order(MUG, case_pack=6)
    first, second = taken((MUG, 2)), taken((MUG, 2), minute=1)
    cancel(first)

    def marks() -> list[int]:
        return [each["unneeded"] for each in purchases()[0]["lines"][0]["made_for"]]

    assert marks() == [2, 0]
    buy_for_orders([second.order_id])
    assert marks() == [2, 0]


def test_what_is_bought_again_for_a_line_that_lost_its_units_is_needed() -> None:
    """What came for it is gone with the warehouse that rejected it: the other one lacks it anew."""
    set_up(a_configuration(a_warehouse("main"), a_warehouse("east"), priorities=("main", "east")), MUG)
    per_order(MUG)
    submits()
    order = taken((MUG, 1))
    receive("PO-1001", arrived(1))
    send_release([StockArrived(sku=MUG, arrived_at=("main",))])
    buy()
    request = {"order": order.order_id, "attempt": 1, "fulfilment": 1, "kind": "own", "token": "token"}
    own.handler(sqs_event(request), Context())

    rejected = call("POST", f"/orders/{order.order_id}/fulfilments/1/reject", {"reason": "none_left"})
    for _ in range(3):
        buy()
        buy_for_orders([order.order_id])

    assert (rejected.status, bought()) == (200, [("received", {MUG: 1}), ("submitted", {MUG: 1})])
    assert (purchases()[1]["lines"][0]["unneeded"], unneeded()) == (0, [])
    assert [each["what"] for each in purchases()[1]["timeline"]] == ["created", "submitted"]


def test_nobody_says_by_hand_that_units_are_unneeded() -> None:
    line = {"sku": MUG, "ordered": 6, "unit_cost": EUR_2, "made_for": [{"order": "a:1", "line": "1", "units": 1}]}
    line["made_for"][0]["unneeded"] = 1  # type: ignore[index]  # the draft has lists

    made = call(
        "POST", "/purchase-orders", {"supplier": "acme", "warehouse": "main", "currency": "EUR", "lines": [line]}
    )

    assert made.fields == ["lines.0.made_for.0.unneeded"]


# ---- not to come


def not_bought(order: ChannelOrder) -> list[str]:
    return [each.message for each in stored(order).exceptions if each.cause == Cause.NOT_BOUGHT]


def refuse() -> None:
    do("PO-1001", "answer", {"lines": [{"line": "1", "refused": 2, "reason": "discontinued"}]})


@pytest.mark.parametrize(
    "ends",
    [
        refuse,
        lambda: do("PO-1001", "close", {"lines": []}),
        lambda: do("PO-1001", "cancel"),
        lambda: receive("PO-1001", arrived(0, rejected=2, reason="broken")),
    ],
)
def test_what_is_not_to_come_is_an_exception_of_its_order_however_that_was_said(ends: Callable[[], Any]) -> None:
    submits()
    order = taken((MUG, 2))
    assert not_bought(order) == []

    ends()
    buy()

    assert not_bought(order) == [
        f"line 1 lacks what is bought per order and not to come: 2 of {MUG}: PO-1001 does not bring them"
    ]
    advanced(order)
    assert (len(bought()), len(not_bought(order))) == (1, 1)


def test_what_a_supplier_refuses_is_an_exception_of_its_order_until_it_is_bought_again() -> None:
    submits()
    order = taken((MUG, 2))
    refuse()
    buy()
    assert len(not_bought(order)) == 1

    assert call("POST", "/purchase-orders/from-short-lines").status == 201
    buy()

    assert (not_bought(order), bought()) == ([], [("closed", {MUG: 2}), ("new", {MUG: 2})])


def test_a_part_that_is_refused_is_named_and_ends_when_it_is_cancelled() -> None:
    submits()
    order = taken((MUG, 5))
    refuse()
    buy()
    assert [message.split(": ")[1] for message in not_bought(order)] == [f"2 of {MUG}"]

    edit(order, 3)

    assert not_bought(order) == []


def in_transit(units: int) -> None:
    """Units on their way from a warehouse to main."""
    assert call("PUT", "/warehouses/loft", {"name": "Loft"}).status == 200
    put_stock(units, MUG, "loft")
    lines = [{"sku": MUG, "units": units}]
    made = call("POST", "/transfer-orders", {"from_warehouse": "loft", "to_warehouse": "main", "lines": lines}).body
    assert call("POST", f"/transfer-orders/{made['id']}/send", {}).status == 200


def test_what_is_in_transit_for_no_other_order_is_not_bought() -> None:
    in_transit(8)

    first, second = taken((MUG, 5)), taken((MUG, 5), minute=1)
    third = taken((MUG, 4), minute=2)

    assert not_bought(first) == not_bought(second) == not_bought(third) == []
    [purchase] = purchases()
    assert [(each["units"]) for each in parts_for(second, purchase)] == [2]
    assert [(each["units"]) for each in parts_for(third, purchase)] == [4]
    assert parts_for(first, purchase) == []


def test_what_is_in_transit_for_an_order_that_is_not_bought_for_is_left_to_it() -> None:
    in_transit(5)
    taken((MUG, 4), paid_at=None, ships_unpaid=False)
    order = taken((MUG, 4), minute=1)

    assert bought() == [("new", {MUG: 3})]
    assert not_bought(order) == []


def test_what_is_in_transit_for_another_order_does_not_hide_that_nothing_is_bought() -> None:
    in_transit(5)
    first = taken((MUG, 5))
    suppliers.delete_supplier("acme")

    second = taken((MUG, 4), minute=1)

    assert not_bought(first) == []
    assert [message.split(": ")[1] for message in not_bought(second)] == [f"4 of {MUG}"]


def test_what_no_supplier_sells_is_an_exception_until_one_does() -> None:
    sold_by_a_supplier_that_is_gone()
    order = taken((MUG, 2))
    assert [message.split(": ", 2)[2] for message in not_bought(order)] == [
        "its `bought_from` names no supplier that exists and is active: gone"
    ]

    assert per_order(MUG).status == 200
    advanced(order)

    assert (not_bought(order), bought()) == ([], [("new", {MUG: 2})])


def test_a_message_that_was_lost_is_made_up_for_by_the_audit() -> None:
    submits()
    order = taken((MUG, 2))
    refuse()
    invoked(settings.release_function)
    assert not_bought(order) == []

    buy_missed([stored(order)])
    buy()

    assert len(not_bought(order)) == 1


# ---- by hand


@pytest.mark.parametrize(
    ("made_for", "field"),
    [
        ({"order": "nope", "line": "1", "units": 1}, "order"),
        ({"line": "9", "units": 1}, "line"),
        ({"line": "2", "units": 1}, "line"),
        ({"line": "1", "units": 3}, "units"),
    ],
)
def test_units_are_made_for_lines_that_want_them(made_for: dict[str, Any], field: str) -> None:
    order = taken((MUG, 2), (LAMP, 1))
    wanted = line(MUG, 6, made_for=[{"order": order.order_id, **made_for}])

    made = call("POST", "/purchase-orders", draft(wanted))
    edited = call("PUT", "/purchase-orders/PO-1001", draft(wanted))

    assert (made.fields, edited.fields) == ([f"lines.0.made_for.0.{field}"],) * 2


def test_a_line_that_gets_more_takes_the_terms_of_that_day() -> None:
    taken((MUG, 5))
    assert lines_of(1) == [("2.00", 5, 1, 0)]
    terms = {"supplier": "acme", "price": {"amount": "9.00", "currency": "EUR"}, "case_pack": 5, "minimum": 20}
    assert call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": [terms]}).status == 200

    taken((MUG, 3), minute=1)

    assert lines_of(1) == [("9.00", 20, 5, 20)]


def lines_of(count: int) -> list[tuple[str, int, int, int]]:
    """The price, units, cases and minimum of the lines of so many purchase orders."""
    found = purchases()
    assert len(found) == count
    names = ("ordered", "case_pack", "minimum")
    return [(line["unit_cost"]["amount"], *(line[name] for name in names)) for each in found for line in each["lines"]]


def test_a_draft_takes_no_more_units_than_a_line_may_have_and_the_rest_is_another() -> None:
    for minute in range(3):
        taken((MUG, 400_000), minute=minute)

    assert [units for _, units, _, _ in lines_of(2)] == [800_000, 400_000]
