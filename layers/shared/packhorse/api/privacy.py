"""Privacy: buyers erased on request."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import OWNING, allow, caller_name
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.values import ChannelId, Identifier, OrderId, OrderIdText, Value
from packhorse.usecases.find_buyer import orders_of_account, orders_of_email
from packhorse.usecases.request_erasure import request_erasure

router = APIGatewayHttpRouter()


class Erasure(Value):
    """Whose data: of one order, of an e-mail address in all channels, or of a customer's id in a channel."""

    order: OrderIdText | None = None
    email: Annotated[str, Field(min_length=3, max_length=255)] | None = None
    channel: Identifier | None = None
    customer: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class Erasing(Value):
    """The orders that are erased by the next audit, each once it is complete or cancelled."""

    orders: tuple[OrderIdText, ...]


@router.post("/privacy/erase", summary="Erase a buyer's data", tags=["privacy"], status_code=HTTPStatus.ACCEPTED)
@allow(OWNING)
def erase(whose: Erasure) -> Erasing:
    """202: the orders are marked; an audit erases them within the hour, an open one once it is over.

    Either `order`, or `email`, or `channel` and `customer`. A second time changes nothing.
    """
    now, who = datetime.now(UTC), caller_name(router.current_event.raw_event)
    return Erasing(orders=request_erasure(_orders_of(whose), who, now))


def _orders_of(whose: Erasure) -> tuple[OrderId, ...]:
    match whose:
        case Erasure(order=str(order), email=None, channel=None, customer=None):
            return (OrderId(order),)
        case Erasure(order=None, email=str(email), channel=None, customer=None):
            return orders_of_email(email)
        case Erasure(order=None, email=None, channel=str(channel), customer=str(customer)):
            return orders_of_account(ChannelId(channel), (customer,))
    message = "give one of: order; email; channel with customer"
    raise Rejected("the input does not fit", [FieldError("order", message)])
