"""Bugs in how goods go from one warehouse to another."""

from simulation.bugs.bug import Bug

SENDING, RECEIVING, EFFECTS = (f"packhorse.domain.transfers.{name}" for name in ("sending", "receiving", "effects"))
BUGS = (
    Bug(
        "sent-units-stay",
        SENDING,
        "tuple(_movement(after, shelf, line, who, at) for shelf, line in leaving.items())",
        "()",
        "units are sent and stay on their shelf",
    ),
    Bug(
        "damaged-units-sold",
        RECEIVING,
        "quarantined=record.damaged,",
        "quarantined=0,",
        "units that arrive damaged can be sold",
    ),
    Bug(
        "lost-units-stay-incoming",
        "packhorse.store.register",
        "            in_transit=_change_of(savings, lambda each: each.in_transit),\n",
        "            in_transit=_change_of([x for x in savings if x.effects.movements], lambda x: x.in_transit),\n",
        "units that are given up stay in transit",
    ),
    Bug(
        "cost-comes-twice",
        EFFECTS,
        "line.cost_of_arrived - was.cost_of_arrived",
        "line.cost_of_arrived",
        "the second receipt brings the cost of the first one again",
    ),
    Bug(
        "returned-where-sent-to",
        RECEIVING,
        "shelf = order.source(line) if record.is_return else order.destination(line)",
        "shelf = order.destination(line)",
        "what came back is on the shelf that it was sent to",
    ),
    Bug(
        "document-without-version",
        "packhorse.store.register",
        '_put(self.values_of(stored), equals("version", before.version) if before else missing("pk"))',
        '{"Put": expressions.put(settings.work_table, self.values_of(stored))}',
        "two receipts at the same moment overwrite each other",
        acts=("a_purchaser",),
    ),
)
