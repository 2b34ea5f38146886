"""What `make invoke` does, for the stack of the tests: HOME FUNCTION=... EVENT=..."""

import sys
from pathlib import Path

from local.home import Home
from local.stack import invoke

if __name__ == "__main__":
    folder, *named = sys.argv[1:]
    given = dict(each.split("=", 1) for each in named)
    invoke(Home(Path(folder)), given["FUNCTION"], Path(given["EVENT"]))
