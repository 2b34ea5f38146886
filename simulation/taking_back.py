"""Acts of channels that ship orders themselves in parts, and take back what they said."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from local.world.shop import now
from simulation.day import sold_at_the_store
from simulation.expected import Promise
from simulation.opening import CUP, MUG
from simulation.outside import Outside
from simulation.stated_orders import SHOP, shop_order, units_left
from simulation.storefront import STORE

Parcels = dict[str, dict[str, Any]]


def a_shop_that_changes_its_mind(day: Outside, name: str) -> None:
    """Buys in the shop, which ships parts, perhaps beside a warehouse of ours, takes parcels back, corrects numbers."""
    lines = {MUG: 2 * day.units, CUP: 1}
    messages = [day.change_order(name, **shop_order(name, lines, paid_at=now()))]
    units = Counter({line["id"]: line["quantity"] for line in messages[0]["lines"]})
    if day.random.random() < 0.5 and day.post(messages[0], "order.created"):
        day.expected.promised.add(Promise(SHOP, name))
        day.turns.sleep(60 + 60 * day.random.random())
        _ship_a_part(day, name)
    for parcels in _histories(day, name, units):
        day.turns.sleep(1 + 60 * day.random.random())
        messages.append(day.change_order(name, parcels=[*parcels.values()]))
        day.reports(name, units_left({"parcels": parcels.values()}))
    first = messages[0]
    day.random.shuffle(messages)
    for each in messages:
        for _ in range(day.random.choice((1, 1, 2))):
            day.turns.sleep(20 * day.random.random())
            if day.post(each, "order.updated" if each is not first else "order.created"):
                day.expected.promised.add(Promise(SHOP, name))


def a_shop_that_hides_a_buyer(day: Outside, name: str) -> None:
    """Buys in the shop, which shows no name and no address any more once it has sent the order."""
    order = day.change_order(name, **shop_order(name, {MUG: 1}, paid_at=now()))
    if not day.post(order, "order.created"):
        return
    day.expected.promised.add(Promise(SHOP, name))
    day.turns.sleep(600 * day.random.random())
    if day.order_of(Promise(SHOP, name)):
        day.expected.hidden.add(name)
        hidden = day.change_order(name, ship_to=None, customer={})
        for _ in range(day.random.choice((0, 1, 2))):
            day.post(hidden, "order.updated")


def _ship_a_part(day: Outside, name: str) -> None:
    """Ship a unit of each line that a warehouse of ours has."""
    for order_id, document in list(day.books.orders.items()):
        handed_over = document.get("fulfilments", ()) if document["channel_order_id"] == name else ()
        for number, fulfilment in enumerate(handed_over, 1):
            if fulfilment.get("status") == "requested" and not day.is_with_partner(fulfilment):
                parts = [{"line": part["line"], "quantity": 1} for part in fulfilment["lines"]]
                day.ship(order_id, number, parts, name="-ours")


def _histories(day: Outside, name: str, units: "Counter[str]") -> Iterator[Parcels]:
    """Yield the parcels of the order after each of some steps: one is made, taken back, or gets another number."""
    parcels: Parcels = {}
    for step in range(day.random.choice((1, 2, 3, 4))):
        made, what = f"{name}-{step}", day.random.random()
        left = units - units_left({"parcels": parcels.values()})
        if parcels and what < 0.3:
            del parcels[day.random.choice(sorted(parcels))]
        elif parcels and what < 0.5:
            which = day.random.choice(sorted(parcels))
            parcels[which] = {**parcels[which], "tracking": f"S-{made}"}
        elif left:
            line = day.random.choice(sorted(left))
            part = {"line": line, "quantity": day.random.randint(1, left[line])}
            number = day.random.choice((f"S-{made}", f"S-{name}", None))
            parcels[made] = {"id": made, "carrier": "UPS", "tracking": number, "lines": [part], "shipped_at": now()}
        yield dict(parcels)


def a_store_that_ships_itself(day: Outside, _: str) -> None:
    """Buys on Shopify, where the store fulfils a part, cancels that, fulfils all, refunds a return, or deletes all."""
    order = sold_at_the_store(day)
    if order is None:
        return
    number = str(order["id"])
    messages = [("orders/create", order)]
    for body in _at_shopify(day, order):
        day.turns.sleep(1 + 60 * day.random.random())
        messages.append(("orders/updated", day.storefront.change(body)))
    day.random.shuffle(messages)
    for topic, each in messages:
        day.turns.sleep(20 * day.random.random())
        if day.post_from_store(each, topic):
            day.expected.promised.add(Promise(STORE, number))
    if day.random.random() < 0.6:
        delete(day, Promise(STORE, number))


def _at_shopify(day: Outside, order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the order's later versions: a fulfilment of one unit; that, cancelled; one of all; a unit came back."""
    number = str(order["id"])
    first, *_ = order["line_items"]
    every = {line["id"]: line["quantity"] for line in order["line_items"]}
    one, whole = _fulfilment(int(f"{number}01"), {first["id"]: 1}), _fulfilment(int(f"{number}02"), every)
    cancelled = {**one, "status": "cancelled"}
    versions: list[dict[str, Any]] = [
        {"fulfillments": [one]},
        {"fulfillments": [cancelled]},
        {"fulfillments": [cancelled, whole]},
        {"fulfillments": [cancelled, whole], "refunds": [_refund(first["id"])]},
    ]
    for body in versions[: day.random.randint(1, len(versions))]:
        sent = Counter[int]()
        for fulfilment in body["fulfillments"]:
            if fulfilment["status"] == "success":
                sent.update({part["id"]: part["quantity"] for part in fulfilment["line_items"]})
        back = {part["line_item_id"]: part["quantity"] for each in body.get("refunds", ()) for part in each[UNITS]}
        items = [
            {
                **line,
                "fulfillable_quantity": line["quantity"] - sent[line["id"]],
                "current_quantity": line["quantity"] - back.get(line["id"], 0),
            }
            for line in order["line_items"]
        ]
        is_whole = sum(sent.values()) == sum(every.values())
        day.reports(number, Counter({str(line): units for line, units in sent.items()}))
        yield {**order, **body, "line_items": items, "fulfillment_status": "fulfilled" if is_whole else None}


