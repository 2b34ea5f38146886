"""The key of the local AWS's administrator: random, one for each folder of a local stack."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from local.home import Home


def administrator(home: Home) -> dict[str, str]:
    """Return the access key as environment variables of AWS's tools, generated at the first call."""
    file = home.private_folder() / "keys.json"
    if not file.exists():
        key = {
            "AWS_ACCESS_KEY_ID": f"AKIA{secrets.token_hex(8).upper()}",
            "AWS_SECRET_ACCESS_KEY": secrets.token_urlsafe(30),
        }
        write_private(file, json.dumps(key))
    return dict(json.loads(file.read_text()))


def client_arguments(home: Home) -> dict[str, Any]:
    """Return the access key as arguments of a boto3 client."""
    return {name.lower(): value for name, value in administrator(home).items()}


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(text)
    new.replace(file)
