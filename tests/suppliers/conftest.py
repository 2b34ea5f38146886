"""Servers of suppliers, real ones, for the tests of this folder."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from local.partners.servers import Server, certificate, open_folder, running_ftp, running_sshd
from packhorse.usecases.suppliers import read_folder


@pytest.fixture(autouse=True)
def _lists_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files be read by two exchanges at once: their time is that of the machine."""
    monkeypatch.setattr(read_folder, "QUIET", timedelta())


@pytest.fixture(scope="session")
def partner() -> Iterator[Server]:
    """OpenSSH."""
    with open_folder() as folder, running_sshd(folder) as server:
        yield server


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A certificate of this machine."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def ftp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An FTP server in the clear."""
    with running_ftp(tmp_path_factory.mktemp("ftp")) as server:
        yield server


@pytest.fixture(scope="session")
def ftps_server(tmp_path_factory: pytest.TempPathFactory, tls: tuple[Path, str]) -> Iterator[Server]:
    """An FTP server that takes encrypted connections only."""
    with running_ftp(tmp_path_factory.mktemp("ftps"), certificate=tls[0]) as server:
        yield server
