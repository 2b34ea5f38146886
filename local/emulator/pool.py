"""Lambda: a bounded pool of execution environments for each function."""

import os
import threading
from collections import defaultdict, deque
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

Json = dict[str, Any]

STARTS = os.cpu_count() or 1
"""How many environments start at the same time: starting one keeps a processor busy."""
ENVIRONMENTS = max(2, STARTS)
"""How many environments a function has at most."""
START_SECONDS = 300.0


def bound_the_environments_of_a_function() -> None:
    """Use a warm environment first; start a new one within the bounds; other requests wait in their order.

    On AWS each environment has a processor of its own, and a crowd gets as many as it needs. Plain MiniStack starts
    one for every concurrent request at once: 200 requests are 200 processes, of which none is ready within the ten
    seconds of the Init phase; all are ended and started again, and most requests are answered with 500.
    """
    acquire, release = lambda_svc.acquire_worker, lambda_svc.release_worker
    spawn = lambda_runtime.ProvidedWorker._spawn
    changed, starting = threading.Condition(), set[Any]()
    waiting: defaultdict[str, deque[object]] = defaultdict(deque)

    def has_room(key: str) -> bool:
        workers = list(lambda_runtime._workers.get(key, ()))
        is_warm_one_free = any(not worker.in_use for worker in workers)
        return is_warm_one_free or (len(workers) < ENVIRONMENTS and len(starting) < STARTS)

    def acquire_in_turn(name: str, config: Json, code: bytes, qualifier: str = "$LATEST", **limits: Any) -> Any:
        key = lambda_runtime._worker_key(name, config, qualifier)
        line, turn = waiting[key], object()
        with changed:
            line.append(turn)
            changed.wait_for(lambda: line[0] is turn and has_room(key))
            line.popleft()
            worker, reason = acquire(name, config, code, qualifier=qualifier, **limits)
            if reason == "spawn" and isinstance(worker, lambda_runtime.ProvidedWorker):
                starting.add(worker)
            changed.notify_all()
        return worker, reason

    def spawn_and_notify(worker: Any, init_timeout: float | None = None) -> None:
        try:
            spawn(worker, init_timeout)
        finally:
            with changed:
                starting.discard(worker)
                changed.notify_all()

    def release_and_notify(worker: Any) -> None:
        release(worker)
        with changed:
            changed.notify_all()

    lambda_svc.acquire_worker, lambda_svc.release_worker = acquire_in_turn, release_and_notify
    lambda_runtime.ProvidedWorker._spawn = spawn_and_notify
    lambda_runtime._PROVIDED_INIT_TIMEOUT = START_SECONDS
