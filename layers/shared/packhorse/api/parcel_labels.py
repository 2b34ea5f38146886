"""Labels of several parcels of a fulfilment order in one request."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import AT_BENCH, OPERATING, allow, current_name, current_request_id
from packhorse.api.label_batches import Fault
from packhorse.api.limits import of_paper
from packhorse.api.paths import PathValue
from packhorse.api.views import LabelView, label_view
from packhorse.domain.labels.consignment import WeighedPackage
from packhorse.domain.labels.label import WantedLabel
from packhorse.domain.orders.parcel import LineQuantity, units_of
from packhorse.domain.values import Identifier, OrderId, Value, shared_fields
from packhorse.usecases.labels.buy_parcels import MAX_PARCELS, ParcelResult, UnlabelledParcel, buy_parcels

router = APIGatewayHttpRouter()
Number = Annotated[int, Path(ge=1)]


class ParcelToLabel(Value):
    """A parcel: the units in it, and its box size or what a scale and a ruler say of it."""

    lines: Annotated[tuple[LineQuantity, ...], Field(min_length=1, max_length=500)]
    box: Identifier | None = None
    package: WeighedPackage | None = None


class NewLabels(WantedLabel):
    """The terms of all labels, and the parcels."""

    parcels: Annotated[tuple[ParcelToLabel, ...], Field(min_length=1, max_length=MAX_PARCELS)]

    def parcel(self, request: str, place: int) -> UnlabelledParcel:
        """Return the parcel at a place, with the id of its label."""
        wanted, parcel = WantedLabel(**shared_fields(WantedLabel, self)), self.parcels[place]
        own = wanted.replace(box=parcel.box or wanted.box, package=parcel.package or wanted.package)
        return UnlabelledParcel(f"{request}-{place + 1}", own, dict(units_of(parcel.lines)))


class ParcelLabel(Value):
    """The result of a parcel: its label, or `message` and `errors` why it has none."""

    place: int
    label: LabelView | None
    message: str
    errors: tuple[Fault, ...]


class ParcelLabels(Value):
    """The results of all parcels, in the order of the request."""

    items: tuple[ParcelLabel, ...]
    next: None = None


@router.post(
    "/orders/<order_id>/fulfilments/<number>/labels", summary="Buy labels for several parcels", tags=["labels"]
)
@allow(OPERATING | AT_BENCH, of_paper)
def buy_labels(order_id: PathValue, number: Number, new: NewLabels) -> ParcelLabels:
    """Each is bought once, however often it is requested under one Idempotency-Key, and has a result of its own.

    422 where the parcels hold more than is left to label, 409 where nothing is left; nothing is bought then. 503 where
    a carrier does not answer: the same request goes on from there.
    """
    request = current_request_id()
    parcels = [new.parcel(request, place) for place in range(len(new.parcels))]
    results = buy_parcels(OrderId(order_id), number, parcels, current_name())
    return ParcelLabels(items=tuple(_shown(place, result) for place, result in enumerate(results, 1)))


def _shown(place: int, result: ParcelResult) -> ParcelLabel:
    return ParcelLabel(
        place=place,
        label=label_view(result.label) if result.label else None,
        message=result.message,
        errors=tuple(Fault(**error._asdict()) for error in result.errors),
    )
