"""NOTICE: the licences of what the layer carries, as the installed packages state them.

`python -m local.notice` writes it.
"""

import re
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOTICE = ROOT / "NOTICE"
LOCK = ROOT / "layers" / "shared" / "requirements.txt"

HEAD = """Packhorse
Copyright 2026 the Packhorse authors

Licensed under the Apache License, Version 2.0 (see LICENSE).

The tables of countries and states in packhorse/domain/data are made (`make places`) from CLDR (Unicode-3.0) and from
iso-codes (LGPL-2.1-or-later), as babel and pycountry carry them.

The layer that `sam build` makes carries these packages, unchanged but for data of AWS services that Packhorse does not
use. Each comes with its licence in its own folder (*.dist-info).

"""


def packages() -> list[str]:
    """Return the names of the packages in the layer's lock."""
    return re.findall(r"^([A-Za-z0-9._-]+)==", LOCK.read_text(), re.MULTILINE)


def licence(package: Distribution) -> str:
    """Return the licence of a package as its metadata states it."""
    stated = next(
        (
            package.metadata[name].partition("\n")[0]
            for name in ("License-Expression", "License")
            if name in package.metadata
        ),
        "",
    )
    classified = [
        each.rpartition(" :: ")[2]
        for each in package.metadata.get_all("Classifier") or []
        if each.startswith("License ::")
    ]
    return stated if stated and stated != "Dual License" else ", ".join(classified)


def text() -> str:
    """Return the whole file; versions are in the lock."""
    lines = [f"{name:24}{licence(distribution(name))}" for name in packages()]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    NOTICE.write_text(text())
    sys.exit(0)
