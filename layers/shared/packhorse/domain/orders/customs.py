"""Whether a parcel passes customs, and value and weight of its customs lines.

These are more than nothing, since carriers refuse less, and no more than the parcel.
"""

from collections.abc import Iterator, Sequence

from packhorse.domain.address import Address, postal_spelling
from packhorse.domain.catalogue.product import Product
from packhorse.domain.labels.consignment import CustomsItem, Package
from packhorse.domain.money import Money, decimals, is_amount
from packhorse.domain.orders.checks import Check, FailedCheck
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.pricing import price_paid
from packhorse.domain.places import customs_areas
from packhorse.domain.spreading import spread

MILITARY = frozenset({"AA", "AE", "AP"})
"""States of the United States' armed forces abroad."""
DECLARED = MILITARY | {"AS", "FM", "GU", "MH", "MP", "PW", "UM"}
"""States to and from which mail within the United States is declared: Domestic Mail Manual 608.2.4 and 703.2.3."""
DECLARED_FROM = DECLARED | {"VI"}
"""The Virgin Islands, too, are outside of the customs territory, which Puerto Rico is in: 19 CFR 145."""


def passes_customs(sender: Address, recipient: Address) -> bool:
    """Return whether a parcel passes customs: to another customs area, or as USPS says at home.

    A territory of the United States is the same place as a country and as a state.
    """
    here, there = postal_spelling(sender), postal_spelling(recipient)
    if not here.country == there.country == "US":
        areas = customs_areas(here.country, here.postcode)
        return areas.isdisjoint(customs_areas(there.country, there.postcode))
    if there.state in MILITARY:
        return True
    return here.state != there.state and (there.state in DECLARED or here.state in DECLARED_FROM)


def has_value(line: OrderLine, product: Product | None) -> bool:
    """Return whether the line has a value: by the order's price, else by the product."""
    return line.has_price or bool(product and product.customs_value and product.customs_value.minor > 0)


def declared_value(line: OrderLine, units: int, product: Product | None = None) -> Money | None:
    """Return the value of the units: what was paid; of a gift its price before the discount, else 0.01 each.

    Of a line without a price it is the product's, None without one. None, too, if it is more than an amount can be.
    """
    if not line.has_price:
        return _of_units(product.customs_value, units) if product and product.customs_value else None
    paid = price_paid(line, units)
    if paid is None or paid.minor > 0:
        return paid
    a_hundredth = Money(minor=10 ** max(decimals(paid.currency) - 2, 0), currency=paid.currency)
    return _of_units(line.unit_price if line.unit_price.minor > 0 else a_hundredth, units)


def _of_units(each: Money, units: int) -> Money | None:
    value = each.minor * units
    return each.replace(minor=value) if is_amount(value) else None


def with_weights(items: Sequence[CustomsItem], parcel_g: int) -> tuple[CustomsItem, ...]:
    """Return the customs lines of a parcel with weights that fit into it; 0 is the weight of one that is unknown.

    Lines without a weight share by their units what the others leave of the parcel. Where all are heavier together than
    it, as a scale may find, each becomes lighter in proportion. None has less than a gram.
    """
    known = sum(item.weight_g for item in items)
    if known > parcel_g or not all(item.weight_g for item in items):
        grams = _fitted(_guessed(items, parcel_g - known), parcel_g)
        return tuple(item.replace(weight_g=each) for item, each in zip(items, grams, strict=True))
    return tuple(items)


def _guessed(items: Sequence[CustomsItem], left: int) -> list[int]:
    """Return the grams of each line; those without a weight have what is left."""
    lacking = [0 if item.weight_g else item.quantity for item in items]
    shares = spread(max(left, 0), lacking) if any(lacking) else lacking
    return [item.weight_g or share for item, share in zip(items, shares, strict=True)]


def _fitted(grams: Sequence[int], parcel_g: int) -> list[int]:
    """Return the weights in proportion, with a gram for each line at least; together they are the parcel's."""
    if all(grams) and sum(grams) <= parcel_g:
        return list(grams)
    shares = spread(parcel_g - len(grams), [each or 1 for each in grams])
    return [1 + share for share in shares]


def declaration_checks(items: Sequence[CustomsItem], package: Package) -> Iterator[FailedCheck]:
    """Yield that the lines are in several currencies, or weigh more than their parcel: each weighs a gram at least.

    Orders that ship in one parcel can have several, and so can customs values of products.
    """
    currencies = sorted({item.value.currency for item in items})
    if len(currencies) > 1:
        message = (
            f"the parcel's lines are in {' and '.join(currencies)}: a declaration has one currency, "
            "undo the merge, or give the products their customs values in one"
        )
        yield FailedCheck(check=Check.CUSTOMS, message=message)
    if package.weight_g < len(items):
        message = f"package.weight_g: {package.weight_g} g is less than a gram for each of {len(items)} customs lines"
        yield FailedCheck(check=Check.CUSTOMS, message=message)
