"""Check what lacks for labels when orders are handed over, and when what lacked may be there."""

from collections.abc import Iterable, Mapping

from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse, WarehouseKind
from packhorse.domain.orders.boxing import box_choice
from packhorse.domain.orders.checks import Check, FailedCheck
from packhorse.domain.orders.consigning import heaviness_checks, label_checks, package_of, size_checks
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.updates import with_fulfilment
from packhorse.domain.values import ChannelId, Sku
from packhorse.store import catalogue
from packhorse.usecases.intake.take_in import AdvancedOrder


def check_labels(outcomes: Iterable[AdvancedOrder], config: Configuration) -> tuple[AdvancedOrder, ...]:
    """Store with each fulfilment order that is handed over what lacks for its label; read the products once for all.

    Those that lacked something before are checked again. Where no carrier account sells labels nothing is read.
    """
    found = tuple(outcomes)
    orders = {each.stored.id: each.change.order for each in found}
    wanted = {name: list(_to_check(order, config)) for name, order in orders.items()}
    skus = {Sku(line.matched) for name in wanted if wanted[name] for line in orders[name].lines if line.matched}
    if not any(wanted.values()):
        return found
    products = catalogue.with_components(skus)
    after = {name: checked(order, wanted[name], config, products) for name, order in orders.items()}
    return tuple(each._replace(change=each.change._replace(order=after[each.stored.id])) for each in found)


def _to_check(order: Order, config: Configuration) -> Iterable[FulfilmentOrder]:
    open_ones = (each for each in order.fulfilments if _is_to_check(each))
    return (each for each in open_ones if each.checks or config.carrier_accounts(each.warehouse))


def _is_to_check(fulfilment: FulfilmentOrder) -> bool:
    is_new = fulfilment.status is FulfilmentStatus.QUEUED and fulfilment.attempt > 0
    return fulfilment.kind is WarehouseKind.OWN and fulfilment.is_open and (is_new or bool(fulfilment.checks))


def checked(
    order: Order, fulfilments: Iterable[FulfilmentOrder], config: Configuration, products: Mapping[Sku, Product]
) -> Order:
    """Return the order with what lacks for the labels of these fulfilment orders; a hold is not about a label.

    Where no carrier account sells labels nothing lacks for one.
    """
    channel = config.channels.get(ChannelId(order.channel))
    for fulfilment in fulfilments:
        warehouse = config.warehouses.get(fulfilment.warehouse)
        if warehouse is None:
            continue
        accounts = config.carrier_accounts(fulfilment.warehouse)
        failed = _failed(order, fulfilment, warehouse, channel, config, products) if accounts else ()
        checks = tuple(each for each in failed if each.check is not Check.HOLD)
        if checks != fulfilment.checks:
            order = with_fulfilment(order, fulfilment.replace(checks=checks))
    return order


def _failed(
    order: Order,
    fulfilment: FulfilmentOrder,
    warehouse: Warehouse,
    channel: Channel | None,
    config: Configuration,
    products: Mapping[Sku, Product],
) -> tuple[FailedCheck, ...]:
    units = fulfilment.unlabelled
    box = box_choice(order, units, warehouse, products, config)
    failed = label_checks(order, units, warehouse, channel, products, box=box)
    if any(each.check is Check.BOX for each in failed):
        return failed
    package = package_of(order, units, products, config.box(box.box if box else None))
    too_heavy = heaviness_checks(package, [(order, units)], products)
    return failed + too_heavy + size_checks(package, config.carrier_accounts(fulfilment.warehouse))
