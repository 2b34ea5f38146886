"""Orders that a WooCommerce store moves to its trash, and takes out of it; beside the act are its checks."""

from collections.abc import Iterator

from simulation.channel_rules import faults_of_stated
from simulation.expected import Promise
from simulation.outlets.acts import TOPICS, sold
from simulation.outlets.outlet import Outlet
from simulation.outlets.woocommerce import DELETED, RESTORED, WOO, WooOutlet
from simulation.outside import Outside


def a_store_with_a_trash(day: Outside, _: str) -> None:
    """Buys at WooCommerce, where the order is moved to the trash, and perhaps restored; some webhooks are lost."""
    woo = woo_of(day)
    number = sold(day, woo) if woo else None
    if woo is None or number is None:
        return
    post(day, woo, number, TOPICS[WOO])
    day.turns.sleep(400 * day.random.random())
    woo.throw_away(number)
    day.report(lambda: f"{WOO} moves its order {number} to the trash")
    post(day, woo, number, DELETED)
    if day.random.random() < 0.4:
        day.turns.sleep(400 * day.random.random())
        restore(day, woo, number)


def woo_of(day: Outside) -> WooOutlet | None:
    """Return the WooCommerce store of the day, if it has one."""
    return next((each for each in day.outlets if isinstance(each, WooOutlet)), None)


def post(day: Outside, woo: WooOutlet, number: str, topic: str) -> None:
    """Post the webhook of an order, perhaps twice or never."""
    event, order = woo.event(number, topic), woo.in_shop_terms(number)
    for _ in range(day.random.choice((0, 1, 1, 2))):
        day.turns.sleep(20 * day.random.random())
        day.post_event(WOO, event, None if topic == DELETED else order)


def restore(day: Outside, woo: WooOutlet, number: str) -> None:
    """Take an order out of the trash, unless a call of ours did."""
    if number in woo.trash:
        woo.restore(number)
        day.report(lambda: f"{WOO} takes its order {number} out of the trash")
        post(day, woo, number, RESTORED)


def restore_all(day: Outside, woo: WooOutlet) -> None:
    """Take every order out of the trash, and post that."""
    for number in woo.trash:
        woo.restore(number)
        day.post_event(WOO, woo.event(number, RESTORED), woo.in_shop_terms(number))


def listed(outlet: Outlet) -> list[str]:
    """Return the orders that an outlet lists: what is in its trash may never have come here but as deleted."""
    trash = outlet.trash if isinstance(outlet, WooOutlet) else []
    return [number for number in outlet.orders if number not in trash]


def faults_of_restored(day: Outside, woo: WooOutlet, numbers: list[str]) -> Iterator[str]:
    """Yield each order that its store has again, and that is held here as deleted, or not as it is there."""
    for number in numbers:
        document = day.order_of(Promise(WOO, number))
        if document and any(hold["id"] == "deleted" for hold in document.get("holds", ())):
            yield f"order {number} was taken out of the trash of {WOO}, and stays held"
        yield from faults_of_stated(day, Promise(WOO, number), woo.in_shop_terms(number))
