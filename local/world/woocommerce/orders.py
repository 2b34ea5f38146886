"""Orders of the simulated store: lists, changes, refunds and notes."""

from datetime import datetime, timedelta
from typing import Any

from local.world.routes import OK, Answer, Query
from local.world.woocommerce import hooks
from local.world.woocommerce.rest import Json, RestError, given, ids, invalid, page_of, route
from local.world.woocommerce.store import Store, now

CREATED = 201
SITE_OFFSET = timedelta(hours=2)
"""How far the clock of the site is ahead of GMT, by which times are read without `dates_are_gmt`."""

SORTED_BY = frozenset({"date", "id", "include", "title", "slug"})
KEYS = {"date": "date_created_gmt", "modified": "date_modified_gmt"}


@route
def list_orders(store: Store, query: Query, _: Any) -> Answer:
    """GET /orders."""
    by, direction = given(query, "orderby", "date"), given(query, "order", "desc")
    if by not in SORTED_BY | ({"modified"} if store.settings.sorts_by_change else set()):
        raise invalid("orderby")
    with store.lock:
        found = [order for order in store.orders.values() if _is_listed(order, query)]
        key = KEYS.get(by)
        # ties in no order that anybody could rely on
        found.sort(key=lambda order: (order[key] if key else int(order["id"]), -int(order["id"])))
        answer = page_of(query, found if direction == "asc" else reversed(found))
        for name in store.drifting if found else ():
            store.touch(name)
        store.drifting = [] if found else store.drifting
    return answer


def _is_listed(order: Json, query: Query) -> bool:
    name, status, wanted = str(order["id"]), order["status"], given(query, "status", "any")
    is_wanted = status != "trash" if wanted == "any" else status == wanted
    if not is_wanted or name in ids(query, "exclude"):
        return False
    if (include := ids(query, "include")) and name not in include:
        return False
    is_gmt, modified = given(query, "dates_are_gmt") == "true", order["date_modified_gmt"]
    after, before = given(query, "modified_after"), given(query, "modified_before")
    if after and modified <= _in_gmt(after, is_gmt=is_gmt):
        return False
    return not before or modified < _in_gmt(before, is_gmt=is_gmt)


def _in_gmt(text: str, *, is_gmt: bool) -> str:
    moment = datetime.fromisoformat(text).replace(tzinfo=None)
    return (moment if is_gmt else moment - SITE_OFFSET).strftime("%Y-%m-%dT%H:%M:%S")


@route
def get_order(store: Store, _: Query, __: Any, order: str) -> Answer:
    """GET /orders/{id}."""
    return OK, store.order(order)


@route
def put_order(store: Store, _: Query, body: Json, order: str) -> Answer:
    """PUT /orders/{id}."""
    with store.lock:
        found = store.order(order)
        if "status" in body:
            store.set_status(order, body["status"])
        store.merge_meta(found, body.get("meta_data", []))
        store.touch(order)
    hooks.send_later(store, order, "order.updated")
    return OK, found


@route
def list_refunds(store: Store, query: Query, _: Any, order: str) -> Answer:
    """GET /orders/{id}/refunds."""
    store.order(order)
    return page_of(query, store.refunds.get(order, []))


@route
def list_notes(store: Store, query: Query, _: Any, order: str) -> Answer:
    """GET /orders/{id}/notes, which has no pages."""
    store.order(order)
    is_wanted = {"customer": True, "internal": False}.get(given(query, "type", "any"))
    notes = store.notes.get(order, [])
    return OK, [each for each in notes if is_wanted is None or each["customer_note"] is is_wanted]


@route
def post_note(store: Store, _: Query, body: Json, order: str) -> Answer:
    """POST /orders/{id}/notes; one for the customer is sent by e-mail."""
    store.order(order)
    is_public = bool(body.get("customer_note", False))
    note = {"id": store.next_id(), "date_created_gmt": now(), "note": body["note"], "customer_note": is_public}
    store.notes.setdefault(order, []).insert(0, note)
    if is_public:
        store.mails.append({"order": order, "mail": body["note"]})
    return CREATED, note


@route
def delete_note(store: Store, query: Query, _: Any, order: str, note: str) -> Answer:
    """DELETE /orders/{id}/notes/{note}?force=true."""
    if given(query, "force") != "true":
        raise RestError(501, "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.")
    notes = store.notes.get(order, [])
    found = next((each for each in notes if str(each["id"]) == note), None)
    if found is None:
        raise RestError(404, "woocommerce_rest_invalid_id", "Invalid resource ID.")
    notes.remove(found)
    return OK, found
