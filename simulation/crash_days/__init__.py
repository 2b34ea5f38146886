"""Short days without luck, each of whose calls may be the last of its process: see `crash_points`."""

from collections.abc import Mapping

from simulation.crash_days.amazon import BY_AMAZON
from simulation.crash_days.day import CrashDay
from simulation.crash_days.labels import LABELS
from simulation.crash_days.orders import ORDERS
from simulation.crash_days.purchases import PURCHASES
from simulation.crash_days.supplies import SUPPLIES
from simulation.crash_days.transfers import TRANSFERS
from simulation.crash_days.work import WORK

DAYS: Mapping[str, CrashDay] = {
    "orders": ORDERS,
    "labels": LABELS,
    "supplies": SUPPLIES,
    "purchases": PURCHASES,
    "transfers": TRANSFERS,
    "work": WORK,
    "amazon": BY_AMAZON,
}
