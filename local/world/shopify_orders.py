"""Resolvers of orders, which the store has in the shape of webhooks."""

import base64
import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from graphql import GraphQLResolveInfo

from local.world.shopify_cancelling import CancellationFields
from local.world.shopify_fulfilments import FulfilmentFields, fulfillment_orders, part_id, sent_units, wanted
from local.world.shopify_holds import HoldFields
from local.world.shopify_ids import error, number_of, page_of, page_size
from local.world.shopify_store import Json, Store

Info = GraphQLResolveInfo[Any]

PERSONAL = ("email", "phone", "shippingAddress", "billingAddress")
STATUSES = {"": "UNFULFILLED", "partial": "PARTIALLY_FULFILLED"}


class OrderFields(FulfilmentFields, HoldFields, CancellationFields):
    """The fields of the query root for orders."""

    store: Store

    def order(self, _: Info, id: str) -> Json | None:  # noqa: A002 -- the name in the schema
        """Return an order."""
        found = self.store.orders.get(number_of("Order", id))
        return shown_order(self.store, found) if found else None

    def fulfillment(self, _: Info, id: str) -> Json | None:  # noqa: A002
        """Return a fulfillment of an order."""
        return self._part("Fulfillment", id, "fulfillments", _fulfillment)

    def fulfillmentOrder(self, _: Info, id: str) -> Json | None:  # noqa: A002, N802 -- as in the schema
        """Return a fulfillment order."""
        found = self.found_fulfillment_order(id)
        return _fulfillment_order(self.store, found) if found else None

    def refund(self, _: Info, id: str) -> Json | None:  # noqa: A002
        """Return a refund of an order."""
        return self._part("Refund", id, "refunds", _refund)

    def orders(
        self,
        _: Info,
        first: int | None = None,
        after: str | None = None,
        query: str | None = None,
        sortKey: str = "",  # noqa: N803 -- the name in the schema
        reverse: bool = False,
    ) -> Json:
        """Return a page of the orders updated since a time, oldest first; a cursor is the time and id of an order.

        In reverse it is a page of the newest ones, whatever their time.
        """
        if reverse and not query:
            newest = sorted(self.store.orders.values(), key=lambda order: _place(order)[:2], reverse=True)
            return page_of([shown_order(self.store, order) for order in newest], first, after)
        searched = re.fullmatch(r"updated_at:>='([^']+)'", query or "")
        if not searched or sortKey != "UPDATED_AT":
            raise error("BAD_REQUEST", f"this store does not support the search {query} sorted by {sortKey}")
        since = datetime.fromisoformat(searched[1])
        found = sorted((_place(order) for order in self.store.orders.values()), key=lambda place: place[:2])
        if after:
            reached, number = json.loads(base64.b64decode(after))
            found = [place for place in found if place[:2] > (datetime.fromisoformat(reached), number)]
        found = [place for place in found if place[0] >= since]
        size = page_size(first)
        last = found[:size][-1] if found else None
        cursor = base64.b64encode(json.dumps([last[0].isoformat(), last[1]]).encode()).decode() if last else None
        return {
            "nodes": [shown_order(self.store, order) for _, _, order in found[:size]],
            "pageInfo": {"hasNextPage": len(found) > size, "endCursor": cursor},
        }

    def _part(self, kind: str, gid: str, field: str, shown: Any) -> Json | None:
        name = number_of(kind, gid)
        for order in self.store.orders.values():
            for place, part in enumerate(order.get(field) or ()):
                if part_id(order, field, place) == name:
                    return dict(shown(order, part, name))
        return None


def _place(order: Json) -> tuple[datetime, int, Json]:
    return datetime.fromisoformat(order["updated_at"]), int(order["id"]), order


def shown_order(store: Store, order: Json) -> Json:
    """Return an order as the API shows it."""
    return {
        **_order(order),
        **(dict.fromkeys(PERSONAL, _withheld) if store.settings.hides_buyers else {}),
        "fulfillmentOrders": lambda _, first=None, after=None: page_of(
            [_fulfillment_order(store, each) for each in fulfillment_orders(store, order)], first, after
        ),
    }


def _withheld(info: Info) -> None:
    """Refuse a field of personal data: the answer has null there, and the error beside the data."""
    raise error("ACCESS_DENIED", f"This app is not approved to use the {info.field_name} field.")


def _fulfillment_order(store: Store, each: Json) -> Json:
    """Return a fulfillment order as the API shows it."""
    lines = [{**line, "lineItem": _line(each["order"], line["lineItem"])} for line in each["lines"]]
    order = each["order"]
    return {
        **each,
        "order": lambda _: shown_order(store, order),
        "lineItems": lambda _, first=None, after=None: page_of(lines, first, after),
    }


def _order(order: Json) -> Json:
    return {
        **{_camel(name): order.get(name) for name in PLAIN},
        "__typename": "Order",
        "id": f"gid://shopify/Order/{order['id']}",
        "legacyResourceId": str(order["id"]),
        "currencyCode": order["currency"],
        "test": bool(order.get("test")),
        "processedAt": order.get("processed_at") or order["created_at"],
        "displayFinancialStatus": _upper(order.get("financial_status")),
        "displayFulfillmentStatus": _fulfilled(order.get("fulfillment_status") or ""),
        "paymentGatewayNames": order.get("payment_gateway_names") or [],
        **{f"{_camel(name)}Set": _money(order, amount) for name, amount in _totals(order).items()},
        "shippingAddress": _address(order.get("shipping_address")),
        "billingAddress": _address(order.get("billing_address")),
        "shippingLines": lambda _, first=None, after=None: page_of(_shipping_lines(order), first, after),
        "fulfillments": lambda _, first=None: _parts(order, "fulfillments", _fulfillment)[:first],
        "refunds": lambda _, first=None: _parts(order, "refunds", _refund)[:first],
        "lineItems": lambda _, first=None, after=None: page_of(_lines(order), first, after),
    }


