"""Bugs in how orders, stock and rows are written."""

from simulation.bugs.bug import Bug

BUGS = (
    Bug(
        "stock-without-condition",
        "packhorse.store.stock",
        "condition = expressions.all_of(conditions)",
        "condition = None",
        "a balance is lowered without a condition",
        first=50,
    ),
    Bug(
        "order-without-version",
        "packhorse.store.orders",
        "expressions.put(settings.orders_table, _attributes(order), condition)",
        "expressions.put(settings.orders_table, _attributes(order))",
        "an order is written over a newer version",
    ),
    Bug(
        "events-share-a-name",
        "packhorse.domain.orders.change",
        'event=f"{order.id}#{order.version + 1:06d}"',
        'event=f"{order.id}#000001"',
        "two changes of an order share an event key in the ledger",
    ),
    Bug(
        "transaction-split",
        "packhorse.store.commit",
        "if _transact([*under, *group.actions()]):",
        "stocks, rest = group.actions()[: len(group.shelves)], group.actions()[len(group.shelves) :]\n"
        "        if _transact([*under, *rest]) and (not stocks or _transact(stocks)):",
        "orders and their stock are written in two transactions",
    ),
    Bug(
        "movements-beside",
        "packhorse.store.commit",
        "return [*_shelf_writes(self.parts), *own, *map(stock.movement_write, movements)]",
        "return [*_shelf_writes(self.parts), *own, *map(stock.movement_write, movements[1:])]",
        "the first movement of a group is not in the ledger",
    ),
    Bug(
        "row-stays",
        "packhorse.store.rows",
        "for key in were.keys() - are.keys():",
        "for key in ():",
        "a row stays when its order is cancelled, shipped or in another view",
    ),
    Bug(
        "row-without-its-order",
        "packhorse.store.commit",
        "        own += listed\n",
        "        own += listed[1:]\n",
        "the first row that an order changes is not written with it",
    ),
    Bug(
        "rows-counted-again",
        "packhorse.store.row_counts",
        'missing("seen") | less("seen", first)',
        'missing("absent")',
        "rows of a batch of the stream that comes again are counted again",
    ),
    Bug(
        "group-sum-lost",
        "packhorse.store.commit",
        "changes[shelf] = before.plus(movement.on_hand, movement.committed, movement.quarantined)",
        "changes[shelf] = ShelfChange().plus(movement.on_hand, movement.committed, movement.quarantined)",
        "of the orders of a group only the last one commits its stock",
    ),
    Bug(
        "waiting-not-counted",
        "packhorse.store.commit",
        "change = write.change.counted(write.before).affordable()",
        "change = write.change.affordable()",
        "shelves do not count what orders wait for, so younger ones take it",
    ),
    Bug(
        "keys-left-out",
        "packhorse.store.reading",
        "        if not keys:\n            return\n",
        "        return\n",
        "unprocessed keys of a batch read count as items that do not exist",
    ),
    Bug(
        "page-left-out",
        "packhorse.store.reading",
        '        yield from page["Items"]',
        '        yield from page["Items"]\n        return',
        "only the first page of a query is read",
    ),
    Bug(
        "wait-not-kept",
        "packhorse.store.orders",
        "for what in sorted(order.waits_for - waited):",
        "for what in sorted(order.waits_for - waited)[1:]:",
        "an order that waits has no place in the queue of backorders",
    ),
    Bug(
        "completed-without-version",
        "packhorse.store.orders",
        'condition = equals("version", order.version) if order.version else missing("pk")',
        'condition = equals("version", order.version) if order.version else missing("pk")\n'
        "    condition = None if order.status is Status.COMPLETE and order.version else condition",
        "an order that becomes complete is written over a newer version",
    ),
)
