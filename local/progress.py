"""Progress of long steps: on a terminal a spinner with the elapsed time, elsewhere one line a step."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

SHORT = 2.0  # seconds; the duration of a shorter step is not printed

Update = Callable[[str], None]
"""Replace the detail beside a running step, such as "3 of 15 orders"."""


@contextmanager
def step(name: str, console: Console | None = None) -> Iterator[Update]:
    """Print the step's name; on a terminal, animate it until the step ends and print how long it took."""
    screen = console or Console(highlight=False)
    if not screen.is_terminal:
        screen.print(name, markup=False, soft_wrap=True)
        yield lambda _: None
        return
    started = time.monotonic()
    with _spinner(screen) as spinner:
        task = spinner.add_task(name, detail="")
        yield lambda detail: spinner.update(task, detail=detail)
    seconds = time.monotonic() - started
    screen.print(name if seconds < SHORT else f"{name}: {seconds:.0f} s", markup=False, soft_wrap=True)


def _spinner(screen: Console) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        TextColumn("{task.fields[detail]}", markup=False),
    )
    return Progress(*columns, console=screen, transient=True, refresh_per_second=2)
