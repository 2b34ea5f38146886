"""What goes with a channel, a carrier account, a supplier or a warehouse that is removed, in one list for each.

What is about goods stays: orders, labels and manifests, batches and files of suppliers, purchase orders, the ledger. So
do listings: they are the merchant's mapping, and a person removes them with their products. A channel that is made
under the same id later begins with nothing of the removed one: what a poll that was under way left behind goes then.

The parts of a list may be repeated. They go before the record itself, so that removing it again finishes what was
interrupted; after it where the record may be refused to go.
"""

from collections.abc import Callable, Sequence

from packhorse.aws import schedules, secrets
from packhorse.domain.values import ChannelId, WarehouseId
from packhorse.store import connections, fba_state, polls, published, secret_marks

Part = Callable[[str], object]


def _secrets_of(of: str) -> tuple[Part, ...]:
    return (lambda name: secrets.delete_credentials(name, of), lambda name: secret_marks.delete_mark(of, name))


PROGRESS_OF_CHANNEL: Sequence[Part] = (
    lambda name: polls.delete_progress(ChannelId(name)),
    lambda name: connections.delete_connection(ChannelId(name)),
    lambda name: published.delete_drift(ChannelId(name)),
)
"""How far a channel is: its watermark, what it named to be read, its runs, its webhooks, its drift report."""
OF_CHANNEL: Sequence[Part] = (schedules.delete_schedule, *_secrets_of(secrets.CHANNELS), *PROGRESS_OF_CHANNEL)
OF_CARRIER: Sequence[Part] = _secrets_of(secrets.CARRIERS)
OF_SUPPLIER: Sequence[Part] = (schedules.delete_supplier_schedule, *_secrets_of(secrets.SUPPLIERS))
OF_WAREHOUSE: Sequence[Part] = (
    schedules.delete_fba_schedule,
    lambda name: fba_state.delete_progress(WarehouseId(name)),
)


def forget(name: str, parts: Sequence[Part]) -> None:
    """Delete the parts of what is called like that; none of them has to exist."""
    for part in parts:
        part(name)
