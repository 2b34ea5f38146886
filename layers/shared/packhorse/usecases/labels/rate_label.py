"""Rate a label: check what it needs, ask carriers for their rates, and choose one. Nothing is spent."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.carrier import CarrierAccount
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse, WarehouseKind
from packhorse.domain.errors import FieldError, NotNow, NotReady, PackhorseError, Rejected, Unavailable
from packhorse.domain.labels.box_sizes import BoxChoice
from packhorse.domain.labels.choice import Cap, RateChoice, RateTerms, chosen, quoted
from packhorse.domain.labels.consignment import CustomsItem, LabelFormat, Package
from packhorse.domain.labels.label import FulfilmentRef, WantedLabel
from packhorse.domain.labels.purchase import RatedShipment
from packhorse.domain.labels.rate_table import LabelRates
from packhorse.domain.orders.boxing import box_choice
from packhorse.domain.orders.checks import Check, FailedCheck
from packhorse.domain.orders.consigning import (
    consignment_of,
    customs_of,
    heaviness_checks,
    label_checks,
    package_of,
    package_of_several,
    size_checks,
    weights_of,
    without_size,
)
from packhorse.domain.orders.customs import declaration_checks, with_weights
from packhorse.domain.orders.labelling import units_to_label
from packhorse.domain.orders.merging import why_it_leaves
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.values import ChannelId, OrderId, Sku
from packhorse.store import catalogue, configuration, orders
from packhorse.usecases.labels.connect_carrier import connect_carrier


class LabelRequest(NamedTuple):
    """A label that is wanted: of which units (empty: all without one), on which terms, under which id, and by whom."""

    order: OrderId
    number: int
    label: str
    wanted: WantedLabel
    units: Mapping[str, int]
    who: str


class ParcelPart(NamedTuple):
    """A fulfilment order of another order in the same parcel, with its units by line."""

    order: Order
    number: int
    units: Mapping[str, int]


class Labelling(NamedTuple):
    """What a label is made of: the order as it was read, the units, their warehouse, the accounts that may sell it.

    `others` are the parts of other orders in the same parcel.
    """

    order: Order
    config: Configuration
    products: Mapping[Sku, Product]
    warehouse: Warehouse
    accounts: Sequence[CarrierAccount]
    units: Mapping[str, int]
    package: Package
    box: BoxChoice | None
    format: LabelFormat
    others: tuple[ParcelPart, ...] = ()


class Offer(NamedTuple):
    """What carriers offer for a consignment: the carrier's id of the shipment of the chosen rate, and the choice."""

    shipment: str
    choice: RateChoice


def prepare(order: Order, request: LabelRequest, config: Configuration) -> Labelling:
    """Return what the label is made of; raises NotReady with each check that fails."""
    fulfilment = fulfilment_order_of(order, request.number)
    if fulfilment.kind is not WarehouseKind.OWN:
        raise NotNow(f"{fulfilment.warehouse} ships by itself: labels are bought for own warehouses")
    others = tuple(parts_beside(order, request))
    units = units_to_label(order, request.number, request.units)
    warehouse = config.warehouses.get(fulfilment.warehouse)
    if warehouse is None:
        raise NotNow(f"warehouse {fulfilment.warehouse} was removed")
    parts = (ParcelPart(order, request.number, units), *others)
    skus = {Sku(line.matched) for part in parts for line in part.order.lines if line.matched}
    products = catalogue.with_components(skus)
    wanted = request.wanted
    box = _box(parts, warehouse, products, config, wanted)
    accounts = config.carrier_accounts(fulfilment.warehouse, wanted.account)
    package = _package(parts, warehouse, products, config, wanted, box)
    checks: list[FailedCheck] = []
    for part in parts:
        channel = _channel(part, config)
        found = label_checks(part.order, part.units, warehouse, channel, products, wanted.package, box)
        name = part.order.number or part.order.channel_order_id
        checks += [each.of_order(name) for each in found] if others else found
    if not any(each.check is Check.BOX for each in checks):
        checks += heaviness_checks(package, _contents(parts), products) + size_checks(package, accounts)
    if not checks:
        checks += declaration_checks(_customs(parts, warehouse, products), package)
    if checks:
        wrong = [FieldError(each.check, each.message) for each in dict.fromkeys(checks)]
        raise NotReady("a label needs more", wrong)
    if not accounts:
        lacking = FieldError("account", "name an active carrier account that sells labels, or give the warehouse one")
        raise NotReady("no carrier account", [lacking])
    label_format = wanted.format or warehouse.label_format
    return Labelling(order, config, products, warehouse, accounts, units, package, box, label_format, others)


def _box(
    parts: Sequence[ParcelPart],
    warehouse: Warehouse,
    products: Mapping[Sku, Product],
    config: Configuration,
    wanted: WantedLabel,
) -> BoxChoice | None:
    """Return the box size of the parcel; for several orders together none is chosen, but one can be named."""
    if not wanted.box and (wanted.package or len(parts) > 1):
        return None
    return box_choice(parts[0].order, parts[0].units, warehouse, products, config, wanted.box)


