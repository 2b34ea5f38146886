"""What is logged on days on which everything goes wrong."""

import io
import logging

import pytest

from packhorse.aws.telemetry import logger
from simulation.outside import SECRET
from simulation.run import Case, Run

PERSONAL = ("Lovelace", "lovelace", "Unter den Linden", "Grace", "1 Main Street", "Mary Ltd", "Dock Road", SECRET)


def test_nothing_personal_and_no_secret_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "disable", lambda _: None)
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(logger.registered_formatter)
    logging.getLogger(logger.name).addHandler(handler)

    try:
        for seed in range(16):
            Run(Case(seed)).run()
    finally:
        logging.getLogger(logger.name).removeHandler(handler)

    assert heard.getvalue().count("\n") > 500
    assert [word for word in PERSONAL if word in heard.getvalue()] == []
