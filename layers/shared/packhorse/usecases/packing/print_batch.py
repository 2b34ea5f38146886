"""Print a batch: have the documents function join its label files into one."""

from collections.abc import Sequence

from packhorse.domain.batching import batched
from packhorse.messages.documents import JoinLabels, request_joined

PART = 50
"""Labels joined by an invocation, whose caller waits for half a minute: a picture takes a tenth of a second."""


def print_batch(batch_id: str, files: Sequence[str]) -> str:
    """Join label files in their order, many of them in parts; return the key of the joined file.

    Raises Rejected if they cannot be joined: labels in ZPL are printed apart from others.
    """
    joined = f"labels/batches/{batch_id}"
    if len(files) > PART:
        parts = enumerate(batched(files, PART), start=1)
        files = [request_joined(JoinLabels(files=tuple(part), joined=f"{joined}-{number}")) for number, part in parts]
    return request_joined(JoinLabels(files=tuple(files), joined=joined))
