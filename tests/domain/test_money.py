"""Money: exact, in minor units, and written as people write it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from packhorse.domain.money import MAX_MINOR, THREE_DECIMALS, ZERO_DECIMALS, Money, decimals

CURRENCIES = st.sampled_from(["EUR", "USD", *sorted(ZERO_DECIMALS), *sorted(THREE_DECIMALS)])


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("199.00", "USD", 19900),
        ("0.1", "EUR", 10),
        ("-12.05", "EUR", -1205),
        (7, "EUR", 700),
        (Decimal("1E+2"), "EUR", 10000),
        ("1200", "JPY", 1200),
        ("1200.00", "JPY", 1200),
        ("1.234", "KWD", 1234),
        ("0", "EUR", 0),
    ],
)
def test_an_amount_is_minor_units(amount: str | int | Decimal, currency: str, minor: int) -> None:
    assert Money.of(amount, currency).minor == minor


@pytest.mark.parametrize(
    ("amount", "currency", "allowed"), [("0.001", "EUR", "2"), ("1.5", "JPY", "none"), ("0.0001", "KWD", "3")]
)
def test_a_fraction_of_a_minor_unit_is_refused(amount: str, currency: str, allowed: str) -> None:
    with pytest.raises(ValueError, match=f"{amount} has more decimals than {currency}, which has {allowed}"):
        Money.of(amount, currency)


@pytest.mark.parametrize("amount", ["", "twelve", "12,50", "1.2.3", "NaN", "Infinity", "1e999999", "1e999990"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        Money.of(amount, "EUR")


@pytest.mark.parametrize(("amount", "currency"), [("1.250", "EUR"), ("12.000", "EUR"), ("1.000", "JPY")])
def test_an_amount_that_may_be_thousands_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(ValidationError, match="can be thousands or decimals"):
        Money.model_validate({"amount": amount, "currency": currency})


@pytest.mark.parametrize(("amount", "currency"), [("1.250", "KWD"), ("1250.00", "EUR"), ("1000.00", "JPY")])
def test_an_amount_that_cannot_be_thousands_is_taken(amount: str, currency: str) -> None:
    assert Money.model_validate({"amount": amount, "currency": currency}) == Money.of(amount, currency)


@pytest.mark.parametrize("amount", ["1e10", "1e3", "1E-2", "1_000", " 5", "5 ", "+5", ".5", "5.", "٣", "１２", "0x1"])
def test_a_document_has_an_amount_in_digits_alone(amount: str) -> None:
    """Python reads most of these as numbers, which no one meant who typed them."""
    with pytest.raises(ValidationError, match="is not an amount"):
        Money.model_validate({"amount": amount, "currency": "EUR"})


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
@pytest.mark.parametrize("sign", [1, -1])
def test_an_amount_has_at_most_fifteen_digits(currency: str, sign: int) -> None:
    most = Money(minor=sign * MAX_MINOR, currency=currency)
    beyond = Decimal(sign * (MAX_MINOR + 1)).scaleb(-decimals(currency))

    assert Money.of(most.amount, currency) == most
    with pytest.raises(ValueError, match="at most 15 digits"):
        Money.of(beyond, currency)
    with pytest.raises(ValidationError, match="999999999999999"):
        Money(minor=sign * (MAX_MINOR + 1), currency=currency)


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
@pytest.mark.parametrize("amount", ["1e17", "1E+16", "12345678901234567890", "-9999999999999999"])
def test_an_amount_that_could_not_be_read_back_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match="at most 15 digits"):
        Money.of(amount, currency)


def test_an_amount_that_is_too_long_to_be_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        Money.of("0." + "0" * 100 + "1", "EUR")


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "€"])
def test_what_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(ValidationError):
        Money.of("1.00", currency)


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [(-1205, "EUR", "-12.05"), (5, "EUR", "0.05"), (0, "EUR", "0.00"), (1200, "JPY", "1200"), (5, "KWD", "0.005")],
)
def test_it_is_written_with_the_decimals_of_its_currency(minor: int, currency: str, amount: str) -> None:
    assert Money(minor=minor, currency=currency).amount == amount


@given(st.integers(-MAX_MINOR, MAX_MINOR), CURRENCIES)
def test_what_is_written_is_what_is_read(minor: int, currency: str) -> None:
    money = Money(minor=minor, currency=currency)

    assert Money.of(money.amount, currency) == money
    assert Money.model_validate_json(money.model_dump_json()) == money
    assert money.model_dump() == {"amount": money.amount, "currency": currency}
    assert len(money.amount.partition(".")[2]) == decimals(currency)


@pytest.mark.parametrize(
    "value",
    [
        {"amount": 12.5, "currency": "EUR"},
        {"amount": 12, "currency": "EUR"},
        {"amount": "12.50"},
        {"amount": "12.50", "currency": None},
        {"amount": "12.505", "currency": "EUR"},
        {"minor": 1.5, "currency": "EUR"},
        {"minor": 1, "currency": "EUR", "decimals": 2},
        "12.50 EUR",
    ],
)
def test_what_is_no_money_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate(value)
