"""Acts of outlets, and of the people who set channels up, pause them and erase buyers."""

from collections.abc import Iterable
from functools import partial

from simulation.day import MOST_TRIES, hold, sold_at_the_store, some_lines
from simulation.expected import Promise
from simulation.faults import Fault
from simulation.line_ids import is_heard
from simulation.opening import SET
from simulation.outlets.ebay import ITEMS, EbayOutlet
from simulation.outlets.outlet import Outlet
from simulation.outside import Outside
from simulation.stated_orders import SHOP
from simulation.storefront import STORE

TOPICS = {"woo": "order.created", "ebay": "ORDER_CONFIRMATION"}
SHIPPED = {"woo": "order.updated", "ebay": "ITEM_MARKED_SHIPPED"}
TRIES_TO_CONNECT = 40
"""More than any trouble lasts: what a channel refuses is tried again for as long as its credentials are old."""


def a_buyer_at_an_outlet(day: Outside, name: str) -> None:
    """Buys what an outlet offers; its events come late, twice or never; the order is perhaps edited or cancelled."""
    outlet = day.random.choice(day.outlets)
    number = sold(day, outlet)
    if number is None:
        return
    events = [outlet.event(number, TOPICS[outlet.id])]
    versions = [outlet.in_shop_terms(number)]
    if day.random.random() < 0.4:
        day.turns.sleep(1 + 60 * day.random.random())
        if outlet.edit(number, day.random.randrange(2), day.random.choice((1, 2, 3)) * day.units):
            day.expected.edited.add(number)
            events.append(outlet.event(number))
            versions.append(outlet.in_shop_terms(number))
    if day.random.random() < 0.25:
        day.turns.sleep(1 + 60 * day.random.random())
        outlet.cancel(number)
        day.expected.cancelled.add(number)
        day.report(lambda: f"{outlet.id} cancels its order {number}")
        events.append(outlet.event(number))
        versions.append(outlet.in_shop_terms(number))
    posts = list(zip(events, versions, strict=True))
    day.random.shuffle(posts)
    for event, version in posts:
        for _ in range(day.random.choice((0, 1, 1, 1, 2))):
            day.turns.sleep(20 * day.random.random())
            day.post_event(outlet.id, event, version)


def an_outlet_that_ships_itself(day: Outside, name: str) -> None:
    """Buys at an outlet, which marks a line or all of the order as shipped, perhaps beside a warehouse of ours."""
    outlet = day.random.choice(day.outlets)
    number = sold(day, outlet)
    if number is None:
        return
    day.post_event(outlet.id, outlet.event(number, TOPICS[outlet.id]), outlet.in_shop_terms(number))
    for _ in range(day.random.choice((1, 2))):
        day.turns.sleep(200 * day.random.random())
        day.expected.edited.add(number)
        day.reports(number, outlet.ship(number))
        day.report(lambda: f"{outlet.id} marks units of its order {number} as shipped")
        if day.random.random() < 0.8:
            day.post_event(outlet.id, outlet.event(number, SHIPPED[outlet.id]), outlet.in_shop_terms(number))


def sold(day: Outside, outlet: Outlet) -> str | None:
    """Sell at an outlet what it offers of some lines; return the order, None if it offers none."""
    lines = {sku: units for sku, units in some_lines(day).items() if outlet.offers(sku) >= units}
    if not lines:
        return None
    number = outlet.sell(lines)
    day.report(lambda: f"the order {number} of {outlet.id} is placed: {lines}")
    return number


# ---- people ------------------------------------------------------------------------------------------------------


def a_break_of_a_channel(day: Outside, name: str) -> None:
    """Pauses a channel of any kind for minutes or an hour, and resumes it."""
    channel = day.random.choice(channels(day))
    for _ in range(MOST_TRIES):
        if day.call_api("POST", f"/channels/{channel}/pause").is_done:
            break
    day.expected.paused.add(channel)
    day.turns.sleep(day.random.choice((60, 600, 3600)) * day.random.random())
    resume(day, channel)


def resume(day: Outside, channel: str) -> None:
    """Resume a channel; one that is not is resumed at the end of the day."""
    for _ in range(MOST_TRIES):
        if day.call_api("POST", f"/channels/{channel}/resume").is_done:
            day.expected.paused.discard(channel)
            return


def an_owner_who_renews_keys(day: Outside, _: str) -> None:
    """Replaces the credentials at an outlet, so that those of before are refused, and connects it with the new ones."""
    outlet = day.random.choice(day.outlets)
    day.turns.sleep(60 * day.random.random())
    outlet.renew_keys()
    day.expected.unconnected.add(outlet.id)
    day.report(lambda: f"{outlet.id} takes new credentials only", is_trouble=True)
    day.turns.sleep(day.random.choice((0, 0, 600)) * day.random.random())
    connect(day, outlet, rotates=day.random.random() < 0.5)