PLAIN = ("name", "email", "phone", "note", "created_at", "updated_at", "cancelled_at", "closed_at")
ADDRESS = ("name", "company", "address1", "address2", "city", "province", "province_code", "zip", "country", "phone")


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


def _upper(value: str | None) -> str | None:
    return value.upper() if value else None


def _fulfilled(status: str) -> str:
    return STATUSES.get(status, status.upper())


def _money(order: Json, amount: str) -> Json:
    money = {"amount": amount, "currencyCode": order["currency"]}
    return {"shopMoney": money, "presentmentMoney": money}


def _totals(order: Json) -> dict[str, str]:
    """Return the amounts of an order by name: those that it was put with, else the sums of its lines and shipping."""
    shipping = sum(Decimal(line["price"]) for line in order.get("shipping_lines") or () if not line.get("is_removed"))
    found: dict[str, Decimal] = {}
    for prefix, quantity in (("", "quantity"), ("current_", "current_quantity")):
        lines = order["line_items"]
        goods = sum(Decimal(line["price"]) * line.get(quantity, line["quantity"]) for line in lines)
        tax = sum(Decimal(tax["price"]) for line in lines for tax in line.get("tax_lines") or ())
        discounts = sum(Decimal(line.get("total_discount") or 0) for line in lines)
        price = goods + shipping - discounts + (0 if order.get("taxes_included") else tax)
        found |= {f"{prefix}total_price": Decimal(price)}
        found |= {f"{prefix}total_tax": Decimal(tax), f"{prefix}total_discounts": Decimal(discounts)}
    return {name: order.get(name) or f"{amount:.2f}" for name, amount in found.items()}


def _address(address: Mapping[str, Any] | None) -> Json | None:
    if address is None:
        return None
    return {**{_camel(name): address.get(name) for name in ADDRESS}, "countryCodeV2": address.get("country_code")}


def _shipping_lines(order: Json) -> list[Json]:
    return [
        {
            "code": line.get("code"),
            "title": line.get("title") or "",
            "isRemoved": False,
            "originalPriceSet": _money(order, line["price"]),
        }
        for line in order.get("shipping_lines") or ()
        if not line.get("is_removed")
    ]


def _lines(order: Json) -> list[Json]:
    return [_line(order, line) for line in order["line_items"]]


def _line(order: Json, line: Json) -> Json:
    variant = str(line.get("variant_id") or "")
    return {
        "__typename": "LineItem",
        "id": f"gid://shopify/LineItem/{line['id']}",
        "sku": line.get("sku"),
        "name": line.get("name") or "",
        "quantity": line["quantity"],
        "currentQuantity": wanted(line),
        "unfulfilledQuantity": wanted(line) - sent_units(order.get("fulfillments") or (), line),
        "requiresShipping": line.get("requires_shipping", True),
        "variant": {"id": f"gid://shopify/ProductVariant/{variant}", "legacyResourceId": variant} if variant else None,
        "originalUnitPriceSet": _money(order, line["price"]),
        "totalDiscountSet": _money(order, line.get("total_discount") or "0.00"),
        "discountAllocations": [
            {"allocatedAmountSet": _money(order, part["amount"])} for part in line.get("discount_allocations") or ()
        ],
        "taxLines": [
            {"title": tax.get("title") or "", "priceSet": _money(order, tax["price"])}
            for tax in line.get("tax_lines") or ()
        ],
    }


def _parts(order: Json, field: str, shown: Any) -> list[Json]:
    return [shown(order, part, part_id(order, field, place)) for place, part in enumerate(order.get(field) or ())]


def _fulfillment(order: Json, sent: Json, number: str) -> Json:
    location = sent.get("location_id")
    numbers = sent.get("tracking_numbers") or [sent.get("tracking_number")]
    return {
        "__typename": "Fulfillment",
        "id": f"gid://shopify/Fulfillment/{number}",
        "legacyResourceId": number,
        "status": sent["status"].upper(),
        "createdAt": sent["created_at"],
        "service": {"handle": sent["service"]} if sent.get("service") else None,
        "location": {"id": f"gid://shopify/Location/{location}", "legacyResourceId": str(location)}
        if location
        else None,
        "trackingInfo": [{"company": sent.get("tracking_company"), "number": each} for each in numbers if each],
        "fulfillmentLineItems": lambda _, first=None, after=None: page_of(_sent_lines(order, sent), first, after),
    }


def _sent_lines(order: Json, sent: Json) -> list[Json]:
    lines = {line["id"]: line for line in order["line_items"]}
    return [{"quantity": part["quantity"], "lineItem": _line(order, lines[part["id"]])} for part in sent["line_items"]]


def _refund(order: Json, refund: Json, number: str) -> Json:
    lines = {line["id"]: line for line in order["line_items"]}
    parts = [
        {
            "quantity": part["quantity"],
            "restockType": (part.get("restock_type") or "no_restock").upper(),
            "lineItem": _line(order, lines[part["line_item_id"]]),
        }
        for part in refund.get("refund_line_items") or ()
    ]
    return {
        "__typename": "Refund",
        "id": f"gid://shopify/Refund/{number}",
        "legacyResourceId": number,
        "refundLineItems": lambda _, first=None, after=None: page_of(parts, first, after),
    }
