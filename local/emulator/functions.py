"""Lambda: functions on the runtime client of AWS."""

import functools
import io
import os
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.responses import get_region
from ministack.services import lambda_svc

Json = dict[str, Any]


def run_functions_on_the_lambda_runtime_client() -> None:
    """Start handlers through awslambdaric, from an environment that holds nothing else.

    Plain MiniStack runs them in its own interpreter: every exception is reported as Runtime.HandlerError, so that no
    state machine matches an error by name, and a package missing from the layer is imported from MiniStack's own.
    """
    worker_class, execute = lambda_runtime._worker_class_for, lambda_svc._execute_function_warm

    def python_worker_class(config: Json) -> Any:
        return lambda_runtime.ProvidedWorker if _is_python(config) else worker_class(config)

    def execute_python(function: Json, event: object, request_id: str) -> Any:
        if _is_python(function.get("config") or function):
            return lambda_svc._execute_function_provided_warm(function, event, request_id)
        return execute(function, event, request_id)

    lambda_runtime._worker_class_for = python_worker_class
    lambda_svc._execute_function_warm = execute_python
    lambda_svc._provided_worker_env = _function_environment
    lambda_svc._provided_runtime_code_dir = _with_bootstrap(lambda_svc._provided_runtime_code_dir)


def _is_python(config: Json) -> bool:
    return str(config.get("Runtime", "")).startswith("python")


def _function_environment(config: Json, code_dir: str, port: int) -> dict[str, str]:
    """Return the variables of Lambda and of the template, without the emulator's own environment."""
    name, logging = config["FunctionName"], config.get("LoggingConfig") or {}
    gateway = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "PYTHONDONTWRITEBYTECODE": "1",  # Lambda's disk is read-only
        "AWS_ENDPOINT_URL": os.environ.get("AWS_ENDPOINT_URL") or gateway,
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        **lambda_svc._runtime_env_vars(config),
        **lambda_runtime.execution_credentials(config),
        "AWS_REGION": get_region(),
        "AWS_DEFAULT_REGION": get_region(),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": logging.get("LogGroup", f"/aws/lambda/{name}"),
        "AWS_LAMBDA_LOG_STREAM_NAME": os.urandom(16).hex(),
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        "LAMBDA_TASK_ROOT": code_dir,
        "PYTHONPATH": os.pathsep.join([code_dir, *_layer_paths(config)]),
        "_HANDLER": config["Handler"],
    }
    if logging.get("LogFormat"):
        environment["AWS_LAMBDA_LOG_FORMAT"] = logging["LogFormat"]
        environment["AWS_LAMBDA_LOG_LEVEL"] = logging.get("ApplicationLogLevel") or "INFO"
    return environment


def _layer_paths(config: Json) -> list[str]:
    layers = (lambda_svc._resolve_layer_zip(layer) for layer in config.get("Layers", []))
    return [f"{_unpacked(layer)}/python" for layer in layers if layer]


@functools.lru_cache(maxsize=8)
def _unpacked(layer: bytes) -> str:
    with lambda_svc._provided_code_lock, zipfile.ZipFile(io.BytesIO(layer)) as archive:
        folder = tempfile.mkdtemp(prefix="layer-")
        lambda_svc._extract_zip_preserving_mode(archive, folder)
    return folder


def _with_bootstrap(unpack: Callable[[bytes], str]) -> Callable[[bytes], str]:
    """Wrap the unpacking of code to add Lambda's start command, atomically, as cold starts run in parallel."""

    def unpack_with_bootstrap(code: bytes) -> str:
        folder = Path(unpack(code))
        with lambda_svc._provided_code_lock:
            if not (folder / "bootstrap").exists():
                python = os.environ["PACKHORSE_RUNTIME_PYTHON"]
                script = folder / "bootstrap.new"
                script.write_text(f'#!/bin/sh\nexec "{python}" -m awslambdaric "$_HANDLER"\n')
                script.chmod(0o755)
                script.rename(folder / "bootstrap")
        return str(folder)

    return unpack_with_bootstrap
