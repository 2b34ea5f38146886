"""Tables of rates: what the labels of a batch would cost."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import AT_BENCH, OPERATING, allow, current_name
from packhorse.api.label_batches import Fault, of_fulfilments
from packhorse.api.labels import Rates, rates_view
from packhorse.domain.labels.label import FulfilmentRef, WantedLabel
from packhorse.domain.labels.rate_table import MAX_RATED, LabelRates, RatedFulfilment
from packhorse.domain.money import Money
from packhorse.domain.values import Value
from packhorse.messages.labels import RateMany, request_label

router = APIGatewayHttpRouter()


class ToRate(Value):
    """The fulfilment orders to rate, and on which terms."""

    fulfilments: Annotated[tuple[FulfilmentRef, ...], Field(min_length=1, max_length=MAX_RATED)]
    wanted: WantedLabel = WantedLabel()


class RateRow(FulfilmentRef):
    """The rates of a fulfilment order, or `message` and `errors` why it has none."""

    rates: Rates | None
    message: str
    errors: tuple[Fault, ...]


class RateTable(Value):
    """The rates in the order of the request; `total` is what the chosen ones cost together, by currency."""

    items: tuple[RateRow, ...]
    total: tuple[Money, ...]
    next: None = None


@router.post("/label-batches/rates", summary="Rates of many labels", tags=["labels"])
@allow(OPERATING | AT_BENCH, of_fulfilments)
def rate_batch(new: ToRate) -> RateTable:
    """What a label batch of these would buy, over all carrier accounts; nothing is bought or stored."""
    message = RateMany(fulfilments=new.fulfilments, wanted=new.wanted, who=current_name())
    rated = request_label(message).rated
    return RateTable(items=tuple(map(_row, rated)), total=tuple(_total(rated)))


def _row(rated: RatedFulfilment) -> RateRow:
    return RateRow(
        order=rated.order,
        fulfilment=rated.fulfilment,
        rates=rates_view(rated.rates) if rated.rates else None,
        message=rated.message,
        errors=tuple(Fault(**error._asdict()) for error in rated.errors),
    )


def _total(rated: Iterable[RatedFulfilment]) -> Iterable[Money]:
    """Return what the labels cost together; a parcel of several fulfilment orders has one."""
    sums, counted = Counter[str](), set[FulfilmentRef]()
    for each in rated:
        named = FulfilmentRef(order=each.order, fulfilment=each.fulfilment)
        if each.rates and named not in counted:
            price = _chosen(each.rates)
            sums[price.currency] += price.minor
            counted |= {named, *each.rates.shares}
    return [Money(minor=minor, currency=currency) for currency, minor in sorted(sums.items())]


def _chosen(rates: LabelRates) -> Money:
    named = (rates.chosen, rates.account)
    return next(each.rate.price for each in rates.quotes if (each.rate.id, each.account) == named)
