"""Transactions: all actions are planned against the stored items, then all are applied or none."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from simulation.aws.clock import Time
from simulation.aws.dynamodb.requests import Parameters, refuse_unknown
from simulation.aws.dynamodb.schema import Key
from simulation.aws.dynamodb.tables import Table
from simulation.aws.dynamodb.values import item_size
from simulation.aws.dynamodb.writes import PLANS, NotSo, Planned
from simulation.aws.refusals import Refused, cancelled, invalid

MOST_ACTIONS = 100
MOST_BYTES = 4 * 1024 * 1024
TOKEN_SECONDS = 600
DONE: dict[str, Any] = {"Code": "None"}


class Action(NamedTuple):
    """One action of a transaction."""

    verb: str
    table: Table
    parameters: Parameters

    @property
    def key(self) -> tuple[str, Key]:
        """The table and key of its item."""
        schema = self.table.schema
        if self.verb == "Put":
            return self.table.name, schema.checked(self.parameters["Item"])
        return self.table.name, schema.requested_key(self.parameters["Key"])


def actions_of(parameters: Parameters, tables: Mapping[str, Table]) -> list[Action]:
    """Return the actions of a request; refuse an invalid request."""
    items = parameters["TransactItems"]
    if not 1 <= len(items) <= MOST_ACTIONS:
        raise invalid(
            f"1 validation error detected: Value '{len(items)}' at 'transactItems' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MOST_ACTIONS}"
        )
    found = []
    for item in items:
        if len(item) != 1:
            raise invalid("TransactItems can only contain one of Check, Put, Update or Delete")
        ((verb, parameters),) = item.items()
        if parameters["TableName"] not in tables:
            raise Refused("ResourceNotFoundException", "Requested resource not found")
        found.append(Action(verb, tables[parameters["TableName"]], parameters))
    return found


class Decided(NamedTuple):
    """The planned write of each action, and the reasons for a cancellation (all None: no reason)."""

    plans: list[Planned | None]
    reasons: list[dict[str, Any]]
    failed: list[NotSo]

    def refuse(self) -> None:
        """Raise the cancellation if any action has a reason for it."""
        if any(reason is not DONE for reason in self.reasons):
            raise cancelled(self.reasons)


def decide(actions: list[Action]) -> Decided:
    """Plan every action against the stored items."""
    _refuse_twice(actions)
    plans: list[Planned | None] = []
    reasons: list[dict[str, Any]] = []
    failed: list[NotSo] = []
    for action in actions:
        plan, reason = None, DONE
        try:
            plan = PLANS[action.verb](action.table, action.parameters)
        except NotSo as not_so:
            failed.append(not_so)
            reason = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed", **not_so.item}
        except Refused as refused:
            if not _is_of_the_item(refused):
                raise
            reason = {"Code": "ValidationError", "Message": refused.message}
        plans.append(plan)
        reasons.append(reason)
    size = sum(item_size(plan.new.item) for plan in plans if plan and plan.new and plan.is_write)
    if size > MOST_BYTES:
        raise invalid("Member must satisfy constraint: transaction request size exceeds 4 MB")
    return Decided(plans, reasons, failed)


def _refuse_twice(actions: list[Action]) -> None:
    seen = set()
    for action in actions:
        if action.key in seen:
            raise invalid("Transaction request cannot include multiple operations on one item")
        seen.add(action.key)


OF_THE_ITEM = (
    "Item size",
    "An operand in the update expression",
    "The provided expression refers",
    "The document path provided",
    "Number overflow",
)


def _is_of_the_item(refused: Refused) -> bool:
    """Return whether the refusal depends on the stored item; others come before any item is read."""
    return refused.message.startswith(OF_THE_ITEM)


class Tokens:
    """The client request tokens of the last ten minutes."""

    def __init__(self, clock: Time) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[str, float]] = {}

    def is_repeated(self, parameters: Parameters) -> bool:
        """Return whether the same request was done under this token; raise if it was a different one."""
        token = parameters.get("ClientRequestToken")
        known_as = self._seen.get(token) if token else None
        if known_as is None or self._clock.now - known_as[1] >= TOKEN_SECONDS:
            return False
        if known_as[0] != _digest(parameters):
            raise Refused(
                "IdempotentParameterMismatchException",
                "The request uses the same client token as a previous, but non-identical request.",
            )
        return True

    def remember(self, parameters: Parameters) -> None:
        """Remember a request and its token."""
        if token := parameters.get("ClientRequestToken"):
            self._seen[token] = _digest(parameters), self._clock.now


def _digest(parameters: Parameters) -> str:
    return repr(parameters["TransactItems"])


def gets_of(parameters: Parameters, tables: Mapping[str, Table]) -> list[tuple[Table, Parameters]]:
    """Return the reads of a TransactGetItems."""
    refuse_unknown(parameters, "TransactItems")
    items = parameters["TransactItems"]
    if not 1 <= len(items) <= MOST_ACTIONS:
        raise invalid(f"Member must have length less than or equal to {MOST_ACTIONS}")
    found = []
    for item in items:
        get = item["Get"]
        if get["TableName"] not in tables:
            raise Refused("ResourceNotFoundException", "Requested resource not found")
        found.append((tables[get["TableName"]], get))
    return found
