"""Planted bugs: small mutations of the code that the guarantees stand on; the simulation must catch each of them.

A bug is put into the module's source while it is imported, in a process of its own; no file changes.
"""

import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import CodeType, ModuleType
from typing import Any, NamedTuple


class Bug(NamedTuple):
    """A bug: a module, the text in it, the text that replaces it, and the guarantee that this `breaks`."""

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
        "a balance is lowered without a condition",
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
        "if _transact(group.actions()):",
        "if _transact(group.own) and _transact("
        "[*_stock_changes(group.movements), *map(stock.movement_write, group.movements)]):",
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
        "held-row-to-ship",
        "packhorse.domain.orders.fulfilment_rows",
        "return bool(part.order.holds)",
        "return False",
        "what is held is shown among what is to be shipped",
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
        "late-elder-forgotten",
        "packhorse.usecases.allocate",
        'if orders.is_before_others(order, f"stock#{sku}")',
        "if False",
        "an order that comes late waits although younger ones keep what it could use",
    ),
    Bug(
        "earlier-token-lost",
        "packhorse.domain.orders.allocation",
        "earlier_tokens=tokens[-MAX_EARLIER_TOKENS:]",
        "earlier_tokens=()",
        "the execution that a hold took its work from is never answered if the first answer failed",
    ),
    Bug(
        "acknowledged-early",
        "packhorse.usecases.allocate",
        "failed = route(pending)",
        "route(pending)\n    failed: set[OrderId] = set()",
        "messages that failed are acknowledged",
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
        "entries-left-out",
        "packhorse.aws.queues",
        'for failed in answer.get("Failed", [])}',
        "for failed in ()}",
        "batch entries that the queue refused are not sent again",
    ),
    Bug(
        "accepted-before-it-is-queued",
        "packhorse.usecases.receive",
        '    send_orders([order], who=f"channel:{channel.id}", raw=key)\n    logger.info("order received"',
        '    try:\n        send_orders([order], who=f"channel:{channel.id}", raw=key)\n'
        '    except Exception:\n        pass\n    logger.info("order received"',
        "a webhook is answered with 2xx although its order is not on the queue",
    ),
    Bug(
        "watermark-first",
        "packhorse.usecases.poll",
        '    send_orders(page.orders, who=f"poll:{channel.id}", raw=key)\n    if page.orders:\n'
        "        polls.advance_watermark(name, min(now, max(order.modified_at for order in page.orders)))\n",
        "    if page.orders:\n"
        "        polls.advance_watermark(name, min(now, max(order.modified_at for order in page.orders)))\n"
        '    send_orders(page.orders, who=f"poll:{channel.id}", raw=key)\n',
        "a poll that fails leaves orders behind its watermark",
    ),
    Bug(
        "duplicate-returns-early",
        "packhorse.usecases.allocate",
        "        if each.order is None:\n            continue",
        "        if each.order is None or not each.outcome.is_changed:\n            continue",
        "a crash between commit and start is not mended by the redelivered message",
    ),
    Bug(
        "older-message-wins",
        "packhorse.domain.orders.intake",
        "return received.modified_at < order.modified_at",
        "return False",
        "the message that arrives last wins, not the newest",
    ),
    Bug(
        "token-not-kept",
        "packhorse.domain.orders.fulfilment",
        "fulfilment.replace(status=FulfilmentStatus.REQUESTED, token=token)",
        "fulfilment.replace(status=FulfilmentStatus.REQUESTED)",
        "the task token of an execution is lost",
    ),
    Bug(
        "execution-not-answered",
        "packhorse.usecases.allocate",
        "    answer_tokens(newly_ended(before, settled) if before else settled.fulfilments)\n",
        "",
        "executions of cancelled orders are not answered",
    ),
    Bug(
        "answer-lost-for-ever",
        "packhorse.usecases.allocate",
        "again = [AdvanceOrder(order_id=message.order_id)] if name in redelivered else []",
        "again = []",
        "a crash between commit and answer is not mended by the redelivered message",
    ),
    Bug(
        "parcel-not-answered-again",
        "packhorse.usecases.ship",
        "    answer_tokens(each for each in after.fulfilments if each.number in numbers)\n    if after != before:\n",
        "    if after != before:\n"
        "        answer_tokens(each for each in after.fulfilments if each.number in numbers)\n",
        "a crash between shipping and answer is not mended by the redelivered message",
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
        "if any(existing.is_named(parcel.tracking) for existing in fulfilment.parcels):",
        "if False:",
        "a parcel that is reported twice ships twice",
    ),
    Bug(
        "shipped-without-stock",
        "packhorse.domain.orders.shipping",
        "order=with_fulfilment(change.order, updated), shipped=change.shipped + goods)",
        "order=with_fulfilment(change.order, updated))",
        "parcels leave and the units on hand stay the same",
    ),
    Bug(
        "cancelled-keeps-stock",
        "packhorse.domain.orders.steps",
        "given_back = Goods({shelf: -units for shelf, units in released.items()})",
        "given_back = Goods()",
        "a cancelled order keeps its stock",
    ),
    Bug(
        "restock-rule-forgotten",
        "packhorse.domain.orders.steps",
        "return restocked(order, Change(ended, committed=given_back), restock)",
        "return Change(ended, committed=given_back)",
        "what never comes back from a cancelled order is sold again",
    ),
    Bug(
        "wait-not-kept",
        "packhorse.store.orders",
        "for what in sorted(order.waits_for - waited):",
        "for what in sorted(order.waits_for - waited)[1:]:",
        "an order that waits has no place in the queue of backorders",
    ),
    Bug(
        "stock-missed-while-deciding",
        "packhorse.usecases.allocate",
        "    more |= orders_with_new_stock(stored, serving)\n",
        "",
        "stock that arrived while an order was routed serves no backorder",
    ),
    Bug(
        "rise-not-forwarded",
        "packhorse.usecases.forward_stock_changes",
        "for sku in risen)",
        "for sku in list(risen)[1:])",
        "stock arrives and backorders are not served",
    ),
    Bug(
        "old-quantity-trusted",
        "packhorse.usecases.publish_stock",
        "    published.save_published("
        "name, (before[sku] for sku in wanted if sku not in last or wanted[sku].last is not None))\n",
        "",
        "a quantity whose answer was lost is not published again",
    ),
    Bug(
        "confirmed-before-published",
        "packhorse.usecases.publish_stock",
        "    published.save_published("
        "name, (before[sku] for sku in wanted if sku not in last or wanted[sku].last is not None))\n",
        "    published.save_published("
        "name, (before[sku].replace(quantity=each.quantity) for sku, each in wanted.items()))\n",
        "a quantity counts as confirmed before it is published",
    ),
    Bug(
        "published-under-another-reference",
        "packhorse.usecases.publish_stock",
        "sent.quantity if sent and sent.spot == where else None",
        "sent.quantity if sent else None",
        "a listing under a new reference keeps the confirmed quantity of the old one",
    ),
    Bug(
        "propagated-too-early",
        "packhorse.usecases.reconfigure",
        "    send_release([ConfigurationChanged()])\n    resync_channels(",
        "    configuration.mark_propagated(found.new.version)\n"
        "    send_release([ConfigurationChanged()])\n    resync_channels(",
        "a configuration version counts as propagated before it is",
    ),
    Bug(
        "unsent-change-forgotten",
        "packhorse.store.catalogue",
        "changes_quantity(old, new) or (read is not None and read.untold is not None)",
        "changes_quantity(old, new)",
        "a changed product counts as published although its message was not sent",
    ),
    Bug(
        "kit-not-published",
        "packhorse.usecases.plan_publishing",
        "catalogue.find_products({message.sku, *catalogue.kits_with(message.sku)})",
        "catalogue.find_products({message.sku})",
        "the quantity of a kit is not published when its components change",
    ),
    Bug(
        "request-key-ignored",
        "packhorse.api.access",
        ".hexdigest()[:32] if key else uuid4().hex",
        ".hexdigest()[:32] and uuid4().hex",
        "a repeated request is performed again",
    ),
    Bug(
        "repeated-request-conflicts",
        "packhorse.usecases.adjust_stock",
        "if any(stock.has_happened(change.shelf, event(request.id, index)) for index, change in enumerate(changes)):",
        "if False:",
        "a change of stock whose answer was lost is answered with a conflict when it is repeated",
    ),
    Bug(
        "dead-letter-dropped",
        "packhorse.usecases.drain",
        "        exceptions.open_exception(letter.problem.replace(raw=key, event=event), now)\n",
        "",
        "a dead letter is deleted without an exception",
    ),
    Bug(
        "undrained-letter-deleted",
        "packhorse.usecases.drain",
        "        delete_messages(url, done)\n",
        "        delete_messages(url, messages)\n",
        "a dead letter whose exception could not be written is deleted",
    ),
    Bug(
        "rows-before-their-checkpoint",
        "packhorse.usecases.apply_stock_rows",
        "        reached = uploads.save_with(upload.within(step), writer, step.movements, was)\n",
        "        reached = uploads.save_with(upload, writer, step.movements, was)\n"
        "        reached = reached and uploads.save(upload.within(step), writer)\n",
        "rows of a stock file are applied before the checkpoint, in two writes",
    ),
    Bug(
        "stock-for-nowhere",
        "packhorse.domain.orders.intake",
        "(may_take and not lacks_destination(order.ship_to))",
        "may_take",
        "an order to an unknown country takes stock",
    ),
    Bug(
        "payload-not-kept",
        "packhorse.usecases.receive",
        '    key = store_payload(source, payload, now, awaited or "", about)\n',
        '    try:\n        key = store_payload(source, payload, now, awaited or "", about)\n'
        '    except Exception:\n        key = ""\n',
        "a webhook is answered with 2xx although its payload was not stored",
    ),
    Bug(
        "completed-without-version",
        "packhorse.store.orders",
        'condition = equals("version", order.version) if order.version else missing("pk")',
        'condition = equals("version", order.version) if order.version else missing("pk")\n'
        "    condition = None if order.status is Status.COMPLETE and order.version else condition",
        "an order that becomes complete is written over a newer version",
    ),
    Bug(
        "forced-publishes-the-confirmed",
        "packhorse.usecases.publish_stock",
        "sku: Quantity(listings[sku].reference, ours[sku], ",
        "sku: Quantity(listings[sku].reference, ours[sku] if sku not in forced or sku not in last "
        "or last[sku].quantity is None else last[sku].quantity, ",
        "a forced publish sends the quantity that the channel confirmed last, not the current one",
    ),
    Bug(
        "nearly-shipped-is-shipped",
        "packhorse.domain.orders.shipping",
        "status = fulfilment.status if fulfilment.remaining - units else FulfilmentStatus.SHIPPED",
        "left = (fulfilment.remaining - units).total() * 10 > fulfilment.wanted.total()\n"
        "    status = fulfilment.status if left else FulfilmentStatus.SHIPPED",
        "a fulfilment order of which a tenth is left counts as shipped",
    ),
    Bug(
        "resumed-batch-skips-a-row",
        "packhorse.usecases.apply_stock_rows",
        "if record.row > upload.midway.row)",
        "if record.row > upload.midway.row + bool(upload.midway.row))",
        "a stock file that is resumed within a batch skips a row",
    ),
    Bug(
        "channel-cancels-without-restock-rule",
        "packhorse.domain.orders.intake",
        'cancelled(order, now, who, "cancelled by the channel", restock=restock)',
        'cancelled(order, now, who, "cancelled by the channel", restock=unshipped_only)',
        "a channel's cancellation puts stock back that never comes back",
    ),
    Bug(
        "channel-edits-without-restock-rule",
        "packhorse.domain.orders.intake",
        "received.lines, now, who, restock=restock)",
        "received.lines, now, who, restock=unshipped_only)",
        "a channel's edit puts stock back that never comes back",
    ),
    Bug(
        "orders-audit-ends-early",
        "packhorse.usecases.audit_orders",
        "return run, page[-1] if len(page) == ORDERS_PAGE else None",
        "return run, None",
        "the audit of orders ends after its first page",
    ),
    Bug(
        "shelves-audit-ends-early",
        "packhorse.usecases.audit_shelves",
        "return run, cursor_at(last) if last else None",
        "return run, None",
        "the audit of shelves ends after its first page",
    ),
    Bug(
        "comparison-ends-early",
        "packhorse.usecases.compare_stock",
        "        send_comparison(name, message.event, page[-1].sku)\n",
        "        pass\n",
        "the comparison of a channel ends after its first page",
    ),
    Bug(
        "backorder-behind-a-page-skipped",
        "packhorse.usecases.release",
        "        queue = queue.turn_page()\n",
        "        queue = queue.turn_page()\n        next(waiting, None)\n",
        "of the backorders behind each page one is not served",
    ),
    Bug(
        "hold-leaves-the-warehouse-at-it",
        "packhorse.domain.orders.steps",
        "fulfilments = tuple(_taken_back(fulfilment) for fulfilment in order.fulfilments)",
        "fulfilments = order.fulfilments",
        "a hold does not take an order back from its warehouse",
    ),
    Bug(
        "held-order-ships",
        "packhorse.domain.orders.shipping",
        "        if order.holds and not override:\n",
        "        if False:\n",
        "a held order ships without an override",
    ),
    Bug(
        "taken-back-without-answer",
        "packhorse.aws.executions",
        "(not fulfilment.is_open or fulfilment.is_taken_back)",
        "not fulfilment.is_open",
        "the execution of a fulfilment order that a hold took back is not answered",
    ),
    Bug(
        "late-hand-over-of-a-held-order",
        "packhorse.usecases.hand_over",
        "    if not fulfilment.is_open or fulfilment.attempt != message.attempt:\n        return Change(order)",
        "    if not fulfilment.is_open:\n        return Change(order)",
        "a hand-over that was under way requests what a hold took back",
    ),
    Bug(
        "released-order-stays",
        "packhorse.domain.orders.allocation",
        "if order.holds or not fulfilment.is_taken_back:",
        "if True:",
        "an order that a hold took back is not handed over again when it is released",
    ),
    Bug(
        "overdue-in-silence",
        "packhorse.domain.orders.fulfilment",
        "return with_exception(order, overdue)",
        "return order",
        "what a warehouse has not shipped in a week is no exception",
    ),
    Bug(
        "former-token-dropped",
        "packhorse.domain.orders.allocation",
        "return fulfilment.replace(attempt=attempt, token=None, earlier_tokens=tokens[-MAX_EARLIER_TOKENS:])",
        "return fulfilment.replace(attempt=attempt, token=None)",
        "an execution that a hold left without an answer is never answered once the order is handed over again",
    ),
    Bug(
        "left-is-a-sum",
        "packhorse.domain.orders.reported",
        "counted = order.shipped + elsewhere_units(order) - linked_units(order)",
        "counted = contents_of(each for each in order.parcels if each.is_reported) + elsewhere_units(order)",
        "what the channel says has left is added to what we sent, instead of the greatest of both",
    ),
    Bug(
        "reported-twice",
        "packhorse.domain.orders.reported",
        "return reported_units(order) + Counter(order.taken_back)\n",
        "return reported_units(order) + reported_units(order) + Counter(order.taken_back)\n",
        "units in the channel's parcels are counted twice when it lists its parcels again",
    ),
    Bug(
        "twin-not-held",
        "packhorse.domain.orders.same_order",
        "if other.id in order.may_be_again or not may_be_once_more(order, other):",
        "if True:",
        "an order that comes in under two ids is sent twice",
    ),
    Bug(
        "early-deletion-forgotten",
        "packhorse.usecases.take_in",
        "if change is None and deletions and not order:",
        "if False:",
        "an order whose deletion comes in before it is sent",
    ),
    Bug(
        "taken-back-in-silence",
        "packhorse.domain.orders.reported",
        "return order.replace(taken_back=dict(peak - reported_units(order)))",
        "return order",
        "a fulfilment that the channel cancels is no exception",
    ),
    Bug(
        "taken-back-for-ever",
        "packhorse.domain.orders.reported",
        "return find is not None and problem.line not in {line for line, _ in find(order)}",
        "return find is None",
        "an exception about the channel's parcels stays when it is over",
    ),
    Bug(
        "deleted-in-silence",
        "packhorse.usecases.take_in",
        "    elif not deletions:\n        return change",
        "    else:\n        return change",
        "an order that its channel deletes is no exception",
    ),
    Bug(
        "return-is-an-edit",
        "packhorse.channels.shopify.orders",
        "    if line.fulfillable_quantity is not None:\n",
        "    if line.fulfillable_quantity is not None:\n"
        "        return line.current_quantity if line.current_quantity is not None else line.quantity\n",
        "units that were sent and came back count as removed from the order",
    ),
    Bug(
        "served-without-foresight",
        "packhorse.usecases.allocate",
        "        serving.foresee([each.stored.id for each in changed if each.change.order.unstarted])\n",
        "        pass\n",
        "a backorder that is served when the process dies is not handed over",
    ),
    Bug(
        "resumed-channel-not-published-to",
        "packhorse.usecases.reconfigure",
        "if old and quantity_inputs(old, before) != quantity_inputs(channel, after):",
        "if old and old.active and quantity_inputs(old, before) != quantity_inputs(channel, after):",
        "a channel that is resumed is not sent what changed meanwhile",
    ),
    Bug(
        "receives-for-tries",
        "packhorse.usecases.begin_batch",
        'if tries[record["messageId"]] <= MAX_TRIES or',
        "if receive_count(record) <= MAX_TRIES or",
        "messages are given up by receives, also those for which Lambda was throttled",
    ),
    Bug(
        "ships-for-another-warehouse",
        "packhorse.api.limits",
        "    return of_order(limits, arguments)",
        "    return arguments",
        "a warehouse user ships the fulfilment order of another warehouse",
    ),
    Bug(
        "sees-every-order",
        "packhorse.api.limits",
        "    if not concerns(order, limits.warehouses):\n        raise NotFound",
        "    if False:\n        raise NotFound",
        "a packer opens orders of other warehouses",
    ),
    Bug(
        "role-not-compared",
        "packhorse.api.gate",
        "    if not allowing:",
        "    if False:",
        "a request is answered for a role that the route does not name",
    ),
    Bug(
        "old-token-counts-again",
        "packhorse.domain.users",
        "    if ended and (token.issued_at is None or token.issued_at <= ended):",
        "    if False:",
        "the token of before counts once a person who was disabled is enabled",
    ),
    Bug(
        "token-overrides-the-record",
        "packhorse.usecases.identify",
        "frozenset(rights.roles), warehouses)",
        "frozenset(rights.roles) | token.roles, warehouses)",
        "groups of a token count for a person whom an owner gave fewer rights",
    ),
    Bug(
        "stock-of-another-warehouse",
        "packhorse.api.limits",
        '    if wrong := list(_foreign(limits, arguments["new"].changes())):',
        "    if wrong := list(_foreign(limits, ())):",
        "a warehouse user changes the stock of another warehouse",
    ),
    Bug(
        "healed-page-is-the-last",
        "packhorse.messages.quantities",
        'f"compare {event} {channel} {after}"',
        'f"{event} {channel} {after}"',
        "the comparison of a channel ends behind a page whose last product is healed",
    ),
    Bug(
        "rejected-and-routed-back",
        "packhorse.domain.orders.allocation",
        "without = {WarehouseId(each.warehouse): each.words for each in line.refused}",
        "without: dict[WarehouseId, str] = {}",
        "a line is routed to the warehouse that rejected it",
    ),
    Bug(
        "rejected-and-still-there",
        "packhorse.domain.orders.rejecting",
        "less = with_less(fulfilment, units, FulfilmentStatus.REJECTED)",
        "less = fulfilment",
        "the warehouse that rejected units may ship them, beside another one",
    ),
    Bug(
        "damaged-and-sold",
        "packhorse.domain.orders.rejecting",
        "return change._replace(quarantined=goods)",
        "return change",
        "units that were rejected as damaged can be sold",
    ),
    Bug(
        "label-not-looked-up",
        "packhorse.usecases.buy_label",
        "        return record(buyer, label, bought) if bought else purchase(buyer, label)\n",
        "        return purchase(buyer, new_label(*_anew(buyer, label, carrier)))\n\n\n"
        "def _anew(buyer: Buyer, label: Label, carrier: Selling) -> tuple[Labelling, Offer, LabelRequest]:\n"
        "    from packhorse.domain.labels.label import WantedLabel\n"
        "    from packhorse.domain.orders.labelling import with_label\n"
        "    request = LabelRequest(buyer.order, buyer.number, label.id, WantedLabel(), label.units, label.who)\n"
        "    order = with_label(orders.get_order(buyer.order), buyer.number, label.replace(state=LabelState.REFUSED))\n"
        "    labelling = prepare(order, request, buyer.config)\n"
        "    return labelling, offered(labelling, request, carrier), request\n",
        "a label whose answer was lost is bought again, of another shipment, without a look at the carrier",
    ),
    Bug(
        "label-before-its-intent",
        "packhorse.usecases.buy_label",
        "        begin(labelling, request, label)\n",
        "        carrier.buy(label.sale)\n        begin(labelling, request, label)\n",
        "a label is bought before the order has that it is to be: a process that dies between loses it",
    ),
    Bug(
        "label-units-unchecked",
        "packhorse.domain.orders.labelling",
        "    units_to_label(order, number, label.units)\n    if fulfilment_order_of(order, number).label(",
        "    if fulfilment_order_of(order, number).label(",
        "two people at once buy a label each for the same units",
    ),
    Bug(
        "refusal-over-a-purchase",
        "packhorse.usecases.buy_label",
        "    except Unavailable:\n        found = buyer.carrier.lookup(label.sale)\n",
        "    except Unavailable as error:\n        refuse(buyer, label, str(error))\n"
        "        found = buyer.carrier.lookup(label.sale)\n",
        "a label whose answer was lost counts as refused, although the carrier sold it",
    ),
    Bug(
        "void-before-its-intent",
        "packhorse.usecases.void_label",
        "        begin_void(order_id, number, label, who)\n        refund, problem = requested(carrier, label)\n",
        "        refund, problem = requested(carrier, label)\n        begin_void(order_id, number, label, who)\n",
        "a label is taken back before its order has that it is to be",
    ),
    Bug(
        "void-restocks-again",
        "packhorse.domain.orders.labelling",
        "    back = Goods({shelf: -units for shelf, units in goods.items()})\n",
        "    back = Goods({shelf: -2 * units for shelf, units in goods.items()})\n",
        "a void gives its units back twice",
    ),
    Bug(
        "void-forgotten",
        "packhorse.usecases.finish_labels",
        "kind = BuyLabel if label.state is LabelState.BUYING else VoidLabel",
        "kind = BuyLabel",
        "a void that a process left behind is never finished",
    ),
    Bug(
        "label-left-behind",
        "packhorse.usecases.finish_labels",
        "    if any(label.state in AT_CARRIER for each in order.fulfilments for label in each.labels):\n",
        "    if False:\n",
        "a label that cannot be finished at the first look stays as it is",
    ),
    Bug(
        "held-parcel-leaves",
        "packhorse.domain.orders.labelling",
        "if ships and not order.holds and",
        "if ships and",
        "the label of an order that is held meanwhile ships it",
    ),
    Bug(
        "entry-over-a-purchase",
        "packhorse.usecases.start_batch",
        "        elif entry.state is EntryState.WAITING:\n            again.append(entry)\n",
        "        elif entry.state is EntryState.WAITING:\n            pass\n",
        "an entry whose worker was lost waits for ever, also when its batch is tried again",
    ),
    Bug(
        "batch-left-behind",
        "packhorse.usecases.audit_orders",
        "end_exceptions(now) + continue_batches(now)",
        "end_exceptions(now)",
        "a batch whose workers were lost stays unfinished",
    ),
    Bug(
        "tracking-goes-back",
        "packhorse.domain.labels.tracking",
        "    if transit.at <= stored.at or transit.status is TrackingStatus.UNKNOWN:\n        return False\n",
        "",
        "a report of a parcel that comes late replaces a newer one",
    ),
    Bug(
        "early-report-dropped",
        "packhorse.usecases.record_tracking",
        "        elif now - message.received_at < EARLY:\n            early.add(name)\n",
        "",
        "a report of a parcel whose purchase is not recorded yet is dropped",
    ),
    Bug(
        "scan-counted-again",
        "packhorse.domain.orders.bench",
        "if packing and (known := packing.scan(scan.id)):",
        "if packing and not packing.needed and (known := packing.scan(scan.id)):",
        "a scan whose request is repeated counts once more",
    ),
    Bug(
        "box-overfull",
        "packhorse.domain.orders.bench",
        "if not packing.missing[scan.sku]:",
        "if False:",
        "a box takes more units than its fulfilment order has",
    ),
    Bug(
        "undone-scan-forgotten",
        "packhorse.domain.orders.packing",
        "scans=tuple(undone if each == scan else each for each in self.scans),",
        "scans=tuple(each for each in self.scans if each != scan and undone),",
        "a scan that was undone counts again when its request comes late",
    ),
    Bug(
        "split-counts-twice",
        "packhorse.domain.orders.splitting",
        "fulfilment.replace(lines=parts_of(fulfilment.wanted - units))",
        "fulfilment",
        "units that are split off stay in the first fulfilment order, too",
    ),
    Bug(
        "merged-left-unshipped",
        "packhorse.usecases.buy_label",
        "            after.append(label_begun(now_it, part.number, copy))\n",
        "            copy.state\n",
        "an order that is merged with the one whose label is bought stays unshipped",
    ),
    Bug(
        "supplier-file-half-written",
        "packhorse.suppliers.sftp",
        "        temporary = path + TEMPORARY\n        if await",
        "        temporary = path\n        if await",
        "a file is written under its final name, where its supplier reads half of it",
    ),
    Bug(
        "line-in-two-files",
        "packhorse.usecases.send_batch",
        "        batch = deliver(supplier, batch)\n",
        "        try:\n"
        "            batch = deliver(supplier, batch)\n"
        "        except Exception:\n"
        "            for each in batch.members:\n"
        "                refuse_layout(each, (), now, batch.number)\n"
        "            supplier_work.save_batch(batch.replace(state=BatchState.EMPTY))\n"
        "            raise\n",
        "a batch whose answer was lost is given up, and its lines go into the next one",
    ),
    Bug(
        "batch-number-again",
        "packhorse.store.supplier_work",
        '            {"Put": expressions.put(settings.work_table, state, condition)},\n'
        '            {"Put": expressions.put(settings.work_table, _values(batch), missing("pk"))},\n',
        '            {"Put": expressions.put(settings.work_table, {**state, "last": 0})},\n'
        '            {"Put": expressions.put(settings.work_table, _values(batch))},\n',
        "a number of a batch is used again",
    ),
    Bug(
        "batch-not-continued",
        "packhorse.usecases.send_batch",
        "    if state.unfinished:\n        return finish_batch(",
        "    if False:\n        return finish_batch(",
        "a batch that a process left unfinished stays so, and none follows it",
    ),
    Bug(
        "answer-consumed-first",
        "packhorse.usecases.fetch_answers",
        "        if not apply_reading(supplier, place.received(file, now), reading, file.digest, now):\n",
        "        supplier_work.mark_read(supplier.id, file.digest, file.name, now)\n"
        "        if not apply_reading(supplier, place.received(file, now), reading, file.digest, now):\n",
        "a file of answers counts as read before it has an effect: a process that dies between loses it",
    ),
    Bug(
        "supplier-rejection-lost",
        "packhorse.usecases.fetch_answers",
        '        send_answers(_rejections(before, done, replies, f"{supplier.id} {digest}", now))\n',
        "        pass\n",
        "units that a supplier rejects stay with it",
    ),
    Bug(
        "supplier-parcel-twice",
        "packhorse.domain.supply.replies",
        "    units = group.units - contents_of(stored)\n",
        "    units = +group.units\n",
        "a parcel that a supplier reports twice counts twice",
    ),
)


class _Loader(importlib.machinery.SourceFileLoader):
    """Compile the module's source with the bug in it, without any cache."""

    def __init__(self, bug: Bug, fullname: str, path: str) -> None:
        super().__init__(fullname, path)
        self.bug = bug

    def path_stats(self, path: str) -> Any:
        raise OSError("no cached bytecode")

    def source_to_code(self, data: Any, path: Any, **more: Any) -> CodeType:  # type: ignore[override]  # typeshed's differs
        text = data.decode()
        if text.count(self.bug.written) != 1:
            raise AssertionError(
                f"{self.bug.name}: {self.bug.module} contains the text {text.count(self.bug.written)} times"
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
    """Plant a bug in this process, before its module is imported."""
    bug = next(each for each in BUGS if each.name == name)
    if bug.module in sys.modules:
        raise AssertionError(f"{bug.module} is imported already")
    sys.meta_path.insert(0, _Finder(bug))
