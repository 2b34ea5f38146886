"""Draft purchase orders for the lines that wait for stock."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from packhorse.domain.purchasing.drafting import PurchaseDraft, drafted
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.short_lines import NotBought, called, draft_needs
from packhorse.messages.release import send_orders_to_buy_for, send_release
from packhorse.store import suppliers
from packhorse.store.backoff import retry_conflicts
from packhorse.store.purchases import PURCHASES
from packhorse.usecases.routing.others_to_come import units_to_take_over
from packhorse.usecases.supply.make_numbered import make_in_turn
from packhorse.usecases.supply.missing_components import with_components
from packhorse.usecases.supply.short_lines import missing_units


class Bought(NamedTuple):
    """The drafts that were made, what was left out, and whether younger orders wait that were not read."""

    drafts: tuple[PurchaseOrder, ...]
    left_out: tuple[NotBought, ...]
    more_wait: bool


def buy_short_lines(request: str, who: str) -> Bought:
    """Draft purchase orders for what orders and work orders lack; at once again, nothing is left to draft.

    The numbers follow the one that was read first: if another purchase order is made meanwhile, all is read again.
    """
    done: list[PurchaseOrder] = []

    def draft() -> Bought:
        now, number = datetime.now(UTC), PURCHASES.next_number()
        missing = with_components(missing_units())
        found = draft_needs(missing.needs, missing.products, suppliers.sellers(), now)
        numbers = called(missing.needs)
        drafts = [partial(_drafted, each, numbers, who) for each in found.drafts]
        done.extend(make_in_turn(PURCHASES, number, request, drafts))
        send_release(units_to_take_over(missing.documents))
        send_orders_to_buy_for(sorted({name for each in done for name in each.made_for_orders}))
        left_out = (*found.left_out, *(NotBought.of(*each) for each in missing.undeliverable))
        return Bought(tuple(done), left_out, missing.more_wait)

    return retry_conflicts(draft)


def _drafted(draft: PurchaseDraft, numbers: Mapping[str, str], who: str, name: str, at: datetime) -> PurchaseOrder:
    return drafted(name, draft, who, at, numbers)
