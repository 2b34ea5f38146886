"""Cancellations at a Shopify store: whole orders, without a refund, by a job of the store that is waited for."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import Field, StrictBool

from packhorse.channels.shopify.query import not_shown, query
from packhorse.domain.errors import CredentialsRefused, NotYet, Rejected, Unavailable
from packhorse.http.body import ExternalModel

if TYPE_CHECKING:
    import httpx

LOOKS = 3
"""How often a job is read, a second apart, before it is left until later."""
LATER = 60
"""Seconds until a job that is not done is read again."""

ORDER = "query order($id: ID!) { order(id: $id) { cancelledAt } }"

# Whatever was only authorized is released by the store; what was paid stays paid.
CANCEL = """
mutation cancel($id: ID!, $restock: Boolean!, $notify: Boolean!) {
  result: orderCancel(
    orderId: $id
    reason: OTHER
    restock: $restock
    refundMethod: { originalPaymentMethodsRefund: false }
    notifyCustomer: $notify
    staffNote: "Cancelled in Packhorse"
  ) {
    job { id done }
    orderCancelUserErrors { code message }
  }
}
"""

JOB = "query job($id: ID!) { job(id: $id) { id done } }"


class CancelledOrder(ExternalModel):
    """An order of which only is read whether it is cancelled."""

    cancelled_at: str | None = Field(None, validation_alias="cancelledAt")


class OrderAnswer(ExternalModel):
    """An answer to ORDER; no order if the store has none of that id."""

    order: CancelledOrder | None = None


class Job(ExternalModel):
    """Work that the store does after its answer."""

    id: str
    done: StrictBool = False


class CancelError(ExternalModel):
    """Why a cancellation was refused."""

    message: str = ""


class CancelResult(ExternalModel):
    """The job that cancels the order, or errors."""

    job: Job | None = None
    errors: tuple[CancelError, ...] = Field((), validation_alias="orderCancelUserErrors")


class CancelAnswer(ExternalModel):
    """An answer to CANCEL."""

    result: CancelResult


class JobAnswer(ExternalModel):
    """An answer to JOB; None for a job that is forgotten."""

    job: Job | None = None


class ShopifyCancelling:
    """The orders of a store, to cancel. Made for each invocation."""

    def __init__(
        self, http: "httpx.Client", *, writes_to_buyers: bool = True, sleep: Callable[[float], None] | None = None
    ) -> None:
        self.http = http
        self.writes_to_buyers = writes_to_buyers
        self.sleep = sleep or time.sleep

    def cancel_order(self, order: str, *, restock: bool, job: str = "") -> None:
        """Cancel an order that is not cancelled yet; raises NotYet while the store is at it.

        Where an earlier call began a job, that is read, and no other one is begun.
        """
        gid = f"gid://shopify/Order/{order}"
        if self._is_cancelled(gid, order):
            return
        begun = job or self._begin(gid, restock=restock)
        try:
            is_done = not begun or self._is_done(begun)
            if self._is_cancelled(gid, order):
                return
        except CredentialsRefused:
            raise  # no later try works: a person gives others, and by then the job is over
        except Unavailable as error:
            wait = error.retry_after or LATER
            raise NotYet(f"the store has not said whether it cancelled the order: {error}", wait, begun) from error
        if is_done:
            raise Rejected("the store took the cancellation, and did not cancel the order")
        raise NotYet("the store has not cancelled the order yet", LATER, begun)

    def _begin(self, gid: str, *, restock: bool) -> str:
        """Have the store cancel the order; return the id of its job, empty if it needs none."""
        variables = {"id": gid, "restock": restock, "notify": self.writes_to_buyers}
        result = query(self.http, CancelAnswer, CANCEL, variables, self.sleep).result
        if result.errors:
            raise Rejected("; ".join(each.message for each in result.errors)[:300])
        return result.job.id if result.job else ""

    def _is_done(self, job: str) -> bool:
        for _ in range(LOOKS):
            self.sleep(1)
            found = query(self.http, JobAnswer, JOB, {"id": job}, self.sleep).job
            if found is None or found.done:
                return True
        return False

    def _is_cancelled(self, gid: str, order: str) -> bool:
        found = query(self.http, OrderAnswer, ORDER, {"id": gid}, self.sleep).order
        if found is None:
            raise not_shown(order)
        return found.cancelled_at is not None
