"""Planted bugs: small mutations of the code that the guarantees stand on; the simulation must catch each of them.

A bug is put into the module's source while it is imported, in a process of its own; no file changes.
"""

import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import CodeType, ModuleType
from typing import Any

from simulation.bugs import BUGS
from simulation.bugs.bug import Bug

__all__ = ["BUGS", "plant"]


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


def plant(name: str) -> None:
    """Plant a bug in this process, before its module is imported."""
    bug = next(each for each in BUGS if each.name == name)
    if bug.module in sys.modules:
        raise AssertionError(f"{bug.module} is imported already")
    sys.meta_path.insert(0, _Finder(bug))
