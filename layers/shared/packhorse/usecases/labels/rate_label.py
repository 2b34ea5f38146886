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
    """A fulfilment order in a parcel, with its units by line."""

    order: Order
    number: int
    units: Mapping[str, int]


class ParcelContents(NamedTuple):
    """What a parcel holds and where it leaves: the part that the label is of first, then those of other orders."""

    parts: tuple[ParcelPart, ...]
    warehouse: Warehouse
    products: Mapping[Sku, Product]
    config: Configuration

    @property
    def order(self) -> Order:
        """The order that the label is of, as it was read."""
        return self.parts[0].order

    @property
    def units(self) -> Mapping[str, int]:
        """The units of that order, by line."""
        return self.parts[0].units

    @property
    def others(self) -> tuple[ParcelPart, ...]:
        """The parts of other orders."""
        return self.parts[1:]

    @property
    def channels(self) -> list[Channel]:
        """The channels of the orders, without those that were removed."""
        found = map(self._channel_of, sorted({part.order.channel for part in self.parts}))
        return [each for each in found if each]

    def _channel_of(self, name: str) -> Channel | None:
        return self.config.channels.get(ChannelId(name))

    @property
    def customs(self) -> tuple[CustomsItem, ...]:
        """What is declared to customs of all parts."""
        found = (customs_of(part.order, part.units, self.warehouse, self.products) for part in self.parts)
        return tuple(item for items in found for item in items)

    @property
    def _units_of_orders(self) -> list[tuple[Order, Mapping[str, int]]]:
        return [(part.order, part.units) for part in self.parts]

    def box(self, wanted: WantedLabel) -> BoxChoice | None:
        """Return the box size of the parcel; for several orders together none is chosen, but one can be named."""
        if not wanted.box and (wanted.package or self.others):
            return None
        return box_choice(self.order, self.units, self.warehouse, self.products, self.config, wanted.box)

    def package(self, wanted: WantedLabel, box: BoxChoice | None) -> Package:
        """Return the parcel of all parts: as measured, else by the weights of their products and the box."""
        in_box = self.config.box(box.box if box else None)
        if not self.others or wanted.package:
            return package_of(self.order, self.units, self.products, in_box, wanted.package)
        grams = weights_of(self._units_of_orders, self.products).total()
        return package_of_several(grams, in_box, self.config.box(self.warehouse.default_box))

    def failed_checks(
        self, measured: Package | None, box: BoxChoice | None, package: Package, accounts: Sequence[CarrierAccount]
    ) -> list[FailedCheck]:
        """Return what lacks for a label, each once; what may follow from other faults only without any.

        `measured` is what a person said of the parcel, `package` what it is by that or by its products.
        """
        failed = [each for part in self.parts for each in self._checks_of(part, measured, box)]
        if not any(each.check is Check.BOX for each in failed):
            failed += heaviness_checks(package, self._units_of_orders, self.products) + size_checks(package, accounts)
        return list(dict.fromkeys(failed or declaration_checks(self.customs, package)))

    def _checks_of(self, part: ParcelPart, measured: Package | None, box: BoxChoice | None) -> Iterator[FailedCheck]:
        """Yield what lacks of a part; of several orders each check names its own."""
        channel, name = self._channel_of(part.order.channel), part.order.number or part.order.channel_order_id
        for each in label_checks(part.order, part.units, self.warehouse, channel, self.products, measured, box):
            yield each.of_order(name) if self.others else each


class Labelling(NamedTuple):
    """What a label is made of: the contents of its parcel, how that is packed, the accounts that may sell it."""

    contents: ParcelContents
    accounts: Sequence[CarrierAccount]
    package: Package
    box: BoxChoice | None
    format: LabelFormat


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
    wanted, parts = request.wanted, (ParcelPart(order, request.number, units), *others)
    skus = {Sku(line.matched) for part in parts for line in part.order.lines if line.matched}
    contents = ParcelContents(parts, warehouse, catalogue.with_components(skus), config)
    box = contents.box(wanted)
    package, accounts = contents.package(wanted, box), config.carrier_accounts(fulfilment.warehouse, wanted.account)
    if failed := contents.failed_checks(wanted.package, box, package, accounts):
        raise NotReady("a label needs more", [FieldError(each.check, each.message) for each in failed])
    if not accounts:
        lacking = FieldError("account", "name an active carrier account that sells labels, or give the warehouse one")
        raise NotReady("no carrier account", [lacking])
    return Labelling(contents, accounts, package, box, wanted.format or warehouse.label_format)


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
    contents, package = labelling.contents, labelling.package
    customs = with_weights(contents.customs, package.weight_g)
    consignment = consignment_of(
        contents.order, customs, contents.warehouse, package, labelling.format, request.label
    ).replace(day=contents.config.day_at(contents.warehouse.id, datetime.now(UTC)))
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


def terms_of(labelling: Labelling, wanted: WantedLabel, now: datetime) -> RateTerms:
    """Return what the rates are compared with: the promised day, and what request, channel and account allow.

    A parcel of several orders is there by the earliest of their days, and within what each of their channels allows.
    """
    contents = labelling.contents
    channels = contents.channels
    limits = {
        "the request": wanted.max_price,
        **{f"channel {each.id}": each.max_label_price for each in channels},
        "the account": contents.config.account.max_label_price,
    }
    caps = [Cap(whose, price) for whose, price in limits.items() if price]
    excluded = [carrier for each in channels for carrier in each.carriers_left_out]
    promised = (part.order.deliver_by for part in contents.parts)
    deliver_by = min(filter(None, promised), default=None)
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
        shares=refs_of(labelling.contents.others),
    )
