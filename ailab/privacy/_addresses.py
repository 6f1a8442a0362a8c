"""Where a person lives: behind a word that says so, or behind the name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ailab.privacy._address_parts import is_large_unit, parts_end
from ailab.privacy._details import EMPTY
from ailab.privacy._view import Hit
from ailab.privacy._words import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ailab.privacy._details import Named
    from ailab.privacy._tables import Tables
    from ailab.privacy._view import View

__all__ = ["find_addresses"]

_LABELS = one_line(r"""
    dia chi(?: (?:thuong tru|lien he|lien lac|hien tai|nha(?: (?:rieng|anh|chi|ong|ba))?|noi o|cu tru|tam tru))?
    |noi (?:dang ky )?(?:ho khau )?(?:thuong tru|tam tru)
    |(?:dang ky )?ho khau(?: thuong tru)?|hktt|noi o(?: hien (?:tai|nay))?|cho o(?: hien (?:tai|nay))?|noi cu tru|que quan|nguyen quan|noi sinh
    |noi dk hktt|address|tru quan
""")
_VERBS = one_line(r"""
    (?:co )?ho khau(?: thuong tru)? (?:tai|o)|nha rieng (?:tai|o)
    |(?:hien )?(?:dang )?(?:thuong tru|tam tru|cu tru|tru|ngu|sinh song|song(?: (?!tai|o)\w+){0,2}|o tro) (?:tai|o)
    |thuong tru|hien (?:dang )?o(?: tai)?|residing (?:at|in)|liv(?:es|ing) (?:at|in)|resident of
""")
_CUE = re.compile(
    rf"\b(?P<label>{_LABELS})(?: \([^)\n]{{1,20}}\))?(?P<colon> ?:)?(?: (?:tai|o|la|hien nay))?[ \n]{{0,2}}"
    rf"|\b(?P<verb>{_VERBS})[ \n:]{{1,2}}"
)
#: What follows “địa chỉ” without being a place.
_NOT_PERSONAL = re.compile(r"(?:email|e-mail|thu|trang|website|web|http|www|mail|cong|truy cap|tru so|tren|do|tin cay|ip\b|noi nhan|nop|tiep nhan)")
_OFFICES = one_line(r"""
    tru so|trung tam|ubnd|uy ban|van phong|phong|nha van hoa|hoi truong|truong|so (?:noi|y te|tai|nong|khoa|giao|van|xay|cong|tu phap|ngoai|thong
    |dan toc)|cong ty|tram
    |benh vien|bo phan|ngan hang|co quan|chi nhanh|hop tac xa|htx|ban (?:quan ly|chi huy|tiep)|kho bac|toa an|cong an|don vi|doanh nghiep
""")
_OFFICE = re.compile(rf"(?:{_OFFICES})\b")
#: Lines of a form that say whose address follows.
_BODY_LINE = re.compile(
    rf"[\W\d_]*(?:[a-h][.)] )?(?:ben [^\n]{{1,40}}?(?:{_OFFICES})\b|ten (?:don vi|co quan|to chuc|doanh nghiep|hop tac xa)|(?:{_OFFICES})\b)"
    r"|.{0,40}\b(?:cong ty|hop tac xa|htx|doanh nghiep|ho kinh doanh)\b"
)
_BEHALF = re.compile(r"\b(?:dai dien|giam doc|chuc vu|nguoi dung dau)\b")
_BEHALF_LINE = re.compile(r"[\W\d_]*(?:nguoi |do |(?:ong|ba)[^\n]{0,30} )?(?:dai dien|chuc vu|giam doc)")
_PERSONS = one_line(r"""
    ho,? (?:va )?(?:chu dem )?(?:va )?ten|ten toi|toi (?:la|ten)|ong|ba|anh|chi|nguoi|chu ho|ngay sinh|sinh|ngay,? thang|so (?:cccd|can cuoc
    |dinh danh|cmnd)|cccd|can cuoc
    |gioi tinh|dan toc|kinh gui: ?(?:ong|ba|anh|chi)
""")
_PERSON_LINE = re.compile(rf"[\W\d_]*(?:[a-h][.)] )?(?:{_PERSONS})")
#: Between a person and where the person lives.
_LINKS = one_line(r"""
    (?:hien |dang |hien dang )?(?:(?:thuong tru|tam tru|cu tru|tru|ngu|song|sinh song|o)(?: (?!tai\b|o\b)\w+){0,3}?(?: tai| o)|thuong tru|tam tru
    |cu tru|tru|ngu|song|sinh song|o|o tai)
    |tai|thuoc|ho khau|chu ho|ho ngheo|ho can ngheo|nam|nu|gioi tinh nam|gioi tinh nu|nguoi|cung|cung o|nong dan|lam ruong|goa chong|goa vo|goa
    |doc than|don than|mo coi
    |\d{1,3} tuoi|dia chi:?|hktt:?|nha o
