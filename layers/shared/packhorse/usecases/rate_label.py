"""Rate a label: check what it needs, ask carriers for their rates, and choose one. Nothing is spent."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.carrier import CarrierAccount
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse, WarehouseKind
from packhorse.domain.errors import FieldError, NotNow, NotReady, PackhorseError, Rejected, Unavailable
from packhorse.domain.labels.box_sizes import BoxChoice
from packhorse.domain.labels.choice import Cap, Choice, Terms, chosen, quoted
from packhorse.domain.labels.consignment import LabelFormat, Package
from packhorse.domain.labels.label import WantedLabel
from packhorse.domain.labels.purchase import RatedShipment
from packhorse.domain.labels.rate_table import Rates
from packhorse.domain.orders.boxing import box_choice
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
    """What a label is made of: the order as it was read, the units, their warehouse, the accounts that may sell it."""

    order: Order
    config: Configuration
    products: Mapping[Sku, Product]
    warehouse: Warehouse
    accounts: Sequence[CarrierAccount]
    units: Mapping[str, int]
    package: Package
    box: BoxChoice | None
    format: LabelFormat


class Offer(NamedTuple):
    """What carriers offer for a consignment: the carrier's id of the shipment of the chosen rate, and the choice."""

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
    wanted = request.wanted
    box = None
    if wanted.box or not wanted.package:
        box = box_choice(order, units, warehouse, products, config, wanted.box)
    if checks := label_checks(order, units, warehouse, channel, products, wanted.package, box):
        raise NotReady("a label needs more", [FieldError(each.check, each.message) for each in checks])
    accounts = config.carrier_accounts(fulfilment.warehouse, wanted.account)
    if not accounts:
        wrong = FieldError("account", "name an active carrier account that sells labels, or give the warehouse one")
        raise NotReady("no carrier account", [wrong])
    package = package_of(order, units, products, config.box(box.box if box else None), wanted.package)
    label_format = wanted.format or warehouse.label_format
    return Labelling(order, config, products, warehouse, accounts, units, package, box, label_format)


def offered(labelling: Labelling, request: LabelRequest, remaining: Callable[[], float]) -> Offer:
    """Ask all accounts for rates and choose one; raises Rejected with the fault of each if none fits.

    An account that fails does not affect the others; the reason names it. Raises what the first one
    failed with if all do.
    """
    rated, failed = _rated(labelling, request, remaining)
    if not rated:
        raise next(iter(failed.values()))
    rates = ((account, rate) for account, found in rated.items() for rate in found.rates)
    problems = [problem for found in rated.values() for problem in found.problems]
    problems += [f"{account}: {error}" for account, error in failed.items()]
    terms = terms_of(labelling, request.wanted, datetime.now(UTC))
    choice = chosen(quoted(rates, terms), problems, terms.deliver_by)
    if failed:
        choice = choice._replace(reason=f"{choice.reason}; no rates of {', '.join(failed)}"[:255])
    return Offer(rated[choice.account].id, choice)


def _rated(
    labelling: Labelling, request: LabelRequest, remaining: Callable[[], float]
) -> tuple[dict[str, RatedShipment], dict[str, PackhorseError]]:
    consignment = consignment_of(
        labelling.order,
        labelling.units,
        labelling.warehouse,
        labelling.products,
        labelling.package,
        labelling.format,
        request.label,
    )
    rated, failed = dict[str, RatedShipment](), dict[str, PackhorseError]()
    for account in labelling.accounts:
        try:
            with connect_carrier(account, remaining) as carrier:
                rated[account.id] = carrier.rates(consignment)
        except (Rejected, Unavailable) as error:
            failed[account.id] = error
    return rated, failed


def terms_of(labelling: Labelling, wanted: WantedLabel, now: datetime) -> Terms:
    """Return what the rates are compared with: the promised day, and what request, channel and account allow."""
    channel = labelling.config.channels.get(ChannelId(labelling.order.channel))
    limits = {
        "the request": wanted.max_price,
        f"channel {labelling.order.channel}": channel.max_label_price if channel else None,
        "the account": labelling.config.account.max_label_price,
    }
    caps = [Cap(whose, price) for whose, price in limits.items() if price]
    excluded = channel.carriers_left_out if channel else ()
    return Terms(wanted, now, labelling.order.deliver_by, excluded, caps)


def rate_label(request: LabelRequest, remaining: Callable[[], float]) -> Rates:
    """Return what carriers ask for a label, and which one would be bought."""
    labelling = prepare(orders.get_order(request.order), request, configuration.current())
    choice = offered(labelling, request, remaining).choice
    return Rates(
        quotes=choice.quotes,
        chosen=choice.rate.id,
        account=choice.account,
        reason=choice.reason,
        package=labelling.package,
        box=labelling.box,
    )
