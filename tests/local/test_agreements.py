"""Files that must agree."""

import re
from pathlib import Path

from local.api import TOKEN_SECONDS
from local.home import CHECKOUT

LOCKS = [CHECKOUT / "layers/shared/requirements.txt", *(CHECKOUT / "requirements").glob("*.txt")]


def text(path: str) -> str:
    return (CHECKOUT / path).read_text()


def only(pattern: str, found_in: str) -> str:
    [match] = re.findall(pattern, found_in)
    return str(match)


def test_the_layer_is_built_for_the_python_that_the_template_runs() -> None:
    runtime = only(r"PythonRuntime:\n\s+Type: String\n\s+Default: python(\S+)", text("template.yaml"))

    assert only(r"LAYER_PYTHON \?= (\S+)", text("layers/shared/Makefile")) == runtime


def test_the_layer_is_built_for_the_processor_that_the_template_runs_on() -> None:
    architecture = only(r"Architecture:\n\s+Type: String\n\s+Default: (\S+)", text("template.yaml"))

    uv_name = {"arm64": "aarch64", "x86_64": "x86_64"}[architecture]
    assert only(r"LAYER_PLATFORM \?= (\S+?)-manylinux", text("layers/shared/Makefile")) == uv_name


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


def test_the_layer_and_the_developer_use_the_same_versions() -> None:
    def versions(lock: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", text(lock), re.MULTILINE))

    assert versions("layers/shared/requirements.txt") <= versions("requirements/dev.txt")


def test_scripts_replace_their_token_minutes_before_it_expires() -> None:
    [minutes] = re.findall(r"^\s+IdTokenValidity: (\d+)$", text("template.yaml"), re.MULTILINE)

    assert (int(minutes) - 5) * 60 >= TOKEN_SECONDS  # the requests of a crowd may wait for minutes
