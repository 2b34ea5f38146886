"""Documents that a simulated day reads once."""

from typing import Any

import pytest

from packhorse.domain.schema import Reader
from simulation.run import Case, Run


def test_what_is_kept_of_a_document_is_still_what_is_read_of_it_when_the_day_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read, found = Reader.read, list[tuple[Reader[Any], str | bytes, Any]]()

    def noted(reader: Reader[Any], document: str | bytes) -> Any:
        value = read(reader, document)
        found.append((reader, document, value))
        return value

    monkeypatch.setattr(Reader, "read", noted)
    outcome = Run(Case(67)).run()

    assert outcome.orders
    assert len({(reader, document) for reader, document, _ in found}) == len(found) > 50
    assert [value for reader, document, value in found if read(reader, document) != value] == []
