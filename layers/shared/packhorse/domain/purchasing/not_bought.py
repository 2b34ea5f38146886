"""What an order lacks of products that are bought per order, and that is not to come: an exception, until it is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from packhorse.domain.catalogue.product import Product
from packhorse.domain.numbered import Numbered
from packhorse.domain.orders.exceptions import with_current_exception, without_exception
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.plural import agree
from packhorse.domain.problem import Cause
from packhorse.domain.purchasing.made_for import Purpose
from packhorse.domain.purchasing.need import Need
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.short_lines import NotBought, why_not_bought
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import OrderId, Sku


def not_to_come(
    needs: Iterable[Need], made: Sequence[PurchaseOrder], products: Mapping[Sku, Product], suppliers: Collection[str]
) -> Iterator[NotBought]:
    """Yield what of needs that nothing covers is not bought by itself: it was bought before, or no supplier sells it.

    `made` are all purchase orders that were ever made for these orders.
    """
    for need in needs:
        names = [each.id for each in made if _is_made_for(each, need)]
        reason = f"{', '.join(names)} {agree(len(names), 'does', 'do')} not bring them" if names else None
        reason = reason or why_not_bought(products.get(need.shelf.sku), suppliers)
        if reason:
            yield NotBought.of(need, reason)


def _is_made_for(purchase: PurchaseOrder, need: Need) -> bool:
    made_for = (each.purpose(line.sku) for line in purchase.lines for each in line.made_for)
    return need.purpose in (*made_for, *(each.purpose for each in purchase.left_out))


def with_not_bought(order: Order, lacking: Iterable[NotBought], at: datetime) -> Order:
    """Return the order with an exception for each line of which units are not to come, and without those of others."""
    by_line: defaultdict[str, list[NotBought]] = defaultdict(list)
    for each in lacking:
        by_line[each.line].append(each)
    for problem in order.exceptions:
        if problem.cause == Cause.NOT_BOUGHT and problem.line and problem.line not in by_line:
            order = without_exception(order, Cause.NOT_BOUGHT, problem.line)
    for line, found in by_line.items():
        what = "; ".join(f"{each.units} of {each.sku}: {each.reason}" for each in found)
        message = f"line {line} lacks what is bought per order and not to come: {what}"
        problem = OrderException(cause=Cause.NOT_BOUGHT, line=line, message=message[:2000], opened_at=at)
        order = with_current_exception(order, problem)
    return order


def orders_given_up(before: PurchaseOrder, after: PurchaseOrder) -> frozenset[OrderId]:
    """Return the orders that lines are made for of which fewer units come than before."""
    is_cancelled = after.cancelled_at is not None and before.cancelled_at is None
    lines = {line.id: line for line in before.lines}
    less = (line for line in after.lines if is_cancelled or (line.id in lines and _lost(line) > _lost(lines[line.id])))
    return frozenset(each.order for line in less for each in line.made_for)


def fewer_to_come(before: Numbered, after: Numbered) -> Goods:
    """Return the units by shelf that a document was to bring for no order by name, and does not any more.

    They may have been cancelled, lost or taken for an order; units that came are among them.
    """
    return _free(before) - _free(after)


def more_to_come(before: Numbered | None, after: Numbered) -> Goods:
    """Return the units by shelf that a document is to bring for no order by name, and was not to bring before."""
    return _free(after) - (_free(before) if before else Goods())


def _free(document: Numbered) -> Goods:
    free = Goods(document.in_transit)
    for each in document.coming:
        free[each.shelf] += each.without_others(()).units
    return free


def fewer_by_name(before: Numbered, after: Numbered) -> Goods:
    """Return the units by shelf that a document was to bring for orders by name, and that these do not need any more.

    They may have other units, on which orders that are not named counted.
    """
    return _named(before) - _named(after)


def _named(document: Numbered) -> Goods:
    named = Goods()
    for each in document.coming:
        named[each.shelf] += sum(part.needed for part in each.parts)
    return named


def counting_on(shelf: Shelf, needs: Iterable[Need], named: Mapping[Purpose, int]) -> list[OrderId]:
    """Return the orders of needs that units at a shelf may serve, and that are not named for all that they need."""
    found = (each.order for each in needs if shelf in each.shelves and named.get(each.purpose, 0) < each.units)
    return list(dict.fromkeys(found))


def _lost(line: PurchaseLine) -> int:
    """Return the units of a line that never go on the shelf."""
    return line.rejected + line.refused + line.closed
