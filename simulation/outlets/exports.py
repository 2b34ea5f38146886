"""Orders that a file brings before their channel sends them, with numbers of rows for ids of the lines."""

from collections.abc import Mapping

from local.world.shop import now
from simulation.day import some_lines
from simulation.expected import Promise
from simulation.outlets.acts import TOPICS, channels
from simulation.outlets.outlet import Outlet
from simulation.outside import Outside
from simulation.stated_orders import SHOP, shop_order
from simulation.storefront import STORE

HEADER = (
    "OrderNumber,StorefrontOrderId,SKU,Quantity,UnitPrice,Currency,"
    "ShipName,ShipAddress1,ShipCity,ShipZip,ShipCountry,PaymentDate"
)
ADDRESS = "Ada Lovelace,Unter den Linden 1,Berlin,10117,DE"


def an_export_before_its_channel(day: Outside, name: str) -> None:
    """Drops a file with an order of a channel, whose own messages come before it or after it, or by a poll alone."""
    channel = day.random.choice(channels(day))
    lines = some_lines(day)
    if channel == SHOP:
        _of_shop(day, name, lines)
    elif channel == STORE:
        _of_store(day, name, lines)
    else:
        _of_outlet(day, name, next(each for each in day.outlets if each.id == channel), lines)


def _of_shop(day: Outside, name: str, lines: Mapping[str, int]) -> None:
    order = day.change_order(name, **shop_order(name, lines, paid_at=now()))
    _drop(day, name, Promise(SHOP, name), lines)
    for _ in range(_posts(day)):
        if day.post(order, "order.created"):
            day.expected.promised.add(Promise(SHOP, name))


def _of_store(day: Outside, name: str, lines: Mapping[str, int]) -> None:
    if any(day.storefront.offers(sku) < units for sku, units in lines.items()):
        return
    order = day.sell(lines)
    promise = Promise(STORE, str(order["id"]))
    _drop(day, name, promise, lines)
    for _ in range(_posts(day)):
        if day.post_from_store(order, "orders/create"):
            day.expected.promised.add(promise)


def _of_outlet(day: Outside, name: str, outlet: Outlet, lines: Mapping[str, int]) -> None:
    if any(outlet.offers(sku) < units for sku, units in lines.items()):
        return
    number = outlet.sell(lines)
    day.report(lambda: f"the order {number} of {outlet.id} is placed: {lines}")
    _drop(day, name, Promise(outlet.id, number), lines)
    if day.random.random() < 0.4 and outlet.edit(
        number, day.random.randrange(2), day.random.choice((1, 3)) * day.units
    ):
        day.expected.edited.add(number)
    for _ in range(_posts(day)):
        day.post_event(outlet.id, outlet.event(number, TOPICS[outlet.id]), outlet.in_shop_terms(number))


def _drop(day: Outside, name: str, promise: Promise, lines: Mapping[str, int]) -> None:
    """Drop the file, whose rows are in the reverse sequence; its order may be shipped here meanwhile."""
    rows = (
        f"{promise.number},{promise.number},{sku},{units},9.50,EUR,{ADDRESS},{now()}"
        for sku, units in reversed([*lines.items()])
    )
    day.drop(f"orders/{promise.channel}/{name}.csv", "\n".join((HEADER, *rows)))
    day.turns.sleep(day.random.choice((0, 20, 600)) * day.random.random())
    if day.random.random() < 0.5:
        day.ship_all(only_some=0.5)


def _posts(day: Outside) -> int:
    return day.random.choice((0, 1, 1, 2))
