"""Label batches: labels of many fulfilment orders as one job, with a result for each and one file to print."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from packhorse.domain.batching import batched
from packhorse.domain.errors import FieldError
from packhorse.domain.labels.label import FulfilmentRef, WantedLabel
from packhorse.domain.values import Instant, Text, Value

MAX_ENTRIES = 500
LABEL_PARTS = 4
"""Parts of the id of a label that a batch bought: batch, order, fulfilment order and try."""
CHUNK = 20
"""Entries that one invocation labels; the invocations of a batch run side by side."""


class EntryState(StrEnum):
    """The result of one fulfilment order of a batch.

    WAITING: it has none yet. NEEDS_DATA: a check failed, nothing was spent. REFUSED: the carrier refused, or the
    fulfilment order needs no label any more. FAILED: the carrier did not answer, or gave no file of what was bought.
    VOIDED: it was bought, and taken back.
    """

    WAITING = "waiting"
    NEEDS_DATA = "needs_data"
    BOUGHT = "bought"
    REFUSED = "refused"
    FAILED = "failed"
    VOIDED = "voided"


TO_RETRY = frozenset({EntryState.NEEDS_DATA, EntryState.REFUSED, EntryState.FAILED})
"""Results that may be better when it is tried again."""


SETTLED = frozenset({EntryState.BOUGHT, EntryState.VOIDED})
"""Results that a label was paid for."""


class PrintOrder(StrEnum):
    """The order of labels in the file: by bin, by age, or as packed: orders of one line by sku, then the others."""

    PACKING = "packing"
    BIN = "bin"
    AGE = "age"


class BatchEntry(FulfilmentRef):
    """A fulfilment order of a batch; `place` is that in the file, `tries` how often it was begun anew.

    `label` is the id of the label that it is about, `file` the key of its stored file. One that ships in the parcel of
    another one is `bought_with` that, has its label, and no file of its own: the label is one page.
    """

    place: int
    number: Text = ""
    tries: int = 1
    state: EntryState = EntryState.WAITING
    label: str
    tracking: Text = ""
    file: str | None = None
    bought_with: FulfilmentRef | None = None
    message: Text = ""
    errors: tuple[FieldError, ...] = ()


class LabelBatch(Value):
    """A batch; `file` is the key of what is printed, None while entries wait. `checked_at`: it was last continued.

    `problem` is why it has no file, or which labels are not in it.
    """

    id: str
    who: Text
    created_at: Instant
    checked_at: Instant
    wanted: WantedLabel
    order: PrintOrder
    size: int
    file: str | None = None
    problem: Text = ""

    @property
    def is_finished(self) -> bool:
        """Whether its file was made, or could not be; a retry begins it again."""
        return bool(self.file or self.problem)


class PackingKey(NamedTuple):
    """What sorts a fulfilment order as it is packed: orders of one line first, by their sku, then the larger ones."""

    lines: int
    sku: str
    units: int
    placed: str


def packing_key(units: Mapping[str, int], placed: str) -> PackingKey:
    """Return the sort key of a parcel with these units by sku.

    >>> packing_key({"MUG": 1}, "b") < packing_key({"MUG": 2}, "a") < packing_key({"CUP": 1, "MUG": 1}, "a")
    True
    """
    first = min(units, default="")
    return PackingKey(len(units), first, sum(units.values()), placed)


def label_id(batch: str, ref: FulfilmentRef, tries: int) -> str:
    """Return the id of the label of a batch's entry: the same in every try of the same purchase."""
    return f"{batch}-{ref.order[:12]}-{ref.fulfilment}-{tries}"


def batch_of(label: str) -> str | None:
    """Return the batch that a label was bought in, None for a label that was bought by itself.

    >>> batch_of(label_id("0123456789abcdef", FulfilmentRef(order="f" * 32, fulfilment=1), 2))
    '0123456789abcdef'
    """
    parts = label.split("-")
    return parts[0] if len(parts) == LABEL_PARTS else None


def retried(entry: BatchEntry, batch: str) -> BatchEntry:
    """Return an entry to be tried again: a label that may have been bought keeps its id, so that it is found."""
    tries = entry.tries if entry.state is EntryState.FAILED else entry.tries + 1
    return entry.replace(
        state=EntryState.WAITING, tries=tries, label=label_id(batch, entry, tries), message="", errors=()
    )


def with_shared(entry: BatchEntry, holder: FulfilmentRef, label: str, tracking: str) -> BatchEntry:
    """Return an entry whose units are in the parcel of another one, which has the label and its page."""
    return entry.replace(
        state=EntryState.BOUGHT,
        label=label,
        tracking=tracking,
        file=None,
        bought_with=FulfilmentRef(order=holder.order, fulfilment=holder.fulfilment),
        message="",
        errors=(),
    )


def without_words(entry: BatchEntry, deleted: Container[str]) -> BatchEntry:
    """Return an entry without what a carrier said of its parcel, and without its file if that is one of the deleted."""
    return entry.replace(message="", errors=(), file=None if entry.file in deleted else entry.file)


def chunks(entries: Sequence[BatchEntry]) -> list[Sequence[BatchEntry]]:
    """Return the entries that wait, in parts for one invocation each."""
    waiting = [each for each in entries if each.state is EntryState.WAITING]
    return list(batched(waiting, CHUNK))


def counts(entries: Iterable[BatchEntry]) -> Mapping[EntryState, int]:
    """Return how many entries are in each state, those without any left out."""
    return Counter(each.state for each in entries)
