"""The SFTP server of the local stack serves our own client, and keeps its key."""

from pathlib import Path

import pytest

from local.partners.servers import free_port
from local.partners.sftp_server import serving
from packhorse.domain.errors import CredentialsRefused
from packhorse.domain.supply.transport import SftpSettings
from packhorse.suppliers import connect
from packhorse.suppliers.protocol import SupplierKeys


def test_files_go_out_and_come_back_below_its_root(tmp_path: Path) -> None:
    root, port = tmp_path / "weaver", free_port()
    (root / "in").mkdir(parents=True)
    (root / "done").mkdir()

    with serving(root, port, "oxbarrow", "s3cret", tmp_path / "key") as shown:
        settings = SftpSettings(host="127.0.0.1", port=port, user="oxbarrow", host_keys=(shown,))
        with connect(settings, SupplierKeys(password="s3cret")) as drop:
            drop.put("/in", "a.csv", b"x")
            drop.put("in", "a.csv", b"x")
            drop.move("in", "a.csv", "done", "a.csv")
            assert [file.name for file in drop.list_files("done")] == ["a.csv"]
        with pytest.raises(CredentialsRefused), connect(settings, SupplierKeys(password="wrong")):
            pass

    assert (root / "done" / "a.csv").read_bytes() == b"x"


def test_its_key_stays_the_same(tmp_path: Path) -> None:
    shown = []
    for _ in range(2):
        with serving(tmp_path, free_port(), "u", "p", tmp_path / "keys" / "key") as fingerprint:
            shown.append(fingerprint)

    assert shown[0] == shown[1]
