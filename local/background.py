"""The background processes of a local stack."""

import hashlib
import os
import sys
from pathlib import Path

from local.daemon import Daemon
from local.home import CHECKOUT, ENVIRONMENTS, Home
from local.keys import administrator

REGION = "us-east-1"
RUNTIME_PYTHON = ENVIRONMENTS / "runtime" / "bin" / "python"
WORLD = (
    CHECKOUT / "local" / "world",
    CHECKOUT / "local" / "partners" / "sftp_server.py",
    CHECKOUT / "local" / "loopback.py",
)
EMULATOR = (CHECKOUT / "local" / "emulator", CHECKOUT / "local" / "loopback.py")
CONSOLE = (CHECKOUT / "local" / "console.py", CHECKOUT / "local" / "loopback.py")
CONSOLE_FILES = CHECKOUT / "console" / "dist"


def emulator_url(home: Home) -> str:
    """Return the URL of the local AWS, for AWS_ENDPOINT_URL."""
    return f"http://127.0.0.1:{home.port('emulator')}"


def emulator(home: Home, **settings: str) -> Daemon:
    """Define the process of the local AWS; `settings` are further environment variables of MiniStack, for tests."""
    temporary = home.private_folder() / "tmp"
    temporary.mkdir(exist_ok=True)
    key = administrator(home)
    return Daemon(
        name="emulator",
        folder=home.folder,
        command=(str(ENVIRONMENTS / "emulator" / "bin" / "python"), "-P", "-m", "local.emulator"),
        environment={
            **_plain_environment(),
            "AUTH": "true",
            "AWS_DEFAULT_REGION": REGION,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(home.port("emulator")),
            "IOT_MTLS_ENABLED": "0",
            "PACKHORSE_ACCESS_KEY_ID": key["AWS_ACCESS_KEY_ID"],
            "PACKHORSE_SECRET_ACCESS_KEY": key["AWS_SECRET_ACCESS_KEY"],
            "PACKHORSE_RUNTIME_PYTHON": str(RUNTIME_PYTHON),
            "PERSIST_STATE": "1",
            "PYTHONPATH": str(CHECKOUT),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(home.state / "s3"),
            "STATE_DIR": str(home.state),
            "TMPDIR": str(temporary),
            **settings,
        },
        health_url=f"{emulator_url(home)}/_ministack/health",
        version=_digest(
            *_modules(*EMULATOR), *(CHECKOUT / "requirements" / f"{name}.txt" for name in ("emulator", "runtime"))
        ),
    )


def world_url(home: Home) -> str:
    """Return the URL of the simulated outside world."""
    return f"http://127.0.0.1:{home.port('world')}"


def world(home: Home) -> Daemon:
    """Define the process of the simulated outside world."""
    ports = (str(home.port("world")), str(home.port("sftp")))
    return Daemon(
        name="world",
        folder=home.folder,
        command=(sys.executable, "-m", "local.world", *ports, str(home.state / "world.json")),
        environment={
            **_plain_environment(),
            **administrator(home),
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": emulator_url(home),
            "NO_PROXY": "127.0.0.1,localhost",
            "PYTHONPATH": str(CHECKOUT),
        },
        health_url=f"{world_url(home)}/_control/health",
        version=_digest(*_modules(*WORLD)),
    )


def console_url(home: Home) -> str:
    """Return the URL of the console."""
    return f"http://127.0.0.1:{home.port('console')}"


def console(home: Home, api_url: str, client_id: str) -> Daemon:
    """Define the process that serves the console."""
    places = (str(CONSOLE_FILES), api_url, emulator_url(home), client_id)
    return Daemon(
        name="console",
        folder=home.folder,
        command=(sys.executable, "-m", "local.console", str(home.port("console")), *places),
        environment={**_plain_environment(), "PYTHONPATH": str(CHECKOUT)},
        health_url=f"{console_url(home)}/settings.json",
        version=_digest(*_modules(*CONSOLE)),
    )


def _plain_environment() -> dict[str, str]:
    """Return the environment without the developer's AWS settings, so that the stack is the same on every machine."""
    return {name: os.environ[name] for name in ("HOME", "LANG", "PATH") if name in os.environ}


def _modules(*paths: Path) -> list[Path]:
    """Return these modules, and those of packages among them."""
    return sorted(module for path in paths for module in ([path] if path.is_file() else path.rglob("*.py")))


def _digest(*files: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
