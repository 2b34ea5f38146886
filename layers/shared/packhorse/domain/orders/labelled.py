"""Reasons against another label of a fulfilment order: it has one, with who bought it, or nothing is left to ship."""

from packhorse.domain.labels.batch import batch_of
from packhorse.domain.labels.label import Label, LabelState
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder


def why_nothing_is_left(fulfilment: FulfilmentOrder) -> str:
    """Return why a fulfilment order without units to label gets no label; its last label names its buyer."""
    label = next((each for each in reversed(fulfilment.labels) if each.is_open), None)
    if fulfilment.is_open and label and label.state is LabelState.BUYING:
        return f"fulfilment {fulfilment.number} has a label that is being bought {_buyer(label)}"
    if fulfilment.is_open and label:
        return f"fulfilment {fulfilment.number} has a label already, {label.name}, bought {_buyer(label)}"
    bought = f": its label {label.name} was bought {_buyer(label)}" if label and label.purchase else ""
    return f"fulfilment {fulfilment.number} is {fulfilment.status}{bought}"


def _buyer(label: Label) -> str:
    batch = batch_of(label.id)
    return f"by batch {batch} ({label.who})" if batch else f"by {label.who}"
