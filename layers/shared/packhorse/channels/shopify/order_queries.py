"""Queries for Shopify's orders. In one query, their greatest possible number of parts would cost too many points."""

MAX_PARTS = 100
"""Most fulfillments, and refunds, of an order that is read: `first` in ORDER."""

PERSONAL = frozenset({"email", "phone", "shippingAddress", "billingAddress"})
"""Fields that a store on a small plan, or one that has not granted an app access to them, does not show."""

LIST = """
query list($first: Int!, $after: String, $query: String!) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}
"""

ORDER = """
query order($id: ID!, $after: String) {
  order(id: $id) {
    legacyResourceId name currencyCode email phone note test
    createdAt updatedAt processedAt cancelledAt closedAt
    displayFinancialStatus displayFulfillmentStatus paymentGatewayNames
    totalPriceSet { ...amount } totalTaxSet { ...amount } totalDiscountsSet { ...amount }
    currentTotalPriceSet { ...amount } currentTotalTaxSet { ...amount } currentTotalDiscountsSet { ...amount }
    shippingAddress { ...address }
    billingAddress { ...address }
    shippingLines(first: 10) { nodes { code title originalPriceSet { ...amount } } }
    fulfillments(first: 100) { id }
    refunds(first: 100) { id }
    fulfillmentOrders(first: 20) {
      nodes { id status fulfillmentHolds { id handle heldByRequestingApp reason reasonNotes heldByApp { title } } }
    }
    lineItems(first: 50, after: $after) {
      nodes {
        id sku name quantity currentQuantity unfulfilledQuantity requiresShipping
        variant { legacyResourceId }
        originalUnitPriceSet { ...amount }
        totalDiscountSet { ...amount }
        discountAllocations { allocatedAmountSet { ...amount } }
        taxLines { priceSet { ...amount } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
fragment amount on MoneyBag { shopMoney { amount } }
fragment address on MailingAddress { name company address1 address2 city province provinceCode zip countryCodeV2 phone }
"""

ORDER_OF_HELD = "query held($id: ID!) { fulfillmentOrder(id: $id) { order { id } } }"

FULFILLMENT = """
query fulfillment($id: ID!, $after: String) {
  fulfillment(id: $id) {
    legacyResourceId status createdAt
    service { handle }
    location { legacyResourceId }
    trackingInfo(first: 20) { company number }
    fulfillmentLineItems(first: 100, after: $after) {
      nodes { quantity lineItem { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

REFUND = """
query refund($id: ID!, $after: String) {
  refund(id: $id) {
    refundLineItems(first: 100, after: $after) {
      nodes { quantity restockType lineItem { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
