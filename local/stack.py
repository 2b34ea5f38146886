"""Commands of the local stack: `make up`, `make down`, `make reset`, `make token`, `make logs`, `make invoke`."""

import argparse
import hashlib
import inspect
import shutil
import sys
import time
from pathlib import Path

from local import deployment, login, people, seed, seed_amazon, seed_supplier
from local.background import CONSOLE_FILES, REGION, console, console_url, emulator, emulator_url, world, world_url
from local.home import Home, StackError, is_free
from local.keys import administrator
from local.logs import newest_lines
from local.progress import step
from local.running import Stack, running_stack

SEEDED = "/packhorse/local/seeded"
LINES = 200
BESIDE = ("shopify", "woocommerce", "ebay", "amazon", "easypost", "shippo", "supplier")
"""What the outside world simulates below a path of its own, beside the generic shop."""


def up(home: Home, *, empty: bool = False) -> Stack:
    """Start the processes that do not run, deploy if something changed, and seed a new stack unless `empty`."""
    _start_emulator(home)
    _start_world(home)
    _choose_the_console_port(home)
    _deploy(home)
    stack = _describe(home)
    _start_console(stack)
    stack.save()
    if not empty:
        _seed(stack)
    return stack


def down(home: Home) -> None:
    """Stop all processes; the state stays."""
    home.stack_file.unlink(missing_ok=True)
    for process in (console(home, "", ""), world(home), emulator(home)):
        print(f"{process.name}: {'stopped' if process.stop() else 'was not running'}")


def reset(home: Home) -> None:
    """Stop all processes and delete the state, so that the next `up` starts from scratch."""
    down(home)
    shutil.rmtree(home.state, ignore_errors=True)
    print("state: deleted")


def logs(home: Home) -> None:
    """Print the newest log lines of all functions, oldest first."""
    for line in newest_lines(running_stack(home).client("logs"), LINES):
        print(line)


def invoke(home: Home, function: str, event: Path) -> None:
    """Run a function with the event of a file, as a schedule or another function would, and print its answer."""
    if not function or not event.is_file():
        raise StackError("name a function and a file: make invoke FUNCTION=connect EVENT=events/connect/watch.json")
    client = running_stack(home).client("lambda")
    try:
        answer = client.invoke(FunctionName=f"packhorse-{function}", Payload=event.read_bytes())
    except client.exceptions.ResourceNotFoundException as error:
        raise StackError(f"there is no function {function}: events/ has a folder of each") from error
    print(answer["Payload"].read().decode())
    if "FunctionError" in answer:
        raise StackError(f"{function} failed: `make logs` says why")


def _start_emulator(home: Home) -> None:
    process = emulator(home)
    if process.is_current():
        print(f"emulator: running at {emulator_url(home)}")
        return
    if process.is_running():
        with step("emulator: stopping, it is out of date or does not respond"):
            process.stop()
    if not is_free(home.port("emulator")):
        _move_to_a_free_port(home)
    shutil.rmtree(home.folder / "tmp", ignore_errors=True)
    with step(f"emulator: starting at {emulator_url(home)}"):
        emulator(home).start()


def _move_to_a_free_port(home: Home) -> None:
    """Choose another port, since another process uses ours, and replace the old one in all URLs of the state."""
    old, new = home.port("emulator"), home.new_port("emulator")
    for file in home.state.glob("*.json"):
        state = file.read_text()
        for host in ("localhost", "127.0.0.1"):
            state = state.replace(f"{host}:{old}", f"{host}:{new}")
        file.write_text(state)


def _start_world(home: Home) -> None:
    if world(home).is_current():
        return
    world(home).stop()
    for port in ("world", "sftp"):
        if not is_free(home.port(port)):
            home.new_port(port)
    with step(f"outside world: starting at {world_url(home)}"):
        world(home).start()


def _choose_the_console_port(home: Home) -> None:
    """Choose another port if another process uses ours: the user pool is deployed with it."""
    if not console(home, "", "").is_running() and not is_free(home.port("console")):
        home.new_port("console")


def _start_console(stack: Stack) -> None:
    process = console(stack.home, stack.api_url or "", stack.outputs["ConsoleClientId"])
    if process.is_current():
        return
    if not (CONSOLE_FILES / "index.html").exists():
        raise StackError("the console is not built: make console")
    process.stop()
    with step(f"console: starting at {console_url(stack.home)}"):
        process.start()


def _deploy(home: Home) -> None:
    if deployment.is_deployed(home):
        print("template.yaml: deployed already, nothing changed")
        return
    with step("template.yaml: building functions and layer (sam build)"):
        built = deployment.build(home)
    with step("template.yaml: deploying to the emulator (sam deploy)"):
        deployment.deploy(home, built)


def _describe(home: Home) -> Stack:
    outputs = deployment.outputs(home)
    return Stack(
        api_url=deployment.api_url(home),
        console_url=outputs["ConsoleUrl"],
        endpoint_url=emulator_url(home),
        region=REGION,
        outputs=outputs,
        operator=login.create_operator(home, outputs),
        world={"shop_url": world_url(home)} | {f"{name}_url": f"{world_url(home)}/{name}" for name in BESIDE},
        home=home,
        keys=administrator(home),
    )


def _seed(stack: Stack) -> None:
    sources = (inspect.getsource(each) for each in (seed, seed_amazon, seed_supplier))
    version = hashlib.sha256("".join(sources).encode()).hexdigest()
    if deployment.read_marker(stack.home, SEEDED) == version:
        return
    with step("seeding: warehouses, channels, a supplier, products, listings, stock"):
        seed.seed(stack)
    deployment.write_marker(stack.home, SEEDED, version)


def main() -> None:
    """Run the command of the command line."""
    parser = argparse.ArgumentParser(prog="local.stack", description=__doc__)
    parser.add_argument("command", choices=["up", "down", "reset", "token", "logs", "invoke"])
    parser.add_argument("--empty", action="store_true", help="up: do not seed")
    parser.add_argument("--role", default="", help="token: of a person with this role, who is invited if need be")
    parser.add_argument("--warehouses", nargs="*", default=[], help="token: where that person works")
    parser.add_argument("--function", default="", help="invoke: which function, such as connect")
    parser.add_argument(
        "--event", type=Path, default=Path(), help="invoke: a JSON file, such as events/connect/watch.json"
    )
    arguments = parser.parse_args()
    home = Home()
    try:
        if arguments.command == "up":
            _up_and_describe(home, empty=arguments.empty)
        elif arguments.command == "token":
            _print_token(running_stack(home), arguments.role, arguments.warehouses)
        elif arguments.command == "invoke":
            invoke(home, arguments.function, arguments.event)
        else:
            {"down": down, "reset": reset, "logs": logs}[arguments.command](home)
    except StackError as error:
        sys.exit(f"packhorse: {error}")


def _print_token(stack: Stack, role: str, warehouses: list[str]) -> None:
    person = people.ensure_person(stack, role, warehouses) if role else stack.operator
    print(login.bearer_token(stack.home, stack.outputs, person))


def _up_and_describe(home: Home, *, empty: bool) -> None:
    started = time.monotonic()
    stack = up(home, empty=empty)
    print(f"ready in {time.monotonic() - started:.0f} s")
    print(f"  API           {stack.api_url}")
    print(f"  console       {stack.console_url}")
    print(f"                sign in as {stack.operator['user']}, password {stack.operator['password']}")
    print("  bearer token  make token")
    print(f"  log           {emulator(home).log}")
    print("  stop          make down")


if __name__ == "__main__":
    main()
