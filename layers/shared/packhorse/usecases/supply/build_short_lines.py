"""Draft work orders for the lines that wait for products which are built."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple

from packhorse.domain.catalogue.product import ProductKind
from packhorse.domain.purchasing.short_lines import called
from packhorse.domain.work_orders.drafting import drafted
from packhorse.domain.work_orders.short_lines import NeededWork, NotBuilt, needed_work
from packhorse.domain.work_orders.work_order import WorkOrder
from packhorse.messages.release import send_release
from packhorse.store import catalogue
from packhorse.store.backoff import retry_conflicts
from packhorse.store.work_orders import WORK_ORDERS
from packhorse.usecases.routing.others_to_come import units_to_take_over
from packhorse.usecases.supply.make_numbered import make_in_turn
from packhorse.usecases.supply.short_lines import missing_units


class Planned(NamedTuple):
    """The drafts that were made, what was left out, and whether younger orders wait that were not read."""

    drafts: tuple[WorkOrder, ...]
    left_out: tuple[NotBuilt, ...]
    more_wait: bool


def build_short_lines(request: str, who: str) -> Planned:
    """Draft work orders for what waits and is not being built; at once again, nothing is left to draft.

    The numbers follow the one that was read first: if another work order is made meanwhile, all is read again.
    """
    done: list[WorkOrder] = []

    def draft() -> Planned:
        number, missing = WORK_ORDERS.next_number(), missing_units()
        built = {sku for sku, product in missing.products.items() if product.kind is ProductKind.BUILT}
        found = needed_work(missing.needs, catalogue.with_all_components(built))
        numbers = called(missing.needs)
        drafts = [partial(_drafted, each, numbers, who) for each in found.drafts]
        done.extend(make_in_turn(WORK_ORDERS, number, request, drafts))
        send_release(units_to_take_over(missing.documents))
        undeliverable = (each for each in missing.undeliverable if each[0].shelf.sku in built)
        left_out = (*found.left_out, *(NotBuilt.of(*each) for each in undeliverable))
        return Planned(tuple(done), left_out, missing.more_wait)

    return retry_conflicts(draft)


def _drafted(needed: NeededWork, numbers: Mapping[str, str], who: str, name: str, at: datetime) -> WorkOrder:
    return drafted(name, needed.draft, needed.taken, who, at, made_for=needed.made_for, called=numbers)
