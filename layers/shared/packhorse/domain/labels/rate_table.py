"""Tables of rates: what the labels of many fulfilment orders would cost, before any is bought."""

from packhorse.domain.errors import FieldError
from packhorse.domain.labels.box_sizes import BoxChoice
from packhorse.domain.labels.choice import Quote
from packhorse.domain.labels.consignment import Package
from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.values import Value

MAX_RATED = 20
"""Fulfilment orders that one request rates: each takes a call of every account, and an HTTP API does not wait."""


class LabelRates(Value):
    """The rates of a label, cheapest first; the id and the account of the one that would be bought, and the reason.

    `package` and `box` are of the parcel that was rated, `shares` are the fulfilment orders of other orders in it.
    """

    quotes: tuple[Quote, ...] = ()
    chosen: str = ""
    account: str = ""
    reason: str = ""
    package: Package | None = None
    box: BoxChoice | None = None
    shares: tuple[FulfilmentRef, ...] = ()


class RatedFulfilment(FulfilmentRef):
    """The rates of a fulfilment order, or `message` and `errors` why it has none."""

    rates: LabelRates | None = None
    message: str = ""
    errors: tuple[FieldError, ...] = ()
