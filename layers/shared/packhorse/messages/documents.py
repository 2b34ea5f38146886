"""Messages to the documents function: documents to be drawn and stored while the caller waits."""

from typing import Annotated

from pydantic import Field, StringConstraints, TypeAdapter

from packhorse.aws.functions import invoke
from packhorse.aws.queues import message_body
from packhorse.aws.settings import settings
from packhorse.domain.documents.packing_slip import PackingSlip, PackingSlips
from packhorse.domain.documents.pick_list import PickList
from packhorse.domain.documents.purchase_paper import PurchasePaper
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.labels.batch import MAX_ENTRIES
from packhorse.domain.schema import Reader
from packhorse.domain.values import Value
from packhorse.messages.failures import Failure

MAX_BYTES = 6_000_000
"""Largest payload that Lambda takes synchronously, less what its envelope may need."""


class DrawDocument(Value):
    """A document to be drawn, and the key to store it under: all that is on it, so that its function reads nothing."""

    key: Annotated[str, StringConstraints(pattern=r"^documents/[a-z0-9_/-]+\.pdf$", max_length=200)]
    document: Annotated[PackingSlip | PackingSlips | PickList | PurchasePaper, Field(discriminator="kind")]


class JoinLabels(Value):
    """Label files to be joined in their sequence, and the key to store them under, less its ending."""

    files: Annotated[tuple[str, ...], Field(min_length=1, max_length=MAX_ENTRIES)]
    joined: Annotated[str, StringConstraints(pattern=r"^labels/batches/[a-z0-9_-]+$", max_length=200)]


class JoinedLabels(Value):
    """The key of the joined labels, or why they cannot be joined."""

    key: str | None = None
    failure: Failure | None = None


DocumentMessage = DrawDocument | JoinLabels
DRAW_MESSAGE: Reader[DocumentMessage] = Reader(
    TypeAdapter(Annotated[DocumentMessage, Field(union_mode="left_to_right")])
)
JOINED = Reader(TypeAdapter(JoinedLabels))


def request_document(message: DrawDocument) -> None:
    """Have a document drawn and stored; raises Unavailable if that failed, Rejected if it is too large."""
    body = message_body(message)
    if len(body.encode()) > MAX_BYTES:
        raise Rejected("the document would be too large; name fewer fulfilments")
    invoke(settings.documents_function, body)


def request_joined(message: JoinLabels) -> str:
    """Have label files joined and stored; return the key. Raises what the documents function failed with."""
    answer = JOINED.read(invoke(settings.documents_function, message_body(message)))
    if answer.failure or answer.key is None:
        raise answer.failure.error() if answer.failure else Unavailable("the labels were not joined")
    return answer.key
