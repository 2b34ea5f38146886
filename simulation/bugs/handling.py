"""Bugs in how messages, schedules and executions are handled."""

from simulation.bugs.bug import Bug
from simulation.bugs.days import with_shopify

BUGS = (
    Bug(
        "switched-off-goes-on",
        "packhorse.domain.orders.rerouting",
        "    closed = {name for name in order.units_left if config.absence(name)}\n",
        "    closed = set[WarehouseId]()\n",
        "what is allocated at a warehouse is handed over to it after it was switched off",
        acts=("a_warehouse_that_is_switched_off",),
    ),
    Bug(
        "late-elder-forgotten",
        "packhorse.usecases.routing.select_again",
        'if orders.is_before_others(order, f"stock#{sku}")',
        "if False",
        "an order that comes late waits although younger ones keep what it could use",
    ),
    Bug(
        "acknowledged-early",
        "packhorse.usecases.routing.allocate",
        "failed = route(pending, remaining=remaining)",
        "route(pending, remaining=remaining)\n    failed: set[OrderId] = set()",
        "messages that failed are acknowledged",
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
        "packhorse.usecases.intake.receive",
        '    send_orders([order], who=f"channel:{channel.id}", raw=key)\n    logger.info("order received"',
        '    try:\n        send_orders([order], who=f"channel:{channel.id}", raw=key)\n'
        '    except Exception:\n        pass\n    logger.info("order received"',
        "a webhook is answered with 2xx although its order is not on the queue",
    ),
    Bug(
        "watermark-first",
        "packhorse.usecases.intake.poll",
        "    queued = queue_page(channel, page, now)\n"
        "    if read_until := page.read_until or max((order.modified_at for order in page.orders), default=None):\n"
        "        polls.advance_watermark(ChannelId(channel.id), min(now, read_until))\n",
        "    if read_until := page.read_until or max((order.modified_at for order in page.orders), default=None):\n"
        "        polls.advance_watermark(ChannelId(channel.id), min(now, read_until))\n"
        "    queued = queue_page(channel, page, now)\n",
        "a poll that fails leaves orders behind its watermark",
    ),
    Bug(
        "duplicate-returns-early",
        "packhorse.usecases.orders.follow_up",
        "        if each.order is None:\n            continue",
        "        if each.order is None or not each.outcome.is_changed:\n            continue",
        "a crash between commit and start is not mended by the redelivered message",
    ),
    Bug(
        "execution-not-answered",
        "packhorse.usecases.orders.follow_up",
        "    answer_tokens(newly_ended(before, settled) if before else settled.fulfilments)\n",
        "",
        "executions of cancelled orders are not answered",
    ),
    Bug(
        "answer-lost-for-ever",
        "packhorse.usecases.routing.allocate",
        "again = [AdvanceOrder(order_id=message.order_id)] if is_repeated else []",
        "again = []",
        "a crash between commit and answer is not mended by the redelivered message",
        acts=("a_shop_that_ships_itself", "a_store_that_ships_itself", "an_outlet_that_ships_itself"),
        first=34_590,
    ),
    Bug(
        "parcel-not-answered-again",
        "packhorse.usecases.fulfilment.ship",
        "    answer_tokens(each for each in after.fulfilments if each.number in numbers)\n",
        "    if after != before:\n"
        "        answer_tokens(each for each in after.fulfilments if each.number in numbers)\n",
        "a crash between shipping and answer is not mended by the redelivered message",
        acts=("a_warehouse",),
    ),
    Bug(
        "attempts-share-a-name",
        "packhorse.aws.executions",
        'name=f"{order.id}-{attempt}", input',
        'name=f"{order.id}-1", input',
        "a second hand-over of an order never starts",
    ),
    Bug(
        "stock-missed-while-deciding",
        "packhorse.usecases.routing.select_again",
        "    more |= orders_with_new_stock(stored, serving, stuck)\n",
        "",
        "stock that arrived while an order was routed serves no backorder",
    ),
    Bug(
        "dead-letter-dropped",
        "packhorse.usecases.operations.drain",
        "            exceptions.open_exception(problem.replace(raw=key, event=event), now)\n",
        "            pass\n",
        "a dead letter is deleted without an exception",
    ),
    Bug(
        "undrained-letter-deleted",
        "packhorse.usecases.operations.drain",
        "        delete_messages(url, done)\n",
        "        delete_messages(url, messages)\n",
        "a dead letter whose exception could not be written is deleted",
    ),
    Bug(
        "payload-not-kept",
        "packhorse.usecases.intake.receive",
        "    key = store_payload(source, payload, now, name, about)\n",
        "    try:\n        key = store_payload(source, payload, now, name, about)\n"
        '    except Exception:\n        key = ""\n',
        "a webhook is answered with 2xx although its payload was not stored",
    ),
    Bug(
        "orders-audit-ends-early",
        "packhorse.usecases.operations.audit_orders",
        "return run, page[-1] if len(page) == ORDERS_PAGE else None",
        "return run, None",
        "the audit of orders ends after its first page",
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
        "packhorse.usecases.fulfilment.hand_over",
        "    if not fulfilment.is_open or fulfilment.attempt != message.attempt:\n        return Change(order)",
        "    if not fulfilment.is_open:\n        return Change(order)",
        "a hand-over that was under way requests what a hold took back",
        first=40_330,
    ),
    Bug(
        "early-deletion-forgotten",
        "packhorse.usecases.intake.take_in",
        "if change is None and deletions and not order:",
        "if False:",
        "an order whose deletion comes in before it is sent",
        on=with_shopify,
    ),
    Bug(
        "deleted-in-silence",
        "packhorse.usecases.intake.take_in",
        "    if not deletions and not (",
        "    if not (",
        "an order that its channel deletes is no exception",
        on=with_shopify,
    ),
    Bug(
        "return-is-an-edit",
        "packhorse.channels.shopify.orders",
        "    return min(line.quantity, fulfilled + max(0, left))\n",
        "    return current\n",
        "units that were sent and came back count as removed from the order",
        on=with_shopify,
        acts=("a_store_that_ships_itself",),
    ),
    Bug(
        "served-without-foresight",
        "packhorse.usecases.routing.allocate",
        "        serving.foresee([each.stored.id for each in changed])\n",
        "        pass\n",
        "a backorder that is served when the process dies is not handed over",
        acts=("a_rush",),
    ),
    Bug(
        "receives-for-tries",
        "packhorse.usecases.operations.begin_batch",
        'if tries[record["messageId"]] <= MOST_TRIES or',
        "if receive_count(record) <= MOST_TRIES or",
        "messages are given up by receives, also those for which Lambda was throttled",
    ),
)
