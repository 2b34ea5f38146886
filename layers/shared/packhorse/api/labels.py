"""Labels of fulfilment orders: rates, purchase, file and void."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import AT_BENCH, OPERATING, allow, current_limits, current_name, current_request_id
from packhorse.api.limits import of_order, of_paper, own_part
from packhorse.api.paths import OrderIdValue, PathValue
from packhorse.api.views import LabelView, OrderView, label_view, view
from packhorse.domain.errors import NotNow
from packhorse.domain.labels import rate_table
from packhorse.domain.labels.box_sizes import BoxChoice
from packhorse.domain.labels.choice import Quote
from packhorse.domain.labels.consignment import Package
from packhorse.domain.labels.label import Label, LabelState, WantedLabel
from packhorse.domain.orders.labelling import label_of
from packhorse.domain.orders.parcel import LineQuantity, units_of
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.values import OrderId, RecordId, Value, shared_fields
from packhorse.messages.labels import BuyLabel, RateLabel, VoidLabel, request_label
from packhorse.store import orders

router = APIGatewayHttpRouter()
Number = Annotated[int, Path(ge=1)]


class NewLabel(WantedLabel):
    """The label that is wanted; without `lines` its parcel holds all that has no label yet."""

    lines: Annotated[tuple[LineQuantity, ...], Field(max_length=500)] = ()

    @property
    def wanted(self) -> WantedLabel:
        """The terms alone."""
        return WantedLabel(**shared_fields(WantedLabel, self))

    @property
    def units(self) -> Mapping[str, int]:
        """The units by line."""
        return dict(units_of(self.lines))


class LabelToVoid(Value):
    """Which label: without `label` the one that the fulfilment order has."""

    label: RecordId | None = None


class Rates(Value):
    """The rates of a label, cheapest first, and the one that would be bought, with its account and the reason.

    `package` and `box` are of the parcel that was rated.
    """

    items: tuple[Quote, ...]
    chosen: str
    account: str
    reason: str
    package: Package | None
    box: BoxChoice | None
    next: None = None


def rates_view(rates: rate_table.LabelRates | None) -> Rates:
    """Return the rates of a label as the API shows them."""
    if rates is None:
        raise AssertionError("the label function answered without rates")
    return Rates(items=rates.quotes, **shared_fields(Rates, rates, "items", "next"))


@router.post("/orders/<order_id>/fulfilments/<number>/rates", summary="Rates of a label", tags=["labels"])
@allow(OPERATING | AT_BENCH, of_order)
def rates(order_id: OrderIdValue, number: Number, new: NewLabel = NewLabel()) -> Rates:  # noqa: B008 - frozen
    """What carriers ask, and which one would be bought; nothing is. 422 names each check that fails."""
    message = RateLabel(
        order=OrderId(order_id), fulfilment=number, wanted=new.wanted, units=new.units, who=current_name()
    )
    return rates_view(request_label(message).rates)


@router.post(
    "/orders/<order_id>/fulfilments/<number>/label",
    summary="Buy a label",
    tags=["labels"],
    status_code=HTTPStatus.CREATED,
)
@allow(OPERATING | AT_BENCH, of_paper)
def buy(order_id: OrderIdValue, number: Number, new: NewLabel = NewLabel()) -> LabelView:  # noqa: B008 - frozen
    """Bought once, however often it is requested under one Idempotency-Key; that also finishes what was interrupted.

    422 names each check that fails, or what the carrier refuses; 409 where nothing is left to label.
    """
    label = current_request_id()
    message = BuyLabel(
        order=OrderId(order_id), fulfilment=number, label=label, wanted=new.wanted, units=new.units, who=current_name()
    )
    return _shown(request_label(message).label)


@router.post(
    "/orders/<order_id>/fulfilments/<number>/labels/<label_id>/finish", summary="Finish a label", tags=["labels"]
)
@allow(OPERATING | AT_BENCH, of_paper)
def finish(order_id: PathValue, number: Number, label_id: PathValue) -> LabelView:
    """For a label that is `buying` or has no file: what the carrier sold is recorded, what it did not is bought."""
    existing = label_of(orders.get_order(OrderId(order_id)), number, label_id)
    message = BuyLabel(order=OrderId(order_id), fulfilment=number, label=existing.id, who=current_name())
    return _shown(request_label(message).label)


@router.get("/orders/<order_id>/fulfilments/<number>/labels/<label_id>", summary="One label", tags=["labels"])
@allow(OPERATING | AT_BENCH, of_order)
def show(order_id: PathValue, number: Number, label_id: PathValue) -> LabelView:
    """Its `url` opens the file for a quarter of an hour; none for limited callers that see the buyer no more."""
    order = own_part(orders.get_order(OrderId(order_id)), current_limits())
    return label_view(label_of(order, number, label_id))


@router.post("/orders/<order_id>/fulfilments/<number>/void", summary="Void a label", tags=["labels"])
@allow(OPERATING | AT_BENCH, of_order)
def void(order_id: PathValue, number: Number, which: LabelToVoid = LabelToVoid()) -> OrderView:  # noqa: B008 - frozen
    """The parcel has not left after all, and its units are to be sent. 409 if the carrier does not take it back."""
    order = orders.get_order(OrderId(order_id))
    label = which.label or _only_label(fulfilment_order_of(order, number).labels)
    request_label(VoidLabel(order=OrderId(order_id), fulfilment=number, label=label, who=current_name()))
    return view(orders.get_order(OrderId(order_id)))


VOIDABLE = frozenset({LabelState.BOUGHT, LabelState.UNUSED, LabelState.VOIDING})


def _only_label(labels: tuple[Label, ...]) -> str:
    found = [each.id for each in labels if each.state in VOIDABLE]
    if len(found) != 1:
        raise NotNow("it has no label to void" if not found else f"it has {len(found)} labels: say which `label`")
    return found[0]


def _shown(label: Label | None) -> LabelView:
    if label is None:
        raise AssertionError("the label function answered without a label")
    return label_view(label)
