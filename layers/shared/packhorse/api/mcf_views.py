"""What the API shows of a fulfilment order that Amazon ships."""

from packhorse.domain.configuration.fba import Speed
from packhorse.domain.money import Money
from packhorse.domain.orders.mcf import McfOrder, McfStatus
from packhorse.domain.values import Instant, Value, shared_fields


class McfView(Value):
    """How far Amazon is; `fee` and `arrives_by` are what its preview estimated."""

    status: McfStatus
    speed: Speed
    fee: Money | None
    arrives_by: Instant | None


def mcf_view(mcf: McfOrder | None) -> McfView | None:
    """Return what Amazon has as the API shows it."""
    return McfView(**shared_fields(McfView, mcf)) if mcf else None
