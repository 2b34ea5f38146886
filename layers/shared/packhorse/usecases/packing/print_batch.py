"""Print a batch: have the documents function join its label files into one."""

from collections.abc import Sequence

from packhorse.messages.documents import JoinLabels, request_joined


def print_batch(batch_id: str, files: Sequence[str]) -> str:
    """Join label files in their order; return the key of the joined file.

    Raises Rejected if they cannot be joined: labels in ZPL are printed apart from others.
    """
    return request_joined(JoinLabels(files=tuple(files), joined=f"labels/batches/{batch_id}"))
