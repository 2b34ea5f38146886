"""The codecs of the encodings of files, for all that reads and writes them."""

from packhorse.domain.configuration.channel import FileEncoding

_WIDER = {FileEncoding.SHIFT_JIS: "cp932", FileEncoding.EUC_KR: "cp949", FileEncoding.BIG5: "big5hkscs"}
"""Of encodings that Windows writes with more characters than their standard has."""
_OF_SHIFT_JIS = {ord("\u00a5"): "\\", ord("\u203e"): "~"}
"""Characters that Shift JIS has in the places of two of ASCII."""
SEVERAL_BYTES = frozenset({*_WIDER, FileEncoding.GB18030})
"""Encodings in which a character may be several bytes, but for UTF-8."""


def codec_of(encoding: FileEncoding) -> str:
    """Return the codec that reads files in an encoding."""
    return _WIDER.get(encoding, encoding.value)


def encoded(text: str, encoding: FileEncoding) -> bytes:
    """Return a text in an encoding; raises ValueError with the first character that does not exist there.

    >>> encoded("髙", FileEncoding.SHIFT_JIS).decode("cp932")
    '髙'
    """
    if encoding is FileEncoding.SHIFT_JIS:
        text = text.translate(_OF_SHIFT_JIS)
    # Further characters of Big5 are those of Hong Kong, which others read as something else.
    codec = encoding.value if encoding is FileEncoding.BIG5 else codec_of(encoding)
    try:
        return text.encode(codec)
    except UnicodeEncodeError as error:
        raise ValueError(f"“{text[error.start]}” does not exist in {encoding.value}") from error
