"""Half a file is not read, and a file is what its bytes are."""

from datetime import UTC, datetime, timedelta

from packhorse.domain.supply.answer_layout import AnswerLayout, Completeness
from packhorse.domain.supply.arrivals import RemoteFile, whole_files

AT = datetime(2026, 11, 20, tzinfo=UTC)


def file(name: str, size: int = 10, minutes: int = 0) -> RemoteFile:
    return RemoteFile(name, size, AT + timedelta(minutes=minutes))


def names(before: list[RemoteFile], listed: list[RemoteFile], **fields: object) -> list[str]:
    layout = AnswerLayout.model_validate({"files": "shp*.csv", **fields})
    return [each.name for each in whole_files(before, listed, layout)]


def test_a_file_is_whole_once_two_lists_show_it_alike() -> None:
    assert names([], [file("shp1.csv")]) == []
    assert names([file("shp1.csv")], [file("shp1.csv", size=11)]) == []
    assert names([file("shp1.csv")], [file("shp1.csv", minutes=1)]) == []
    assert names([file("shp1.csv")], [file("shp1.csv"), file("shp2.csv")]) == ["shp1.csv"]


def test_a_file_is_whole_once_its_marker_is_there() -> None:
    listed = [file("shp1.csv"), file("shp1.csv.done"), file("shp2.csv"), file("shp2.done"), file("shp3.csv")]

    assert names([], listed, complete=Completeness.DONE) == ["shp1.csv", "shp2.csv"]


def test_with_a_trailer_the_content_decides() -> None:
    assert names([], [file("shp1.csv")], complete=Completeness.TRAILER) == ["shp1.csv"]


def test_files_of_other_names_and_unfinished_ones_are_left_alone() -> None:
    listed = [file(name) for name in ("inv1.csv", "shp1.csv.tmp", "shp1.csv.filepart", ".shp1.csv", "SHP2.CSV")]

    assert names(listed, listed) == ["SHP2.CSV"]


def test_files_are_read_in_the_order_in_which_they_were_written() -> None:
    listed = [file("shp1.csv", minutes=5), file("shp3.csv", minutes=1), file("shp2.csv", minutes=1)]

    assert names(listed, listed) == ["shp2.csv", "shp3.csv", "shp1.csv"]