def a_seller_with_drafts(day: Outside, _: str) -> None:
    """Leaves drafts at eBay beside listings of the same skus, takes such a listing out of ours, and connects again."""
    ebay = ebay_of(day)
    if ebay is None:
        return
    day.turns.sleep(200 * day.random.random())
    ebay.draft()
    sku = day.random.choice(sorted(ITEMS.keys() & {*day.stocked, SET}))
    day.report(lambda: f"{ebay.id} has drafts without an offer, and {sku} is listed anew")
    day.call_api("DELETE", f"/products/{sku}/listings/{ebay.id}")
    day.expected.unconnected.add(ebay.id)
    connect(day, ebay)


def ebay_of(day: Outside) -> EbayOutlet | None:
    """Return the seller's account at eBay, if the day has one."""
    return next((each for each in day.outlets if isinstance(each, EbayOutlet)), None)


def connect(day: Outside, outlet: Outlet, *, rotates: bool = False) -> None:
    """Connect an outlet with its present credentials; one that is not is connected at the end of the day."""
    keys = outlet.keys
    sent = {"client_id": keys.client_id, "client_secret": keys.client_secret}
    body = {"credentials": {**sent, **({"token": keys.token} if keys.token else {})}, "rotate_secret": rotates}
    body |= {"orders_since": day.expected.since[outlet.id]} if outlet.id in day.expected.since else {}
    for _ in range(TRIES_TO_CONNECT):
        if day.call_api("POST", f"/channels/{outlet.id}/connect", body).is_done:
            day.expected.unconnected.discard(outlet.id)
            return
        day.turns.sleep(300 * day.random.random())


def a_buyer_who_is_erased(day: Outside, _: str) -> None:
    """Has an order's data erased, as the owner does by request or as eBay does with an account that is closed."""
    day.turns.sleep(300 * day.random.random())
    existing = sorted(day.books.orders)
    seller = ebay_of(day)
    if seller and day.random.random() < 0.5:
        theirs = {name: each for name in existing if (each := day.books.orders[name])["channel"] == seller.id}
        known = [name for name, each in theirs.items() if is_heard(each)]  # a file names no account
        if day.post_event(seller.id, seller.deletion(), None):
            day.expected.erased.update(known)
    elif existing:
        order_id = day.random.choice(existing)
        if day.call_api("POST", "/privacy/erase", {"order": order_id}).is_done:
            day.expected.erased.add(order_id)


def send_again(day: Outside, orders: Iterable[str]) -> None:
    """Have the shop send a newer version of those of these orders that it has."""
    for name in sorted(orders):
        document = day.books.orders[name]
        if document["channel"] == SHOP and document["channel_order_id"] in day.shop.orders:
            day.post(day.change_order(document["channel_order_id"]), "order.updated")


def a_store_that_holds(day: Outside, _: str) -> None:
    """Buys on Shopify, where the store puts the order on hold, and releases it soon, late or never, perhaps again."""
    order = sold_at_the_store(day)
    if order is None:
        return
    number = str(order["id"])
    if day.post_from_store(order, "orders/create"):
        day.expected.promised.add(Promise(STORE, number))
    day.turns.sleep(1 + 30 * day.random.random())
    day.expected.held.add(number)
    if day.random.random() < 0.5:
        day.storm("sqs", day.turns.now, 400, Fault.SLOW)
    for place in range(day.random.choice((1, 2, 2, 3, 4))):
        is_held = place % 2 == 0
        day.report(partial("the store {} its order {}".format, "holds" if is_held else "releases", number))
        day.hold_at_store(number, is_held=is_held)
        day.turns.sleep(day.random.choice((2, 20, 600)) * day.random.random())


def a_person_who_looks_at_an_order(day: Outside, name: str) -> None:
    """Holds an order of the Shopify store, which has it on hold, too, and releases it after a while, or never."""
    order = sold_at_the_store(day)
    if order is None:
        return
    number = str(order["id"])
    if day.post_from_store(order, "orders/create"):
        day.expected.promised.add(Promise(STORE, number))
    for _ in range(10):
        day.turns.sleep(20 * day.random.random())
        for order_id, document in list(day.books.orders.items()):
            if (document["channel"], document["channel_order_id"]) == (STORE, number):
                hold(day, order_id, seconds=600)
                return


def channels(day: Outside) -> list[str]:
    """Return the channels that are called."""
    return [SHOP, *[STORE] * day.expected.has_store, *(each.id for each in day.outlets)]
