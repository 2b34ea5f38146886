"""Bugs in labels: their purchase, void, boxes, batches, manifests and tracking."""

from simulation.bugs.bug import Bug
from simulation.bugs.days import with_boxes, with_carrier, with_limit_of_account

BUGS = (
    Bug(
        "label-not-looked-up",
        "packhorse.usecases.labels.buy_label",
        "        if bought := carrier.lookup(label.sale):\n"
        "            return record(buyer, label, bought)\n"
        "        if not _is_wanted(begun_again, number, label):\n"
        '            problem = "nothing is left to send by it: it is not bought"\n'
        "            refuse(FulfilmentKey(order.id, number), label, problem, config)\n"
        "            raise NotNow(problem)\n"
        "        return purchase(buyer, label)\n",
        "        return purchase(buyer, new_label(*_anew(buyer, label, carrier)))\n\n\n"
        "def _anew(buyer: Buyer, label: Label, carrier: Selling) -> tuple[Labelling, Offer, LabelRequest]:\n"
        "    from packhorse.domain.labels.label import WantedLabel\n"
        "    from packhorse.domain.orders.labelling import with_label\n"
        "    request = LabelRequest(buyer.order, buyer.number, label.id, WantedLabel(), label.units, label.who)\n"
        "    order = with_label(orders.get_order(buyer.order), buyer.number, label.replace(state=LabelState.REFUSED))\n"
        "    labelling = prepare(order, request, buyer.config)\n"
        "    return labelling, offered(labelling, request, carrier), request\n",
        "a label whose answer was lost is bought again, of another shipment, without a look at the carrier",
        on=with_carrier,
    ),
    Bug(
        "label-before-its-intent",
        "packhorse.usecases.labels.buy_label",
        "        begin(labelling, request, label)\n",
        "        carrier.buy(label.sale)\n        begin(labelling, request, label)\n",
        "a label is bought before the order has that it is to be: a process that dies between loses it",
        on=with_carrier,
    ),
    Bug(
        "label-units-unchecked",
        "packhorse.domain.orders.labelling",
        "    units_to_label(order, number, label.units)\n    if fulfilment_order_of(order, number).label(",
        "    if fulfilment_order_of(order, number).label(",
        "two people at once buy a label each for the same units",
        on=with_carrier,
    ),
    Bug(
        "refusal-over-a-purchase",
        "packhorse.usecases.labels.buy_label",
        "    except Unavailable:\n        found = buyer.carrier.lookup(label.sale)\n",
        "    except Unavailable as error:\n        refuse(buyer, label, str(error))\n"
        "        found = buyer.carrier.lookup(label.sale)\n",
        "a label whose answer was lost counts as refused, although the carrier sold it",
        on=with_carrier,
    ),
    Bug(
        "void-before-its-intent",
        "packhorse.usecases.labels.void_label",
        "        begin_void(order_id, number, label, who)\n        refund, problem = requested(carrier, label)\n",
        "        refund, problem = requested(carrier, label)\n        begin_void(order_id, number, label, who)\n",
        "a label is taken back before its order has that it is to be",
        on=with_carrier,
    ),
    Bug(
        "refund-not-awaited",
        "packhorse.usecases.labels.void_label",
        "    if refund is Refund.SUBMITTED:\n",
        "    if False:\n",
        "the carrier of a voided label is never asked whether it gives the money back",
        on=with_carrier,
    ),
    Bug(
        "refund-asked-once",
        "packhorse.usecases.labels.ask_label_refunds",
        "        label_refunds.ask_at(awaited, following)\n",
        "        label_refunds.ask_no_more(ref)\n",
        "a carrier that has not decided by the first question is not asked again",
        on=with_carrier,
    ),
    Bug(
        "void-restocks-again",
        "packhorse.domain.orders.voiding",
        "    back = Goods({shelf: -units for shelf, units in goods.items()})\n",
        "    back = Goods({shelf: -2 * units for shelf, units in goods.items()})\n",
        "a void gives its units back twice",
        on=with_carrier,
    ),
    Bug(
        "void-forgotten",
        "packhorse.usecases.labels.finish_labels",
        "kind = BuyLabel if label.state is LabelState.BUYING else VoidLabel",
        "kind = BuyLabel",
        "a void that a process left behind is never finished",
        on=with_carrier,
    ),
    Bug(
        "label-left-behind",
        "packhorse.usecases.labels.finish_labels",
        "    if left:\n",
        "    if False:\n",
        "a label that cannot be finished at the first look stays as it is",
        on=with_carrier,
    ),
    Bug(
        "held-parcel-leaves",
        "packhorse.domain.orders.labelling",
        "if ships and not order.holds and",
        "if ships and",
        "the label of an order that is held meanwhile ships it",
        on=with_carrier,
    ),
    Bug(
        "entry-over-a-purchase",
        "packhorse.usecases.labels.run_batch",
        "entry.label != result.label or result.state is not EntryState.BOUGHT:",
        "entry.label != result.label:",
        "of two workers with one entry, the failure of one stands over the purchase of the other",
        on=with_carrier,
    ),
    Bug(
        "batch-left-behind",
        "packhorse.usecases.operations.audit_orders",
        "end_exceptions(now, is_late) + continue_batches(now)",
        "end_exceptions(now, is_late)",
        "a batch whose workers were lost stays unfinished",
        on=with_carrier,
        acts=("two_people_with_batches",),
    ),
    Bug(
        "tracking-goes-back",
        "packhorse.domain.labels.tracking",
        "        return stage > before\n",
        "        return True\n",
        "a report of a parcel that comes late replaces one of a later stage",
        on=with_carrier,
    ),
    Bug(
        "merged-left-unshipped",
        "packhorse.usecases.labels.buy_label",
        "            after.append(label_begun(now_it, part.number, copy))\n",
        "            copy.state\n",
        "an order that is merged with the one whose label is bought stays unshipped",
        on=with_carrier,
    ),
    Bug(
        "manifest-before-its-claim",
        "packhorse.usecases.labels.make_manifest",
        "    run = _Run(_claimed(begun), config)\n",
        "    run = _Run(begun, config)\n",
        "labels are on the carrier's form, and free for another one or a void",
        on=with_carrier,
    ),
    Bug(
        "held-parcel-listed",
        "packhorse.domain.orders.manifesting",
        "label.manifest not in (None, manifest) or order.holds",
        "label.manifest not in (None, manifest)",
        "the label of a held order goes on a manifest",
        on=with_carrier,
    ),
    Bug(
        "listed-label-voided",
        "packhorse.domain.orders.voiding",
        "    if label.manifest:\n        raise NotNow",
        "    if label.manifest and False:\n        raise NotNow",
        "a label is taken back that the carrier has on its form",
        on=with_carrier,
    ),
    Bug(
        "limit-of-the-account-forgotten",
        "packhorse.usecases.labels.rate_label",
        '        "the account": contents.config.account.max_label_price,\n',
        "",
        "a label is bought that costs more than the account allows",
        on=with_limit_of_account,
    ),
    Bug(
        "box-too-small",
        "packhorse.domain.labels.box_sizes",
        "    if (volume := _volume(items)) > box.volume:\n",
        "    if (volume := _volume(items)) > 2 * box.volume:\n",
        "a parcel is bought for a box that does not hold its products",
        on=with_boxes,
    ),
    Bug(
        "reported-before-it-is-there",
        "packhorse.usecases.labels.follow_label",
        "    return change.then(tracked(change.order, number, reported, now)) if reported else change\n",
        "    return change\n",
        "what a carrier reported of a shared parcel never reaches the order that gets its label later",
        on=with_carrier,
        acts=("a_carrier_that_is_early",),
    ),
)
