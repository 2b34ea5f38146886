"""Answer a message to the supplier function: exchange files, try a connection, preview a file."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.aws.telemetry import facts_of, logger
from packhorse.domain.errors import Conflict, FieldError, PackhorseError, Rejected
from packhorse.domain.file_encodings import codec_of
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.supply.batches import BatchKind, BatchState
from packhorse.domain.supply.checks import layout_faults
from packhorse.domain.supply.rendering import SupplierFile, render
from packhorse.domain.supply.sent import Batch
from packhorse.domain.supply.supplier import Forward, Supplier
from packhorse.messages.failures import failure_of
from packhorse.messages.suppliers import (
    AnySupplierMessage,
    ExchangeFiles,
    PreviewedFile,
    PreviewFile,
    SupplierFunctionAnswer,
    TriedStep,
    TryConnection,
)
from packhorse.store import exceptions, orders, supplier_work, suppliers
from packhorse.store.supplier_work import Busy
from packhorse.suppliers import exchange
from packhorse.usecases.suppliers.check_silence import check_silence
from packhorse.usecases.suppliers.connect_supplier import keys_of
from packhorse.usecases.suppliers.decide_held import decide_held
from packhorse.usecases.suppliers.fetch_answers import fetch_answers
from packhorse.usecases.suppliers.fetch_feed import check_feed, fetch_feed
from packhorse.usecases.suppliers.open_at_supplier import count_open
from packhorse.usecases.suppliers.orders_to_send import sent_orders
from packhorse.usecases.suppliers.read_folder import raise_failures
from packhorse.usecases.suppliers.send_batch import send_orders
from packhorse.usecases.suppliers.send_cancellations import send_cancellations
from packhorse.usecases.suppliers.wind_down import end_sending
from packhorse.usecases.supply.fetch_purchase_answers import fetch_purchase_answers
from packhorse.usecases.supply.send_purchases import leave_to_people, send_purchases

LEASE_SECONDS = 330.0
"""Longer than the timeout of the function: whoever dies frees the supplier after that."""
MOST_BATCHES = 10
"""Batches that one call sends at most; the next call goes on."""


class Call(NamedTuple):
    """The invocation: its id, when it began, and the seconds that it has left."""

    id: str
    at: datetime
    remaining: Callable[[], float]


def answer_supplier(message: AnySupplierMessage, call: Call) -> SupplierFunctionAnswer:
    """Do what the message requests; an error of Packhorse's own is returned, any other is raised."""
    try:
        if isinstance(message, ExchangeFiles):
            exchange_files(message, call)
            return SupplierFunctionAnswer()
        supplier = suppliers.get_supplier(message.supplier)
        if isinstance(message, TryConnection):
            return SupplierFunctionAnswer(steps=tried(supplier, call.at))
        return SupplierFunctionAnswer(files=previewed(supplier, message, call.at))
    except PackhorseError as error:
        logger.warning("supplier refused", extra={"supplier": message.supplier, **facts_of(error)})
        return SupplierFunctionAnswer(failure=failure_of(error))


def exchange_files(message: ExchangeFiles, call: Call) -> None:
    """Send and fetch a supplier's files, unless another process does; a failure is an exception until all succeed.

    What is requested while another process does is done by that one, after what it does already, or by the next one.
    What fails skips nothing else: orders go out though answers cannot be fetched, and the reverse.
    """
    supplier = suppliers.get_supplier(message.supplier)
    if not supplier.is_reached:
        leave_to_people(supplier.id)
        return
    send = message.send
    while exchange_once(supplier, call, send=send) and call.remaining() > LEASE_SECONDS / 3:
        send = True


def exchange_once(supplier: Supplier, call: Call, *, send: bool) -> bool:
    """Do all steps of an exchange, or leave it to the process that holds the lease; return whether one is due."""
    try:
        with supplier_work.lease(supplier.id, call.id, call.at, LEASE_SECONDS) as is_requested:
            sends = send or is_requested
            done = run_steps(supplier, steps_of(supplier, call, send=sends))
    except Busy:
        logger.info("supplier busy", extra={"supplier": supplier.id})
        return send and supplier_work.request_exchange(supplier.id)
    subject = Subject.of_supplier(supplier.id, "files")
    if done.failures:
        text = f"supplier {supplier.id}: {'; '.join(done.failures)}"
        exceptions.open_exception(Problem(cause=Cause.SUPPLIER_FAILED, subject=subject, message=text), call.at)
    elif not done.is_overtaken:
        exceptions.resolve(Cause.SUPPLIER_FAILED, subject)
    if sends and done.is_overtaken:
        supplier_work.request_exchange(supplier.id)  # what the other one sends is not all that waits
    return supplier_work.is_exchange_requested(supplier.id)


def steps_of(supplier: Supplier, call: Call, *, send: bool) -> Mapping[str, Callable[[], None]]:
    """Return the steps of an exchange by name, in their order."""
    answers = Answers(supplier, call)
    if not supplier.active:
        return last_steps(supplier, call, answers)
    return {
        "orders": lambda: send_all(supplier, call, on_command=send),
        "cancellations": lambda: send_cancellations(supplier, call.at),
        "purchase orders": lambda: send_purchases(supplier, call.at),
        "answers": answers.read,
        "answers about purchase orders": answers.read_purchases,
        "silence": answers.check_silence,
        "decision": lambda: decide_held(supplier, call.at),
        "stock feed": lambda: fetch_feed(supplier, call.at, call.remaining),
        "stock feed's silence": lambda: check_feed(supplier, call.at),
    }


