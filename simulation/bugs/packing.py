"""Bugs at the bench, and in splits."""

from simulation.bugs.bug import Bug

BUGS = (
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
)
