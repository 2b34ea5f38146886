"""Bodies of channels: validated as the channel's model, converted to our order; errors by field."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from packhorse.channels.decoration import rounded
from packhorse.domain.address import normalised
from packhorse.domain.errors import CallFailed, FieldError, Rejected
from packhorse.domain.money import CURRENCIES, round_amount
from packhorse.domain.orders.channel_order import FUTURE, ChannelOrder, DeletedOrder, is_future
from packhorse.http.body import Model, parse_json, readable, validated

MAX_NOTES = 20
SENSELESS = "the order makes no sense"


def parse_model(model: type[Model], value: object, adjusted: set[str] | None = None) -> Model:
    """Return the value as that model; raises Rejected with the path of each field that does not fit.

    `adjusted` gets the names of the fields that were cut or left out (see `channels.decoration`).
    """
    return validated(model, value, SENSELESS, adjusted)


def parse_answer(model: type[Model], raw: bytes, request: str) -> Model:
    """Return the body of a successful answer as that model; raises CallFailed for one that does not fit.

    It is no refusal: a busy host may answer 200 with an HTML page.
    """
    try:
        return parse_model(model, parse_json(raw))
    except Rejected as error:
        raise CallFailed(f"{request}: the answer does not fit") from error


def id_of_body(body: object) -> str | None:
    """Return the `id` of a parsed body that does not fit; None if it has none."""
    found = body.get("id") if isinstance(body, dict) else None
    return readable(str(found)[:200]).strip() or None if type(found) in (int, str) else None


def id_in_body(raw: bytes) -> str | None:
    """Return the `id` of a body that does not fit; None if it is no JSON, or has none."""
    try:
        return id_of_body(parse_json(raw))
    except Rejected:
        return None


def deleted_order(channel: str, channel_order_id: str) -> DeletedOrder:
    """Return the order that a channel says it deleted; raises Rejected for an id that no order can have."""
    return parse_model(DeletedOrder, {"channel": channel, "channel_order_id": channel_order_id})


def unknown_word(field: str, word: str) -> FieldError:
    """Return the error of a field with a word that we do not handle: it may say what is not to be done."""
    return FieldError(field, f"{word[:50]!r} is not known here")


def money(amount: str | Decimal | None, currency: str) -> dict[str, str] | None:
    """Return the amount in the form that our models read."""
    return None if amount is None else {"amount": str(amount), "currency": currency}


def without_sign(amount: Decimal | None) -> Decimal | None:
    """Return a discount as a positive amount: some orders state it as a negative one."""
    return None if amount is None else abs(amount)


def money_of_units(amount: str | Decimal | None, currency: str, units: int, of: int) -> dict[str, str] | None:
    """Return the part of a line's amount that is of so many of its units.

    A channel's discounts and taxes are of all units that were bought; our line has those that were not refunded before
    they left.
    """
    if amount is None or units >= of or of <= 0 or currency not in CURRENCIES:
        return money(amount, currency)
    return money(round_amount(Decimal(amount) * max(units, 0) / of, currency), currency)


def to_channel_order(facts: Mapping[str, Any], adjusted: set[str], now: datetime) -> ChannelOrder:
    """Return the order with these fields, its amounts rounded and its addresses normalised for routing.

    A moment in the future is refused.
    """
    if facts["currency"] not in CURRENCIES:
        raise Rejected(SENSELESS, [FieldError("currency", "is not a currency of ISO 4217")])
    for name in ("placed_at", "modified_at", "paid_at"):
        if (moment := facts.get(name)) and is_future(moment, now):
            raise Rejected(SENSELESS, [FieldError(name, FUTURE)])
    order = parse_model(ChannelOrder, rounded(facts, adjusted))
    notes = tuple(sorted(adjusted))[:MAX_NOTES]
    return order.replace(
        adjusted=notes,
        ship_to=order.ship_to and normalised(order.ship_to),
        bill_to=order.bill_to and normalised(order.bill_to),
    )
