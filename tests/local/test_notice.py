"""NOTICE names the licence of everything that the layers carry."""

import pytest

from local.notice import NOTICE, packages, text


def test_the_notice_is_that_of_the_packages_that_the_layers_carry() -> None:
    assert NOTICE.read_text() == text()


@pytest.mark.parametrize("layer", ["shared", "documents", "sftp"])
def test_every_package_has_a_licence(layer: str) -> None:
    licences = dict(line.partition(" ")[::2] for line in text().splitlines())

    assert [name for name in packages(layer) if not licences[name].strip()] == []
