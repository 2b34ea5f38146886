"""NOTICE names the licence of everything that the layer carries."""

from local.notice import NOTICE, packages, text


def test_the_notice_is_that_of_the_packages_that_the_layer_carries() -> None:
    assert NOTICE.read_text() == text()


def test_every_package_has_a_licence() -> None:
    licences = [line.split(maxsplit=1)[1:] for line in text().splitlines()[-len(packages()) :]]

    assert [] not in licences
