"""How goods are bought of a supplier: what its purchase orders say, and how they get there."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.configuration.warehouse import SiteAddress
from packhorse.domain.errors import FieldError
from packhorse.domain.supply.answer_layout import PurchaseAnswerLayout, purchase_answer_faults
from packhorse.domain.supply.checks import layout_faults
from packhorse.domain.supply.layout import OrderLayout
from packhorse.domain.supply.sent import Visible
from packhorse.domain.supply.sources import PURCHASE_SOURCES
from packhorse.domain.supply.transport import EmailSettings, Folder, transport_faults
from packhorse.domain.values import Note, Text, Value, Whole

ALL_VISIBLE = Visible(prices=True, email=True, phone=True)
"""A purchase order has our own address and the supplier's prices: nothing of it is hidden."""


class PurchaseMail(EmailSettings):
    """The mail server that takes mails with purchase orders, and who gets them."""

    subject: Text = "Purchase order {file}"


class PerOrder(StrEnum):
    """What becomes of what is bought per order: a draft that a person submits, or submitted at once."""

    DRAFT = "draft"
    SUBMIT = "submit"


class Purchasing(Value):
    """What the purchase orders of a supplier say (our `account` there, its `address`, the `terms`), and how they go.

    `per_order` is for products that are bought per order. `layout` is that of a file by its transport, into `folder`
    (none: that of orders); with `pdf` the page goes, too. Where `email` is given, the page goes by it, and so does the
    file of a supplier without a transport. With neither `layout` nor `pdf` people send purchase orders themselves.
    `answers` are layouts of what comes back; a price that differs by more than `price_tolerance_percent` waits for a
    person. `drop_ship`: what it ships to buyers has purchase orders.
    """

    account: Text = ""
    address: SiteAddress | None = None
    per_order: PerOrder = PerOrder.DRAFT
    drop_ship: bool = False
    terms: Note = ""
    layout: OrderLayout | None = None
    folder: Folder | None = None
    pdf: bool = False
    email: PurchaseMail | None = None
    answers: Annotated[tuple[PurchaseAnswerLayout, ...], Field(max_length=10)] = ()
    price_tolerance_percent: Annotated[Whole, Field(ge=0, le=100)] = 0

    @property
    def sends(self) -> bool:
        """Whether purchase orders are sent to the supplier when they are submitted."""
        return self.layout is not None or self.pdf

    @property
    def needs_transport(self) -> bool:
        """Whether something of a purchase order goes by the supplier's transport."""
        return bool(self.answers) or (self.sends and self.email is None)


def purchasing_faults(settings: Purchasing, local_allowed: bool) -> Iterator[FieldError]:
    """Yield the faults of the settings, each with the path of its field."""
    if settings.layout:
        for fault in layout_faults(settings.layout, ALL_VISIBLE, PURCHASE_SOURCES):
            yield FieldError(f"layout.{fault.field}", fault.message)
    for place, each in enumerate(settings.answers):
        for fault in purchase_answer_faults(each):
            yield FieldError(f"answers.{place}.{fault.field}", fault.message)
    if settings.email:
        for fault in transport_faults(settings.email, local_allowed):
            yield FieldError(f"email.{fault.field}", fault.message)
        if not settings.sends:
            yield FieldError("email", "nothing is sent by it: give a layout, or set pdf")
