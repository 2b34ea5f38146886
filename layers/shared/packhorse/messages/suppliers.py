"""Messages to the supplier function: exchanges are asynchronous, by schedule or on command; tests and previews not."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from packhorse.aws.functions import invoke, invoke_later
from packhorse.aws.queues import message_body
from packhorse.aws.settings import settings
from packhorse.domain.schema import Reader
from packhorse.domain.supply.batches import Member
from packhorse.domain.supply.layout import OrderLayout
from packhorse.domain.values import Identifier, Value
from packhorse.messages.failures import Failure

MAX_PREVIEWED = 20


class ExchangeFiles(Value):
    """Send a supplier what waits, and fetch what it answers; `send`: also if its orders go out on command only."""

    kind: Literal["exchange"] = "exchange"
    supplier: Identifier
    send: bool = False


class TryConnection(Value):
    """Try the connection to a supplier with a test file."""

    kind: Literal["test"] = "test"
    supplier: Identifier


class PreviewFile(Value):
    """Return the file that a supplier would get of these fulfilment orders, in its layout or in another one."""

    kind: Literal["preview"] = "preview"
    supplier: Identifier
    fulfilments: Annotated[tuple[Member, ...], Field(min_length=1, max_length=MAX_PREVIEWED)]
    orders: OrderLayout | None = None


Request = TryConnection | PreviewFile
AnySupplierMessage = ExchangeFiles | Request
SUPPLIER_MESSAGE: Reader[AnySupplierMessage] = Reader(
    TypeAdapter(Annotated[AnySupplierMessage, Field(discriminator="kind")])
)


class TriedStep(Value):
    """A step of a test of the connection, and what was seen or why it failed."""

    name: str
    ok: bool
    seen: str


class PreviewedFile(Value):
    """A file as the supplier would get it."""

    name: str
    text: str
    rows: int


class SupplierFunctionAnswer(Value):
    """The answer of the supplier function."""

    steps: tuple[TriedStep, ...] = ()
    files: tuple[PreviewedFile, ...] = ()
    failure: Failure | None = None


SUPPLIER_ANSWER = Reader(TypeAdapter(SupplierFunctionAnswer))


def exchange_later(message: ExchangeFiles) -> None:
    """Have files exchanged with a supplier now, beside its schedule."""
    invoke_later(settings.supplier_function, message_body(message))


def request_of_supplier(message: Request) -> SupplierFunctionAnswer:
    """Send a message to the supplier function and return its answer; raises what it failed with."""
    answer = SUPPLIER_ANSWER.read(invoke(settings.supplier_function, message_body(message)))
    if answer.failure:
        raise answer.failure.error()
    return answer
