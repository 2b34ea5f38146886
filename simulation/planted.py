"""Planted bugs: small mutations of the code that the guarantees stand on; the simulation must catch each of them.

A bug is put into the module's source while it is imported, in a process of its own; no file changes. Until it is
planted, nothing is imported here that imports the product.
"""

import difflib
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import CodeType, ModuleType
from typing import Any, NamedTuple

from simulation.bugs import BUGS
from simulation.bugs.bug import Bug

__all__ = ["BUGS", "Catch", "bug_of", "first_catch", "plant"]

MOST_DAYS = 300
"""The days on which a bug can show that are run, until one catches it."""
MOST_SEEDS = 12_000
"""The seeds among which these days are looked for."""


class Catch(NamedTuple):
    """The first seed that breaks a rule with a planted bug, None without one, the rule, and how many days were run."""

    seed: int | None
    violation: str
    days: int

    def __str__(self) -> str:
        if self.seed is None:
            return f"not caught by {self.days} days"
        return f"caught by seed {self.seed}, after {self.days} days"


class _Loader(importlib.machinery.SourceFileLoader):
    """Compile the module's source with the bug in it, without any cache."""

    def __init__(self, bug: Bug, fullname: str, path: str) -> None:
        super().__init__(fullname, path)
        self.bug = bug

    def path_stats(self, path: str) -> Any:
        raise OSError("no cached bytecode")

    def source_to_code(self, data: Any, path: Any, **more: Any) -> CodeType:  # type: ignore[override]  # typeshed's differs
        text = data.decode()
        if text.count(self.bug.written) != 1:
            raise AssertionError(
                f"{self.bug.name}: {self.bug.module} contains the text {text.count(self.bug.written)} times"
            )
        code: CodeType = super().source_to_code(text.replace(self.bug.written, self.bug.planted), path, **more)
        return code


class _Finder(MetaPathFinder):
    def __init__(self, bug: Bug) -> None:
        self.bug = bug

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        if fullname != self.bug.module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None:
            return None
        return importlib.util.spec_from_file_location(
            fullname, spec.origin, loader=_Loader(self.bug, fullname, spec.origin)
        )


def bug_of(name: str) -> Bug:
    """Return the bug of that name; exit without one."""
    found = next((bug for bug in BUGS if bug.name == name), None)
    if found is None:
        near = difflib.get_close_matches(name, [bug.name for bug in BUGS])
        sys.exit(f"no planted bug is called “{name}”; {' or '.join(near) or 'simulation/bugs'} may be meant")
    return found


def plant(name: str) -> Bug:
    """Plant a bug in this process, before its module is imported; return it."""
    bug = bug_of(name)
    if bug.module in sys.modules:
        raise AssertionError(f"{bug.module} is imported already")
    sys.meta_path.insert(0, _Finder(bug))
    return bug


def first_catch(name: str) -> Catch:
    """Plant a bug, and run seeds until one breaks a rule: those whose merchant and acts can show it."""
    bug = plant(name)
    from simulation.run import Case, Run

    days = 0
    for seed in range(bug.first, bug.first + MOST_SEEDS):
        if not Run(Case(seed)).is_on(bug.on, bug.acts):
            continue
        days += 1
        if violation := Run(Case(seed)).run_once().violation:
            return Catch(seed, violation, days)
        if days == MOST_DAYS:
            break
    return Catch(None, "", days)
