"""`make pictures`: takes the pictures of the README, in the console of the local stack: console/pictures says which."""

import sys
from contextlib import closing

from local import npm
from local.api import Api
from local.home import Home, StackError
from local.seed import stock_up
from local.stack import up

SECONDS = 600


def main() -> None:
    """Start the stack, stock it up and take the pictures; exit with what went wrong."""
    try:
        stack = up(Home())
        with closing(Api(stack)) as api:
            stock_up(api)
        ran = npm.run("pictures", SECONDS, {"PACKHORSE_STACK": str(stack.home.stack_file)})
    except StackError as error:
        sys.exit(f"packhorse: {error}")
    if ran.returncode:
        sys.exit(f"{ran.stdout}\n{ran.stderr}")


if __name__ == "__main__":
    main()
