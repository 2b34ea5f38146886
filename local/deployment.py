"""Build template.yaml and deploy it to the local AWS with SAM, as to AWS, if something changed."""

import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
from botocore.exceptions import ClientError

from local.background import REGION, RUNTIME_PYTHON, console_url, emulator_url
from local.home import CHECKOUT, ENVIRONMENTS, Home, StackError
from local.keys import administrator, client_arguments

SAM = ENVIRONMENTS / "sam" / "bin" / "sam"
UV = CHECKOUT / ".local" / "tools" / "bin" / "uv"
STACK_NAME = "packhorse"
DEPLOYED = ("template.yaml", "samconfig.toml", "functions", "layers", "statemachine")
# An SSM parameter of the emulator instead of a file: it is restored and deleted together with what is deployed.
FINGERPRINT = "/packhorse/local/deployed"


def client(home: Home, service: str) -> Any:
    """Return a boto3 client of the local AWS with the credentials of its administrator."""
    return boto3.client(service, endpoint_url=emulator_url(home), region_name=REGION, **client_arguments(home))


def is_deployed(home: Home) -> bool:
    """Return whether the local AWS runs the code of the checkout."""
    return read_marker(home, FINGERPRINT) == _deployed_as(home)


def build(home: Home) -> str:
    """Run `sam build` for this machine; return the fingerprint of what it began with."""
    building = _deployed_as(home)
    folders = ["--build-dir", str(home.folder / "build"), "--cache-dir", str(home.folder / "build-cache")]
    _sam(home, "build", *folders, "--parameter-overrides", *_parameters(home))
    return building


def deploy(home: Home, built: str) -> None:
    """Run `sam deploy` to the local AWS, and store the fingerprint of what was built."""
    template = ["--template-file", str(home.folder / "build" / "template.yaml")]
    _sam(home, "deploy", *template, "--region", REGION, "--parameter-overrides", *_parameters(home))
    write_marker(home, FINGERPRINT, built)


def outputs(home: Home) -> dict[str, str]:
    """Return the outputs of the deployed template."""
    stack = client(home, "cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def api_url(home: Home) -> str | None:
    """Return the URL of the HTTP API by path; the host <id>.execute-api.localhost does not resolve everywhere."""
    pages = client(home, "cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK_NAME)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    apis = [r["PhysicalResourceId"] for r in resources if r["ResourceType"] == "AWS::ApiGatewayV2::Api"]
    return _api_url(home, apis[0]) if apis else None


def _api_url(home: Home, api: str) -> str:
    return f"{emulator_url(home)}/_aws/execute-api/{api}"


def write_marker(home: Home, name: str, value: str) -> None:
    """Store a value as an SSM parameter of the local AWS, so that it lives exactly as long as the deployed stack."""
    client(home, "ssm").put_parameter(Name=name, Value=value, Type="String", Overwrite=True)


def read_marker(home: Home, name: str) -> str | None:
    """Return the value that `write_marker` stored, None if it did not or the state was deleted."""
    try:
        return str(client(home, "ssm").get_parameter(Name=name)["Parameter"]["Value"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return None
        raise


def fingerprint(checkout: Path) -> str:
    """Return a digest of all files that are deployed."""
    digest = hashlib.sha256()
    for name in DEPLOYED:
        top = checkout / name
        for file in [top] if top.is_file() else sorted(top.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(checkout)}\0{file.stat().st_size}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def _deployed_as(home: Home) -> str:
    """Return the files and the parameters of a deployment: the console's port may have been taken."""
    return f"{fingerprint(home.checkout)} {console_url(home)}"


def _parameters(home: Home) -> list[str]:
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
    architecture = "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"
    return [
        f"PythonRuntime={runtime}",
        f"Architecture={architecture}",
        f"ConsoleUrl={console_url(home)}",
        "Mfa=OFF",
        "LocalAddresses=allowed",
        f"ApiAddress={_api_url(home, '{id}')}",
        "AmazonNotifications=yes",
    ]


@contextmanager
def with_own_files() -> Iterator[dict[str, str]]:
    """Yield variables for SAM, which leaves a temporary folder for each upload, so that all of them are removed."""
    with TemporaryDirectory(prefix="packhorse-sam-") as folder:
        yield {"TMPDIR": folder}


def _sam(home: Home, command: str, *arguments: str) -> None:
    """Run SAM without the developer's AWS settings: a local deployment never reaches an AWS account."""
    foreign = {name for name in os.environ if name.startswith("AWS_")}
    environment = {
        **{name: value for name, value in os.environ.items() if name not in foreign},
        **administrator(home),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": emulator_url(home),
        "LAYER_PYTHON": f"{sys.version_info.major}.{sys.version_info.minor}",
        "LAYER_PLATFORM": "",
        "NO_PROXY": "127.0.0.1,localhost",
        "PACKHORSE_UV": str(UV),
        "PATH": f"{RUNTIME_PYTHON.parent}{os.pathsep}{os.environ['PATH']}",
        "SAM_CLI_TELEMETRY": "0",
    }
    log = home.folder / f"sam-{command}.log"
    with log.open("w") as output, with_own_files() as files:
        ran = subprocess.run(
            [
                str(SAM),
                command,
                "--config-file",
                str(home.checkout / "samconfig.toml"),
                "--config-env",
                "local",
                *arguments,
            ],
            cwd=home.checkout,
            env=environment | files,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ran.returncode:
        raise StackError.with_log(log, f"sam {command} failed")
