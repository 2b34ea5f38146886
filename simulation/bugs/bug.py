"""What a planted bug is."""

from typing import NamedTuple

from simulation.bugs.days import Days, any_day


class Bug(NamedTuple):
    """A bug: a module, the text in it, the text that replaces it, and the guarantee that this `breaks`.

    It can show on the days `on` which the merchant has what it takes, where `acts` are named only with one of these;
    other days are not run. Days are run from the seed `first` on: of a bug that takes dozens of them to show, one
    shortly before a day that showed it.
    """

    name: str
    module: str
    written: str
    planted: str
    breaks: str
    on: Days = any_day
    acts: tuple[str, ...] = ()
    first: int = 0
