"""Bugs in stock and in the quantities that channels get."""

from simulation.bugs.bug import Bug
from simulation.bugs.days import with_sync

BUGS = (
    Bug(
        "rise-not-forwarded",
        "packhorse.usecases.stock.forward_stock_changes",
        "for sku in risen)",
        "for sku in list(risen)[1:])",
        "stock arrives and backorders are not served",
    ),
    Bug(
        "old-quantity-trusted",
        "packhorse.usecases.stock.publish_quantities",
        "    published.save_published(name, known, place)\n",
        "",
        "a quantity whose answer was lost is not published again",
        on=with_sync,
    ),
    Bug(
        "confirmed-before-published",
        "packhorse.usecases.stock.publish_quantities",
        "    published.save_published(name, known, place)\n",
        "    early = (before[sku].replace(quantity=each.quantity) for sku, each in wanted.quantities.items())\n"
        "    published.save_published(name, early, place)\n",
        "a quantity counts as confirmed before it is published",
        on=with_sync,
    ),
    Bug(
        "published-under-another-reference",
        "packhorse.usecases.stock.publish_quantities",
        "return sent.spot == where and sent.quantity is not None",
        "return sent.quantity is not None",
        "a listing under a new reference keeps the confirmed quantity of the old one",
        on=with_sync,
        acts=("a_stock_rule",),
    ),
    Bug(
        "propagated-too-early",
        "packhorse.usecases.configuration.reconfigure",
        "    send_release([ConfigurationChanged()])\n    resync_channels(",
        "    configuration.mark_propagated(found.new.version)\n"
        "    send_release([ConfigurationChanged()])\n    resync_channels(",
        "a configuration version counts as propagated before it is",
        acts=("a_stock_rule", "a_new_rule"),
        first=1_100,
    ),
    Bug(
        "unsent-change-forgotten",
        "packhorse.store.catalogue",
        "changes_quantity(old, new) or (read is not None and read.untold is not None)",
        "changes_quantity(old, new)",
        "a changed product counts as published although its message was not sent",
        on=with_sync,
        acts=("a_stock_rule",),
    ),
    Bug(
        "kit-not-published",
        "packhorse.usecases.stock.plan_publishing",
        "catalogue.find_products({message.sku, *catalogue.kits_with(message.sku)})",
        "catalogue.find_products({message.sku})",
        "the quantity of a kit is not published when its components change",
        on=with_sync,
    ),
    Bug(
        "repeated-request-conflicts",
        "packhorse.usecases.stock.adjust_stock",
        "if any(stock.has_happened(change.shelf, event(request.id, index)) for index, change in enumerate(changes)):",
        "if False:",
        "a change of stock whose answer was lost is answered with a conflict when it is repeated",
    ),
    Bug(
        "rows-before-their-checkpoint",
        "packhorse.usecases.stock.apply_stock_rows",
        "        reached = uploads.save_with(upload.within(step, unread), writer, step.movements, was)\n",
        "        reached = uploads.save_with(upload, writer, step.movements, was)\n"
        "        reached = reached and uploads.save(upload.within(step, unread), writer)\n",
        "rows of a stock file are applied before the checkpoint, in two writes",
    ),
    Bug(
        "forced-publishes-the-confirmed",
        "packhorse.usecases.stock.publish_quantities",
        "sku: Quantity(listings[sku].reference, ours[sku], ",
        "sku: Quantity(listings[sku].reference, ours[sku] if sku not in forced or sku not in last "
        "or last[sku].quantity is None else last[sku].quantity, ",
        "a forced publish sends the quantity that the channel confirmed last, not the current one",
        on=with_sync,
    ),
    Bug(
        "resumed-batch-skips-a-row",
        "packhorse.usecases.stock.apply_stock_rows",
        "if record.row > upload.midway.row)",
        "if record.row > upload.midway.row + bool(upload.midway.row))",
        "a stock file that is resumed within a batch skips a row",
    ),
    Bug(
        "shelves-audit-ends-early",
        "packhorse.usecases.operations.audit_shelves",
        "return run, cursor_at(last) if last else None",
        "return run, None",
        "the audit of shelves ends after its first page",
    ),
    Bug(
        "comparison-ends-early",
        "packhorse.usecases.stock.compare_stock",
        "        send_comparison(name, message.event, page[-1].sku, message.at_most)\n",
        "        pass\n",
        "the comparison of a channel ends after its first page",
        on=with_sync,
    ),
    Bug(
        "backorder-behind-a-page-skipped",
        "packhorse.usecases.routing.release",
        "            queue = queue.turn_page()\n            kept = (",
        "            queue = queue.turn_page()\n            next(waiting, None)\n            kept = (",
        "of the backorders behind each page one is not served",
    ),
    Bug(
        "resumed-channel-not-published-to",
        "packhorse.usecases.configuration.reconfigure",
        "if old and quantity_inputs(old, before, known) != quantity_inputs(channel, after, known):",
        "if old and old.active and quantity_inputs(old, before, known) != quantity_inputs(channel, after, known):",
        "a channel that is resumed is not sent what changed meanwhile",
    ),
    Bug(
        "healed-page-is-the-last",
        "packhorse.messages.channels",
        'f"compare {event} {channel} {after}"',
        'f"{event} {channel} {after}"',
        "the comparison of a channel ends behind a page whose last product is healed",
        on=with_sync,
    ),
)
