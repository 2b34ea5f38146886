"""`make invoke` takes a function and a file with its event."""

from pathlib import Path

import pytest

from local.home import Home, StackError
from local.stack import invoke


@pytest.mark.parametrize(("function", "event"), [("", "watch.json"), ("connect", ""), ("connect", "typo.json")])
def test_without_a_function_or_its_event_it_says_how_it_is_called(tmp_path: Path, function: str, event: str) -> None:
    (tmp_path / "watch.json").write_text("{}")

    with pytest.raises(StackError, match="make invoke FUNCTION=connect EVENT="):
        invoke(Home(tmp_path), function, tmp_path / event)
