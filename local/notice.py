"""NOTICE: the licences of what the layers carry, as the installed packages state them.

`python -m local.notice` writes it.
"""

import re
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOTICE = ROOT / "NOTICE"

HEAD = """Packhorse
Copyright 2026 the Packhorse authors

Licensed under the Apache License, Version 2.0 (see LICENSE).

The tables of countries and states in packhorse/domain/data are made (`make places`) from CLDR (Unicode-3.0) and from
iso-codes (LGPL-2.1-or-later), as babel and pycountry carry them.

The layer that `sam build` makes carries these packages, unchanged but for data of AWS services that Packhorse does not
use. Each comes with its licence in its own folder (*.dist-info).

"""

DOCUMENTS = """
The layer of the documents function carries these, unchanged but for a font that it does not use:

"""

FONTS = """
The fonts in it, which are embedded in documents: Noto Sans, copyright 2022 the Noto Project Authors, OFL-1.1; and
WenQuanYi Micro Hei 0.2.0-beta, copyright 2007 Google Corporation, 2008-2009 WenQuanYi Board of Trustees and Qianqian
Fang, Apache-2.0 or GPL-3 with font embedding exception, used under the Apache License (see LICENSE). The package
paperang-p2-fonts-cjk carries it as Debian's fonts-wqy-microhei does, byte by byte; its own licence is about its code.
"""

CONSOLE = """
The console is built with these, which its files carry in parts:

@mantine/core, @mantine/hooks, @mantine/notifications   MIT
@tanstack/react-query, -router, -virtual                MIT
oidc-client-ts                                          Apache-2.0
openapi-fetch, react, react-dom, tinykeys               MIT

Its icons are outlines of Tabler Icons, copyright (c) 2020-2026 Pawel Kuna, MIT. Its font is Inter, copyright 2016 the
Inter Project Authors, OFL-1.1.
"""

SFTP = """
The layer of functions that speak SFTP carries these, unchanged; what the shared layer has, too, is above:

"""

SIGNATURES = """
The layer of the function that verifies notifications carries these, unchanged:

"""


def packages(layer: str) -> list[str]:
    """Return the names of the packages in a layer's lock."""
    lock = ROOT / "layers" / layer / "requirements.txt"
    return re.findall(r"^([A-Za-z0-9._-]+)==", lock.read_text(), re.MULTILINE)


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
    return (
        HEAD
        + _listed("shared")
        + DOCUMENTS
        + _listed("documents")
        + FONTS
        + SFTP
        + _listed("sftp")
        + SIGNATURES
        + _listed("signatures")
        + CONSOLE
    )


def _listed(layer: str) -> str:
    return "".join(f"{name:24}{licence(distribution(name))}\n" for name in packages(layer))


if __name__ == "__main__":
    NOTICE.write_text(text())
    sys.exit(0)
