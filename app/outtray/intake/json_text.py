"""JSON as a stream of text: value after value, with its place and its own text, in constant memory.

Values are decoded one at a time by the standard library's decoder, which is the fastest there is and
tells where a value ends. What it can't decode is skipped by its brackets, so that the values behind it
are still found. Taken leniently: NaN, control characters within strings, commas too many.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from outtray.intake.fields import MAXIMUM_RAW
from outtray.intake.text_encoding import detect_encoding

_SPACE = re.compile(r"[ \t\n\r\ufeff]*")
_TOKEN = re.compile(r'["{}\[\],]')
_STRING_END = re.compile(r'["\\\n]')
# A line that begins with one of these begins an item, or ends their list.
_NEXT_ITEM = re.compile(r"[ \t]*(?=[{\]])")
_DEPTH = {"{": 1, "[": 1, "}": -1, "]": -1}
_CHUNK = 1 << 18
# What the end of the buffer may cut without the decoder knowing is no longer: `-Infinity`, `\ud83d\ude00`.
_CUT = 12
_LONGEST_NUMBER = 300
_TOO_LARGE = f"larger than {MAXIMUM_RAW // 1_048_576} MB, which no draft is"
_TOO_DEEP = "nested too deeply to be read"


class JsonProblem(Exception):  # noqa: N818 - it becomes a Refusal
    """A value can't be read; `reason` is the end of a sentence."""

    def __init__(self, reason: str) -> None:
        """`reason` says why."""
        super().__init__(reason)
        self.reason = reason


def whole_number(digits: str) -> int | str:
    """A whole number; one that no program means as a number stays the text that it is."""
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


class JsonText:
    """A file of JSON at a place that moves forwards."""

    def __init__(self, stream: BinaryIO) -> None:
        """`stream` can be sought; it is read from where it is."""
        encoding, self.errors = detect_encoding(stream)
        self._stream = stream
        self._characters = codecs.getincrementaldecoder(encoding)(self.errors)
        self._decoder = json.JSONDecoder(strict=False, parse_int=whole_number)
        self._buffer = ""
        self._at = 0
        self._line = 1
        self._counted = 0
        self._ended = False

    @property
    def line(self) -> int:
        """The line of the place, from 1."""
        self._line += self._buffer.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            found = _SPACE.match(self._buffer, self._at)
            assert found is not None
            self._at = found.end()
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def take(self, character: str) -> bool:
        """Steps over the character if it is the next one."""
        if self.peek() != character:
            return False
        self._at += 1
        return True

    def value(self) -> tuple[Any, str]:
        """The next value and its own text; raises JsonProblem and stays where it is."""
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated string") or error.pos >= len(self._buffer) - _CUT
                if cut and self._grow():
                    continue
                raise JsonProblem(self._reason(error, cut=cut and self._ended)) from None
            except RecursionError:
                raise JsonProblem(_TOO_DEEP) from None
            # A number that touches the end of the buffer may go on behind it.
            if end == len(self._buffer) and not self._ended and self._grow():
                continue
            text = self._buffer[self._at : end]
            self._at = end
            return value, text

    def skip(self, keep: int = MAXIMUM_RAW) -> tuple[str, bool]:
        """Goes on to the comma or bracket that ends the value at this place, whatever is wrong in it.

        Returns the text that was skipped, at most `keep` characters of it, and whether an end was found.
        """
        pieces: list[str] = []
        kept, depth = 0, 0
        quoted = escaped = False
        start = self._at
        while True:
            if self._at >= len(self._buffer):
                pieces.append(self._buffer[start:][: keep - kept])
                kept += len(pieces[-1])
                if not self._more():
                    return "".join(pieces), False
                start = 0
            if escaped:
                self._at += 1
                escaped = False
                continue
            found = (_STRING_END if quoted else _TOKEN).search(self._buffer, self._at)
            if found is None:
                self._at = len(self._buffer)
            elif depth == 0 and not quoted and found[0] in ",]}":
                self._at = found.start()
                pieces.append(self._buffer[start : self._at][: keep - kept])
                return "".join(pieces), True
            else:
                self._at = found.end()
                broken = quoted and found[0] == "\n"
                escaped = found[0] == "\\"
                # No string goes over the end of a line: there a quotation mark is missing.
                quoted = escaped or (not quoted and found[0] == '"')
                depth += _DEPTH.get(found[0], 0)
                if broken and (next_item := _NEXT_ITEM.match(self._buffer, self._at)):
                    pieces.append(self._buffer[start : self._at][: keep - kept])
                    self._at = next_item.end()
                    return "".join(pieces), True

    def rest(self, keep: int) -> str:
        """All that is left, at most `keep` characters of it."""
        pieces: list[str] = []
        kept = 0
        while True:
            pieces.append(self._buffer[self._at :][: keep - kept])
            kept += len(pieces[-1])
            self._at = len(self._buffer)
            if not self._more():
                return "".join(pieces)

    def lines(self) -> Iterator[tuple[int, str]]:
        """All lines from this place on with their numbers; of one that is too long only its beginning."""
        searched = self._at
        while True:
            end = self._buffer.find("\n", searched)
            if end >= 0:
                yield self.line, self._buffer[self._at : end]
                self._at = searched = end + 1
                continue
            size = len(self._buffer) - self._at
            if size > MAXIMUM_RAW:
                yield self.line, self._buffer[self._at :]
                self._over_line()
                searched = self._at
            elif self._more(size):
                searched = size
            else:
                if size:
                    yield self.line, self._buffer[self._at :]
                return

    def decode(self, raw: str, line: int) -> Any:
        """The value of one line; raises JsonProblem."""
        if len(raw) > MAXIMUM_RAW:
            raise JsonProblem(_TOO_LARGE)
        try:
            return self._decoder.decode(raw)
        except json.JSONDecodeError as error:
            raise JsonProblem(f"not JSON: {error.msg[0].lower()}{error.msg[1:]} (line {line})") from None
        except RecursionError:
            raise JsonProblem(_TOO_DEEP) from None

    def _over_line(self) -> None:
        """Goes behind the end of the line."""
        while (end := self._buffer.find("\n", self._at)) < 0:
            self._at = len(self._buffer)
            if not self._more():
                return
        self._at = end + 1

    def _grow(self) -> bool:
        """Reads as much again as the value has taken so far; False at the end. Raises JsonProblem."""
        size = len(self._buffer) - self._at
        if size > MAXIMUM_RAW:
            raise JsonProblem(_TOO_LARGE)
        return self._more(size)

    def _more(self, size: int = 0) -> bool:
        """Reads on, and forgets what lies before the place; False at the end of the file."""
        if self._ended:
            return False
        data = self._stream.read(max(_CHUNK, size))
        text = self._characters.decode(data, final=not data)
        self._ended = not data
        _ = self.line
        self._buffer = self._buffer[self._at :] + text
        self._at = self._counted = 0
        return bool(text) or (not self._ended and self._more(size))

    def _reason(self, error: json.JSONDecodeError, *, cut: bool) -> str:
        if cut:
            return "the file ends in the middle of it"
        line = self.line + self._buffer.count("\n", self._at, error.pos)
        return f"not JSON: {error.msg[0].lower()}{error.msg[1:]} (line {line})"
