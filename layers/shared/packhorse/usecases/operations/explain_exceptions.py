"""Explain exceptions to people: what orders and products are called, and how many orders wait for a listing."""

from collections.abc import Iterable, Iterator, Mapping

from packhorse.domain.values import OrderId
from packhorse.store import catalogue, orders
from packhorse.store.exceptions import MOST_NAMED, NamedOrder, OpenException
from packhorse.usecases.catalogue.unmatched_listings import with_waiting


def explained(found: Iterable[OpenException]) -> tuple[OpenException, ...]:
    """Return the exceptions with the numbers of their orders and the names of their products, all read at once."""
    read = tuple(found)
    concerned = {order for each in read for order in _orders_of(each)}
    numbers = orders.numbers_of(concerned)
    names = catalogue.names_of({each.subject.sku for each in read if each.subject.sku})
    return tuple(_with_names(with_waiting(each), numbers, names) for each in read)


def _orders_of(read: OpenException) -> Iterator[OrderId]:
    if read.order_id:
        yield read.order_id
    yield from _others(read)


def _others(read: OpenException) -> tuple[OrderId, ...]:
    """Return the other orders that it concerns; those of a buyer are in its subject."""
    return tuple(each.id for each in read.orders) or tuple(map(OrderId, read.subject.orders[:MOST_NAMED]))


def _with_names(read: OpenException, numbers: Mapping[OrderId, str], names: Mapping[str, str]) -> OpenException:
    return read.replace(
        order_number=numbers.get(read.order_id) if read.order_id else None,
        orders=tuple(NamedOrder(id=each, number=numbers.get(each)) for each in _others(read)),
        product=names.get(read.subject.sku or "") or None,
    )
