"""What the simulated carriers carry, at which price: deterministic, by weight and distance."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from hashlib import sha256
from typing import NamedTuple

Refusals = dict[str, str]


class Freight(NamedTuple):
    """A parcel on its way from one place to another."""

    from_country: str
    from_zip: str
    to_country: str
    to_zip: str
    to_phone: str
    ounces: Decimal
    has_customs: bool

    @property
    def is_abroad(self) -> bool:
        """Whether it leaves its country."""
        return self.from_country != self.to_country

    @property
    def zone(self) -> int:
        """How far it goes: 1 to 10 within a country by the first digits of the postcodes, 20 abroad."""
        if self.is_abroad:
            return 20
        return abs(_first_digit(self.from_zip) - _first_digit(self.to_zip)) + 1


class Service(NamedTuple):
    """A service of a carrier: cents for each parcel and ounce, and days within zone 1."""

    carrier: str
    name: str
    base: int
    per_ounce: int
    days: int
    abroad: bool = False


class Offer(NamedTuple):
    """A service at a price in cents."""

    service: Service
    cents: int
    days: int


SERVICES = (
    Service("USPS", "GroundAdvantage", 420, 9, 2),
    Service("USPS", "Priority", 780, 14, 1),
    Service("USPS", "Express", 2650, 40, 1),
    Service("UPS", "Ground", 910, 7, 2),
    Service("UPS", "2ndDayAir", 1890, 25, 2),
    Service("UPS", "NextDayAir", 4200, 55, 1),
    Service("USPS", "FirstClassPackageInternationalService", 1300, 30, 9, abroad=True),
    Service("USPS", "PriorityMailInternational", 3100, 45, 6, abroad=True),
    Service("UPS", "UPSStandard", 2900, 35, 5, abroad=True),
    Service("UPS", "Expedited", 6400, 60, 3, abroad=True),
)
MOST_OUNCES: Mapping[str, int] = {"USPS": 70 * 16, "UPS": 150 * 16}


def offers(freight: Freight, refusing: Refusals) -> tuple[list[Offer], Refusals]:
    """Return what each service costs, and by carrier why it carries nothing; `refusing` are refusals set by hand."""
    refusals = {
        carrier: refusal for carrier in MOST_OUNCES if (refusal := refusing.get(carrier) or _no(carrier, freight))
    }
    found = [
        _offer(service, freight)
        for service in SERVICES
        if service.abroad == freight.is_abroad and service.carrier not in refusals
    ]
    return found, refusals


def _offer(service: Service, freight: Freight) -> Offer:
    whole = int(freight.ounces.to_integral_value(ROUND_CEILING))
    cents = service.base + service.per_ounce * whole * (10 + freight.zone) // 10
    slower = freight.zone // 3 if service.name.startswith("Ground") else 0
    return Offer(service, cents, service.days + slower)


def _no(carrier: str, freight: Freight) -> str:
    if freight.ounces > MOST_OUNCES[carrier]:
        return f"Package weight exceeds the maximum of {MOST_OUNCES[carrier] // 16} lbs."
    if freight.is_abroad and not freight.has_customs:
        return "Customs information is required for international shipments."
    if freight.is_abroad and carrier == "UPS" and not freight.to_phone:
        return "Missing or invalid ship to phone number."
    return ""


def tracking_number(carrier: str, purchase: str) -> str:
    """Return the tracking number of a purchase, the same for the same one, with the carrier's check digit.

    >>> tracking_number("USPS", "1"), tracking_number("UPS", "1")
    ('9400168399752575697952', '1ZPH0RSE0389223157')
    """
    digits = f"{int(sha256(purchase.encode()).hexdigest(), 16):080d}"
    if carrier == "USPS":
        body = f"94001{digits[-40:-24]}"
        return body + str(-sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(body)) % 10)
    body = f"PH0RSE03{digits[-7:]}"
    numbers = [int(letter) if letter.isdigit() else (ord(letter) - 63) % 10 for letter in body]
    return f"1Z{body}{-sum(number * (1, 2)[place % 2] for place, number in enumerate(numbers)) % 10}"


def _first_digit(postcode: str) -> int:
    return int(postcode[0]) if postcode[:1].isdigit() and postcode[0].isascii() else 5
