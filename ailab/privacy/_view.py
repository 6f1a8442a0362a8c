"""A text as the rules read it, and the way back to the text as it was given.

The view is in NFC, has no characters that nobody sees, plain spaces, and twice as many letters as one: ``text`` with accents
and capitals, ``bare`` without either, letter by letter in step.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from ailab.text import normalize, unaccent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["LOWER", "UPPER", "Hit", "View", "covers", "mend_digits"]

_MARK = "\u0300-\u036f"
_UNSEEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
#: What does not go over letter by letter: a letter with marks behind it, something that nobody sees, a line end of Windows.
_CLUSTER = re.compile(rf"\r\n|[^{_MARK}{_UNSEEN}\r\n]?[{_MARK}{_UNSEEN}]+")
# A set of letters first and what is before them second: such patterns are three times as fast.
_DAMAGED = re.compile(r"[0-9iolIO](?<![^\W_].)[0-9iolIO]*(?![^\W\d_])")
_MENDED = str.maketrans("oilOI", "01101")
_ALNUM = re.compile(r"[^\W_]+")
_LETTERS = [chr(code) for code in (*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00)) if chr(code).isalpha()]
#: Inside of a character class: letters of the Latin script in capitals, and in small.
UPPER = "".join(char for char in _LETTERS if char.isupper()).replace("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "A-Z")
LOWER = "".join(char for char in _LETTERS if char.islower()).replace("abcdefghijklmnopqrstuvwxyz", "a-z")
_SOFT_BREAK = re.compile(rf"\n(?<=[^\W_]\n|[,)]\n)(?=[{LOWER}0-9(])(?![^\W_]{{1,2}}[.)])")


@functools.cache
def _plain() -> dict[int, str]:
    """Spaces and line ends to plain ones, digits and letters of full width to usual ones; each to exactly one character."""
    table = dict.fromkeys((9, 31, 160, 5760, *range(8192, 8203), 8239, 8287, 12288), " ")
    table[0x09] = "\t"  # a column
    table |= dict.fromkeys((11, 12, 13, 28, 29, 30, 133, 8232, 8233), "\n")
    table |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    return table | {0xD0: "Đ", 0xF0: "đ", 0x189: "Đ", 0x130: "I"}


@dataclass(frozen=True)
class Hit:
    """Something found: characters ``start`` to ``end`` of a view, and how sure the rule is; of two that overlap the surer stays."""

    start: int
    end: int
    kind: str
    sure: int = 0
    role: str = ""


class View:
    """A text as the rules read it.

    Attributes
    ----------
    given, text, bare : str
        As it was given; cleaned; cleaned, without accents and in small letters. The last two have one length.
    """

    def __init__(self, given: str) -> None:
        self.given = given
        self._starts: list[int] | None = None
        self.text = (self._apart(given) if _CLUSTER.search(given) else given).translate(_plain())
        self.bare = unaccent(self.text).lower()
        if len(self.bare) != len(self.text):  # a letter of another script that changes its length with its case
            self.bare = "".join(low if len(low := unaccent(char).lower()) == 1 else "?" for char in self.text)

    @functools.cached_property
    def digits(self) -> str:
        """``bare`` with digits where a scanner read letters: l962, O912."""
        return mend_digits(self.bare)

    def _apart(self, given: str) -> str:
        pieces: list[str] = []
        starts: list[int] = []
        at = 0
        for found in _CLUSTER.finditer(given):
            pieces.append(given[at : found.start()])
            starts.extend(range(at, found.start()))
            clean = normalize(found[0])
            if clean not in {"\n", "\r"}:
                clean = "".join(char for char in clean if not unicodedata.combining(char))
            pieces.append(clean)
            starts.extend([found.start()] * len(clean))
            at = found.end()
        pieces.append(given[at:])
        starts.extend(range(at, len(given) + 1))
        self._starts = starts
        return "".join(pieces)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where characters ``start`` to ``end`` of the view stand in the text given."""
        return (start, end) if self._starts is None else (self._starts[start], self._starts[end])

    def place(self, given: int) -> int:
        """Where a character of the text given stands in the view."""
        return given if self._starts is None else bisect_left(self._starts, given)

    @functools.cached_property
    def accented(self) -> bool:
        """Tell whether the text is written with accents: more than one letter in 25 has any."""
        letters = sum(map(str.isalpha, self.text[:20000]))
        return letters < 25 * sum(char != other for char, other in zip(self.text[:20000].lower(), self.bare[:20000], strict=True))

    @functools.cached_property
    def style(self) -> Literal["title", "lower", "upper"]:
        """How capitals are used: as usual, hardly at all, or throughout."""
        sample = self.text[:20000]
        letters, capitals = sum(map(str.isalpha, sample)), sum(map(str.isupper, sample))
        return "lower" if capitals * 60 < letters else "upper" if capitals * 10 > letters * 7 and letters > 200 else "title"

    @property
    def flat(self) -> bool:
        """Tell whether all of it is in small letters."""
        return self.style == "lower"

    @functools.cached_property
    def soft(self) -> str:
        """``bare`` with spaces where a line was only broken because it was full: the next goes on with a small letter or a number."""
        letters = self.bare if self.style != "title" else self.text
        places = [found.start() for found in _SOFT_BREAK.finditer(letters)]
        pieces = [self.bare[begin + 1 : end] for begin, end in pairwise([-1, *places, len(self.bare)])]
        return " ".join(pieces)

    @functools.cached_property
    def words(self) -> list[tuple[int, int, str]]:
        """Runs of letters and digits of ``bare``: where each starts and ends, and what it is."""
        return [(found.start(), found.end(), found[0]) for found in _ALNUM.finditer(self.bare)]

    @functools.cached_property
    def lines(self) -> list[tuple[int, int]]:
        """Where each line starts and ends, without its line end."""
        out, at = [], 0
        for line in self.text.split("\n"):
            out.append((at, at + len(line)))
            at += len(line) + 1
        return out

    def line_of(self, at: int) -> tuple[int, int]:
        """Where the line starts and ends in which a character stands."""
        start = self.text.rfind("\n", 0, at) + 1
        end = self.text.find("\n", at)
        return start, len(self.text) if end < 0 else end

    def cells(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Parts of a line that stand side by side, without the spaces around: columns of a table, or of the head of a document."""
        for found in _CELL.finditer(self.text, start, end):
            piece = found[0]
            if piece.strip():
                yield found.end() - len(piece.lstrip()), found.start() + len(piece.rstrip())


def mend_digits(text: str) -> str:
    """Put digits where a scanner read letters among digits."""
    return _DAMAGED.sub(lambda found: found[0] if found[0].isdigit() or found[0].isalpha() else found[0].translate(_MENDED), text)


_CELL = re.compile(r"[^\s|│]+(?: {1,2}[^\s|│]+)*")


def covers(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether anything in ``spans``, sorted, overlaps with ``start`` to ``end``."""
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        if spans[middle][1] <= start:
            low = middle + 1
        else:
            high = middle
    return low < len(spans) and spans[low][0] < end
