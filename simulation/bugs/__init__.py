"""The bugs that are planted, by subject."""

from simulation.bugs import (
    access,
    fba,
    handling,
    labels,
    notices,
    orders,
    outlets,
    packing,
    publishing,
    purchasing,
    storing,
    suppliers,
    transfers,
    work_orders,
)

BUGS = (
    *access.BUGS,
    *fba.BUGS,
    *handling.BUGS,
    *labels.BUGS,
    *notices.BUGS,
    *orders.BUGS,
    *outlets.BUGS,
    *packing.BUGS,
    *publishing.BUGS,
    *purchasing.BUGS,
    *storing.BUGS,
    *suppliers.BUGS,
    *transfers.BUGS,
    *work_orders.BUGS,
)
