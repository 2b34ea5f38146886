"""Bugs in how products are built of components."""

from simulation.bugs.bug import Bug

STEPS, REPORTING, COSTING = (f"packhorse.domain.work_orders.{name}" for name in ("steps", "reporting", "costing"))
BUGS = (
    Bug(
        "failed-units-use-nothing",
        REPORTING,
        "scrapped = report.failed * part.per_unit + broken[part.sku]",
        "scrapped = broken[part.sku]",
        "the components of units that did not turn out stay on their shelf",
        acts=("a_workshop",),
    ),
    Bug(
        "cancelled-work-keeps-components",
        STEPS,
        "        if given_back := part.reserved - reserved:\n",
        "        if (given_back := part.reserved - reserved) and not order.cancelled_at:\n",
        "what a work order had reserved stays committed once it is cancelled",
        acts=("a_workshop",),
    ),
    Bug(
        "built-cost-comes-twice",
        COSTING,
        "        after = after.replace(brought=after.brought + minor)\n",
        "        after = after.replace(brought=minor)\n",
        "the second report brings the cost of the first one again",
        acts=("a_workshop",),
    ),
    Bug(
        "nested-units-are-free",
        STEPS,
        'f"{came} of {part.sku} by {after.id}"), (movement,))',
        'f"{came} of {part.sku} by {after.id}"))',
        "what was built for a work order that waits is sold to others",
        acts=("a_workshop",),
    ),
    Bug(
        "built-for-nobody",
        "packhorse.usecases.supply.review_made_for",
        "    for work in reversed(works):\n        _review_work(work, excess, called, now)\n",
        "",
        "what is being built for an order that was cancelled goes on, and nobody is asked",
        acts=("a_workshop",),
    ),
)
