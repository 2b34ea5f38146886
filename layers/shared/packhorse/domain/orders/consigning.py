"""What a carrier gets to know of the units in a parcel, and what lacks for a label: checked before money is spent."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from packhorse.domain.address import Address, is_missing, is_usable, lacking_fields, postal_spelling
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.carrier import CarrierAccount
from packhorse.domain.configuration.channel import Channel, LabelPolicy
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.labels.box_sizes import BoxChoice, BoxSize
from packhorse.domain.labels.consignment import (
    MAX_GRAMS,
    Consignment,
    CustomsItem,
    LabelFormat,
    Package,
    possible_weight,
)
from packhorse.domain.money import AMOUNT_TOO_LARGE
from packhorse.domain.orders.checks import Check, FailedCheck
from packhorse.domain.orders.customs import declared_value, has_value, passes_customs
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.values import Sku

Products = Mapping[Sku, Product]

ADDRESS_WORDS = {"address1": "street", "city": "city", "state": "state", "postcode": "postcode"}
HS_DIGITS = 6
"""Digits of an HS code that carriers and customs want at least."""
CUSTOMS_WORDS = {"origin_country": "country of origin", "hs_code": "HS code"}
"""What a label needs, by field, in the words of the people who fill it in."""


def label_checks(
    order: Order,
    units: Mapping[str, int],
    warehouse: Warehouse,
    channel: Channel | None,
    products: Products,
    package: Package | None = None,
    box: BoxChoice | None = None,
) -> tuple[FailedCheck, ...]:
    """Return what lacks for a label of these units; `package` is what a person said of the parcel.

    `box` is the choice of its box size, None where none has to be chosen.
    """
    found = [
        *_hold_checks(order, channel),
        *_address_checks(order, warehouse),
        *(() if package else _weight_checks(order, units, products)),
    ]
    if box and box.box is None:
        found.append(FailedCheck(check=Check.BOX, message=box.reason, sku=_unmeasured(order, units, products)))
    if order.ship_to and warehouse.address and needs_customs(order, warehouse):
        found += [*_signer_checks(warehouse), *_customs_checks(order, units, products)]
    return tuple(found)


def size_checks(package: Package, accounts: Collection[CarrierAccount]) -> tuple[FailedCheck, ...]:
    """Return that the parcel has no size, where every account that may sell its label needs one."""
    if package.has_size or not accounts or not all(account.needs_size for account in accounts):
        return ()
    return (FailedCheck(check=Check.BOX, message=without_size(" and ".join(account.id for account in accounts))),)


def heaviness_checks(
    package: Package, contents: Iterable[tuple[Order, Mapping[str, int]]], products: Products
) -> tuple[FailedCheck, ...]:
    """Return that a parcel has no weight although its products have, since no parcel can be so heavy.

    It is about the product that weighs the most: its weight may be wrong.
    """
    if package.weight_g:
        return ()
    weights = weights_of(contents, products)
    if not weights.total():
        return ()
    [(heaviest, _)] = weights.most_common(1)
    message = (
        f"the products weigh {_kilograms(weights.total())} kg together, {heaviest} the most, and a parcel "
        f"{_kilograms(MAX_GRAMS)} kg at most: weigh the parcel, or send it in several"
    )
    return (FailedCheck(check=Check.WEIGHT, message=message, sku=heaviest),)


def _kilograms(grams: int) -> int:
    return -(-grams // 1000)


def without_size(whose: str) -> str:
    """Return what to do about a parcel without a size for an account that needs one."""
    sides = "package.length_mm, package.width_mm and package.height_mm"
    return f"{whose} needs the size of the parcel: measure it ({sides}), or name a box"


def _hold_checks(order: Order, channel: Channel | None) -> Iterator[FailedCheck]:
    if order.holds:
        yield FailedCheck(check=Check.HOLD, message="the order is held: release it first")
    if channel and channel.label_policy is LabelPolicy.CHANNEL_ONLY:
        yield FailedCheck(check=Check.CARRIER, message=f"labels for {channel.id} are bought there, not here")


def _address_checks(order: Order, warehouse: Warehouse) -> Iterator[FailedCheck]:
    ship_to = order.ship_to
    if ship_to is None or is_missing(ship_to):
        yield FailedCheck(check=Check.ADDRESS, message="the order has no address to ship to")
    elif lacking := _words_lacking(ship_to):
        yield FailedCheck(check=Check.ADDRESS, message=f"the address has no {lacking}")
    elif not is_usable(ship_to):
        yield FailedCheck(check=Check.ADDRESS, message=f"the country “{ship_to.country[:40]}” is not one")
    if warehouse.address is None or is_missing(warehouse.address):
        yield FailedCheck(
            check=Check.SENDER, message=f"warehouse {warehouse.id} has no address: labels name their sender"
        )
    elif lacking := _words_lacking(warehouse.address):
        message = f"the address of warehouse {warehouse.id} has no {lacking}: labels name their sender"
        yield FailedCheck(check=Check.SENDER, message=message)


def _words_lacking(address: Address) -> str:
    """Return what the address lacks for its country, as `postcode` and `street and no city`; empty if it is whole."""
    return " and no ".join(ADDRESS_WORDS[name] for name in lacking_fields(address))


def _weight_checks(order: Order, units: Mapping[str, int], products: Products) -> Iterator[FailedCheck]:
    for line in _lines(order, units):
        if not unit_weight(line.matched, products):
            message = f"product {line.matched} has no weight: give it one, or weigh the parcel"
            yield FailedCheck(check=Check.WEIGHT, message=message, sku=line.matched)


def _unmeasured(order: Order, units: Mapping[str, int], products: Products) -> str | None:
    """Return the first product that lacks a side, None where all are measured: its box may fit once it has them."""
    found = (products.get(Sku(line.matched or "")) for line in _lines(order, units))
    return next(
        (each.sku for each in found if each and not (each.length_mm and each.width_mm and each.height_mm)), None
    )


def _signer_checks(warehouse: Warehouse) -> Iterator[FailedCheck]:
    sender = warehouse.sender
    if sender and not is_missing(sender) and not (sender.name or sender.company):
        message = f"the address of warehouse {warehouse.id} has no name: customs ask who sends the parcel"
        yield FailedCheck(check=Check.SENDER, message=message)


def _customs_checks(order: Order, units: Mapping[str, int], products: Products) -> Iterator[FailedCheck]:
    for line in _lines(order, units):
        product = products.get(Sku(line.matched or ""))
        if lacking := [word for name, word in CUSTOMS_WORDS.items() if not (product and getattr(product, name))]:
            message = f"line {line.id}: product {line.matched} has no {' and no '.join(lacking)}, which customs ask for"
            yield FailedCheck(check=Check.CUSTOMS, message=message, sku=line.matched)
        elif product and len(product.hs_code.replace(".", "")) < HS_DIGITS:
            message = f"line {line.id}: the HS code of product {line.matched} has fewer than {HS_DIGITS} digits"
            yield FailedCheck(check=Check.CUSTOMS, message=message, sku=line.matched)
        if not has_value(line, product):
            message = f"line {line.id}: its price is not known: give product {line.matched} a customs value"
            yield FailedCheck(check=Check.CUSTOMS, message=message, sku=line.matched)
        elif declared_value(line, units[line.id], product) is None:
            message = f"line {line.id}: its value {AMOUNT_TOO_LARGE}; send its units in several parcels"
            yield FailedCheck(check=Check.CUSTOMS, message=message)


def _lines(order: Order, units: Mapping[str, int]) -> Iterator[OrderLine]:
    return (line for line in order.lines if units.get(line.id))


def needs_customs(order: Order, warehouse: Warehouse) -> bool:
    """Return whether the parcel passes customs between the two addresses, if both are there."""
    if order.ship_to is None or warehouse.address is None:
        return False
    return passes_customs(warehouse.address, order.ship_to)


def unit_weight(sku: str | None, products: Products) -> int:
    """Return the weight of one unit in grams, of a kit without one that of its components; 0 if it is unknown."""
    product = products.get(Sku(sku or ""))
    if product is None or product.weight_g:
        return product.weight_g if product else 0
    if not product.is_kit:
        return 0
    parts = {part: unit_weight(part, products) for part in product.components}
    return sum(parts[part] * units for part, units in product.components.items()) if all(parts.values()) else 0


def weights_of(contents: Iterable[tuple[Order, Mapping[str, int]]], products: Products) -> Counter[str]:
    """Return the weight of units of orders in grams by product, 0 if it is unknown; it may be beyond a package's."""
    weights = Counter[str]()
    for order, units in contents:
        for line in _lines(order, units):
            weights[line.called] += unit_weight(line.matched, products) * units[line.id]
    return weights


