"""Cancellations of the store: `orderCancel` answers with a job, and the order is cancelled once that has run."""

import time
from typing import Any

from graphql import GraphQLResolveInfo

from local.world.shop import now
from local.world.shopify_ids import number_of
from local.world.shopify_store import Json, Store

Info = GraphQLResolveInfo[Any]
COUNTED = frozenset({"success", "open", "pending"})
MAX_NOTE = 255


class CancellationFields:
    """The fields of the roots for cancellations."""

    store: Store

    def orderCancel(  # noqa: N802 -- as in the schema
        self,
        _: Info,
        orderId: str,  # noqa: N803
        reason: str,
        restock: bool,
        refundMethod: Json | None = None,  # noqa: N803
        notifyCustomer: bool = False,  # noqa: N803
        staffNote: str = "",  # noqa: N803
    ) -> Json:
        """Have an order cancelled by a job, unless a rule forbids it."""
        name = number_of("Order", orderId)
        order = self.store.orders.get(name)
        problem = _problem(order, staffNote)
        if order is None or problem:
            return {"orderCancelUserErrors": [{"code": "INVALID", "field": ["orderId"], "message": problem}]}
        job: Json = {
            "id": f"gid://shopify/Job/{name}-{len(self.store.jobs)}",
            "order": name,
            "at": time.time() + self.store.settings.job_seconds,
            "done": False,
            "reason": reason.lower(),
            "restock": restock,
            "refunds": bool(refundMethod and refundMethod.get("originalPaymentMethodsRefund")),
            "notified": notifyCustomer,
        }
        self.store.jobs.append(job)
        return {"job": job, "orderCancelUserErrors": []}

    def job(self, _: Info, id: str) -> Json | None:  # noqa: A002 -- the name in the schema
        """Return a job."""
        return next((job for job in self.store.jobs if job["id"] == id), None)


def run_jobs(store: Store) -> None:
    """Do what the jobs whose time has come are for."""
    for job in store.jobs:
        if not job["done"] and job["at"] <= time.time():
            job["done"] = True
            order = store.orders.get(job["order"])
            if order and not _problem(order, ""):
                _cancel(store, order, job)


def _problem(order: Json | None, note: str) -> str:
    """Return why an order cannot be cancelled, empty if it can."""
    if order is None:
        return "Order does not exist."
    if order.get("cancelled_at"):
        return "Order has already been cancelled."
    if any(each["status"] in COUNTED for each in order.get("fulfillments") or ()):
        return "Cannot cancel an order with fulfilled items."
    return "Staff note is too long." if len(note) > MAX_NOTE else ""


def _cancel(store: Store, order: Json, job: Json) -> None:
    order |= {"cancelled_at": now(), "updated_at": now(), "cancel_reason": job["reason"]}
    if order.get("financial_status") in ("authorized", "pending"):
        order["financial_status"] = "voided"
    for line in order["line_items"]:
        line["fulfillable_quantity"] = 0
        variant = store.variants.get(str(line.get("variant_id") or ""))
        if job["restock"] and variant:
            place = next(iter(variant.levels))
            back = int(line.get("current_quantity", line["quantity"]))
            store.set_level(variant, place, variant.levels[place] + back)
