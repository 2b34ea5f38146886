"""Note with its order that a label could not be finished for hours: nothing else of it says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.labels.label import Label
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.labelling import CALL_LASTS, is_late, label_unfinished
from packhorse.domain.values import OrderId
from packhorse.usecases.orders.change_order import commit_step


@contextmanager
def noting_unfinished(order_id: OrderId, number: int, label: Label) -> Iterator[None]:
    """Have what fails of a label that was begun hours ago opened as an exception of its order, and raise it again.

    What fails since another process calls the carrier at this moment is not noted.
    """
    try:
        yield
    except (Rejected, Unavailable) as error:
        failure, now = error, datetime.now(UTC)
        if is_late(label, now) and now - label.attempted_at >= CALL_LASTS:
            commit_step(
                order_id,
                lambda order, at, _: Change(label_unfinished(order, number, label.id, failure, at)),
                label.called_by,
            )
        raise
