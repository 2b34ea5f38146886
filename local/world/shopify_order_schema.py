"""The orders of the Admin API's GraphQL schema."""

ORDERS = """
    scalar DateTime
    scalar Decimal
    scalar UnsignedInt64

    enum CurrencyCode { CHF EUR GBP JPY KWD USD }
    enum CountryCode { AT CH DE FR GB JP US }
    enum OrderSortKeys { CREATED_AT ID ORDER_NUMBER PROCESSED_AT TOTAL_PRICE UPDATED_AT }
    enum OrderDisplayFinancialStatus {
      AUTHORIZED EXPIRED PAID PARTIALLY_PAID PARTIALLY_REFUNDED PENDING REFUNDED VOIDED
    }
    enum OrderDisplayFulfillmentStatus {
      FULFILLED IN_PROGRESS ON_HOLD OPEN PARTIALLY_FULFILLED PENDING_FULFILLMENT REQUEST_DECLINED RESTOCKED SCHEDULED
      UNFULFILLED
    }
    enum FulfillmentStatus { CANCELLED ERROR FAILURE OPEN PENDING SUCCESS }
    enum RefundLineItemRestockType { CANCEL LEGACY_RESTOCK NO_RESTOCK RETURN }

    type MoneyV2 { amount: Decimal! currencyCode: CurrencyCode! }
    type MoneyBag { presentmentMoney: MoneyV2! shopMoney: MoneyV2! }

    type MailingAddress {
      name: String company: String address1: String address2: String city: String province: String provinceCode: String
      zip: String country: String countryCodeV2: CountryCode phone: String
    }

    type DiscountAllocation { allocatedAmountSet: MoneyBag! }
    type TaxLine { title: String! priceSet: MoneyBag! }
    type ShippingLine { code: String title: String! isRemoved: Boolean! originalPriceSet: MoneyBag! }
    type ShippingLineConnection { nodes: [ShippingLine!]! pageInfo: PageInfo! }

    type LineItem implements Node {
      id: ID!
      sku: String
      name: String!
      quantity: Int!
      currentQuantity: Int!
      unfulfilledQuantity: Int!
      requiresShipping: Boolean!
      variant: ProductVariant
      originalUnitPriceSet: MoneyBag!
      totalDiscountSet: MoneyBag!
      discountAllocations: [DiscountAllocation!]!
      taxLines(first: Int): [TaxLine!]!
    }
    type LineItemConnection { nodes: [LineItem!]! pageInfo: PageInfo! }

    type FulfillmentService { handle: String! }
    type FulfillmentTrackingInfo { company: String number: String url: String }
    type FulfillmentLineItem implements Node { id: ID! lineItem: LineItem! quantity: Int }
    type FulfillmentLineItemConnection { nodes: [FulfillmentLineItem!]! pageInfo: PageInfo! }
    type Fulfillment implements Node {
      id: ID!
      legacyResourceId: UnsignedInt64!
      status: FulfillmentStatus!
      createdAt: DateTime!
      service: FulfillmentService
      location: Location
      trackingInfo(first: Int): [FulfillmentTrackingInfo!]!
      fulfillmentLineItems(first: Int, after: String): FulfillmentLineItemConnection!
    }

    type RefundLineItem { lineItem: LineItem! quantity: Int! restockType: RefundLineItemRestockType! }
    type RefundLineItemConnection { nodes: [RefundLineItem!]! pageInfo: PageInfo! }
    type Refund implements Node {
      id: ID!
      legacyResourceId: UnsignedInt64!
      refundLineItems(first: Int, after: String): RefundLineItemConnection!
    }

    type Order implements Node {
      id: ID!
      legacyResourceId: UnsignedInt64!
      name: String!
      currencyCode: CurrencyCode!
      email: String
      phone: String
      note: String
      test: Boolean!
      createdAt: DateTime!
      updatedAt: DateTime!
      processedAt: DateTime!
      cancelledAt: DateTime
      closedAt: DateTime
      displayFinancialStatus: OrderDisplayFinancialStatus
      displayFulfillmentStatus: OrderDisplayFulfillmentStatus!
      paymentGatewayNames: [String!]!
      totalPriceSet: MoneyBag!
      totalTaxSet: MoneyBag
      totalDiscountsSet: MoneyBag
      currentTotalPriceSet: MoneyBag!
      currentTotalTaxSet: MoneyBag!
      currentTotalDiscountsSet: MoneyBag!
      shippingAddress: MailingAddress
      billingAddress: MailingAddress
      shippingLines(first: Int, after: String): ShippingLineConnection!
      fulfillments(first: Int): [Fulfillment!]!
      refunds(first: Int): [Refund!]!
      lineItems(first: Int, after: String): LineItemConnection!
    }
    enum FulfillmentOrderStatus { CANCELLED CLOSED INCOMPLETE IN_PROGRESS ON_HOLD OPEN SCHEDULED }
    type FulfillmentOrderAssignedLocation { location: Location name: String! }
    type FulfillmentOrderLineItem implements Node {
      id: ID!
      remainingQuantity: Int!
      totalQuantity: Int!
      lineItem: LineItem!
    }
    type FulfillmentOrderLineItemConnection { nodes: [FulfillmentOrderLineItem!]! pageInfo: PageInfo! }
    enum FulfillmentHoldReason {
      AWAITING_PAYMENT AWAITING_RETURN_ITEMS HIGH_RISK_OF_FRAUD INCORRECT_ADDRESS INVENTORY_OUT_OF_STOCK
      ONLINE_STORE_POST_PURCHASE_CROSS_SELL OTHER UNKNOWN_DELIVERY_DATE
    }
    type App { title: String! }
    type FulfillmentHold implements Node {
      id: ID!
      handle: String
      heldByApp: App
      heldByRequestingApp: Boolean!
      reason: FulfillmentHoldReason!
      reasonNotes: String
    }
    type FulfillmentOrder implements Node {
      id: ID!
      order: Order!
      fulfillmentHolds: [FulfillmentHold!]!
      status: FulfillmentOrderStatus!
      assignedLocation: FulfillmentOrderAssignedLocation!
      lineItems(first: Int, after: String): FulfillmentOrderLineItemConnection!
    }
    type FulfillmentOrderConnection { nodes: [FulfillmentOrder!]! pageInfo: PageInfo! }

    extend type Order { fulfillmentOrders(first: Int, after: String): FulfillmentOrderConnection! }

    input FulfillmentOrderLineItemInput { id: ID! quantity: Int! }
    input FulfillmentOrderLineItemsInput {
      fulfillmentOrderId: ID!
      fulfillmentOrderLineItems: [FulfillmentOrderLineItemInput!]
    }
    input FulfillmentTrackingInput { company: String number: String numbers: [String!] url: URL urls: [URL!] }
    input FulfillmentInput {
      lineItemsByFulfillmentOrder: [FulfillmentOrderLineItemsInput!]!
      notifyCustomer: Boolean = false
      trackingInfo: FulfillmentTrackingInput
    }
    scalar URL

    input FulfillmentOrderHoldInput {
      reason: FulfillmentHoldReason!
      reasonNotes: String
      handle: String = ""
      externalId: String
      notifyMerchant: Boolean = false
      fulfillmentOrderLineItems: [FulfillmentOrderLineItemInput!] = []
    }
    enum FulfillmentOrderHoldUserErrorCode {
      DUPLICATED_FULFILLMENT_ORDER_LINE_ITEMS DUPLICATE_FULFILLMENT_HOLD_HANDLE FULFILLMENT_ORDER_HOLD_LIMIT_REACHED
      FULFILLMENT_ORDER_NOT_FOUND FULFILLMENT_ORDER_NOT_SPLITTABLE GREATER_THAN_ZERO INVALID_LINE_ITEM_QUANTITY TAKEN
    }
    type FulfillmentOrderHoldUserError {
      code: FulfillmentOrderHoldUserErrorCode
      field: [String!]
      message: String!
    }
    type FulfillmentOrderHoldPayload {
      fulfillmentHold: FulfillmentHold
      fulfillmentOrder: FulfillmentOrder
      remainingFulfillmentOrder: FulfillmentOrder
      userErrors: [FulfillmentOrderHoldUserError!]!
    }
    enum FulfillmentOrderReleaseHoldUserErrorCode {
      FULFILLMENT_ORDER_NOT_FOUND GREATER_THAN_ZERO INVALID_LINE_ITEM_QUANTITY
    }
    type FulfillmentOrderReleaseHoldUserError {
      code: FulfillmentOrderReleaseHoldUserErrorCode
      field: [String!]
      message: String!
    }
    type FulfillmentOrderReleaseHoldPayload {
      fulfillmentOrder: FulfillmentOrder
      userErrors: [FulfillmentOrderReleaseHoldUserError!]!
    }

    type UserError { field: [String!] message: String! }
    type FulfillmentCreatePayload { fulfillment: Fulfillment userErrors: [UserError!]! }
    type FulfillmentTrackingInfoUpdatePayload { fulfillment: Fulfillment userErrors: [UserError!]! }
    type FulfillmentCancelPayload { fulfillment: Fulfillment userErrors: [UserError!]! }

    extend type Mutation {
      fulfillmentCreate(fulfillment: FulfillmentInput!, message: String): FulfillmentCreatePayload
      fulfillmentTrackingInfoUpdate(
        fulfillmentId: ID!
        trackingInfoInput: FulfillmentTrackingInput!
        notifyCustomer: Boolean
      ): FulfillmentTrackingInfoUpdatePayload
      fulfillmentCancel(id: ID!): FulfillmentCancelPayload
      fulfillmentOrderHold(id: ID!, fulfillmentHold: FulfillmentOrderHoldInput!): FulfillmentOrderHoldPayload
      fulfillmentOrderReleaseHold(id: ID!, holdIds: [ID!], externalId: String): FulfillmentOrderReleaseHoldPayload
    }

    enum OrderCancelReason { CUSTOMER DECLINED FRAUD INVENTORY OTHER STAFF }
    enum OrderCancelUserErrorCode { INTERNAL_ERROR INVALID NOT_FOUND NO_REFUND_PERMISSION STAFF_NOTE_TOO_LONG }
    input OrderCancelStoreCreditRefundInput { expiresAt: DateTime }
    input OrderCancelRefundMethodInput {
      originalPaymentMethodsRefund: Boolean
      storeCreditRefund: OrderCancelStoreCreditRefundInput
    }
    type Job { id: ID! done: Boolean! }
    type OrderCancelUserError { code: OrderCancelUserErrorCode field: [String!] message: String! }
    type OrderCancelPayload { job: Job orderCancelUserErrors: [OrderCancelUserError!]! userErrors: [UserError!]! }

    extend type Mutation {
      orderCancel(
        orderId: ID!
        reason: OrderCancelReason!
        restock: Boolean!
        refundMethod: OrderCancelRefundMethodInput
        notifyCustomer: Boolean = false
        staffNote: String
      ): OrderCancelPayload
    }

    type OrderConnection { nodes: [Order!]! pageInfo: PageInfo! }

    extend type QueryRoot {
      order(id: ID!): Order
      fulfillment(id: ID!): Fulfillment
      fulfillmentOrder(id: ID!): FulfillmentOrder
      refund(id: ID!): Refund
      job(id: ID!): Job
      orders(
        first: Int, after: String, query: String, sortKey: OrderSortKeys = PROCESSED_AT, reverse: Boolean = false
      ): OrderConnection!
    }
"""
