"""Messages to the documents function: documents to be drawn and stored while the caller waits."""

from typing import Annotated

from pydantic import Field, StringConstraints, TypeAdapter

from packhorse.aws.functions import invoke
from packhorse.aws.queues import message_body
from packhorse.aws.settings import settings
from packhorse.domain.documents.packing_slip import PackingSlip
from packhorse.domain.documents.pick_list import PickList
from packhorse.domain.errors import Rejected
from packhorse.domain.schema import Reader
from packhorse.domain.values import Value

MAX_BYTES = 6_000_000
"""Largest payload that Lambda takes synchronously, less what its envelope may need."""


class DrawDocument(Value):
    """A document to be drawn, and the key to store it under: all that is on it, so that its function reads nothing."""

    key: Annotated[str, StringConstraints(pattern=r"^documents/[a-z0-9_/]+\.pdf$", max_length=200)]
    document: Annotated[PackingSlip | PickList, Field(discriminator="kind")]


DRAW_MESSAGE = Reader(TypeAdapter(DrawDocument))


def request_document(message: DrawDocument) -> None:
    """Have a document drawn and stored; raises Unavailable if that failed, Rejected if it is too large."""
    body = message_body(message)
    if len(body.encode()) > MAX_BYTES:
        raise Rejected("the document would be too large; name fewer fulfilments")
    invoke(settings.documents_function, body)