def _package(
    parts: Sequence[ParcelPart],
    warehouse: Warehouse,
    products: Mapping[Sku, Product],
    config: Configuration,
    wanted: WantedLabel,
    box: BoxChoice | None,
) -> Package:
    """Return the parcel of all parts: as measured, else by the weights of their products and the box."""
    in_box = config.box(box.box if box else None)
    if len(parts) > 1 and not wanted.package:
        return package_of_several(
            weights_of(_contents(parts), products).total(), in_box, config.box(warehouse.default_box)
        )
    return package_of(parts[0].order, parts[0].units, products, in_box, wanted.package)


def _contents(parts: Iterable[ParcelPart]) -> list[tuple[Order, Mapping[str, int]]]:
    return [(each.order, each.units) for each in parts]


def parts_beside(order: Order, request: LabelRequest) -> Iterator[ParcelPart]:
    """Yield the parts of other orders that are merged with the fulfilment order; raises NotNow for a part of it."""
    fulfilment = fulfilment_order_of(order, request.number)
    if fulfilment.merge is None or not fulfilment.unlabelled:
        return
    if request.units:
        raise NotNow(f"fulfilment {request.number} is merged with other orders: its label is for all of it")
    refs = {OrderId(each.order): each.fulfilment for each in fulfilment.merge.members if each.order != order.id}
    for name, other in sorted(orders.find_orders(refs).items()):
        theirs = other.fulfilment(refs[name])
        if theirs and theirs.merge and theirs.merge.id == fulfilment.merge.id and not why_it_leaves(other, theirs):
            yield ParcelPart(other, theirs.number, units_to_label(other, theirs.number, {}))


def refs_of(parts: Iterable[ParcelPart]) -> tuple[FulfilmentRef, ...]:
    """Return what names the fulfilment orders."""
    return tuple(FulfilmentRef(order=each.order.id, fulfilment=each.number) for each in parts)


def _channel(part: ParcelPart, config: Configuration) -> Channel | None:
    return config.channels.get(ChannelId(part.order.channel))


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
    parts = (ParcelPart(labelling.order, request.number, labelling.units), *labelling.others)
    package = labelling.package
    customs = with_weights(_customs(parts, labelling.warehouse, labelling.products), package.weight_g)
    consignment = consignment_of(
        labelling.order, customs, labelling.warehouse, package, labelling.format, request.label
    ).replace(day=labelling.config.day_at(labelling.warehouse.id, datetime.now(UTC)))
    rated, failed = dict[str, RatedShipment](), dict[str, PackhorseError]()
    for account in labelling.accounts:
        if account.needs_size and not labelling.package.has_size:
            failed[account.id] = NotReady(without_size("it"))
            continue
        try:
            with connect_carrier(account, remaining) as carrier:
                rated[account.id] = carrier.rates(consignment)
        except (Rejected, Unavailable) as error:
            failed[account.id] = error
    return rated, failed


def _customs(
    parts: Iterable[ParcelPart], warehouse: Warehouse, products: Mapping[Sku, Product]
) -> tuple[CustomsItem, ...]:
    return tuple(item for part in parts for item in customs_of(part.order, part.units, warehouse, products))


def terms_of(labelling: Labelling, wanted: WantedLabel, now: datetime) -> RateTerms:
    """Return what the rates are compared with: the promised day, and what request, channel and account allow.

    A parcel of several orders is there by the earliest of their days, and within what each of their channels allows.
    """
    parcel = (labelling.order, *(each.order for each in labelling.others))
    found = (labelling.config.channels.get(ChannelId(name)) for name in sorted({order.channel for order in parcel}))
    channels = [each for each in found if each]
    limits = {
        "the request": wanted.max_price,
        **{f"channel {each.id}": each.max_label_price for each in channels},
        "the account": labelling.config.account.max_label_price,
    }
    caps = [Cap(whose, price) for whose, price in limits.items() if price]
    excluded = [carrier for each in channels for carrier in each.carriers_left_out]
    deliver_by = min((order.deliver_by for order in parcel if order.deliver_by), default=None)
    return RateTerms(wanted, now, deliver_by, excluded, caps)


def rate_label(request: LabelRequest, remaining: Callable[[], float]) -> LabelRates:
    """Return what carriers ask for a label, and which one would be bought."""
    labelling = prepare(orders.get_order(request.order), request, configuration.current())
    choice = offered(labelling, request, remaining).choice
    return LabelRates(
        quotes=choice.quotes,
        chosen=choice.rate.id,
        account=choice.account,
        reason=choice.reason,
        package=labelling.package,
        box=labelling.box,
        shares=refs_of(labelling.others),
    )
