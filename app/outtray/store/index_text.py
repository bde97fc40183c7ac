"""The words of a draft as the search index holds them, and as a query looks for them.

The index is told words that are ready: small letters without marks, parted by spaces. So both sides
agree whatever the tokenizer of the database knows, and what was indexed can be taken out again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from outtray.model.draft import Content, Draft

# Scripts that put no spaces between words: Han, Hiragana, Katakana.
_UNSPACED = re.compile("[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]+")
_WORD = re.compile("[0-9a-z\u0080-\U0010ffff]+")
# Marks that make another letter of a Japanese one, not a variant of it.
_KEPT_MARKS = frozenset({"\u3099", "\u309a"})
# Spellings of one Arabic letter that people mix, as Lucene's Arabic normaliser has them; tatweel only
# stretches.
_ARABIC = {
    "\u0649": "\u064a",
    "\u0629": "\u0647",
    "\u0671": "\u0627",
    "\u0640": "",
    "\u06cc": "\u064a",
    "\u06a9": "\u0643",
}


class _Folding(dict[int, str]):
    """A translation table that learns: marks go, what is no letter or figure becomes a space."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        folded = self._fold(character)
        self[point] = folded
        return folded

    @staticmethod
    def _fold(character: str) -> str:
        if character in _ARABIC:
            return _ARABIC[character]
        if unicodedata.combining(character) and character not in _KEPT_MARKS:
            return ""
        return character if unicodedata.category(character)[0] in "LNM" else " "


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Words in small letters without accents, parted by what is neither letter nor figure."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold().translate(_FOLDING)
    return unicodedata.normalize("NFC", decomposed)


def index_words(text: str) -> str:
    """The text as the index takes it: folded, and unspaced scripts cut into characters and pairs."""
    folded = fold(text)
    if folded.isascii():
        return folded
    return _UNSPACED.sub(_cut, folded)


def query_words(text: str) -> list[str]:
    """The words of a query as they stand in the index; of an unspaced run the pairs, which say more."""
    words: list[str] = []
    for word in _WORD.findall(fold(text)):
        position = 0
        for run in _UNSPACED.finditer(word):
            words += [word[position : run.start()], *_pairs(run[0])]
            position = run.end()
        words.append(word[position:])
    return [word for word in words if word]


def is_unspaced(word: str) -> bool:
    """Whether the word is of a script that puts no spaces between words."""
    return _UNSPACED.fullmatch(word) is not None


def plain_words(text: str) -> str:
    """The folded words of a text in their order, one space between them: to look for phrases in."""
    return " ".join(_WORD.findall(fold(text)))


def _cut(run: re.Match[str]) -> str:
    characters = run[0]
    pairs = _pairs(characters) if len(characters) > 1 else []
    return f" {' '.join([*characters, *pairs])} "


def _pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(len(run) - 1)] or [run]


def index_text(
    content: Content,
    *,
    source: str,
    recipient_name: str | None,
    company_name: str | None,
    request: str | None,
    context: Mapping[str, Any],
) -> str:
    """All words of a draft, as they go into the index and come out of it."""
    return index_words(
        "\n".join(
            text_pieces(
                content,
                source=source,
                recipient_name=recipient_name,
                company_name=company_name,
                request=request,
                context=context,
            )
        )
    )


def text_pieces(
    content: Content,
    *,
    source: str,
    recipient_name: str | None,
    company_name: str | None,
    request: str | None,
    context: Mapping[str, Any],
) -> list[str]:
    """Each text of a draft that can be searched, without the empty ones."""
    people = (*content.recipients, *((content.reply_to,) if content.reply_to else ()))
    pieces = [
        content.subject,
        content.body_text,
        content.body_html or "",
        *(part for person in people for part in (person.display_name, person.address)),
        source,
        recipient_name or "",
        company_name or "",
        request or "",
        *(file.filename for file in content.attachments),
        *_scalars(context),
    ]
    return [piece for piece in pieces if piece]


def index_text_of(draft: Draft) -> str:
    """`index_text` of a draft that is stored."""
    return index_words("\n".join(pieces_of(draft)))


def pieces_of(draft: Draft) -> list[str]:
    """`text_pieces` of a draft that is stored."""
    return text_pieces(
        draft.revision.content,
        source=draft.source,
        recipient_name=draft.recipient_name,
        company_name=draft.company_name,
        request=draft.request,
        context=draft.context,
    )


def _scalars(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _scalars(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _scalars(inner)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
