"""Queries and mutations on Shopify's fulfillment orders and fulfillments, and the shapes of their answers."""

from pydantic import Field, StrictBool, StrictInt

from packhorse.http.body import ExternalModel

LINES = """lineItems(first: $lines, after: $line) {
  nodes { id remainingQuantity lineItem { id } }
  pageInfo { hasNextPage endCursor }
}"""

ASSIGNED = """
query assigned($order: ID!, $after: String, $lines: Int!, $line: String) {
  order(id: $order) {
    fulfillments(first: 50) { id status trackingInfo(first: 5) { number } }
    fulfillmentOrders(first: 10, after: $after) {
      nodes { id status assignedLocation { location { id } } LINES }
      pageInfo { hasNextPage endCursor }
    }
  }
}
""".replace("LINES", LINES)

MORE_LINES = """
query more($id: ID!, $lines: Int!, $line: String) { fulfillmentOrder(id: $id) { LINES } }
""".replace("LINES", LINES)

STATUS = "query status($id: ID!) { fulfillment(id: $id) { id status trackingInfo(first: 100) { number } } }"

CONTENTS = """
query contents($id: ID!) {
  fulfillment(id: $id) { fulfillmentLineItems(first: 250) { nodes { quantity lineItem { id } } } }
}
"""

RESULT = "{ fulfillment { id } userErrors { field message } }"

CREATE = f"""
mutation create($fulfillment: FulfillmentInput!) {{
  result: fulfillmentCreate(fulfillment: $fulfillment) {RESULT}
}}
"""

CORRECT = f"""
mutation correct($id: ID!, $tracking: FulfillmentTrackingInput!, $notify: Boolean) {{
  result: fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $tracking, notifyCustomer: $notify)
    {RESULT}
}}
"""

CANCEL = f"mutation cancel($id: ID!) {{ result: fulfillmentCancel(id: $id) {RESULT} }}"


class PageInfo(ExternalModel):
    """Whether more follows."""

    has_next: StrictBool = Field(False, validation_alias="hasNextPage")
    end: str | None = Field(None, validation_alias="endCursor")


class Named(ExternalModel):
    """An object of which only the id is read."""

    id: str


class AssignedLine(ExternalModel):
    """Units of a line that a location has to fulfil; `id` is not the line's."""

    id: str
    remaining: StrictInt = Field(validation_alias="remainingQuantity")
    line: Named = Field(validation_alias="lineItem")


class AssignedLines(ExternalModel):
    """A page of lines."""

    nodes: tuple[AssignedLine, ...]
    page: PageInfo = Field(validation_alias="pageInfo")


class AssignedLocation(ExternalModel):
    """Where a fulfillment order is to be fulfilled; no location if that was deleted."""

    location: Named | None = None


class FulfillmentOrder(ExternalModel):
    """What a location of the store has to fulfil of an order."""

    id: str
    status: str
    at: AssignedLocation | None = Field(None, validation_alias="assignedLocation")
    lines: AssignedLines = Field(validation_alias="lineItems")

    @property
    def location(self) -> str:
        """The id of its location, empty without one."""
        return self.at.location.id if self.at and self.at.location else ""


class FulfillmentOrders(ExternalModel):
    """A page of fulfillment orders."""

    nodes: tuple[FulfillmentOrder, ...]
    page: PageInfo = Field(validation_alias="pageInfo")


class Tracking(ExternalModel):
    """A tracking number."""

    number: str | None = None


class Fulfillment(ExternalModel):
    """Units that the store has as sent."""

    id: str
    status: str
    tracking: tuple[Tracking, ...] = Field((), validation_alias="trackingInfo")

    @property
    def is_cancelled(self) -> bool:
        """Whether it counts no more."""
        return self.status in {"CANCELLED", "ERROR", "FAILURE"}


class OrderToFulfil(ExternalModel):
    """What was sent of an order, and what its locations have to send."""

    fulfillments: tuple[Fulfillment, ...] = ()
    assigned: FulfillmentOrders = Field(validation_alias="fulfillmentOrders")


class Assigned(ExternalModel):
    """An answer to ASSIGNED; no order if the store has none of that id."""

    order: OrderToFulfil | None = None


class WithLines(ExternalModel):
    """A fulfillment order of which only lines are read."""

    lines: AssignedLines = Field(validation_alias="lineItems")


class MoreLines(ExternalModel):
    """An answer to MORE_LINES."""

    found: WithLines | None = Field(None, validation_alias="fulfillmentOrder")


class WithStatus(ExternalModel):
    """An answer to STATUS; None if the store has no such fulfillment."""

    fulfillment: Fulfillment | None = None


class SentLine(ExternalModel):
    """Units of a line in a fulfillment."""

    quantity: StrictInt
    line: Named = Field(validation_alias="lineItem")


class SentLines(ExternalModel):
    """The lines of a fulfillment; the store takes at most 250 at once."""

    nodes: tuple[SentLine, ...]


class Contents(ExternalModel):
    """A fulfillment of which only the lines are read."""

    lines: SentLines = Field(validation_alias="fulfillmentLineItems")


class WithContents(ExternalModel):
    """An answer to CONTENTS; None if the store has no such fulfillment."""

    fulfillment: Contents | None = None


class UserError(ExternalModel):
    """Why a mutation was refused."""

    message: str = ""


class MutationResult(ExternalModel):
    """The result of a mutation: a fulfillment, or errors."""

    fulfillment: Named | None = None
    errors: tuple[UserError, ...] = Field((), validation_alias="userErrors")


class Done(ExternalModel):
    """An answer to a mutation."""

    result: MutationResult
