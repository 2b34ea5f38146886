"""Sessions of a person, who reads AWS's models of services once."""

import pytest
from botocore.loaders import Loader, create_loader


@pytest.fixture(scope="session")
def models() -> Loader:
    return create_loader()


@pytest.fixture(autouse=True)
def _models_are_read_once(models: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.session.create_loader", lambda _: models)
