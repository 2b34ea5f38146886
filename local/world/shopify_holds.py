"""Holds that apps put on fulfillment orders of the store, up to ten each, and release."""

from typing import Any

from graphql import GraphQLResolveInfo

from local.world.shopify_ids import error, number_of
from local.world.shopify_store import Json, Store

Info = GraphQLResolveInfo[Any]
MOST_HOLDS = 10
MAX_HANDLE = 64
SCOPE = "write_merchant_managed_fulfillment_orders"
APP = "Packhorse"
HOLDABLE = frozenset({"OPEN", "IN_PROGRESS", "SCHEDULED", "ON_HOLD"})


class HoldFields:
    """The fields of the mutation root for holds of the app that calls."""

    store: Store

    def found_fulfillment_order(self, gid: str) -> Json | None:
        """Return a fulfillment order of any order."""
        raise NotImplementedError

    def fulfillmentOrderHold(self, _: Info, id: str, fulfillmentHold: Json) -> Json:  # noqa: A002, N802, N803
        """Put a hold on a whole fulfillment order; one that is on hold takes further ones under other handles."""
        self._require_scope("fulfillmentOrderHold")
        if fulfillmentHold.get("fulfillmentOrderLineItems"):
            raise error("BAD_REQUEST", "this store does not split fulfillment orders for a hold")
        with self.store.lock:
            found = self.found_fulfillment_order(id)
            if problem := _problem(found, fulfillmentHold):
                return {"userErrors": [problem]}
            assert found  # noqa: S101 -- a missing one is a problem above
            hold = self._new_hold(found, fulfillmentHold)
            found["order"]["holds"] = [*(found["order"].get("holds") or ()), hold]
            self._announce("placed_on_hold", id, "on_hold", hold)
            return {"userErrors": []}

    def fulfillmentOrderReleaseHold(  # noqa: N802
        self,
        _: Info,
        id: str,  # noqa: A002
        holdIds: list[str] | None = None,  # noqa: N803
        externalId: str = "",  # noqa: ARG002, N803
    ) -> Json:
        """Release the named holds of a fulfillment order, those of other apps included; without names, all of them."""
        self._require_scope("fulfillmentOrderReleaseHold")
        with self.store.lock:
            found = self.found_fulfillment_order(id)
            if found is None:
                return {"userErrors": [_error("FULFILLMENT_ORDER_NOT_FOUND", "id", "Fulfillment order not found.")]}
            names = None if holdIds is None else {number_of("FulfillmentHold", each) for each in holdIds}
            here = [hold for hold in found["order"].get("holds") or () if str(hold["place"]) == found["place"]]
            released = [hold for hold in here if names is None or str(hold["id"]) in names]
            found["order"]["holds"] = [hold for hold in found["order"].get("holds") or () if hold not in released]
            for hold in released:
                self._announce("hold_released", id, "on_hold" if len(here) > len(released) else "open", hold)
            return {"userErrors": []}

    def _new_hold(self, found: Json, wanted: Json) -> Json:
        return {
            "id": self.store.new_hold_id(),
            "place": found["place"],
            "reason": wanted["reason"].lower(),
            "notes": wanted.get("reasonNotes"),
            "handle": wanted.get("handle") or "",
            "app": APP,
            "ours": True,
            "notified": bool(wanted.get("notifyMerchant")),
        }

    def _announce(self, event: str, gid: str, status: str, hold: Json) -> None:
        body = {"id": f"gid://shopify/FulfillmentHold/{hold['id']}", "reason": hold["reason"], "handle": hold["handle"]}
        payload = {"fulfillment_order": {"id": gid, "status": status}, "fulfillment_hold": body}
        self.store.events.append({"topic": f"fulfillment_orders/{event}", "payload": payload})

    def _require_scope(self, field: str) -> None:
        if SCOPE not in self.store.scopes:
            text = f"Access denied for {field} field. Required access: `{SCOPE}` access scope."
            raise error("ACCESS_DENIED", text)


def _problem(found: Json | None, wanted: Json) -> Json | None:
    """Return why a hold cannot be put on a fulfillment order."""
    handle = wanted.get("handle") or ""
    if found is None:
        return _error("FULFILLMENT_ORDER_NOT_FOUND", "id", "The fulfillment order could not be found.")
    if len(handle) > MAX_HANDLE:
        return _error(None, "handle", "Handle is too long (maximum is 64 characters)")
    if found["status"] not in HOLDABLE:
        return _error(None, "id", f"Cannot hold a fulfillment order that is {found['status'].lower()}.")
    own = [each["handle"] or "" for each in found["fulfillmentHolds"] if each["heldByRequestingApp"]]
    if handle in own:
        return _error("DUPLICATE_FULFILLMENT_HOLD_HANDLE", "handle", "The handle is already in use by this app.")
    if len(own) >= MOST_HOLDS:
        text = "The maximum number of fulfillment holds for this fulfillment order has been reached for this app."
        return _error("FULFILLMENT_ORDER_HOLD_LIMIT_REACHED", "id", text)
    return None


def _error(code: str | None, name: str, message: str) -> Json:
    return {"code": code, "field": [name], "message": message}
