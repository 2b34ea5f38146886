"""What changes together with a purchase order, in one transaction with it."""

from collections.abc import Mapping
from typing import NamedTuple

from packhorse.domain.problem import Problem
from packhorse.domain.stock.costing import CostChange
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement


class Effects(NamedTuple):
    """The movements that a change makes, what units cost after it, and the exceptions that it opens and ends."""

    movements: tuple[Movement, ...]
    costs: Mapping[Shelf, CostChange]
    opened: tuple[Problem, ...]
    ended: tuple[Problem, ...]
