"""Why an order is on hold: our categories, and Shopify's reasons, both ways."""

from collections.abc import Mapping

from packhorse.domain.orders.hold_notice import HoldCategory

REASONS: Mapping[HoldCategory, str] = {
    HoldCategory.PAYMENT: "AWAITING_PAYMENT",
    HoldCategory.FRAUD: "HIGH_RISK_OF_FRAUD",
    HoldCategory.ADDRESS: "INCORRECT_ADDRESS",
    HoldCategory.STOCK: "INVENTORY_OUT_OF_STOCK",
    HoldCategory.DELIVERY_DATE: "UNKNOWN_DELIVERY_DATE",
    HoldCategory.RETURN: "AWAITING_RETURN_ITEMS",
    HoldCategory.OTHER: "OTHER",
}
CATEGORIES: Mapping[str, HoldCategory] = {reason: category for category, reason in REASONS.items()}


def category_of(reason: str) -> HoldCategory:
    """Return our category of a reason of the store, in letters of any case; one that we have no word for is other.

    >>> category_of("high_risk_of_fraud"), category_of("ONLINE_STORE_POST_PURCHASE_CROSS_SELL")
    (<HoldCategory.FRAUD: 'fraud'>, <HoldCategory.OTHER: 'other'>)
    """
    return CATEGORIES.get(reason.upper(), HoldCategory.OTHER)
