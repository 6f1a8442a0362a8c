"""When a named person was born, and to which group or faith the person belongs."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from ailab.privacy._view import Hit
from ailab.privacy._words import ethnic_groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ailab.privacy._tables import Tables
    from ailab.privacy._view import View

__all__ = ["DATE", "EMPTY", "Named", "find_births", "find_sensitive"]

#: What says in a cell or behind a label that there is nothing to say, without accents.
EMPTY = re.compile(r"[\W_]*(?:khong(?: co| ro)?|chua (?:co|ro)|binh thuong|nt|nhu tren|tot|khoe manh|x)?[\W_]*")


class Named:
    """Where persons are named, to ask whether one is meant at a place."""

    def __init__(self, view: View, names: Iterable[tuple[int, int]]) -> None:
        self._view = view
        self._spans = sorted(names)
        self._ends = [end for _start, end in self._spans]

    def end_before(self, at: int, reach: int) -> int:
        """Where the last name before ends, or -1 where none is near: further off, beyond an empty line, in another row of a table."""
        index = bisect_left(self._ends, at + 1) - 1
        if index < 0 or at - self._ends[index] > reach:
            return -1
        between = self._view.text[self._ends[index] : at]
        apart = "\n\n" in between or ("\n" in between and ("|" in between or "\t" in between))
        return -1 if apart else self._ends[index]

    def __bool__(self) -> bool:
        return bool(self._spans)


# --- birth -------------------------------------------------------------------------------------------------------------------

_YEAR = r"(?:19[0-4]\d|19\d\d|20[0-4]\d)"
#: A date, or a month or a year alone, without accents.
DATE = re.compile(
    rf"(?:ngay )?\d{{1,2}} ?(?:/|-|\.|thang) ?\d{{1,2}} ?(?:/|-|\.|nam) ?{_YEAR}(?!\d)|\d{{1,2}}[ ]?\n?(?:thang)[ \n]\d{{1,2}}[ \n](?:nam)[ \n]{_YEAR}(?!\d)|\d{{1,2}} ?[/.-] ?{_YEAR}(?!\d)"
    rf"|{_YEAR}(?![\d/]|[.,-]\d)"
)
_ENGLISH_DATE = re.compile(
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:january|february|march|april|may|june|july|august|september|october|november|december)(?: \d{{1,2}})?,? {_YEAR}"
)
_BORN = re.compile(
    r"\b(?P<sure>(?:ngay,? ?(?:thang,? ?)?(?:va )?(?:nam )?sinh|nam sinh|sinh vao|date of birth|d\.?o\.?b\.?)\b|\bsinh ngay\b|\bborn(?: on| in)?\b)[\s:.)(]{0,4}"
    r"|(?P<year>\bsinh(?:[ \n]nam)?\b|\bs\.?n\b|\bns\b)[\s:.]{0,4}"
)
_BIRTH_WRONG = re.compile(r"\b(?:ngay|nam) sinh\b[^.;\n\d]{0,25}\n?[^.;\n\d]{0,25}\b(?:nam|ngay|la|tu|thanh)[ \n](?=\d)")
#: Words before sinh that make it another word: học sinh, vệ sinh, phát sinh.
_NOT_BORN = re.compile(r"\b(?:hoc|ve|thi|khai|phat|tuyen|tai|dan|an|hy|hi|song|sat|ky|ki|tro|xet|giam|thu|giao|sang|y|nay|mo|thi|giay|sao|tieu|moi|ho)[ \n]$")
_EVERYBODY = re.compile(
    r"\b(?:tre(?: em)?|cac (?:chau|em)|cong dan|thanh nien|nhung nguoi|doi tuong|phu nu|nam gioi|nguoi|nguoi dan|(?:\d+ )\w+)[ \n,(]{1,3}(?:co )?$"
)
_IN_BRACKETS = re.compile(rf"(?:[ \n]?\((?:sn|sinh(?: nam)?)?[ .:]?|, )(?P<date>\d{{1,2}}[/.-]\d{{1,2}}[/.-]{_YEAR}|{_YEAR})(?=[),;])")
_IN_COLUMN = re.compile(rf"[ ]{{1,40}}(?:(?:nam|nu)[ ]{{1,20}})?(?P<date>\d{{1,2}}[/.-]\d{{1,2}}[/.-]{_YEAR}|{_YEAR})(?![\d/]|[.,-]\d)")


def find_births(view: View, named: Named, names: Iterable[tuple[int, int]], tables: Tables) -> Iterator[Hit]:
    """Dates and years of birth."""
    for found in _BORN.finditer(view.digits):
        before = view.bare[max(0, found.start() - 30) : found.start()]
        if found["year"] and found["year"].startswith("sinh") and _NOT_BORN.search(before):
            continue
        date = DATE.match(view.digits, found.end()) or _ENGLISH_DATE.match(view.digits, found.end())
        if not date:
            continue
        whole = "/" in date[0] or len(re.findall(r"\d+", date[0])) == 3
        near = named.end_before(found.start(), 200) >= 0
        at_start = not view.bare[view.line_of(found.start())[0] : found.start()].strip(" -+*•()0123456789.|a")
        if near or whole or at_start or (found["sure"] and not _EVERYBODY.search(before)):
            if found["year"] and not near and _EVERYBODY.search(before):
                continue
            yield Hit(date.start(), date.end(), "dob", 5)
    for found in _BIRTH_WRONG.finditer(view.digits):
        date = DATE.match(view.digits, found.end())
        if date and named:
            yield Hit(date.start(), date.end(), "dob", 4)
    in_column = re.search(r"(?:nam|ngay) sinh\b", view.bare)
    for _start, end in names:
        bracket = _IN_BRACKETS.match(view.digits, end) or (in_column and _IN_COLUMN.match(view.digits, end))
        if bracket:
            yield Hit(*bracket.span("date"), "dob", 5)
    for cell in tables.cells:
        if cell.role == "dob" or (cell.role == "name" and "sinh" in cell.head):
            date = DATE.search(view.digits, cell.start, cell.end)
            if date:
                yield Hit(date.start(), date.end(), "dob", 6)


# --- group and faith -----------------------------------------------------------------------------------------------------------

_GROUP = re.compile(
    rf"\b(?:(?P<of>nguoi )?dan[ \n]toc ?(?P<colon>:)?[ \n]?|(?P<people>nguoi )(?=h?'?mong|thai|kho mu|khang|dao|ha nhi|cong|si la|xinh mun|lao|kinh|tay|nung|muong)|ethnic(?: group)?: ?)(?:{ethnic_groups().strip()})\b"
)
_FAITH = re.compile(
    r"\b(?:ton giao ?: ?(?P<label>[^\n|;.,)]{2,40})"
    r"|(?P<phrase>(?:(?:co |la )?(?:tin do|giao dan|chuc sac)|theo|sinh hoat|thuoc)[ \n](?:(?:dao|ton giao|hoi thanh|phat giao|cong giao|he phai)(?:[ \n](?!va\b|tu\b|da\b|nhung\b|o\b|tai\b|trai phap)[\w'’]+){0,4})"
    r"|dao (?:tin lanh|thien chua|cong giao|phat|cao dai|hoa hao|vang chu|hoi)|(?:tin do|theo) (?:tin lanh|thien chua(?: giao)?|ba co do|gie sua|vang chu)))"
)
_NO_FAITH = re.compile(r"\bmang $")
_LEAD = re.compile(r"(?:theo|thuoc|sinh hoat)[ \n]")
_ABOUT_ALL = re.compile(
    r"\b(?:dong bao|cac|nhieu|vung|nguoi dan|ba con|phu nu|hoc sinh|nhan dan|tieng|ban|phong|uy ban|cong tac|chinh sach|truyen thong|trang phuc|van hoa|\d+ ?%?)[ \n](?:la |nguoi )?$"
)


def _is_knife(view: View, found: re.Match[str], before: str) -> bool:
    """Tell whether dao is none of the faiths: “mang theo dao phát”."""
    return bool(_NO_FAITH.search(before)) or (not view.accented and found["phrase"] == "dao phat")


def find_sensitive(view: View, named: Named, tables: Tables) -> Iterator[Hit]:
    """Ethnic group and religion of named persons."""
    if not named:
        return
    for pattern in (_GROUP, _FAITH):
        for found in pattern.finditer(view.bare):
            before = view.bare[max(0, found.start() - 24) : found.start()]
            reach = 300 if pattern is _FAITH or found["colon"] else 160
            if named.end_before(found.start(), reach) < 0 or (_ABOUT_ALL.search(before) and not (found.re is _GROUP and found["colon"])):
                continue
            if found.re is _FAITH and _is_knife(view, found, before):
                continue
            if found.re is _FAITH and found["label"] and EMPTY.fullmatch(found["label"]):
                continue
            if view.accented and "đạo" not in view.text[found.start() : found.end()].lower() and "dao" in found[0] and found.re is _FAITH:
                continue
            if found.re is _GROUP and found["people"] and not re.search(r"[,(;:–-][ \n]?$|\bla $", before):
                continue
            if found.re is _FAITH and found["phrase"]:
                start = found.start() + (len(lead[0]) if (lead := _LEAD.match(found[0])) else 0)
                yield Hit(start, found.end(), "sensitive", 2)
                continue
            start = found.end("of") if found.re is _GROUP and found["of"] else found.start()
            yield Hit(start, found.start() + len(found[0].rstrip()), "sensitive", 2)
    for cell in tables.cells:
        if cell.role == "sensitive" and not EMPTY.fullmatch(view.bare[cell.start : cell.end]) and cell.end - cell.start <= 40:
            yield Hit(cell.start, cell.end, "sensitive", 3)
