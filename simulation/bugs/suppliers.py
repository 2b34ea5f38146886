"""Bugs in the exchange of files with suppliers."""

from simulation.bugs.bug import Bug
from simulation.bugs.days import with_feed_of_changes, with_requests_in_files, with_supplier, with_supplier_api

BUGS = (
    Bug(
        "supplier-file-half-written",
        "packhorse.suppliers.sftp",
        "        temporary = temporary_name(name)\n",
        "        temporary = name\n",
        "a file is written under its final name, where its supplier reads half of it",
        on=with_supplier,
    ),
    Bug(
        "line-in-two-files",
        "packhorse.usecases.suppliers.send_batch",
        "        batch = deliver(supplier, batch)\n",
        "        try:\n"
        "            batch = deliver(supplier, batch)\n"
        "        except Exception:\n"
        "            stored = supplier_work.get_batch(supplier.id, batch.number)\n"
        "            for each in batch.members:\n"
        "                refuse_layout(each, (), now, stored)\n"
        "            supplier_work.save_batch(stored.replace(state=BatchState.EMPTY))\n"
        "            raise\n",
        "a batch whose answer was lost is given up, and its lines go into the next one",
        on=with_supplier,
    ),
    Bug(
        "batch-number-again",
        "packhorse.store.supplier_work",
        '            {"Update": _state_update(batch.supplier, begun, condition)},\n'
        '            {"Put": expressions.put(settings.work_table, _values(batch), missing("pk"))},\n',
        '            {"Update": _state_update(batch.supplier, {**begun, "last": 0}, missing("nowhere"))},\n'
        '            {"Put": expressions.put(settings.work_table, _values(batch))},\n',
        "a number of a batch is used again",
        on=with_supplier,
    ),
    Bug(
        "batch-not-continued",
        "packhorse.usecases.suppliers.send_batch",
        "    if state.unfinished:\n        found = ",
        "    if False:\n        found = ",
        "a batch that a process left unfinished stays so, and none follows it",
        on=with_supplier,
    ),
    Bug(
        "answer-consumed-first",
        "packhorse.usecases.suppliers.read_folder",
        "        if not apply(reading):\n",
        "        supplier_folders.mark_read(supplier, file.digest, file.name, now)\n        if not apply(reading):\n",
        "a file of answers counts as read before it has an effect: a process that dies between loses it",
        on=with_supplier,
    ),
    Bug(
        "supplier-rejection-lost",
        "packhorse.domain.supply.answering",
        "_with_rejection(change.order, reply.rejection, answer)",
        "_with_rejection(change.order, None, answer)",
        "units that a supplier rejects stay with it",
        on=with_supplier,
    ),
    Bug(
        "supplier-parcel-twice",
        "packhorse.domain.supply.replies",
        "    units = group.units - held\n",
        "    units = +group.units\n",
        "a parcel that a supplier reports twice counts twice",
        on=with_supplier,
    ),
    Bug(
        "request-to-keep-back-lost",
        "packhorse.usecases.fulfilment.request_cancellations",
        "            cancellations.add_request(holder, order.id, fulfilment.number)\n",
        "            pass\n",
        "a supplier is never requested to keep back what is cancelled",
        on=with_supplier,
    ),
    Bug(
        "taken-back-without-asking",
        "packhorse.domain.orders.fulfilment_order",
        "    return fulfilment.batch is not None or fulfilment.status is FulfilmentStatus.ACCEPTED\n",
        "    return False\n",
        "what a supplier has and may ship is taken back without its answer",
        on=with_supplier,
    ),
    Bug(
        "silence-without-exception",
        "packhorse.usecases.suppliers.check_silence",
        "        if change_orders(messages, partial(_silence, batch=batch, now=now), nothing, now):\n",
        "        if change_orders(messages, partial(_silence, batch=batch, now=now), nothing, now) and False:\n",
        "a supplier does not answer about an order, and nobody hears of that until it is sent or routed again",
        on=with_supplier,
        acts=("a_supplier_that_is_silent",),
    ),
    Bug(
        "post-without-answer-again",
        "packhorse.suppliers.https",
        "    return answer.is_server_error and not is_refusal\n",
        "    return False\n",
        "a file that a supplier took by POST is sent again, since its gateway gave up waiting",
        on=with_supplier_api,
    ),
    Bug(
        "held-feed-over-newer-ones",
        "packhorse.usecases.suppliers.decide_held",
        "    later = skus_named_later(feed.file)\n",
        "    later = frozenset[str]()\n",
        "a held feed that is accepted sets again what newer ones have set since",
        on=with_feed_of_changes,
    ),
    Bug(
        "kept-back-twice",
        "packhorse.domain.supply.reply_draft",
        "        self.cancelled = KeptUnits(Counter(expected.cancelled))\n",
        "        self.cancelled = KeptUnits(Counter())\n",
        "units that a supplier keeps back count again when it repeats that",
        on=with_requests_in_files,
    ),
)
