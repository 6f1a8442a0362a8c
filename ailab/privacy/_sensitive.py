"""To which ethnic group or faith a named person belongs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ailab.privacy._details import EMPTY
from ailab.privacy._view import Hit
from ailab.privacy._words import ETHNIC_GROUPS, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ailab.privacy._details import Named
    from ailab.privacy._tables import Tables
    from ailab.privacy._view import View

__all__ = ["find_sensitive"]

#: Groups that are named without “dân tộc”: người Mông.
_KNOWN = "h?'?mong|thai|kho mu|khang|dao|ha nhi|cong|si la|xinh mun|lao|kinh|tay|nung|muong"
_GROUP = re.compile(rf"\b(?:(?P<of>nguoi )?dan[ \n]toc ?(?P<colon>:)?[ \n]?|(?P<people>nguoi )(?={_KNOWN})|ethnic(?: group)?: ?)(?:{ETHNIC_GROUPS})\b")
_NO_FAITH_NAME = r"va\b|tu\b|da\b|nhung\b|o\b|tai\b|trai phap"
#: In a row of a table without edges, behind a figure or a word for the sex.
_GROUP_IN_ROW = re.compile(rf"(?:(?<=\d )|(?<= nam )|(?<= nu ))(?:{ETHNIC_GROUPS})\b(?! \d)|(?:(?<=\d )|(?<= nam )|(?<= nu ))(?:{ETHNIC_GROUPS})(?= \d{{6}})")
_FAITHS = "dao|ton giao|hoi thanh|phat giao|cong giao|he phai"
_FAITH = re.compile(
    r"\b(?:ton giao ?: ?(?P<label>[^\n|;.,)]{2,40})"
    rf"|(?P<phrase>(?:(?:co |la )?(?:tin do|giao dan|chuc sac)|theo|sinh hoat|thuoc)[ \n](?:{_FAITHS})"
    rf"(?:[ \n](?!{_NO_FAITH_NAME})[\w'’]+){{0,4}}"
    r"|dao (?:tin lanh|thien chua|cong giao|phat|cao dai|hoa hao|vang chu|hoi)|(?:tin do|theo) (?:tin lanh|thien chua(?: giao)?|ba co do|gie sua|vang chu)))"
)
_LEAD = re.compile(r"(?:theo|thuoc|sinh hoat)[ \n]")
#: Before these, a group or a faith is nobody's in particular.
_MANY = one_line(r"""
    dong bao|cac|nhieu|vung|nguoi dan|ba con|phu nu|hoc sinh|nhan dan|tieng|ban|phong|uy ban|cong tac|chinh sach|truyen thong|trang phuc|van hoa|\d+ ?%?
""")
_ABOUT_MANY = re.compile(rf"\b(?:{_MANY})[ \n](?:la |nguoi )?$")
_SAID_OF_ONE = re.compile(r"[,(;:–-][ \n]?$|\bla $")
_NEAR, _FURTHER = 160, 300
_LONGEST_CELL = 40


def find_sensitive(view: View, named: Named, tables: Tables) -> Iterator[Hit]:
    """Ethnic group and religion of named persons."""
    if not named:
        return
    for found in _near(named, _GROUP, view.soft):
        near = named.end_before(found.start(), _FURTHER if found["colon"] else _NEAR) >= 0
        if near and _is_of_one(view, found):
            yield Hit(found.end("of") if found["of"] else found.start(), found.end(), "sensitive", 2)
    for found in _near(named, _FAITH, view.bare):
        if named.end_before(found.start(), _FURTHER) >= 0 and _is_faith(view, found):
            lead = _LEAD.match(found[0])
            yield Hit(found.start() + (lead.end() if lead else 0), found.start() + len(found[0].rstrip()), "sensitive", 2)
    for cell in tables.cells:
        if cell.role == "sensitive" and not EMPTY.fullmatch(view.bare[cell.start : cell.end]) and cell.end - cell.start <= _LONGEST_CELL:
            yield Hit(cell.start, cell.end, "sensitive", 3)
    for row in tables.rows:
        group = _GROUP_IN_ROW.search(view.bare, row.start, row.end) if "sensitive" in row.roles else None
        if group:
            yield Hit(group.start(), group.end(), "sensitive", 3)


def _near(named: Named, pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    for window in named.windows(_FURTHER + _LONGEST_CELL):
        yield from pattern.finditer(text, *window)


def _is_of_one(view: View, found: re.Match[str]) -> bool:
    """Tell whether a group is said of one person."""
    before = view.soft[max(0, found.start() - 24) : found.start()]
    if found["colon"]:
        return True
    return not _ABOUT_MANY.search(before) and not (found["people"] and not _SAID_OF_ONE.search(before))


def _is_faith(view: View, found: re.Match[str]) -> bool:
    """Tell whether a faith is said of one person; dao is a knife as well, and many other things without accents."""
    before = view.bare[max(0, found.start() - 24) : found.start()]
    if found["label"]:
        return not EMPTY.fullmatch(found["label"])
    if _ABOUT_MANY.search(before) or before.endswith("mang "):
        return False
    if "dao" not in found[0]:
        return True
    return "đạo" in view.text[found.start() : found.end()].lower() if view.accented else found["phrase"] != "dao phat"
