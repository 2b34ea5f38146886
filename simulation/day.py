"""A merchant's day, by a seed: each act is a function; docs/simulation.md describes how to add one."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from local.world.shop import now
from packhorse.aws.settings import settings
from packhorse.domain.values import iso
from simulation.expected import Answer, Promise
from simulation.faults import Fault
from simulation.functions import functions
from simulation.opening import CUP, EAST, MUG, NEW, SET, SHOP_SETTINGS, WEST
from simulation.outside import Outside
from simulation.stated_orders import SHOP, TRADE, hand_order, order_file, shop_order
from simulation.storefront import STORE

MOST_TRIES = 5
"""How often a person repeats what was not answered, before it is left to the end of the day."""
NO_COUNTRY = "Freedonia"
Act = Callable[[Outside, str], None]


# ---- what is bought ----------------------------------------------------------------------------------------------


def some_lines(day: Outside) -> dict[str, int]:
    """Return the lines of a purchase: few units of the same few products, or about a dozen."""
    skus = day.random.sample((*day.stocked, SET), day.random.choice((1, 1, 2)))
    return {sku: some_units(day) for sku in skus}


def some_units(day: Outside, few: tuple[int, ...] = (1, 1, 2)) -> int:
    """Return a few units; where the merchant sells by the dozen, sometimes one more or less."""
    units = day.random.choice(few) * day.units
    return max(1, units + day.random.choice((-1, 0, 1))) if day.units > 1 else units


# ---- orders come in ----------------------------------------------------------------------------------------------


def a_shopper(day: Outside, name: str) -> None:
    """Buys in the shop, which sends webhooks: several messages, out of order, some twice, some never."""
    is_paid_at_once = day.random.random() < 0.6
    first = day.change_order(name, **shop_order(name, some_lines(day), paid_at=now() if is_paid_at_once else None))
    messages = [first]
    if not is_paid_at_once:
        day.turns.sleep(1 + 60 * day.random.random())
        messages.append(day.change_order(name, paid_at=now()))
    if day.random.random() < 0.3:
        day.turns.sleep(1 + 60 * day.random.random())
        lines = [{**line, "quantity": day.random.choice((0, 1, 3)) * day.units} for line in first["lines"]]
        messages.append(day.change_order(name, lines=lines))
        day.expected.edited.add(name)
    if day.random.random() < 0.2:
        day.turns.sleep(1 + 60 * day.random.random())
        messages.append(day.change_order(name, cancelled_at=now()))
        day.expected.cancelled.add(name)
    day.random.shuffle(messages)
    for each in messages:
        for _ in range(day.random.choice((0, 1, 1, 1, 2))):
            day.turns.sleep(20 * day.random.random())
            if day.post(each, "order.updated" if each is not first else "order.created"):
                day.expected.promised.add(Promise(SHOP, name))


def a_shopper_of_something_new(day: Outside, name: str) -> None:
    """Buys a product that is not listed yet; a person lists it, at once or at the end of the day."""
    order = day.change_order(name, **shop_order(name, {NEW: 1, CUP: 1}, paid_at=now()))
    if day.post(order, "order.created"):
        day.expected.promised.add(Promise(SHOP, name))
    day.turns.sleep(100 * day.random.random())
    if day.random.random() < 0.7:
        list_what_is_new(day)


def list_what_is_new(day: Outside) -> None:
    """Create the product that was not listed."""
    day.call_api("PUT", f"/products/{NEW}", {"name": "Something new"})


def a_shopper_abroad(day: Outside, name: str) -> None:
    """Buys with a country that no table has; the shop corrects it, at once or at the end of the day."""
    order = shop_order(name, some_lines(day), paid_at=now())
    wrong = day.change_order(name, **{**order, "ship_to": {**order["ship_to"], "country": NO_COUNTRY}})
    if day.post(wrong, "order.created"):
        day.expected.promised.add(Promise(SHOP, name))
    day.turns.sleep(100 * day.random.random())
    if day.random.random() < 0.7:
        correct_country(day, name)


def correct_country(day: Outside, name: str) -> None:
    """Correct the country of an order in the shop, which sends it again."""
    address = {**day.shop.orders[name]["ship_to"], "country": "DE"}
    day.post(day.change_order(name, ship_to=address), "order.updated")


def sold_at_the_store(day: Outside) -> dict[str, Any] | None:
    """Sell at the Shopify store what it offers of some lines; return the order, None if it offers none."""
    lines = {sku: units for sku, units in some_lines(day).items() if day.storefront.offers(sku) >= units}
    return day.sell(lines) if lines else None


def a_shopper_at_the_store(day: Outside, name: str) -> None:
    """Buys on Shopify, where the store counts its own stock; every webhook arrives in the end."""
    order = sold_at_the_store(day)
    if order is None:
        return
    number = str(order["id"])
    messages = [("orders/create", order)]
    if day.random.random() < 0.3:
        day.turns.sleep(1 + 60 * day.random.random())
        left = [{**line, "current_quantity": day.random.choice((0, 1))} for line in order["line_items"]]
        messages.append(("orders/updated", day.storefront.change({**order, "line_items": left})))
        day.expected.edited.add(number)
    if day.random.random() < 0.2:
        day.turns.sleep(1 + 60 * day.random.random())
        cancelled = day.storefront.change({**messages[-1][1], "cancelled_at": now()})
        messages.append(("orders/cancelled", cancelled))
        day.expected.cancelled.add(number)
    day.random.shuffle(messages)
    for topic, each in messages:
        for _ in range(day.random.choice((1, 1, 1, 2))):
            day.turns.sleep(20 * day.random.random())
            if day.post_from_store(each, topic):
                day.expected.promised.add(Promise(STORE, number))


def a_store_that_counts(day: Outside, name: str) -> None:
    """Types numbers into the store: more than is available, or less."""
    for _ in range(day.random.choice((1, 2, 3))):
        day.turns.sleep(100 * day.random.random())
        if skus := day.storefront.published():
            sku, units = day.random.choice(skus), day.random.choice((0, 1, 7, 40)) * day.units
            day.report(partial("a person sets {} to {} in the store".format, sku, units))
            day.storefront.type_in(sku, units)


def a_person(day: Outside, name: str) -> None:
    """Places an order by hand."""
    place_by_hand(day, name, some_lines(day), paid=day.random.random() < 0.7)


def place_by_hand(day: Outside, name: str, lines: dict[str, int], *, paid: bool) -> None:
    """Place an order by the API, with retries until it is accepted."""
    if day.call_api("POST", "/orders", hand_order(name, lines, paid=paid)).is_done:
        day.expected.promised.add(Promise(TRADE, name))


def a_trader(day: Outside, name: str) -> None:
    """Uploads a file with one or two valid orders and an invalid one."""
    orders = {f"{name}-{number}": some_lines(day) for number in range(day.random.choice((1, 2)))}
    day.drop(f"orders/{TRADE}/{name}.csv", order_file({**orders, f"{name}-bad": {MUG: -1}}))
    day.expected.promised |= {Promise(TRADE, number) for number in orders}


def a_shop_without_webhooks(day: Outside, name: str) -> None:
    """Has two orders, 25 minutes apart, which only polls find."""
    for number in range(2):
        day.change_order(f"{name}-{number}", **shop_order(name, {CUP: 1}, paid_at=now()))
        day.turns.sleep(1500)
    for number in range(3):
        poll(day, f"{name}-{number}")
        day.turns.sleep(400)


def a_poll(day: Outside, name: str) -> None:
    """Polls the shop, once or twice."""
    for number in range(day.random.choice((1, 2))):
        poll(day, f"{name}-{number}")
        day.turns.sleep(300 * day.random.random())


def poll(day: Outside, name: str, channel: str = SHOP) -> None:
    """Run the poll function for the shop, or the store."""
    work = partial(day.deployment.run_later, functions()["PollFunction"], {"channel": channel})
    day.turns.spawn(work, f"poll-{name}")


# ---- stock changes -----------------------------------------------------------------------------------------------


def a_delivery(day: Outside, _: str) -> None:
    """Receives units by the API."""
    sku, place = some_shelf(day)
    receive(day, sku, place, some_units(day, (1, 2, 4)))


def some_shelf(day: Outside) -> tuple[str, str]:
    """Return a sku and a warehouse whose stock is counted here."""
    place = day.random.choice((EAST, WEST))
    return day.random.choice(day.stocked), WEST if day.amazon else place


def receive(day: Outside, sku: str, place: str, units: int) -> None:
    """Receive units by the API."""
    body = {"receipts": [{"sku": sku, "warehouse": place, "quantity": units}]}
    expect_units(day, day.call_api("POST", "/stock/receipts", body), (sku, place), units)


def expect_units(day: Outside, answer: Answer, place: tuple[str, str], units: int) -> None:
    """Record the units that a change of stock adds, if it was answered, or may add, if it was not."""
    if answer.is_done:
        day.expected.added[place] += units
    elif answer.is_none:
        day.expected.unanswered[place].append(units)


def a_transfer(day: Outside, _: str) -> None:
    """Transfers a unit from one warehouse to the other, if it is available."""
    sku = day.random.choice(day.stocked)
    source, to = day.random.sample((EAST, WEST), 2)
    body = {"transfers": [{"sku": sku, "from": source, "to": to, "quantity": 1}]}
    answer = day.call_api("POST", "/stock/transfers", body)
    expect_units(day, answer, (sku, source), -1)
    expect_units(day, answer, (sku, to), 1)


def a_mistake(day: Outside, _: str) -> None:
    """Books units and takes them back soon after, while answers of shops are lost."""
    sku, place = some_shelf(day)
    day.storm("web", day.turns.now, day.random.choice((20, 60, 900)), Fault.ANSWER_LOST)
    for units in day.random.choice(((3, -3), (3, -3, 3, -3))):
        body = {"adjustments": [{"sku": sku, "warehouse": place, "add": units, "reason": "booked by mistake"}]}
        expect_units(day, day.call_api("POST", "/stock/adjustments", body), (sku, place), units)
        day.turns.sleep(30 * day.random.random())


def a_rush(day: Outside, name: str) -> None:
    """Sells more units of a sku than are available, while units arrive and the database is slow.

    Sometimes the processes that serve backorders die meanwhile.
    """
    sku, place = some_shelf(day)
    day.storm("dynamodb", day.turns.now, 60, Fault.SLOW)
    there = sum(day.books.available(sku, each) for each in (EAST, WEST))
    for number in range(there // day.units + 6):
        buys = partial(place_by_hand, day, f"{name}-{number}", {sku: day.units}, paid=True)
        day.turns.spawn(buys, f"{name}-{number}", 20 * day.random.random())
    day.turns.sleep(20 * day.random.random())
    if day.random.random() < 0.3:
        day.let_die("ReleaseFunction", 60)
    receive(day, sku, place, 6 * day.units)


def a_stock_file(day: Outside, name: str) -> None:
    """Receives units by a file, of few rows or of some."""
    receive_file(day, name, day.random.choice((1, 1, 9)))


def receive_file(day: Outside, name: str, rows_to_add: int) -> None:
    """Drop a file of stock with so many rows that add units, and one that names no warehouse."""
    places = [some_shelf(day) for _ in range(rows_to_add)]
    rows = [f"{sku},{place},{number},found" for number, (sku, place) in enumerate(places, 2)]
    rows.insert(day.random.randint(0, len(rows)), f"{MUG},nowhere,1,lost")
    day.drop(f"stock/{name}.csv", "\n".join(["sku,warehouse,add,reason", *rows, ""]))
    for number, place in enumerate(places, 2):
        day.expected.added[place] += number


# ---- people meddle -----------------------------------------------------------------------------------------------


def an_operator(day: Outside, name: str) -> None:
    """Holds, cancels, edits, moves, completes, pays, ships or reroutes orders."""
    for _ in range(day.random.choice((2, 4))):
        day.turns.sleep(40 * day.random.random())
        existing = sorted(day.books.orders)
        if existing:
            order_id = day.random.choice(existing)
            day.random.choice(MEDDLING)(day, order_id, day.books.orders[order_id])


def hold(day: Outside, order_id: str, _: Any = None, seconds: float = 30) -> None:
    """Hold an order for so many seconds at most, until a time, or until the end of the day."""
    if day.random.random() < 0.2:
        until = datetime.fromtimestamp(day.turns.now + 60 + 600 * day.random.random(), UTC)
        day.call_api("POST", f"/orders/{order_id}/hold", {"reason": "she is away", "until": iso(until)})
        return
    day.call_api("POST", f"/orders/{order_id}/hold", {"reason": "look at it"})
    day.turns.sleep(seconds * day.random.random())
    if day.random.random() < 0.5:
        day.call_api("POST", f"/orders/{order_id}/release")


def _cancel(day: Outside, order_id: str, document: Any) -> None:
    day.expected.cancelled.add(document["channel_order_id"])
    day.call_api("POST", f"/orders/{order_id}/cancel", {"reason": "changed their mind"})


def _cancel_line(day: Outside, order_id: str, document: Any) -> None:
    if not document["lines"]:
        return  # deleted before it came in
    day.expected.edited.add(document["channel_order_id"])
    line = day.random.choice(document["lines"])
    day.call_api("POST", f"/orders/{order_id}/lines/{line['id']}/cancel", {"keep": day.random.choice((0, 1))})


def _move(day: Outside, order_id: str, document: Any) -> None:
    if not document["lines"]:
        return
    line = day.random.choice(document["lines"])
    day.call_api("POST", f"/orders/{order_id}/lines/{line['id']}/move", {"warehouse": day.random.choice((EAST, WEST))})


def complete(day: Outside, order_id: str, document: Any) -> None:
    """Complete an order, whatever is left of it."""
    day.expected.edited.add(document["channel_order_id"])
    day.books.completed.add(order_id)
    day.call_api("POST", f"/orders/{order_id}/complete")


def _pay(day: Outside, order_id: str, _: Any) -> None:
    day.call_api("POST", f"/orders/{order_id}/pay")


def _ship_a_part(day: Outside, order_id: str, document: Any) -> None:
    for number, fulfilment in enumerate(document.get("fulfilments", ()), 1):
        if day.is_with_partner(fulfilment):
            continue
        some = fulfilment["lines"][0]
        part = {"line": some["line"], "quantity": day.random.choice((1, max(1, some["quantity"] - 1)))}
        for _ in range(2):
            day.ship(order_id, number, [part], name="-part")


def _reroute(day: Outside, order_id: str, _: Any) -> None:
    day.call_api("POST", f"/orders/{order_id}/reroute")


MEDDLING: tuple[Callable[[Outside, str, Any], None], ...] = (
    hold,
    _cancel,
    _cancel_line,
    _move,
    complete,
    _pay,
    _ship_a_part,
    _reroute,
)


def a_warehouse(day: Outside, name: str) -> None:
    """Ships the fulfilment orders that were handed over, now and then.

    Sometimes the executions that wait for it cannot be answered for a while.
    """
    for _ in range(3):
        day.turns.sleep(120 * day.random.random())
        if day.random.random() < 0.3:
            day.storm("stepfunctions", day.turns.now, 30)
        day.ship_all(only_some=0.3)


def a_shop_that_ships_itself(day: Outside, name: str) -> None:
    """Buys in the shop, which ships the order itself and sends a webhook."""
    order = day.change_order(name, **shop_order(name, {MUG: 1}, paid_at=now()))
    day.post(order, "order.created")
    day.turns.sleep(60 * day.random.random())
    shipped = day.change_order(name, shipped_at=now(), parcels=[{"carrier": "UPS", "tracking": f"S-{name}"}])
    day.expected.edited.add(name)
    if day.post(shipped, "order.updated"):
        day.expected.promised.add(Promise(SHOP, name))


# ---- what makes no sense -----------------------------------------------------------------------------------------


def a_poisoner(day: Outside, name: str) -> None:
    """Sends an unreadable message to a queue, and an invalid webhook."""
    queue = day.random.choice((settings.orders_queue_url, settings.tracking_queue_url, settings.own_queue_url))
    day.deployment.world.sqs.send({"QueueUrl": queue, "MessageBody": json.dumps({"kind": name})})
    day.expected.poisoned += 1
    day.post({}, "order.created", b'{"id": 7, "lines": "none"}')


def a_new_rule(day: Outside, _: str) -> None:
    """Changes the priorities of warehouses, as the owner."""
    account = day.call_api("GET", "/account").body
    new = {**account, "priorities": day.random.choice(([EAST, WEST], [WEST, EAST], [WEST]))}
    day.expected.gave_up |= not day.call_api("PUT", "/account", new).is_done


def a_stock_rule(day: Outside, _: str) -> None:
    """Changes what is published: a reserve, a listing's reference, or whether a warehouse counts.

    Sometimes SQS and Lambda are down meanwhile.
    """
    if day.random.random() < 0.5:
        for service in ("sqs", "lambda"):
            day.storm(service, day.turns.now, 20)
    reserve, counts, sku = day.random.choice((0, 1, 2)), day.random.random() < 0.5, day.random.choice(day.stocked)
    method, path, new = day.random.choice(
        (
            ("PATCH", f"/products/{sku}", {"reserve": reserve}),
            ("PUT", f"/products/{sku}/listings/{SHOP}", {"reference": day.random.choice((sku, f"{sku}-2"))}),
            ("PUT", f"/channels/{SHOP}", {**SHOP_SETTINGS, "reserve": reserve}),
            ("PATCH", f"/warehouses/{EAST}", {"counts_for_sync": counts}),
        )
    )
    day.expected.gave_up |= not day.call_api(method, path, new).is_done
