"""Characters: Unicode forms, accents, what nobody sees."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Folded", "fold", "is_readable", "normalize", "unaccent"]

#: Code points that nobody sees: zero width, direction, soft hyphen, other controls.
_UNSEEN = (
    *range(0x09),
    *range(0x0E, 0x1C),
    *range(0x7F, 0x85),
    *range(0x86, 0xA0),
    0xAD,
    0x34F,
    0x61C,
    0x180E,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
)
_SPACES = (0x09, 0x1F, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
_LINES = (0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029)
#: Old fonts write the Icelandic or the African letter for Đ: they look the same.
_CLEAN: dict[int, str | None] = {
    **dict.fromkeys(_UNSEEN),
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(_LINES, "\n"),
    0xD0: "Đ",
    0xF0: "đ",
    0x189: "Đ",
}
_MARKS = range(0x300, 0x370)
_MARK = re.compile(r"[\u0300-\u036f]")


def _bare_letters() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(_MARKS)
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        first = unicodedata.normalize("NFD", chr(code))[0]
        if first != chr(code):
            table[code] = first
    return table | {ord("đ"): "d", ord("Đ"): "D", 0xD0: "D", 0xF0: "d", 0x189: "D"}


_BARE = _bare_letters()


def normalize(text: str) -> str:
    """Clean a text without changing what a reader sees.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        In NFC; every space is a plain one, every line ends with a line feed, invisible characters are gone.
    """
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_CLEAN))


def unaccent(text: str) -> str:
    """Write a text as a keyboard without Vietnamese would: ``Điện Biên`` becomes ``Dien Bien``.

    A Vietnamese text in NFC keeps its length, so offsets stay right.
    """
    return text.translate(_BARE)


class Folded(NamedTuple):
    """A text for patterns, see :func:`fold`.

    Attributes
    ----------
    plain : str
        In NFC, one character for each that a reader sees; every space is a plain one.
    flat : str
        The same in lower case and without accents; as long as ``plain``.
    at : sequence of int
        Where each character, and the end, stands in the text given.
    """

    plain: str
    flat: str
    at: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the text given."""
        return self.at[start], self.at[end]


_CLUSTER = re.compile(r"[\s\S][\u0300-\u036f]*")
_PLAIN_SPACES = dict.fromkeys(_SPACES, " ")
_LOWER_LONG = re.compile("[\u0130\u1e9e\ufb00-\ufb06]")  # letters that grow when their case changes


def fold(text: str) -> Folded:
    """Prepare a text for patterns that do not care for case, accents or Unicode form, and keep the way back.

    Parameters
    ----------
    text : str
        In any Unicode form.

    Returns
    -------
    Folded
    """
    plain = text.translate(_PLAIN_SPACES)
    at: Sequence[int] = range(len(text) + 1)
    if not unicodedata.is_normalized("NFC", text) or _MARK.search(text):
        clusters = [(found.start(), unicodedata.normalize("NFC", found[0])[0]) for found in _CLUSTER.finditer(plain)]
        plain, at = "".join(char for _start, char in clusters), [*(start for start, _char in clusters), len(text)]
    flat = unaccent(_LOWER_LONG.sub("?", plain)).lower()
    return Folded(plain, flat, at)


def is_readable(text: str) -> bool:
    """Tell whether there is any letter of the Latin script in a text."""
    return any(char.isalpha() and (char.isascii() or 0xC0 <= ord(char) < 0x250 or 0x1E00 <= ord(char) < 0x1F00) for char in text)
