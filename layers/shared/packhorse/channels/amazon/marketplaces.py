"""Amazon's marketplaces: the country, currency and endpoint of each, as the Selling Partner API documents them."""

from collections.abc import Mapping
from typing import NamedTuple

NORTH_AMERICA = "https://sellingpartnerapi-na.amazon.com"
EUROPE = "https://sellingpartnerapi-eu.amazon.com"
FAR_EAST = "https://sellingpartnerapi-fe.amazon.com"
ENDPOINTS = frozenset({NORTH_AMERICA, EUROPE, FAR_EAST})


class Marketplace(NamedTuple):
    """A country's shop."""

    country: str
    currency: str
    endpoint: str


MARKETPLACES: Mapping[str, Marketplace] = {
    "A2EUQ1WTGCTBG2": Marketplace("CA", "CAD", NORTH_AMERICA),
    "ATVPDKIKX0DER": Marketplace("US", "USD", NORTH_AMERICA),
    "A1AM78C64UM0Y8": Marketplace("MX", "MXN", NORTH_AMERICA),
    "A2Q3Y263D00KWC": Marketplace("BR", "BRL", NORTH_AMERICA),
    "A28R8C7NBKEWEA": Marketplace("IE", "EUR", EUROPE),
    "A1RKKUPIHCS9HS": Marketplace("ES", "EUR", EUROPE),
    "A1F83G8C2ARO7P": Marketplace("GB", "GBP", EUROPE),
    "A13V1IB3VIYZZH": Marketplace("FR", "EUR", EUROPE),
    "AMEN7PMS3EDWL": Marketplace("BE", "EUR", EUROPE),
    "A1805IZSGTT6HS": Marketplace("NL", "EUR", EUROPE),
    "A1PA6795UKMFR9": Marketplace("DE", "EUR", EUROPE),
    "APJ6JRA9NG5V4": Marketplace("IT", "EUR", EUROPE),
    "A2NODRKZP88ZB9": Marketplace("SE", "SEK", EUROPE),
    "AE08WJ6YKNBMC": Marketplace("ZA", "ZAR", EUROPE),
    "A1C3SOZRARQ6R3": Marketplace("PL", "PLN", EUROPE),
    "ARBP9OOSHTCHU": Marketplace("EG", "EGP", EUROPE),
    "A33AVAJ2PDY3EV": Marketplace("TR", "TRY", EUROPE),
    "A17E79C6D8DWNP": Marketplace("SA", "SAR", EUROPE),
    "A2VIGQ35RCS4UG": Marketplace("AE", "AED", EUROPE),
    "A21TJRUUN4KGV": Marketplace("IN", "INR", EUROPE),
    "A19VAU5U5O7RUS": Marketplace("SG", "SGD", FAR_EAST),
    "A39IBJ37TRP1C6": Marketplace("AU", "AUD", FAR_EAST),
    "A1VC38T7YXB528": Marketplace("JP", "JPY", FAR_EAST),
}