def package_of(
    order: Order,
    units: Mapping[str, int],
    products: Products,
    box: BoxSize | None,
    measured: Package | None = None,
) -> Package:
    """Return the parcel of these units: as measured, else by the weights of their products and the box.

    A parcel that was weighed and not measured has the sides of its box. One that is computed heavier than any can be
    has no weight: `heaviness_checks` says so.
    """
    if measured:
        return box.package(0).replace(weight_g=measured.weight_g) if box and not measured.has_size else measured
    grams = weights_of([(order, units)], products).total()
    return box.package(grams) if box else Package(weight_g=possible_weight(grams))


def package_of_several(grams: int, named: BoxSize | None, default: BoxSize | None) -> Package:
    """Return the parcel of several orders' units of that weight: in the box that is named, without sides else.

    The box is unknown where none is named: it weighs what the warehouse's default weighs.
    """
    if named:
        return named.package(grams)
    return Package(weight_g=possible_weight(grams + (default.tare_g if default else 0)))


def consignment_of(
    order: Order,
    customs: Sequence[CustomsItem],
    warehouse: Warehouse,
    package: Package,
    label_format: LabelFormat,
    reference: str,
) -> Consignment:
    """Return what the carrier is to carry; `label_checks` found nothing to lack.

    Within the United States addresses are as the post writes them, which makes its territories states.
    """
    if order.ship_to is None or warehouse.sender is None:
        raise AssertionError(f"order {order.id} has no addresses")
    sender = postal_spelling(warehouse.sender)
    return Consignment(
        reference=reference,
        sender=sender,
        recipient=postal_spelling(order.ship_to) if sender.country == "US" else order.ship_to,
        package=package,
        customs=tuple(customs),
        label_format=label_format,
        order_number=order.number or order.channel_order_id,
    )


def customs_of(
    order: Order, units: Mapping[str, int], warehouse: Warehouse, products: Products
) -> Iterator[CustomsItem]:
    """Yield what is declared of these units to customs, none within a customs area; `label_checks` found no lack.

    Lines have the weights of their products, 0 if they are unknown: `with_weights` makes them those of a parcel.
    """
    if not needs_customs(order, warehouse):
        return
    for line in _lines(order, units):
        product, quantity = products[Sku(str(line.matched))], units[line.id]
        if (value := declared_value(line, quantity, product)) is None:
            raise AssertionError(f"line {line.id} of order {order.id} has no value")
        yield CustomsItem(
            description=product.customs_description or product.name or line.name or product.sku,
            quantity=quantity,
            value=value,
            weight_g=unit_weight(line.matched, products) * quantity,
            origin_country=product.origin_country,
            hs_code=product.hs_code.replace(".", ""),  # with its points one of ten digits is too long for Shippo
        )
