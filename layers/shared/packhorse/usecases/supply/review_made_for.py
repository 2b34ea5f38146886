"""Bring purchase orders and work orders in line with what the orders want that they are made for."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from itertools import chain

from packhorse.aws.telemetry import logger
from packhorse.domain.errors import Conflict
from packhorse.domain.purchasing import unneeded as bought
from packhorse.domain.purchasing.excess import Excess, excess_of
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.values import OrderId
from packhorse.domain.work_orders import unneeded as built
from packhorse.domain.work_orders.effects import effects_of
from packhorse.domain.work_orders.work_order import WorkOrder
from packhorse.messages.release import send_release
from packhorse.store import orders
from packhorse.store.backoff import retry_conflicts
from packhorse.store.made_for import bought_writes, times_bought
from packhorse.store.work_orders import WORK_ORDERS
from packhorse.usecases.routing.others_to_come import units_given_up
from packhorse.usecases.supply.change_purchase import save_purchase
from packhorse.usecases.supply.read_made_for import read_made_for

WHO = "packhorse"


def review_made_for(order_ids: Collection[OrderId]) -> None:
    """Lower, cancel or mark what is made for orders beyond what these want. Repeating it changes nothing."""
    retry_conflicts(lambda: _review(order_ids))


def _review(order_ids: Collection[OrderId]) -> None:
    """Review documents that were the same before and after their orders were read.

    Units go from documents to orders: of documents that were older than the orders, some would come twice. What we
    build gives first, and the newest of a kind. What is wanted again counts as bought for its order, so that whoever
    buys for it meanwhile, of other purchase orders, meets a conflict.
    """
    now, times = datetime.now(UTC), times_bought(order_ids)
    works, purchases = found = read_made_for(order_ids)
    if not works and not purchases:
        return
    made = chain(map(built.made_units, works), chain.from_iterable(map(bought.made_units, purchases)))
    wanting = orders.find_orders(order_ids)
    excess = excess_of(made, wanting)
    called: dict[str, str] = {name: order.number or order.channel_order_id for name, order in wanting.items()}
    if excess.total() and read_made_for(order_ids) != found:
        raise Conflict("what is made for the orders changed meanwhile")
    for work in reversed(works):
        _review_work(work, excess, called, now)
    for purchase in reversed(purchases):
        _review_purchase(purchase, excess, called, times, now)


def _review_work(before: WorkOrder, excess: Excess, called: Mapping[str, str], now: datetime) -> None:
    made = built.reviewed(before, excess, WHO, now, called)
    if made.order != before:
        WORK_ORDERS.save(before, made.order, effects_of(before, made), now)
        send_release(units_given_up(before, made.order))
        logger.info("work order follows its orders", extra={"work_order": before.id, "state": made.order.state})


def _review_purchase(
    before: PurchaseOrder, excess: Excess, called: Mapping[str, str], times: Counter[OrderId], now: datetime
) -> None:
    after = bought.reviewed(before, excess, WHO, now, called)
    if after != before:
        again = bought.wanted_again(before, after)
        save_purchase(before, after, (), now, list(bought_writes(again, times, now)))
        times.update(again)
        send_release(units_given_up(before, after))
        logger.info("purchase order follows its orders", extra={"purchase_order": after.id, "state": after.state})
