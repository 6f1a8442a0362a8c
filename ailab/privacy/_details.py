"""Whether a person is named near a place, and when the person was born."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from ailab.privacy._view import Hit
from ailab.privacy._words import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ailab.privacy._tables import Tables
    from ailab.privacy._view import View

__all__ = ["DATE", "EMPTY", "Named", "find_births"]

#: What says in a cell or behind a label that there is nothing to say, without accents.
EMPTY = re.compile(r"[\W_]*+(?:(?:khong(?: co| ro)?|chua (?:co|ro)|binh thuong|nt|nhu tren|tot|khoe manh|x)[\W_]*+)?")


class Named:
    """Where persons are named, to ask whether one is meant at a place."""

    def __init__(self, view: View, names: Iterable[tuple[int, int]]) -> None:
        self._view = view
        self._ends = sorted(end for _start, end in names)

    def __bool__(self) -> bool:
        return bool(self._ends)

    def end_before(self, at: int, reach: int) -> int:
        """Where the last name before ends, or -1 where none is near: further off, beyond an empty line, in another row of a table."""
        index = bisect_left(self._ends, at + 1) - 1
        if index < 0 or at - self._ends[index] > reach:
            return -1
        between = self._view.text[self._ends[index] : at]
        apart = "\n\n" in between or ("\n" in between and ("|" in between or "\t" in between))
        return -1 if apart else self._ends[index]

    def windows(self, reach: int) -> Iterator[tuple[int, int]]:
        """Stretches of text behind names, together where they overlap."""
        start = end = 0
        for at in self._ends:
            if at > end:
                if end:
                    yield start, end
                start = at
            end = at + reach
        if end:
            yield start, end


_YEAR = r"(?:19\d\d|20[0-4]\d)"
_SHORT = rf"\d{{1,2}}[/.-]\d{{1,2}}[/.-]{_YEAR}|{_YEAR}"
_NO_MORE = r"(?![\d/]|[.,-]\d)"
#: A date, or a month or a year alone, without accents.
DATE = re.compile(
    rf"(?:ngay )?\d{{1,2}} ?(?:/|-|\.|thang) ?\d{{1,2}} ?(?:/|-|\.|nam) ?{_YEAR}(?!\d)"
    rf"|\d{{1,2}}[ ]?\n?thang[ \n]\d{{1,2}}[ \n]nam[ \n]{_YEAR}(?!\d)|\d{{1,2}} ?[/.-] ?{_YEAR}(?!\d)|{_YEAR}{_NO_MORE}"
)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_ENGLISH_DATE = re.compile(rf"(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:{_MONTHS})(?: \d{{1,2}})?,? {_YEAR}")
_SHORT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d\d(?![\d/]|[.,-]\d)")
_BORN = re.compile(
    r"\b(?P<sure>(?:ngay,? ?(?:thang,? ?)?(?:va )?(?:nam )?sinh|nam sinh|sinh vao|date of birth|d\.?o\.?b\.?|sinh ngay|born(?: on| in)?)\b)[\s:.)(]{0,4}"
    r"|(?P<short>\bsinh(?:[ \n]nam)?\b|\bs\.?n\b|\bns\b)[\s:.]{0,4}"
)
#: A birth that was written down in two ways: “ngày sinh của bà ghi nhầm thành năm 1977”.
_WRITTEN_AS = re.compile(r"\b(?:ngay|nam) sinh\b[^.;\n\d]{0,25}\n?[^.;\n\d]{0,25}\b(?:nam|ngay|la|tu|thanh)[ \n](?=\d)")
#: Words before sinh that make it another word: học sinh, vệ sinh, phát sinh.
_OTHERS = "hoc|ve|thi|khai|phat|tuyen|tai|dan|an|hy|hi|song|sat|ky|ki|tro|xet|giam|thu|giao|sang|y|nay|mo|giay|sao|tieu|moi|ho"
_OTHER_WORD = re.compile(rf"\b(?:{_OTHERS})[ \n]$")
_ALL_OF_AN_AGE = one_line(r"""
    tre(?: em)?|cac (?:chau|em)|cong dan|thanh nien|nhung nguoi|doi tuong|phu nu|nam gioi|nguoi|nguoi dan|(?:\d+ )\w+
""")
_EVERYBODY = re.compile(rf"\b(?:{_ALL_OF_AN_AGE})[ \n,(]{{1,3}}(?:co )?$")
_BEHIND_NAME = re.compile(rf"(?:[ \n]?\((?:sn|sinh(?: nam)?)?[ .:]?|, (?:(?:nam|nu), )?)(?P<date>{_SHORT})(?=[),;])")
_IN_COLUMN = re.compile(rf"[ ]{{1,40}}(?:(?:nam|nu)[ ]{{1,20}})?(?P<date>{_SHORT}){_NO_MORE}")
_BORN_COLUMN = re.compile(r"(?:nam|ngay) sinh\b")


def find_births(view: View, named: Named, names: Iterable[tuple[int, int]], tables: Tables) -> Iterator[Hit]:
    """Dates and years of birth."""
    for found in _BORN.finditer(view.digits):
        date = next((date for pattern in (DATE, _ENGLISH_DATE, _SHORT_YEAR) if (date := pattern.match(view.digits, found.end()))), None)
        if date and _is_birth(view, named, found, date[0]):
            yield Hit(date.start(), date.end(), "dob", 5)
    for found in _WRITTEN_AS.finditer(view.digits):
        date = DATE.match(view.digits, found.end())
        if date and named:
            yield Hit(date.start(), date.end(), "dob", 4)
    column = _BORN_COLUMN.search(view.bare)
    for _start, end in names:
        row = tables.row_at(end)
        behind = _BEHIND_NAME.match(view.digits, end) or (_IN_COLUMN.match(view.digits, end) if column or (row and "dob" in row.roles) else None)
        if behind:
            yield Hit(*behind.span("date"), "dob", 5)
    for cell in tables.cells:
        if cell.role == "dob" or (cell.role == "name" and "sinh" in cell.head):
            date = DATE.search(view.digits, cell.start, cell.end)
            if date:
                yield Hit(date.start(), date.end(), "dob", 6)


def _is_birth(view: View, named: Named, found: re.Match[str], date: str) -> bool:
    """Tell whether a word for birth speaks of one person, not of a year class."""
    before = view.bare[max(0, found.start() - 30) : found.start()]
    if found["short"] and found["short"].startswith("sinh") and _OTHER_WORD.search(before):
        return False
    if named.end_before(found.start(), 200) >= 0:
        return True
    if found["short"] and _EVERYBODY.search(before):
        return False
    first_on_line = not view.bare[view.line_of(found.start())[0] : found.start()].strip(" -+*•()0123456789.|a")
    whole = "/" in date or len(re.findall(r"\d+", date)) == 3
    return whole or first_on_line or (bool(found["sure"]) and not _EVERYBODY.search(before))