def last_steps(supplier: Supplier, call: Call, answers: "Answers") -> Mapping[str, Callable[[], None]]:
    """Return the steps of an exchange with a supplier that is switched off; it is called only while it has anything."""
    found = count_open(supplier, call.at)
    steps: dict[str, Callable[[], None]] = {"orders": lambda: end_sending(supplier, found, call.at)}
    if not found.is_with_it:
        return steps
    return steps | {
        "cancellations": lambda: send_cancellations(supplier, call.at),
        "answers": answers.read,
        "answers about purchase orders": answers.read_purchases,
        "silence": answers.check_silence,
    }


class Answers:
    """The answers of a supplier: it counts as silent about a kind of batches only if all their answers are read."""

    def __init__(self, supplier: Supplier, call: Call) -> None:
        self._supplier, self._call = supplier, call
        self._answered: set[BatchKind] = set()

    def read(self) -> None:
        """Read what came, as far as time allows; raises what the connection fails with, or the server refused."""
        found = fetch_answers(self._supplier, self._call.at, self._call.remaining)
        self._answered |= {BatchKind.ORDERS, BatchKind.CANCELLATIONS} if found.is_complete else set()
        raise_failures(found.failures)

    def read_purchases(self) -> None:
        """Read what came about purchase orders in the same way."""
        found = fetch_purchase_answers(self._supplier, self._call.at, self._call.remaining)
        self._answered |= {BatchKind.PURCHASE_ORDER} if found.is_complete else set()
        raise_failures(found.failures)

    def check_silence(self) -> None:
        """Look for answers that are overdue; about what is left unread that is left to the next exchange."""
        check_silence(self._supplier, self._answered, self._call.at)


class Done(NamedTuple):
    """What became of the steps: why some failed, and whether another process went on with what one of them did.

    That is no failure, since the other one, or the next exchange, does what is left.
    """

    failures: Sequence[str]
    is_overtaken: bool


def run_steps(supplier: Supplier, steps: Mapping[str, Callable[[], None]]) -> Done:
    """Run each step, whatever became of those before it. A bug is raised once all have run."""
    failures: list[str] = []
    bugs: list[Exception] = []
    is_overtaken = False
    for name, step in steps.items():
        try:
            step()
        except Conflict as error:
            logger.info("supplier overtaken", extra={"supplier": supplier.id, "step": name, **facts_of(error)})
            is_overtaken = True
        except PackhorseError as error:
            reason = getattr(error, "in_full", str(error))
            logger.warning("supplier failed", extra={"supplier": supplier.id, "step": name, **facts_of(error)})
            failures.append(f"{name}: {reason}")
        except Exception as error:
            logger.exception("supplier step failed", extra={"supplier": supplier.id, "step": name})
            bugs.append(error)
    if bugs:
        raise bugs[0]
    return Done(failures, is_overtaken)


def send_all(supplier: Supplier, call: Call, *, on_command: bool) -> None:
    """Send what waits, batch by batch; what goes out on command only waits for one, unless it is on its way already."""
    if supplier.forward is Forward.ON_COMMAND and not on_command:
        if not supplier_work.get_state(supplier.id).unfinished:
            return
        send_orders(supplier, call.at)
        return
    for _ in range(MOST_BATCHES):
        batch = send_orders(supplier, call.at)
        if batch is None or batch.state is BatchState.FORMING or call.remaining() < LEASE_SECONDS / 3:
            return


def tried(supplier: Supplier, now: datetime) -> tuple[TriedStep, ...]:
    """Try the connection with a test file, and return what was seen at each step."""
    text = f"Packhorse test of {supplier.id}, {now:%Y-%m-%dT%H:%M:%SZ}\n"
    file = SupplierFile(f"{now:%Y%m%d%H%M%S}.txt", text.encode(), (), 1)
    steps = exchange.try_connection(supplier, keys_of(supplier), file)
    return tuple(TriedStep(**step._asdict()) for step in steps)


def previewed(supplier: Supplier, message: PreviewFile, now: datetime) -> tuple[PreviewedFile, ...]:
    """Return the files of these fulfilment orders; raises Rejected with each cell that does not fit."""
    layout = message.orders or supplier.order_layout
    stored = orders.find_orders({each.order_id for each in message.fulfilments})
    faults = layout_faults(layout, supplier.visible) if message.orders else ()
    wrong = [FieldError(f"orders.{each.field}", each.message) for each in faults]
    for place, each in enumerate(message.fulfilments):
        order = stored.get(each.order_id)
        if order is None or order.fulfilment(each.fulfilment) is None:
            wrong.append(FieldError(f"fulfilments.{place}", "does not exist"))
    if wrong:
        raise Rejected("the preview cannot be shown", wrong)
    whole = sent_orders(
        supplier, [(stored[each.order_id], each.fulfilment) for each in message.fulfilments], is_past=True
    )
    number = supplier_work.get_state(supplier.id).last + 1
    batch = Batch(supplier=supplier.id, number=number, created_at=now, orders=whole)
    files = render(layout, batch, supplier.visible)
    codec = codec_of(layout.encoding)
    return tuple(PreviewedFile(name=each.name, text=each.content.decode(codec), rows=each.rows) for each in files)
