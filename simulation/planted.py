"""Planted bugs: small mutations of what the guarantees stand on. A simulation that misses one is no good.

A bug is put into a module's source as it is imported, in a process of its own; no file changes.
"""

import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import CodeType, ModuleType
from typing import Any, NamedTuple


class Bug(NamedTuple):
    """In that module, what is written and what stands there instead; `breaks` is what it gives up."""

    name: str
    module: str
    written: str
    planted: str
    breaks: str


BUGS = (
    Bug(
        "stock-without-condition",
        "packhorse.store.stock",
        "condition = expressions.all_of(conditions)",
        "condition = None",
        "a balance is lowered without looking",
    ),
    Bug(
        "order-without-version",
        "packhorse.store.orders",
        "expressions.put(settings.orders_table, _attributes(order), condition)",
        "expressions.put(settings.orders_table, _attributes(order))",
        "an order is written over whatever is there",
    ),
    Bug(
        "events-share-a-name",
        "packhorse.domain.orders.change",
        'event=f"{order.id}#{order.version + 1:06d}"',
        'event=f"{order.id}#000001"',
        "two things that happened to an order are one in the ledger",
    ),
    Bug(
        "transaction-split",
        "packhorse.store.commit",
        "if _transact(group.actions()):",
        "if _transact(group.own) and _transact("
        "[*_stock_changes(group.movements), *map(stock.movement_write, group.movements)]):",
        "orders and their stock are written one after the other",
    ),
    Bug(
        "movements-beside",
        "packhorse.store.commit",
        "return [*_stock_changes(self.movements), *self.own, *map(stock.movement_write, self.movements)]",
        "return [*_stock_changes(self.movements), *self.own, *map(stock.movement_write, self.movements[1:])]",
        "the first change of a group is not in the ledger",
    ),
    Bug(
        "group-sum-lost",
        "packhorse.store.commit",
        "        on_hand[movement.place] += movement.on_hand\n        committed[movement.place] += movement.committed",
        "        on_hand[movement.place] = movement.on_hand\n        committed[movement.place] = movement.committed",
        "of several orders of a group only the last one takes its stock",
    ),
    Bug(
        "acknowledged-early",
        "functions.allocate.route",
        "failed = {*route(pending), None}",
        "route(pending)\n    failed = {None}",
        "messages are acknowledged whatever became of them",
    ),
    Bug(
        "keys-left-out",
        "packhorse.store.reading",
        "        if not keys:\n            return\n",
        "        return\n",
        "keys that DynamoDB left out are taken for things that do not exist",
    ),
    Bug(
        "page-left-out",
        "packhorse.store.reading",
        '        yield from page["Items"]',
        '        yield from page["Items"]\n        return',
        "only the first page of a query is read",
    ),
    Bug(
        "entries-left-out",
        "packhorse.aws.queues",
        'for failed in answer.get("Failed", [])}',
        "for failed in ()}",
        "messages that the queue did not take are forgotten",
    ),
    Bug(
        "accepted-before-it-is-queued",
        "packhorse.usecases.receive",
        '    send_orders([order], who=f"channel:{channel}", raw=key)\n    logger.info("order received"',
        '    try:\n        send_orders([order], who=f"channel:{channel}", raw=key)\n'
        '    except Exception:\n        pass\n    logger.info("order received"',
        "a webhook is answered with 2xx although its order is nowhere",
    ),
    Bug(
        "watermark-first",
        "packhorse.usecases.poll",
        '    send_orders(page.orders, who=f"poll:{channel}", raw=key)\n    if page.orders:\n'
        "        polls.advance_watermark(channel, min(now, max(order.modified_at for order in page.orders)))\n",
        "    if page.orders:\n"
        "        polls.advance_watermark(channel, min(now, max(order.modified_at for order in page.orders)))\n"
        '    send_orders(page.orders, who=f"poll:{channel}", raw=key)\n',
        "a poll that breaks leaves orders behind its watermark",
    ),
    Bug(
        "duplicate-returns-early",
        "packhorse.usecases.allocate",
        "        if each.order is None:\n            continue",
        "        if each.order is None or not each.outcome.is_changed:\n            continue",
        "a crash between commit and start is never mended by the message that comes again",
    ),
    Bug(
        "older-message-wins",
        "packhorse.domain.orders.intake",
        "return told.modified_at < order.modified_at",
        "return False",
        "the message that comes last wins, not the newest",
    ),
    Bug(
        "token-not-kept",
        "packhorse.domain.orders.fulfilment",
        "work.replace(status=FulfilmentStatus.REQUESTED, token=token)",
        "work.replace(status=FulfilmentStatus.REQUESTED)",
        "nobody can answer the execution that waits",
    ),
    Bug(
        "execution-not-answered",
        "packhorse.usecases.allocate",
        "    answer_tokens(newly_ended(before, paid_up) if before else paid_up.fulfilments)\n",
        "",
        "executions of cancelled orders wait for ever",
    ),
    Bug(
        "answer-lost-for-ever",
        "functions.allocate.route",
        "again = [AdvanceOrder(order_id=message.order_id)] if is_redelivered(record) else []",
        "again = []",
        "a crash between commit and answer is never mended by the message that comes again",
    ),
    Bug(
        "parcel-not-answered-again",
        "packhorse.usecases.ship",
        "    answer_tokens(work for work in after.fulfilments if work.number in numbers)\n    if after != before:\n",
        "    if after != before:\n"
        "        answer_tokens(work for work in after.fulfilments if work.number in numbers)\n",
        "a crash between shipping and answer is never mended by the message that comes again",
    ),
    Bug(
        "attempts-share-a-name",
        "packhorse.aws.executions",
        'name=f"{order.id}-{attempt}", input',
        'name=f"{order.id}-1", input',
        "a second hand-over of an order never starts",
    ),
    Bug(
        "parcel-counted-twice",
        "packhorse.domain.orders.shipping",
        "if any(known.is_named(parcel.tracking) for known in work.parcels):",
        "if False:",
        "the same parcel told twice ships twice",
    ),
    Bug(
        "shipped-without-stock",
        "packhorse.domain.orders.shipping",
        "order=with_fulfilment(change.order, left), shipped=change.shipped + goods)",
        "order=with_fulfilment(change.order, left))",
        "parcels leave and the shelf stays full",
    ),
    Bug(
        "cancelled-keeps-stock",
        "packhorse.domain.orders.steps",
        "committed=Goods({place: -units for place, units in released.items()}))",
        "committed=Goods())",
        "a cancelled order keeps its stock",
    ),
    Bug(
        "wait-not-kept",
        "packhorse.store.orders",
        "for what in sorted(order.waits_for - waited):",
        "for what in sorted(order.waits_for - waited)[1:]:",
        "an order waits for something and is not among those who do",
    ),
    Bug(
        "stock-missed-while-deciding",
        "packhorse.usecases.allocate",
        "    more |= orders_with_new_stock(stored)\n",
        "",
        "stock that came while an order was decided serves nobody",
    ),
    Bug(
        "rise-not-heard",
        "packhorse.usecases.forward_stock_changes",
        "send_release(StockArrived(sku=sku) for sku in risen)",
        "send_release(StockArrived(sku=sku) for sku in list(risen)[1:])",
        "stock arrives and those who wait do not hear of it",
    ),
    Bug(
        "old-number-trusted",
        "packhorse.usecases.publish_stock",
        "    save_confirmed(shop, spots, {sku: None for sku, each in wanted.items() if each.last is not None})\n",
        "",
        "a channel that was told, its answer lost, is not told again",
    ),
    Bug(
        "remembered-before-told",
        "packhorse.usecases.publish_stock",
        "    save_confirmed(shop, spots, {sku: None for sku, each in wanted.items() if each.last is not None})\n",
        "    save_confirmed(shop, spots, {sku: each.quantity for sku, each in wanted.items()})\n",
        "what a channel was to be told is taken for what it knows",
    ),
    Bug(
        "told-somewhere-else",
        "packhorse.usecases.publish_stock",
        "sent.quantity if sent and sent.spot == where else None",
        "sent.quantity if sent else None",
        "a listing under a new reference is not told what the old one knew",
    ),
    Bug(
        "followed-before-it-is-passed-on",
        "packhorse.usecases.reconfigure",
        "    send_release([ConfigurationChanged()])\n    resync_channels(",
        "    configuration.mark_propagated(found.new.version)\n"
        "    send_release([ConfigurationChanged()])\n    resync_channels(",
        "a new configuration counts as passed on before it is",
    ),
    Bug(
        "untold-forgotten",
        "packhorse.store.catalogue",
        "changes_quantity(old, new) or (read is not None and read.untold is not None)",
        "changes_quantity(old, new)",
        "a product that changed counts as told although its message was not sent",
    ),
    Bug(
        "kit-not-told",
        "packhorse.usecases.plan_publishing",
        "catalogue.find_products({news.sku, *catalogue.kits_with(news.sku)})",
        "catalogue.find_products({news.sku})",
        "channels do not hear that a kit can be made no more",
    ),
    Bug(
        "request-is-a-new-one",
        "packhorse.api.access",
        ".hexdigest()[:32] if key else uuid4().hex",
        ".hexdigest()[:32] and uuid4().hex",
        "a request that is made again is done again",
    ),
    Bug(
        "done-again",
        "packhorse.usecases.adjust_stock",
        "if any(stock.has_happened(wish.place, event(request.id, index)) for index, wish in enumerate(wishes)):",
        "if False:",
        "a change of stock whose answer was lost is answered with a conflict for ever",
    ),
    Bug(
        "letter-burnt",
        "packhorse.usecases.drain",
        "        exceptions.open_exception(\n"
        '            letter.cause, letter.concerns, letter.message, now, key, letter.origin, message["MessageId"]\n'
        "        )\n",
        "",
        "a dead letter is gone without an exception",
    ),
    Bug(
        "undrained-letter-deleted",
        "packhorse.usecases.drain",
        "        delete_messages(url, done)\n",
        "        queues.delete(url, messages)\n",
        "a dead letter whose exception could not be written is gone",
    ),
    Bug(
        "rows-before-their-checkpoint",
        "packhorse.usecases.apply_stock_rows",
        "        reached = uploads.save_with(upload.within(step), step.movements, was)\n",
        "        reached = uploads.save_with(upload, step.movements, was) and uploads.save(upload.within(step))\n",
        "rows of a stock file are done, and only then crossed off",
    ),
)