""")
_LINK = re.compile(rf"[ ,;()–-]{{0,5}}(?:\n[ (]{{0,2}})?(?:(?:{_LINKS})[ \n,;:-]{{1,3}}){{0,3}}")
_LIVES = re.compile(r"\b(?:o|tai|tru|song|ngu)\b")
_OF_PERSONS = frozenset({"person_name", "dob", "sensitive", "sensitive_health", "national_id", "old_id", "phone", "social_insurance"})
#: A house without a number, before the rest: khu tập thể Công ty Giống.
_HOUSE = re.compile(r"[^,.;:|\n]{3,50}, ")
_FREE = re.compile(r"[^\n|\t;.]{3,150}?(?=[\n|\t;.]|$|,? *+(?:so )?(?:dien thoai|sdt|dt|cccd|can cuoc|email|sinh (?:nam|ngay)|ngay sinh|mst|tel)\b)")
_LINES_UP = 8


def find_addresses(view: View, named: Named, tables: Tables, details: Sequence[Hit]) -> Iterator[Hit]:
    """Addresses of persons, not of offices or meetings."""
    yield from _in_tables(view, tables)
    for cue in _CUE.finditer(view.soft):
        end = _behind_cue(view, named, cue)
        if end > cue.end():
            yield Hit(cue.end(), end, "address", 3)
    for detail in details:
        if detail.kind not in _OF_PERSONS:
            continue
        link = _LINK.match(view.soft, detail.end)
        start = link.end() if link else detail.end
        if start == detail.end or (is_large_unit(view, start) and not _LIVES.search(view.bare, detail.end, start)):
            continue
        end = parts_end(view, start)
        if end > start:
            yield Hit(start, end, "address", 2)


def _in_tables(view: View, tables: Tables) -> Iterator[Hit]:
    for cell in tables.cells:
        if cell.role == "address" and not EMPTY.fullmatch(view.bare[cell.start : cell.end]):
            yield Hit(cell.start, cell.end, "address", 4)
    for row in tables.rows:
        if "address" in row.roles:
            yield from _in_row(view, row.start, row.end)


_WORD_IN_ROW = re.compile(r"(?<= )[a-z]")


def _in_row(view: View, start: int, end: int) -> Iterator[Hit]:
    """The address in a row of a table that lost the edges between its columns."""
    for word in _WORD_IN_ROW.finditer(view.bare, start, end):
        last = min(parts_end(view, word.start()), end)
        if last > word.start():
            yield Hit(word.start(), last, "address", 3)
            return


def _behind_cue(view: View, named: Named, cue: re.Match[str]) -> int:
    """Where an address ends behind a word that says so; where the word ends if it is none, or nobody's."""
    start = cue.end()
    if _NOT_PERSONAL.match(view.bare, start) or _OFFICE.match(view.bare, start) or (cue["label"] == "noi o" and not cue["colon"]):
        return start
    end = parts_end(view, start, labelled=bool(cue["label"]))
    if end == start and cue["colon"]:
        end = _free_end(view, start)
    if end == start:
        house = _HOUSE.match(view.bare, start)
        end = parts_end(view, house.end()) if house else start
        if not house or end == house.end():
            return start
    if cue["verb"]:
        return end if named.end_before(start, 250) >= 0 or not is_large_unit(view, start) else start
    private = cue["label"] and not cue["label"].startswith(("dia chi", "address"))
    return end if private or not _is_office(view, named, cue.start()) else start


def _free_end(view: View, start: int) -> int:
    """End of whatever stands behind a label: the line, the cell, the next label."""
    found = _FREE.match(view.bare, start)
    if not found or not re.search(r"[a-z]{2}", found[0]):
        return start
    return start + len(found[0].rstrip(" ,"))


def _is_office(view: View, named: Named, at: int) -> bool:
    """Tell whether an address belongs to a body: by the nearest line above that says whose it is."""
    first, last = view.line_of(at)
    before = view.bare[first:at]
    of_person = named.end_before(at, 150) >= first
    if of_person or _PERSON_LINE.match(before):
        return not of_person and bool(_BODY_LINE.match(before))
    if _BODY_LINE.match(before):
        return True
    for _up in range(_LINES_UP):
        if first == 0:
            break
        first, last = view.line_of(first - 1)
        line = view.bare[first:last]
        if _BEHALF_LINE.match(line):
            continue
        with_name = named.end_before(last, last - first) >= 0
        if _BODY_LINE.match(line):
            return not with_name or bool(_BEHALF.search(line))
        if with_name or _PERSON_LINE.match(line):
            return False
    return not named or first == 0
