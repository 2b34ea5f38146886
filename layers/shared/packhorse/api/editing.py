"""Edit an order before its hand-over."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import AfterValidator, Field

from packhorse.api.access import OPERATING, allow, current_name
from packhorse.api.annotations import Tag
from packhorse.api.paths import PathValue
from packhorse.api.views import OrderView, view
from packhorse.domain.address import Address, has_unknown_country, is_usable, normalised
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.orders.channel_order import MAX_LINES
from packhorse.domain.values import LongText, OrderId, Value, Whole
from packhorse.usecases.orders.edit_order import EditedLine, OrderEdits, edit_order
from packhorse.usecases.orders.place_order import NewAddress

router = APIGatewayHttpRouter()


def each_once(lines: tuple[EditedLine, ...]) -> tuple[EditedLine, ...]:
    """Return the lines; raises ValueError if one of them occurs twice."""
    if len({line.id for line in lines}) < len(lines):
        raise ValueError("a line occurs twice")
    return lines


class OrderPatch(Value):
    """New values of an order's fields; those that are not sent stay, and so do lines that are not named.

    `version` is the one that the caller read.
    """

    version: Annotated[Whole, Field(ge=1)]
    ship_to: NewAddress | None = None
    note: LongText | None = None
    gift_message: LongText | None = None
    tags: Annotated[tuple[Tag, ...], Field(max_length=20)] | None = None
    lines: Annotated[tuple[EditedLine, ...], Field(max_length=MAX_LINES), AfterValidator(each_once)] = ()


@router.patch("/orders/<order_id>", summary="Edit an order before its hand-over", tags=["orders"])
@allow(OPERATING)
def edit(order_id: PathValue, new: OrderPatch) -> OrderView:
    """Address (whole), note, gift message, tags, and sku and quantity of lines, as one change; then it is routed again.

    A quantity is how many units of the line stay wanted: 0 cancels it. Amounts stay the channel's. What a person set
    stays until the channel changes that very field. 409 for another `version`, for an order that is over, while a
    warehouse has a fulfilment order that no hold took back, and for units that have shipped.
    """
    who = current_name()
    return view(edit_order(OrderId(order_id), new.version, OrderEdits(_changes(new), new.tags, new.lines), who))


def _changes(new: OrderPatch) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if new.ship_to is not None:
        changes["ship_to"] = normalised(Address(**dict(new.ship_to)))
        if not is_usable(changes["ship_to"]) or has_unknown_country(changes["ship_to"]):
            message = "the country is unknown, or the address lacks a part that a parcel needs"
            raise Rejected("the address cannot be used", [FieldError("ship_to", message)])
    texts = {"note": new.note, "gift_message": new.gift_message}
    return changes | {name: text for name, text in texts.items() if text is not None}
