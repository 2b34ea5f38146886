"""Files are written with the characters with which they are read."""

import pytest

from packhorse.domain.configuration.channel import FileEncoding
from packhorse.domain.file_encodings import codec_of, encoded


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        (FileEncoding.SHIFT_JIS, "髙橋 ㈱山田 青山ビルⅡ 4－2－8 〜"),
        (FileEncoding.EUC_KR, "똠방 각하"),
        (FileEncoding.BIG5, "台北市信義區"),
        (FileEncoding.GB18030, "北京市朝阳区"),
        (FileEncoding.WINDOWS_1250, "Łódź"),
    ],
)
def test_a_text_is_written_as_it_is_read(encoding: FileEncoding, text: str) -> None:
    assert encoded(text, encoding).decode(codec_of(encoding)) == text.replace("〜", "～")


def test_a_yen_sign_is_what_shift_jis_has_in_the_place_of_a_backslash() -> None:
    assert encoded("\u00a5100", FileEncoding.SHIFT_JIS) == b"\\100"


@pytest.mark.parametrize(("text", "encoding"), [("é", FileEncoding.SHIFT_JIS), ("啫", FileEncoding.BIG5)])
def test_a_character_that_the_encoding_lacks_is_named(text: str, encoding: FileEncoding) -> None:
    with pytest.raises(ValueError, match=f"“{text}” does not exist in {encoding.value}"):
        encoded(text, encoding)
