"""Ask carriers what became of the refunds of voided labels: they decide weeks later, and not all of them report it.

The nightly audit has the label function ask about what is due. Each label is stored with the time of the next question,
at growing intervals; what fails is queried again in the next night.
"""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from operator import attrgetter

from packhorse.aws.telemetry import facts_of, logger
from packhorse.carriers import CARRIERS
from packhorse.carriers.protocol import CarrierAdapter, Selling
from packhorse.domain.batching import batched
from packhorse.domain.configuration.carrier import CarrierAccount
from packhorse.domain.errors import PackhorseError
from packhorse.domain.labels.label import FulfilmentRef, Label, LabelState
from packhorse.domain.labels.purchase import Refund
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.label_refunds import asked_next, awaits_refund, refund_of, refund_reached
from packhorse.domain.orders.labelling import label_of
from packhorse.domain.orders.order import Order
from packhorse.domain.values import OrderId
from packhorse.messages.labels import AskRefunds, send_label
from packhorse.store import configuration, label_refunds, orders
from packhorse.store.label_refunds import AwaitedRefund
from packhorse.usecases.labels.connect_carrier import connect_carrier
from packhorse.usecases.orders.change_order import commit_step

AT_ONCE = 50
"""Labels in a message: each is one call."""
MARGIN = 30.0
"""Seconds before the deadline at which no further label is begun."""

Ask = Callable[[Label], Refund | None]
"""Returns what the carrier answers about the refund of a label, None if it does not."""


def request_refunds(now: datetime) -> None:
    """Have the label function ask about all refunds that are due."""
    due = sorted(label_refunds.refunds_due(now), key=attrgetter("account"))
    for account, found in groupby(due, key=attrgetter("account")):
        refs = [each.ref for each in found]
        for labels in batched(refs, AT_ONCE):
            send_label(AskRefunds(account=account, labels=tuple(labels)))


def ask_refunds(message: AskRefunds, remaining: Callable[[], float]) -> None:
    """Ask about each refund, record the answer, and store when to ask next; what is not begun stays due."""
    account = configuration.current().carriers.get(message.account)
    adapter = CARRIERS[account.kind] if account else CarrierAdapter()
    with ExitStack() as stack:
        ask = _asker(account, stack, remaining)
        for ref in message.labels:
            if remaining() < MARGIN:
                return
            _follow(AwaitedRefund(ref=ref, account=message.account), ask, adapter)


def _asker(account: CarrierAccount | None, stack: ExitStack, remaining: Callable[[], float]) -> Ask:
    """Return what queries the account; one that was removed, or has no credentials, answers nothing."""
    if account is None:
        return lambda _: None
    try:
        return partial(_answer, stack.enter_context(connect_carrier(account, remaining)))
    except PackhorseError as error:
        logger.warning("refunds not asked", extra={"carrier": account.id, **facts_of(error)})
        return lambda _: None


def _answer(carrier: Selling, label: Label) -> Refund | None:
    try:
        return carrier.refund(label.sale)
    except PackhorseError as error:
        logger.warning("refund not asked", extra={"label": label.id, **facts_of(error)})
        return None


def _follow(awaited: AwaitedRefund, ask: Ask, adapter: CarrierAdapter) -> None:
    """Record what became of a refund, also in the orders that share the label; one that is being voided stays due."""
    ref, now = awaited.ref, datetime.now(UTC)
    label = label_of(orders.get_order(OrderId(ref.order)), ref.fulfilment, ref.label)
    if label.state is LabelState.VOIDING:
        return
    if awaits_refund(label):
        refund = refund_of(label, ask(label), now, adapter.refunds_within)
        for each in label.shares:
            _record(each, label, refund)
        label = _record(ref, label, refund)
    if following := asked_next(label, now):
        label_refunds.ask_at(awaited, following)
    else:
        label_refunds.ask_no_more(ref)


def _record(ref: FulfilmentRef, label: Label, refund: Refund) -> Label:
    def step(order: Order, now: datetime, who: str) -> Change:
        return Change(refund_reached(order, ref.fulfilment, label.id, refund, now, who))

    return label_of(commit_step(OrderId(ref.order), step, label.account), ref.fulfilment, label.id)
