"""DynamoDB: its operations on tables in memory."""

from collections.abc import Callable, Iterable
from typing import Any

from simulation.aws.clock import Time
from simulation.aws.dynamodb import batches, queries
from simulation.aws.dynamodb.capacity import Cost, PartitionLimit, Units, consumed, read_units
from simulation.aws.dynamodb.indexes import Behind
from simulation.aws.dynamodb.requests import (
    Parameters,
    no_such_table,
    refuse_unknown,
    shown,
    wanted_by,
)
from simulation.aws.dynamodb.schema import Key
from simulation.aws.dynamodb.storage import Stored
from simulation.aws.dynamodb.tables import Table
from simulation.aws.dynamodb.transactions import Tokens, actions_of, decide, gets_of
from simulation.aws.dynamodb.writes import PLANS, NotSo, Planned, returned
from simulation.aws.refusals import Refused, cancelled, invalid, throttled

BUSY: dict[str, Any] = {
    "Code": "ThrottlingError",
    "Message": "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your "
    "table or index so please try again shortly.",
}


class DynamoDB:
    """All tables.

    Knobs: `indexes_lag` queues changes of indexes until `catch_up`; `limit` throttles partition keys;
    `leaves_out(table, n)` returns how many of a batch's n keys or writes stay unprocessed; `page_bytes` is the largest
    size of a page.
    """

    def __init__(self, clock: Time) -> None:
        self._clock = clock
        self._tokens = Tokens(clock)
        self.tables: dict[str, Table] = {}
        self.units = Units()
        self.limit: PartitionLimit | None = None
        self.indexes_lag = False
        self.leaves_out: Callable[[str, int], int] = lambda table, count: 0
        self.page_bytes = queries.PAGE_BYTES
        self.operations: dict[str, Callable[[Parameters], dict[str, Any]]] = {
            "GetItem": self._get_item,
            "PutItem": lambda parameters: self._write("Put", parameters),
            "UpdateItem": lambda parameters: self._write("Update", parameters),
            "DeleteItem": lambda parameters: self._write("Delete", parameters),
            "BatchGetItem": lambda parameters: batches.get(self, parameters),
            "BatchWriteItem": lambda parameters: batches.write(self, parameters),
            "Query": lambda parameters: self._read_page(queries.query, parameters),
            "Scan": lambda parameters: self._read_page(queries.scan, parameters),
            "TransactWriteItems": self._transact_write,
            "TransactGetItems": self._transact_get,
            "CreateTable": self._create_table,
            "DescribeTable": lambda parameters: {"Table": self.table(parameters["TableName"]).described()},
            "ListTables": lambda parameters: {"TableNames": sorted(self.tables)},
        }

    def table(self, name: str) -> Table:
        """Return the table of that name."""
        found = self.tables.get(name)
        if found is None:
            raise no_such_table(name)
        return found

    def _create_table(self, parameters: Parameters) -> dict[str, Any]:
        name = parameters["TableName"]
        if name in self.tables:
            raise Refused("ResourceInUseException", f"Table already exists: {name}")
        self.tables[name] = Table(name, dict(parameters))
        return {"TableDescription": self.tables[name].described()}

    # ---- indexes that lag ------------------------------------------------------------------------------

    def behind(self) -> list[Behind]:
        """Return the items with changes that an index has not applied; each can catch up before the others."""
        return [
            Behind(table.name, index.name, key)
            for table in self.tables.values()
            for index in table.indexes.values()
            if index.waiting
            for key in index.waiting
        ]

    def catch_up(self, *these: Behind) -> None:
        """Apply one queued change of each of these; without any, apply all changes of all."""
        if these:
            for each in these:
                self.tables[each.table].indexes[each.index_name].catch_up(each.key)
            return
        while behind := self.behind():
            self.catch_up(*behind)

    # ---- reads -----------------------------------------------------------------------------------------

    def _get_item(self, parameters: Parameters) -> dict[str, Any]:
        refuse_unknown(
            parameters, "TableName", "Key", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"
        )
        table = self.table(parameters["TableName"])
        is_consistent = bool(parameters.get("ConsistentRead"))
        return self._answer(*self._read(table, parameters, consistent=is_consistent), table.name, parameters)

    def _read(self, table: Table, parameters: Parameters, *, consistent: bool, times: int = 1) -> tuple[Any, float]:
        """Return the item as an answer, and the units of the read."""
        found = table.get(table.schema.requested_key(parameters["Key"]))
        wanted = wanted_by(parameters)
        units = self.count_read(table, found, consistent=consistent, times=times)
        return ({"Item": shown(found.item, *wanted)} if found else {}), units

    def count_read(self, table: Table, found: Stored | None, *, consistent: bool, times: int = 1) -> float:
        """Count the read of an item, or of none; return its units."""
        units = times * read_units(found.size if found else 0, consistent=consistent)
        self.units.count_read(table.name, units)
        return units

    def _read_page(self, read: Callable[..., dict[str, Any]], parameters: Parameters) -> dict[str, Any]:
        table = self.table(parameters["TableName"])
        answer = read(table, parameters, self.page_bytes)
        units = answer.pop("_units")
        self.units.count_read(table.name, units)
        return self._answer(answer, units, table.name, parameters)

    def _transact_get(self, parameters: Parameters) -> dict[str, Any]:
        with self.units.reading() as units:
            found = [self._read(*get, consistent=True, times=2)[0] for get in gets_of(parameters, self.tables)]
        return {"Responses": found, **consumed(parameters, units)}

    def _answer(self, answer: dict[str, Any], units: float, table: str, parameters: Parameters) -> dict[str, Any]:
        if parameters.get("ReturnConsumedCapacity", "NONE") != "NONE":
            answer["ConsumedCapacity"] = {"TableName": table, "CapacityUnits": float(units)}
        return answer

    # ---- writes ----------------------------------------------------------------------------------------

    def _write(self, verb: str, parameters: Parameters) -> dict[str, Any]:
        table = self.table(parameters["TableName"])
        wanted = parameters.get("ReturnValues", "NONE")
        if verb != "Update" and wanted not in ("NONE", "ALL_OLD"):
            raise invalid("Return values set to invalid value")
        try:
            plan = PLANS[verb](table, parameters)
        except NotSo as failed:
            self._take(failed.table.costs(failed.key, failed.old, failed.old), failed.key)
            message = "The conditional request failed"
            raise Refused("ConditionalCheckFailedException", message, **failed.item) from None
        units = self.do(plan)
        answer = returned(plan, wanted)
        return self._answer(answer, units, table.name, parameters)

    def do(self, plan: Planned) -> int:
        """Perform a planned write; return its units."""
        costs = plan.costs()
        self._take(costs, plan.key)
        self._apply(plan)
        return sum(cost.units for cost in costs)

    def _take(self, costs: list[Cost], key: Key) -> None:
        if self.limit:
            if not self.limit.allows(costs):
                raise throttled()
            self.limit.take(costs)
        self.units.count(costs, key)

    def _apply(self, plan: Planned) -> None:
        plan.table.change(plan.key, plan.old, plan.new, self._clock.now, lag=self.indexes_lag)

    def _transact_write(self, parameters: Parameters) -> dict[str, Any]:
        refuse_unknown(parameters, "TransactItems", "ClientRequestToken")
        actions = actions_of(parameters, self.tables)
        if self._tokens.is_repeated(parameters):
            return {}
        decided = decide(actions)
        tried = [(plan.costs(2), plan.key) for plan in decided.plans if plan]
        tried += [(failed.table.costs(failed.key, failed.old, failed.old, 2), failed.key) for failed in decided.failed]
        if self.limit and any(not self.limit.allows(costs) for costs, _ in tried):
            raise cancelled(self._busy(decided.plans, decided.reasons))
        self._count(tried)
        decided.refuse()
        for plan in decided.plans:
            if plan and plan.is_write:
                self._apply(plan)
        self._tokens.remember(parameters)
        return consumed(parameters, _by_table(cost for costs, _ in tried for cost in costs))

    def _busy(self, plans: list[Planned | None], reasons: list[dict[str, Any]]) -> list[dict[str, Any]]:
        limit = self.limit
        assert limit
        return [
            BUSY if plan and not limit.allows(plan.costs(2)) else reason
            for plan, reason in zip(plans, reasons, strict=True)
        ]

    def _count(self, tried: Iterable[tuple[list[Cost], Key]]) -> None:
        for costs, key in tried:
            if self.limit:
                self.limit.take(costs)
            self.units.count(costs, key)


def _by_table(costs: Iterable[Cost]) -> dict[str, float]:
    units: dict[str, float] = {}
    for cost in costs:
        units[cost.table] = units.get(cost.table, 0.0) + cost.units
    return units