class _Loader(importlib.machinery.SourceFileLoader):
    """Compiles the source with the bug in it, past every cache."""

    def __init__(self, bug: Bug, fullname: str, path: str) -> None:
        super().__init__(fullname, path)
        self.bug = bug

    def path_stats(self, path: str) -> Any:
        raise OSError("no cached bytecode")

    def source_to_code(self, data: Any, path: Any, **more: Any) -> CodeType:  # type: ignore[override]  # typeshed's differs
        text = data.decode()
        if text.count(self.bug.written) != 1:
            raise AssertionError(
                f"{self.bug.name}: {self.bug.module} has its place {text.count(self.bug.written)} times"
            )
        code: CodeType = super().source_to_code(text.replace(self.bug.written, self.bug.planted), path, **more)
        return code


class _Finder(MetaPathFinder):
    def __init__(self, bug: Bug) -> None:
        self.bug = bug

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        if fullname != self.bug.module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None:
            return None
        return importlib.util.spec_from_file_location(
            fullname, spec.origin, loader=_Loader(self.bug, fullname, spec.origin)
        )


def plant(name: str) -> None:
    """Puts that bug into this process; before its module is imported."""
    bug = next(each for each in BUGS if each.name == name)
    if bug.module in sys.modules:
        raise AssertionError(f"{bug.module} is imported already")
    sys.meta_path.insert(0, _Finder(bug))
