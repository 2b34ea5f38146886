"""Make the checks of labels again where their inputs changed: what lacked may be there, what was there may lack.

A change of the configuration has the checks of all open orders made again, page by page, and with them planned anew
until when they ship, by the handling of their warehouses as it is now; the audit of rows does so for those that it
finds stale, such as of a product that lost its weight.
"""

from collections.abc import Collection, Generator, Iterable, Mapping
from datetime import UTC, datetime

from packhorse.aws.telemetry import logger
from packhorse.domain.batching import batched
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.errors import Conflict
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.promise import with_planned_ship_by
from packhorse.domain.plural import plural
from packhorse.domain.values import OrderId, Sku
from packhorse.messages.release import ChecksToMake, send_release
from packhorse.store import catalogue, configuration, orders
from packhorse.store.backoff import MAX_TRIES, pause
from packhorse.store.commit import Write, commit, commit_owed
from packhorse.usecases.labels.check_labels import checked

CHECK_PAGE = 64
WHO = "packhorse"


def check_inputs(config: Configuration) -> tuple[str, ...]:
    """Return what checks and plans read of the configuration: they are made again where any of it changes."""
    policies = {name: channel.label_policy for name, channel in config.channels.items()}
    parts = (config.account.boxes, config.account.catchall, config.carriers, config.warehouses, policies)
    return tuple(str(part) for part in parts)


def recheck_if_changed(before: Configuration, after: Configuration) -> None:
    """Send a message to make the checks of all open orders again if anything changed that they read."""
    if check_inputs(before) != check_inputs(after):
        send_release([ChecksToMake()])


def recheck_stale(found: Iterable[Order]) -> int:
    """Send a message to make the checks again of those orders whose checks are stale; return how many are."""
    read = list(found)
    after = rechecked(read, configuration.current())
    if stale := tuple(order.id for order in read if after[order.id] != order):
        send_release([ChecksToMake(orders=stale)])
    return len(stale)


def make_checks(reason: ChecksToMake) -> Generator[ChecksToMake, None, None]:
    """Make the checks of the orders again; yield after every page of all open orders the message that continues."""
    if reason.orders:
        recheck(reason.orders)
        return
    keys = orders.unfinished_orders(reason.after)
    for page in batched(keys, CHECK_PAGE):
        recheck([orders.id_in_key(key) for key in page])
        yield reason.replace(after=page[-1])


def recheck(order_ids: Collection[OrderId]) -> None:
    """Make the checks of the orders again; raises Conflict for orders that never stop changing."""
    pending = set(order_ids)
    for attempt in range(MAX_TRIES):
        now, found = datetime.now(UTC), orders.find_orders(pending)
        after = rechecked(found.values(), configuration.current())
        writes = [Write(Change(after[name]), order, WHO) for name, order in found.items() if after[name] != order]
        done = commit(writes, now) if writes else {}
        for order in done.values():
            commit_owed(order, WHO, now)
        if done:
            logger.info("checks made again", extra={"orders": len(done)})
        pending = {name for name in found if after[name] != found[name]} - done.keys()
        if not pending:
            return
        pause(attempt)
    raise Conflict(f"{plural(len(pending), 'order')} changed meanwhile")


def rechecked(found: Iterable[Order], config: Configuration) -> dict[OrderId, Order]:
    """Return the orders with the checks that their open fulfilment orders fail now, and with the plans of now.

    The products are read once. An order that cannot be checked stays as it is, and keeps no other one from it.
    """
    wanted = {order.id: (order, [each for each in order.fulfilments if _is_to_check(each)]) for order in found}
    skus = {Sku(line.matched) for order, checks in wanted.values() if checks for line in order.lines if line.matched}
    products = catalogue.with_components(skus) if skus else {}
    return {name: _rechecked(order, checks, config, products) for name, (order, checks) in wanted.items()}


def _rechecked(
    order: Order, fulfilments: Iterable[FulfilmentOrder], config: Configuration, products: Mapping[Sku, Product]
) -> Order:
    try:
        return with_planned_ship_by(checked(order, fulfilments, config, products), config)
    except Exception:
        logger.exception("checks not made again", extra={"order_id": order.id})
        return order


def _is_to_check(fulfilment: FulfilmentOrder) -> bool:
    """Return whether an own warehouse has it, and units of it still need a label, or it lacked something before."""
    is_there = fulfilment.kind is WarehouseKind.OWN and fulfilment.is_open and fulfilment.attempt > 0
    return is_there and (bool(fulfilment.checks) or any(fulfilment.unlabelled.values()))
