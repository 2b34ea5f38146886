"""Files that must agree."""

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest

from local.api import TOKEN_SECONDS
from local.console import HEADERS
from local.home import CHECKOUT
from simulation.template import template

LAYERS = ("shared", "documents", "sftp")
LOCKS = [
    *(CHECKOUT / "layers" / each / "requirements.txt" for each in LAYERS),
    *(CHECKOUT / "requirements").glob("*.txt"),
]

MOST_UNZIPPED = 250_000_000
"""Bytes that Lambda takes of a function and its layers, together."""


def text(path: str) -> str:
    return (CHECKOUT / path).read_text()


def only(pattern: str, found_in: str) -> str:
    [match] = re.findall(pattern, found_in)
    return str(match)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_is_built_for_the_python_that_the_template_runs(layer: str) -> None:
    runtime = only(r"PythonRuntime:\n\s+Type: String\n\s+Default: python(\S+)", text("template.yaml"))

    assert only(r"LAYER_PYTHON \?= (\S+)", text(f"layers/{layer}/Makefile")) == runtime


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_is_built_for_the_processor_that_the_template_runs_on(layer: str) -> None:
    architecture = only(r"Architecture:\n\s+Type: String\n\s+Default: (\S+)", text("template.yaml"))

    uv_name = {"arm64": "aarch64", "x86_64": "x86_64"}[architecture]
    assert only(r"LAYER_PLATFORM \?= (\S+?)-manylinux", text(f"layers/{layer}/Makefile")) == uv_name


def test_the_layer_keeps_every_aws_service_that_the_code_uses() -> None:
    kept = set(only(r"AWS_SERVICES := (.+)", text("layers/shared/Makefile")).split())
    sources = (path.read_text() for path in Path(CHECKOUT / "layers/shared/packhorse").rglob("*.py"))

    used = {service for source in sources for service in re.findall(r"\bclient\(\s*\"([a-z-]+)\"", source)}

    assert used
    assert used <= kept


def test_every_package_is_pinned_by_hash_and_no_registry_is_named() -> None:
    for lock in LOCKS:
        packages = re.findall(r"^(\S+)==\S+.*\\\n\s+--hash=sha256:", lock.read_text(), re.MULTILINE)
        assert len(packages) == len(re.findall(r"^[a-z0-9]", lock.read_text(), re.MULTILINE)), lock
        assert "://" not in lock.read_text(), lock


def versions(lock: str) -> set[str]:
    return set(re.findall(r"^\S+==\S+", text(lock), re.MULTILINE))


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_and_the_developer_use_the_same_versions(layer: str) -> None:
    assert versions(f"layers/{layer}/requirements.txt") <= versions("requirements/dev.txt")


def test_what_botocore_would_load_is_kept_out_of_the_product() -> None:
    apart = {"partners", "sam"}  # environments of their own, in which no code of the product runs
    for lock in (path for path in LOCKS if path.stem not in apart):
        assert "pyopenssl" not in lock.read_text().lower(), lock


def test_the_tests_have_their_servers_before_they_run() -> None:
    """None of them is skipped where a server is missing: make installs it, or fails."""
    makefile = text("Makefile")

    assert "partners := $(ENVS)/partners/.synced $(ENVS)/openssh/.synced" in makefile
    having = set(re.findall(r"^(\w+): .*\$\(partners\)", makefile, re.MULTILINE))
    assert having == {"test", "install"}
    assert "skip" not in "".join(path.read_text() for path in (CHECKOUT / "tests/suppliers").glob("*.py"))


def test_code_and_layers_of_the_documents_function_fit_lambda() -> None:
    names = {each.partition("==")[0] for layer in LAYERS for each in versions(f"layers/{layer}/requirements.txt")}
    installed = [file for name in names for file in distribution(name).files or ()]
    unzipped = sum(file.size or 0 for file in installed)
    ours = sum(path.stat().st_size for path in (CHECKOUT / "layers/shared/packhorse").rglob("*.py"))

    assert unzipped > 30_000_000, "botocore's data are counted, which the shared layer drops for the most part"
    assert 2 * ours + 2 * unzipped < MOST_UNZIPPED, "with bytecode, which is never larger than its source"


def test_scripts_replace_their_token_minutes_before_it_expires() -> None:
    minutes = min(map(int, re.findall(r"^\s+IdTokenValidity: (\d+)$", text("template.yaml"), re.MULTILINE)))

    assert (minutes - 5) * 60 >= TOKEN_SECONDS  # the requests of a crowd may wait for minutes


def test_the_console_has_the_same_headers_here_and_on_aws() -> None:
    properties = template()["Resources"]["ConsoleHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    headers = properties["SecurityHeadersConfig"]
    policy = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]["!Sub"]
    [opener] = properties["CustomHeadersConfig"]["Items"]

    assert {
        "Content-Security-Policy": re.sub(r" https://\S+(amazoncognito\.com|\$\{AWS::URLSuffix\})", "", policy),
        opener["Header"]: opener["Value"],
        "Referrer-Policy": headers["ReferrerPolicy"]["ReferrerPolicy"],
        "X-Content-Type-Options": "nosniff" if headers["ContentTypeOptions"]["Override"] else "",
        "X-Frame-Options": headers["FrameOptions"]["FrameOption"],
    } == HEADERS
