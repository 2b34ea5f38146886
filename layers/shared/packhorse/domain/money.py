"""Money as integer minor units with a currency; written and read as `{"amount": "12.34", "currency": "EUR"}`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema, model_serializer, model_validator

from packhorse.domain.errors import FieldError
from packhorse.domain.values import Value, Whole

ZERO_DECIMALS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())

CURRENCIES = frozenset(
    """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT
LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD
OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP
SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF
XPF YER ZAR ZMW ZWG
""".split()
)
"""The currencies of ISO 4217 that something is sold in, and those that were withdrawn in the last years."""

MAX_CHARACTERS = 20
"""Longest text of an amount that is read."""
MAX_MINOR = 10**15 - 1
"""Largest amount in minor units, positive or negative: its text is always within MAX_CHARACTERS."""


WRITTEN_OUT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
"""An amount as it is written: Python also reads 1e10, 1_000 and the digits of other scripts, which no form means."""

_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
"""What Germans, Italians or Spaniards write for thousands, and others for decimals."""

AMOUNT_TOO_LARGE = "is too large: an amount has at most 15 digits, its decimals included"


def is_amount(minor: int) -> bool:
    """Return whether an amount can be so many minor units.

    >>> is_amount(-(10**15) + 1), is_amount(10**15)
    (True, False)
    """
    return abs(minor) <= MAX_MINOR


def known_currency(code: str) -> str:
    """Return the code if it is a currency's; raises ValueError for any other.

    >>> known_currency("EUR")
    'EUR'
    """
    if code not in CURRENCIES:
        raise ValueError(no_currency(code))
    return code


def no_currency(code: str) -> str:
    """Return why a code is refused."""
    return f"“{code[:40]}” is not a currency of ISO 4217, such as EUR"


CODE = r"^[A-Z]{3}$"
Currency = Annotated[str, AfterValidator(known_currency), WithJsonSchema({"type": "string", "pattern": CODE})]
"""The code of a currency."""


def decimals(currency: str) -> int:
    """Return how many minor digits a currency has (ISO 4217).

    >>> decimals("EUR"), decimals("JPY"), decimals("KWD")
    (2, 0, 3)
    """
    if currency in ZERO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


def too_precise(currency: str) -> str:
    """Return what is wrong with an amount that has a part of a minor unit.

    >>> too_precise("EUR"), too_precise("JPY")
    ('has more decimals than EUR, which has 2', 'has more decimals than JPY, which has none')
    """
    return f"has more decimals than {currency}, which has {decimals(currency) or 'none'}"


def round_amount(amount: Decimal, currency: str, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Return the amount in whole minor units of the currency, halves away from zero unless said otherwise.

    >>> round_amount(Decimal("8.405"), "USD"), round_amount(Decimal("136.36"), "JPY")
    (Decimal('8.41'), Decimal('136'))
    """
    return amount.quantize(Decimal(1).scaleb(-decimals(currency)), rounding)


def price_of_one(total: Decimal, units: int | Decimal, currency: str) -> Decimal:
    """Return the price of one of so many units, rounded up: a discount can hold what all of them cost less.

    >>> price_of_one(Decimal("10.00"), 3, "EUR"), price_of_one(Decimal("25.20"), 3, "EUR")
    (Decimal('3.34'), Decimal('8.40'))
    """
    return round_amount(round_amount(total, currency) / units, currency, ROUND_CEILING)


class Money(Value):
    """An amount in minor units: `Money.of("12.34", "EUR").minor == 1234`."""

    minor: Whole = Field(ge=-MAX_MINOR, le=MAX_MINOR)
    currency: str = Field(pattern=CODE)

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> "Money":
        """Convert exactly; raises ValueError for a fraction of a minor unit, for no number, and for one too large.

        >>> Money.of("199.00", "USD").minor
        19900
        """
        if len(str(amount)) > MAX_CHARACTERS:
            raise ValueError(f"an amount has at most {MAX_CHARACTERS} characters")
        try:
            exact = Decimal(amount).scaleb(decimals(currency))
            minor = int(exact.quantize(1))  # which refuses 1e999999, int() takes ages over it
        except (ArithmeticError, ValueError) as error:
            raise ValueError(f"{amount!r} is not an amount") from error
        if minor != exact:
            raise ValueError(f"{amount} {too_precise(currency)}")
        if not is_amount(minor):
            raise ValueError(f"{amount} {AMOUNT_TOO_LARGE}")
        return cls(minor=minor, currency=currency)

    @model_validator(mode="before")
    @classmethod
    def _from_amount(cls, value: Any) -> Any:
        if isinstance(value, dict) and "amount" in value:
            if not isinstance(value["amount"], str):
                raise ValueError("amount is a string such as '12.34'")
            if not WRITTEN_OUT.fullmatch(value["amount"]):
                raise ValueError(f"“{value['amount'][:40]}” is not an amount: write digits, such as 12.34")
            if _THOUSANDS.fullmatch(value["amount"]) and decimals(str(value.get("currency", ""))) != 3:
                raise ValueError(f"“{value['amount']}” can be thousands or decimals: write it like 1234.50")
            money = cls.of(value["amount"], str(value.get("currency", "")))
            return {"minor": money.minor, "currency": money.currency}
        return value

    @model_serializer
    def _to_amount(self) -> dict[str, str]:
        return {"amount": self.amount, "currency": self.currency}

    @property
    def amount(self) -> str:
        """The amount in decimal notation, without the currency.

        >>> Money(minor=-1205, currency="EUR").amount
        '-12.05'
        """
        places = decimals(self.currency)
        return f"{Decimal(self.minor).scaleb(-places):.{places}f}"


def amounts_in(value: object, path: str = "") -> Iterator[tuple[str, Money]]:
    """Yield the amounts of a document, each with the path of its field.

    >>> [path for path, _ in amounts_in({"lines": [{"price": Money.of("1", "EUR")}], "note": "1 EUR"})]
    ['lines.0.price']
    """
    if isinstance(value, Money):
        yield path, value
        return
    for name, inside in _parts(value):
        yield from amounts_in(inside, f"{path}.{name}".lstrip("."))


def _parts(value: object) -> Iterable[tuple[object, object]]:
    if isinstance(value, BaseModel):
        return vars(value).items()
    if isinstance(value, Mapping):
        return value.items()
    return enumerate(value) if isinstance(value, list | tuple) else ()


def amount_errors(value: object, stored: object) -> Iterator[FieldError]:
    """Yield the amounts of a document that are negative or in no currency of ISO 4217, unless what is stored has them.

    What is stored is read whatever its amounts are: channels sent it, or it is of before they were checked.
    """
    before = {money for _, money in amounts_in(stored)}
    for path, money in amounts_in(value):
        if money in before:
            continue
        if money.minor < 0:
            yield FieldError(f"{path}.amount", "is negative")
        if money.currency not in CURRENCIES:
            yield FieldError(f"{path}.currency", no_currency(money.currency))
