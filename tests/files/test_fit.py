import io

import pytest

from packhorse.domain.configuration.channel import FileEncoding
from packhorse.files.csvfile.encoding import Encoding, Unreadable, detect
from packhorse.files.csvfile.fit import checked, misfit
from packhorse.files.csvfile.records import Position, Record, records
from tests.files.order_file_builders import opened

SAMPLES = {
    FileEncoding.WINDOWS_1250: "Łukasz Żak, ul. Świętokrzyska 1, Łódź",
    FileEncoding.ISO_8859_2: "Łukasz Łoś, Wrocław",
    FileEncoding.WINDOWS_1251: "Иван Петров, ул. Шипка 1, София",
    FileEncoding.KOI8_R: "Иван Петров",
    FileEncoding.WINDOWS_1253: "Γιώργος Παπαδόπουλος, Αθήνα",
    FileEncoding.WINDOWS_1255: "דוד כהן",
    FileEncoding.SHIFT_JIS: "東京都渋谷区",
    FileEncoding.GB18030: "北京市朝阳区",
    FileEncoding.BIG5: "台北市信義區",
    FileEncoding.EUC_KR: "서울특별시",
}


def read(text: str, encoding: FileEncoding, named: FileEncoding | None = None) -> list[Record]:
    content = f"{text}\r\n".encode("cp949" if encoding is FileEncoding.EUC_KR else encoding.value)
    found = detect(io.BytesIO(content), named)
    width = text.count(",") + 1
    return list(checked(records(io.BytesIO(content), found.codec, ",", width, Position(found.mark, 0)), found))


@pytest.mark.parametrize("encoding", SAMPLES)
def test_text_in_another_code_page_is_refused_and_read_when_its_encoding_is_named(encoding: FileEncoding) -> None:
    with pytest.raises(Unreadable, match=r"row 1: .* name its encoding"):
        read(SAMPLES[encoding], encoding)

    (found,) = read(SAMPLES[encoding], encoding, named=encoding)
    assert ",".join(found.cells).replace(",", ", ") == SAMPLES[encoding]


@pytest.mark.parametrize(
    "text",
    [
        "Zürich – €",
        "Straße 5, 50 m², 3 m³",
        "¿Dónde está?",
        "Calle Mayor nº 12 1º ª",
        "Île-d’Aix naïveté cœur",
        "Lego® Größe 5×7cm ½ l £5 5£",
        "Åse Øvregård Þórður Ægir",
        "L’Hospitalet «x» d´Arc col·legi",
        "São João da Conceição",
        "Çağ",
    ],
)
def test_text_of_western_languages_fits_windows_1252(text: str) -> None:
    assert misfit(text.encode("cp1252", "ignore").decode("cp1252"), "cp1252") == ""


@pytest.mark.parametrize("text", ["Jörg Müller, Köln", "René, Orléans", "João", "Krämer", "Skåne", "Château", "Bjørn"])
def test_text_of_a_macintosh_is_refused(text: str) -> None:
    assert misfit(text.encode("mac_roman").decode("cp1252", "replace"), "cp1252")


@pytest.mark.parametrize("text", ["Jörg Jäger, Köln", "Orléans", "hôtel", "Château", "Håkan", "Muñoz", "naïf"])
def test_text_of_dos_is_refused(text: str) -> None:
    assert misfit(text.encode("cp850").decode("cp1252", "replace"), "cp1252")


@pytest.mark.parametrize(
    "text",
    [
        "Škoda, Žižka, Dušan z Košic, ŽIŽKA, NATAŠA, ZŠaMŠ, DŽemal, eŠkola",
        "Tõnis Jõgeva, šaržist",
        "Œuvre, l’œuvre, cœur, ŒUVRE, Louÿs, L’HAŸ-LES-ROSES",
        "Er sagte „komm“und ging, „Alte Post“weg, sagte„hallo“, “Summer Sale”shirt, ‹Haus›tür",
        "Berlin–Hamburg, gift—please, O‘ahu, Hawai‘i, 24”x36”, S–M",
    ],
)
def test_capitals_and_quotation_marks_of_real_text_fit_windows_1252(text: str) -> None:
    assert misfit(text, "cp1252") == ""
    assert not any(misfit(word, "cp1252") for word in text.split(", ") if not set(word) & set("„“”‹›"))


@pytest.mark.parametrize("text", ["Müller", "José’s", "Łódź", "Иван", "東京", "São João", "€"])
def test_utf8_that_was_once_read_as_windows_1252_is_refused_and_right_utf8_is_not(text: str) -> None:
    twice = text.encode().decode("cp1252", "ignore")

    assert misfit(text, "utf-8") == ""
    if twice.encode("cp1252").decode("utf-8", "ignore") == text:
        assert misfit(twice, "utf-8")


def test_a_named_encoding_is_no_guess_and_a_byte_order_mark_is_stronger() -> None:
    assert detect(io.BytesIO(b"a\xa3b"), FileEncoding.WINDOWS_1252) == Encoding("windows-1252")
    assert detect(io.BytesIO(b"\xef\xbb\xbfa"), FileEncoding.WINDOWS_1250) == Encoding("utf-8", 3)
    assert detect(io.BytesIO(b"a")) == Encoding("utf-8")


@pytest.mark.parametrize("encoding", SAMPLES)
def test_a_file_in_a_named_encoding_is_read_on_from_any_record(encoding: FileEncoding) -> None:
    codec = detect(io.BytesIO(b"x"), encoding).codec
    content = f'{SAMPLES[encoding]}\r\n"{SAMPLES[encoding]}"\n'.encode(codec) * 3
    found = list(records(io.BytesIO(content), codec, ",", 1, Position(0, 0)))

    for place, record in enumerate(found, 1):
        assert list(records(opened(content, record.after.offset), codec, ",", 1, record.after)) == found[place:]
