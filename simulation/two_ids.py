"""Acts in which a channel's order reaches Packhorse in an unusual way: twice under two ids, or deleted before it comes.

Beside them are their checks at the end of a day.
"""

from collections.abc import Iterator
from functools import partial

from simulation.day import sold_at_the_store, some_lines
from simulation.expected import Promise
from simulation.order_documents import OVER, Document
from simulation.outside import Outside
from simulation.stated_orders import SHOP, hand_order, order_file, shop_order
from simulation.storefront import STORE


def a_clerk(day: Outside, name: str) -> None:
    """Types an order of the shop in by its number, or uploads it, while the shop sends it under an id of its own."""
    number, own = f"N-{name}", f"I-{name}"
    lines = some_lines(day)
    order = day.change_order(own, **shop_order(number, lines, paid_at=None))
    typed = {**hand_order(number, lines, paid=False), "channel": SHOP, "number": number}
    del typed["channel_order_id"]
    by_person = (
        partial(day.call_api, "POST", "/orders", typed),
        partial(day.drop, f"orders/{SHOP}/{name}.csv", order_file({number: lines})),
    )
    ways = [partial(day.post, order, "order.created"), day.random.choice(by_person)]
    day.random.shuffle(ways)
    day.expected.twins.add(number)
    day.turns.spawn(ways[0], f"{name}-first")
    day.turns.sleep(day.random.choice((0.0, 0.5, 60.0)) * day.random.random())
    ways[1]()


def a_store_that_deletes_first(day: Outside, _: str) -> None:
    """Deletes an order, and that message comes before the one that it was placed."""
    order = sold_at_the_store(day)
    if order is None:
        return
    promise = Promise(STORE, str(order["id"]))
    if day.delete_from_store(promise.number):
        day.expected.deleted.add(promise)
        day.turns.sleep(60 * day.random.random())
        if day.post_from_store(order, "orders/create"):
            day.expected.promised.add(promise)


def is_held_as_twin(document: Document) -> bool:
    """Return whether the order is held because it may be another one."""
    return any(hold.get("other") for hold in document.get("holds", ()))


def twins_that_are_both_sent(day: Outside) -> Iterator[str]:
    """Yield the numbers under which two orders go out, though no person said that they are two."""
    for number in sorted(day.expected.twins):
        found = [each for each in day.books.orders.values() if each["channel"] == SHOP and each.get("number") == number]
        going = [each for each in found if each["status"] not in OVER and not is_held_as_twin(each)]
        if len(going) > 1 and not any(each.get("distinct_from") for each in found):
            yield number
