"""Value and weight of customs lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.carriers.easypost.shipments import net_ounces, ounces
from packhorse.domain.address import Address, normalised
from packhorse.domain.catalogue.product import Product
from packhorse.domain.labels.consignment import CustomsItem, Package
from packhorse.domain.money import MAX_MINOR, Money
from packhorse.domain.orders.customs import declaration_checks, declared_value, passes_customs, with_weights
from packhorse.domain.orders.order_line import OrderLine


def line(price: str, discount: str | None = None, currency: str = "EUR") -> OrderLine:
    off = Money.of(discount, currency) if discount else None
    return OrderLine(id="1", sku="CUP Ü/1", quantity=3, unit_price=Money.of(price, currency), discount=off)


def items(*lines: tuple[int, int]) -> list[CustomsItem]:
    """Customs lines of so many units and grams."""
    value = Money.of("1.00", "EUR")
    return [CustomsItem(description="Cup", quantity=units, value=value, weight_g=grams) for units, grams in lines]


def weights(parcel_g: int, *lines: tuple[int, int]) -> list[int]:
    return [item.weight_g for item in with_weights(items(*lines), parcel_g)]


@pytest.mark.parametrize(
    ("given_line", "value"),
    [
        (line("12.00", "9.00"), "27.00"),
        (line("12.00", "36.00"), "36.00"),
        (line("0.00"), "0.03"),
        (line("0", currency="JPY"), "3"),
        (line("0.000", currency="KWD"), "0.030"),
    ],
)
def test_a_gift_is_worth_its_price_before_the_discount_and_more_than_nothing(given_line: OrderLine, value: str) -> None:
    assert declared_value(given_line, 3) == Money.of(value, given_line.unit_price.currency)


def test_a_line_whose_price_is_not_known_is_worth_what_its_product_says_and_never_a_hundredth() -> None:
    unpriced = line("0").replace(has_price=False)
    product = Product(sku="CUP Ü", customs_value=Money.of("7.50", "EUR"))

    assert [declared_value(unpriced, 3, each) for each in (None, Product(sku="CUP Ü"))] == [None, None]
    assert declared_value(unpriced, 3, product) == Money.of("22.50", "EUR")
    assert declared_value(line("12.00"), 3, product) == Money.of("36.00", "EUR")


def test_a_gift_whose_price_is_more_than_an_amount_can_be_has_no_value() -> None:
    dear = Money(minor=MAX_MINOR, currency="EUR")

    assert declared_value(line("0").replace(unit_price=dear, discount=dear, quantity=1), 1) == dear
    assert declared_value(line("0").replace(unit_price=dear, discount=dear, quantity=1), 2) is None


NEWARK, BERLIN = Address(country="US", state="NJ"), Address(country="DE")


@pytest.mark.parametrize(
    ("code", "to_it", "from_it"),
    [("PR", False, False), ("VI", False, True), ("GU", True, True), ("AS", True, True), ("MP", True, True)],
)
def test_a_territory_passes_customs_alike_as_a_state_and_as_a_country(code: str, to_it: bool, from_it: bool) -> None:
    state, country = Address(country="US", state=code), Address(country=code)

    assert {passes_customs(NEWARK, each) for each in (state, country)} == {to_it}
    assert {passes_customs(each, NEWARK) for each in (state, country)} == {from_it}
    assert not passes_customs(state, country)
    assert passes_customs(BERLIN, state)
    assert passes_customs(country, BERLIN)


@pytest.mark.parametrize(
    ("one", "other", "passes"),
    [
        (("GB", "E1 1AA"), ("IM", "IM1 1AA"), False),
        (("GB", "E1 1AA"), ("JE", "JE2 3AA"), True),
        (("GB", "E1 1AA"), ("GB", "bt1 1aa"), False),
        (("GB", "E1 1AA"), ("IE", "D01"), True),
        (("GB", "BT1 1AA"), ("IE", "D01"), False),
        (("GB", "BT1 1AA"), ("ES", "35001"), True),
        (("IM", "IM1 1AA"), ("IE", "D01"), True),
        (("CH", "8001"), ("LI", "9490"), False),
        (("LI", "9490"), ("AT", "1010"), True),
    ],
)
def test_places_in_the_customs_territory_of_another_country(
    one: tuple[str, str], other: tuple[str, str], passes: bool
) -> None:
    here, there = (Address(country=country, postcode=postcode) for country, postcode in (one, other))

    assert (passes_customs(here, there), passes_customs(there, here)) == (passes, passes)


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [
        (Address(country="US", state="CA"), False),
        (Address(country="US", state="AE"), True),
        (Address(country="US", state="FM"), True),
        (Address(country="FM"), True),
        (Address(country="CA", state="ON"), True),
    ],
)
def test_mail_abroad_and_to_armed_forces_passes_customs(recipient: Address, expected: bool) -> None:
    assert passes_customs(NEWARK, recipient) is expected


def test_countries_of_a_customs_union_pass_none() -> None:
    assert not passes_customs(BERLIN, Address(country="FR"))


@pytest.mark.parametrize(
    ("country", "postcode"),
    [
        ("ES", "35001"),  # Las Palmas
        ("ES", "38001"),  # Santa Cruz de Tenerife
        ("ES", "51001"),  # Ceuta
        ("FR", "97110"),  # Guadeloupe
        ("FR", "98800"),  # New Caledonia
        ("DE", "27498"),  # Helgoland
        ("FI", "22100"),  # Åland
        ("FI", "AX-22100"),
        ("GR", "63086"),  # Mount Athos
        ("IT", "23041"),  # Livigno
    ],
)
def test_a_place_apart_from_its_customs_union_passes_customs(country: str, postcode: str) -> None:
    there = normalised(Address(country=country, postcode=postcode))

    assert passes_customs(BERLIN, there)
    assert passes_customs(Address(country=country, postcode="10000"), there)
    assert passes_customs(there, BERLIN)
    assert not passes_customs(there, there)


def test_islands_of_one_area_pass_no_customs_between_them() -> None:
    assert not passes_customs(Address(country="ES", postcode="35001"), Address(country="ES", postcode="38001"))


def test_lines_that_fit_keep_the_weights_of_their_products() -> None:
    assert weights(1000, (1, 10), (2, 700)) == [10, 700]


def test_lines_without_a_weight_share_what_the_others_leave_of_the_parcel() -> None:
    assert weights(1000, (1, 700), (2, 0), (1, 0)) == [700, 200, 100]


def test_lines_heavier_than_the_parcel_become_lighter_in_proportion() -> None:
    assert weights(300, (1, 350)) == [300]
    assert weights(302, (1, 400), (1, 200)) == [201, 101]
    assert weights(302, (1, 600), (1, 0)) == [301, 1]


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 30_000)), min_size=1, max_size=60), st.integers(0, 10**6))
def test_each_line_has_a_weight_and_all_are_never_more_than_the_parcel(lines: list[tuple[int, int]], more: int) -> None:
    parcel = len(lines) + more

    grams = weights(parcel, *lines)

    assert min(grams) >= 1
    assert sum(grams) <= parcel
    assert min(map(net_ounces, grams)) > 0
    assert sum(map(net_ounces, grams)) <= ounces(parcel) + 1e-9


def test_a_parcel_lighter_than_a_gram_for_each_line_is_named() -> None:
    lines = items((1, 10), (1, 10))

    assert not list(declaration_checks(lines, Package(weight_g=2)))
    [found] = declaration_checks(lines, Package(weight_g=1))
    assert (found.check, found.message.split(":")[0]) == ("customs", "package.weight_g")


def test_a_declaration_in_two_currencies_may_come_of_products_as_well_as_of_a_merge() -> None:
    euros, _ = lines = items((1, 5), (1, 5))
    dollars = euros.replace(value=Money.of("1.00", "USD"))

    assert not list(declaration_checks(lines, Package(weight_g=20)))
    [found] = declaration_checks([euros, dollars], Package(weight_g=20))
    assert "undo the merge, or give the products their customs values in one" in found.message
