"""Which encoding a text file is in: a mark at its start, UTF-8 where it is valid, else what fits best."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from typing import BinaryIO

_MARKS: Sequence[tuple[bytes, str]] = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What programs that know no Unicode write; guesses among more of them are worse.
_LATIN = ("cp1252", "cp1250", "cp1254")
_EASTERN = ("shift_jis", "gb18030", "big5", "euc_kr", "euc_jp")
_OTHERS = ("cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", *_EASTERN)
_CHUNK = 1 << 20
_SAMPLE = 1 << 16
# How much surer another encoding must be than the most common one.
_CLEARLY = 0.05


def detect_encoding(stream: BinaryIO) -> tuple[str, str]:
    """A codec and how it treats bytes that it can't read; the stream ends where it began.

    UTF-8 keeps single bad bytes as surrogates (PEP 383), so that the item's own bytes can be told again.
    """
    start = stream.tell()
    try:
        head = stream.read(4096)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name, "surrogateescape" if name == "utf-8-sig" else "replace"
        wide = _wide(head)
        if wide is not None:
            return wide, "replace"
        stream.seek(start)
        bad, sample, valid = _look_for_bad(stream)
        if bad is None or valid > 2:
            # A few bad bytes among many good characters are damage, not another encoding.
            return "utf-8", "surrogateescape"
        return _best(sample), "replace"
    finally:
        stream.seek(start)


def _wide(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, by where the zeros lie in what is mostly ASCII."""
    if len(head) < 4 or b"\x00" not in head:
        return None
    quarter = [head[place::4].count(0) / max(1, len(head[place::4])) for place in range(4)]
    if min(quarter[1:]) > 0.8 and quarter[0] < 0.2:
        return "utf-32-le"
    if min(quarter[:3]) > 0.8 and quarter[3] < 0.2:
        return "utf-32-be"
    even, odd = (quarter[0] + quarter[2]) / 2, (quarter[1] + quarter[3]) / 2
    if odd > 0.6 and even < 0.2:
        return "utf-16-le"
    if even > 0.6 and odd < 0.2:
        return "utf-16-be"
    return None


def _look_for_bad(stream: BinaryIO) -> tuple[int | None, bytes, int]:
    """Where the first byte is that is not UTF-8, what lies around it, and how many characters before were."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset, valid = 0, 0
    while True:
        chunk = stream.read(_CHUNK)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            around = error.object[max(0, error.start - _SAMPLE // 2) :] + stream.read(_SAMPLE)
            return offset + error.start, around[:_SAMPLE], valid + _wide_count(error.object[: error.start])
        if not chunk:
            return None, b"", valid
        offset += len(chunk)
        valid += _wide_count(chunk)


def _wide_count(chunk: bytes) -> int:
    """How many characters of several bytes begin in valid UTF-8 (leading bytes C2 to F4)."""
    return 0 if chunk.isascii() else sum(byte >= 0xC2 for byte in chunk[:_SAMPLE])


def _best(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    words = sample.split()
    foreign = sum(sum(byte > 127 for byte in word) * 2 > len(word) for word in words)
    # Where whole words lie beyond ASCII it is no Latin script.
    latin = foreign * 2 <= sum(any(byte > 127 for byte in word) for word in words)
    matches = from_bytes(sample, cp_isolation=list(_LATIN if latin else _OTHERS), enable_fallback=False)
    best = matches.best()
    if best is None:
        return "cp1252"
    if latin:
        usual = next((one for one in matches if "cp1252" in {one.encoding, *one.could_be_from_charset}), None)
        if usual is not None and usual.chaos <= best.chaos + _CLEARLY and usual.coherence >= best.coherence:
            return "cp1252"
    return best.encoding
