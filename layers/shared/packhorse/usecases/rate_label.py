"""Rate a label: check what it needs, ask the carrier for its rates, and choose one. Nothing is spent."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from packhorse.carriers.protocol import Selling
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.carrier import CarrierAccount
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse, WarehouseKind
from packhorse.domain.errors import FieldError, NotNow, NotReady
from packhorse.domain.labels.choice import Choice, Quote, chosen, quoted
from packhorse.domain.labels.consignment import LabelFormat, Package
from packhorse.domain.labels.label import WantedLabel
from packhorse.domain.orders.consigning import consignment_of, label_checks, package_of
from packhorse.domain.orders.labelling import units_to_label
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.values import ChannelId, OrderId, Sku
from packhorse.store import catalogue, configuration, orders
from packhorse.usecases.connect_carrier import connect_carrier


class LabelRequest(NamedTuple):
    """A label that is wanted: of which units (empty: all without one), on which terms, under which id, and by whom."""

    order: OrderId
    number: int
    label: str
    wanted: WantedLabel
    units: Mapping[str, int]
    who: str


class Labelling(NamedTuple):
    """What a label is made of: the order as it was read, the units, their warehouse, and the account that sells it."""

    order: Order
    config: Configuration
    products: Mapping[Sku, Product]
    warehouse: Warehouse
    account: CarrierAccount
    units: Mapping[str, int]
    package: Package
    format: LabelFormat


class Offer(NamedTuple):
    """What a carrier offers for a consignment: its id of the shipment, and the chosen rate with all others."""

    shipment: str
    choice: Choice


def prepare(order: Order, request: LabelRequest, config: Configuration) -> Labelling:
    """Return what the label is made of; raises NotReady with each check that fails."""
    fulfilment = fulfilment_order_of(order, request.number)
    if fulfilment.kind is not WarehouseKind.OWN:
        raise NotNow(f"{fulfilment.warehouse} ships by itself: labels are bought for own warehouses")
    units = units_to_label(order, request.number, request.units)
    warehouse = config.warehouses.get(fulfilment.warehouse)
    if warehouse is None:
        raise NotNow(f"warehouse {fulfilment.warehouse} was removed")
    products = catalogue.with_components({Sku(line.matched) for line in order.lines if line.matched})
    channel = config.channels.get(ChannelId(order.channel))
    if checks := label_checks(order, units, warehouse, channel, products, request.wanted.package):
        raise NotReady("a label needs more", [FieldError(each.check, each.message) for each in checks])
    account = config.carrier_account(fulfilment.warehouse, request.wanted.account)
    if account is None:
        wrong = FieldError("account", "name an active carrier account that sells labels, or give the warehouse one")
        raise NotReady("no carrier account", [wrong])
    package = request.wanted.package or package_of(order, units, products)
    label_format = request.wanted.format or warehouse.label_format
    return Labelling(order, config, products, warehouse, account, units, package, label_format)


def offered(labelling: Labelling, request: LabelRequest, carrier: Selling) -> Offer:
    """Ask the carrier for rates, and choose one; raises Rejected with the fault of each if none fits."""
    consignment = consignment_of(
        labelling.order,
        labelling.units,
        labelling.warehouse,
        labelling.products,
        labelling.package,
        labelling.format,
        request.label,
    )
    rated = carrier.rates(consignment)
    channel = labelling.config.channels.get(ChannelId(labelling.order.channel))
    left_out = channel.carriers_left_out if channel else ()
    quotes = quoted(rated.rates, request.wanted, left_out, labelling.order.deliver_by, datetime.now(UTC))
    return Offer(rated.id, chosen(quotes, rated.problems))


class Rates(NamedTuple):
    """The rates of a label, cheapest first, and the one that would be bought, with the reason."""

    quotes: tuple[Quote, ...]
    chosen: str
    reason: str


def rate_label(request: LabelRequest, remaining: Callable[[], float]) -> Rates:
    """Return what carriers ask for a label, and which one would be bought."""
    labelling = prepare(orders.get_order(request.order), request, configuration.current())
    with connect_carrier(labelling.account, remaining) as carrier:
        choice = offered(labelling, request, carrier).choice
    return Rates(choice.quotes, choice.rate.id, choice.reason)
