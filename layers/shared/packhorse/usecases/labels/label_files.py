"""Label files: fetched from the carrier once they are bought, and stored."""

from collections.abc import Callable
from datetime import datetime

from packhorse.aws.bucket import store_file
from packhorse.aws.telemetry import logger
from packhorse.carriers.protocol import Selling
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.labels.consignment import MEDIA_TYPES
from packhorse.domain.labels.label import Label
from packhorse.domain.labels.purchase import LabelFile
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.labelling import label_of, with_label
from packhorse.domain.orders.order import Order
from packhorse.domain.values import OrderId
from packhorse.usecases.labels.connect_carrier import account_of, connect_carrier
from packhorse.usecases.orders.change_order import commit_step


def stored_file(order_id: OrderId, label: Label, carrier: Selling) -> str | None:
    """Store the file of a bought label and return its key; None if the carrier does not give it now."""
    try:
        return store_label(order_id, label, carrier.label(label.sale))
    except (Rejected, Unavailable):
        logger.exception("label file not fetched", extra={"order_id": order_id, "label": label.id})
        return None


def store_label(order_id: OrderId, label: Label, file: LabelFile) -> str:
    """Store the file of a label; return its key, the same whenever it is stored again."""
    return store_file(f"labels/{order_id}/{label.id}.{file.format}", file.content, MEDIA_TYPES[file.format])


def fetch_file(
    order_id: OrderId, number: int, label: Label, config: Configuration, remaining: Callable[[], float]
) -> Label:
    """Fetch the file of a bought label that could not be had before; raises what the carrier refuses it with."""
    with connect_carrier(account_of(label, config), remaining) as carrier:
        file = store_label(order_id, label, carrier.label(label.sale))

    def step(order: Order, _: datetime, __: str) -> Change:
        return Change(with_label(order, number, label_of(order, number, label.id).replace(file=file)))

    return label_of(commit_step(order_id, step, label.who), number, label.id)