UNITS = "refund_line_items"


def _fulfilment(number: int, units: Mapping[int, int]) -> dict[str, Any]:
    return {
        "id": number,
        "status": "success",
        "service": "manual",
        "created_at": now(),
        "tracking_company": "UPS",
        "tracking_number": f"S-{number}",
        "line_items": [{"id": line, "quantity": quantity} for line, quantity in units.items()],
    }


def _refund(line: int) -> dict[str, Any]:
    return {UNITS: [{"line_item_id": line, "quantity": 1, "restock_type": "return"}]}


def a_store_that_charges_more(day: Outside, _: str) -> None:
    """Buys on Shopify, where a unit is added to the paid order; it is paid soon, late or never."""
    order = sold_at_the_store(day)
    if order is None:
        return
    number = str(order["id"])
    first, *others = order["line_items"]
    more = {**first, "quantity": first["quantity"] + 1, "current_quantity": first["current_quantity"] + 1}
    larger = {**order, "line_items": [more, *others]}
    messages = [("orders/create", order)]
    day.expected.edited.add(number)
    for state in ("partially_paid", "paid")[: day.random.choice((1, 1, 2))]:
        day.turns.sleep(1 + day.random.choice((20, 600)) * day.random.random())
        day.report(partial("the store's order {} has one more {}, and is {}".format, number, first["sku"], state))
        messages.append(("orders/updated", day.storefront.change({**larger, "financial_status": state})))
        if day.random.random() < 0.5:
            post_some(day, number, messages)
    post_some(day, number, messages)


def post_some(day: Outside, number: str, messages: list[tuple[str, dict[str, Any]]]) -> None:
    """Post messages of the store's order in any sequence, some twice or never."""
    for topic, each in day.random.sample(messages, len(messages)):
        for _ in range(day.random.choice((0, 1, 1, 2))):
            day.turns.sleep(20 * day.random.random())
            if day.post_from_store(each, topic):
                day.expected.promised.add(Promise(STORE, number))


def delete(day: Outside, promise: Promise) -> None:
    """Delete the order at the store, once it is an order here."""
    day.turns.sleep(600 * day.random.random())
    if day.order_of(promise) and day.delete_from_store(promise.number):
        day.expected.deleted.add(promise)
