"""Where a person lives: from the house to the province, behind a word that says so or behind the name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ailab.privacy._details import EMPTY
from ailab.privacy._view import LOWER, UPPER, Hit
from ailab.privacy._words import FAMILY, JOBS, MARKERS
from ailab.text import unify_tone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ailab.privacy._details import Named
    from ailab.privacy._tables import Tables
    from ailab.privacy._view import View

__all__ = ["find_addresses"]

_UNIT_TEXT = (
    "số nhà|nhà số|số|sn|tổ dân phố|tdp|tổ|nhóm|bản|thôn|xóm|ấp|buôn|khu phố|khu tái định cư|khu tđc|khu dân cư|khu|khối phố|khối|đội|cụm|ngõ|ngách|hẻm|kiệt|phố|đường|quốc lộ|tiểu khu|chung cư|tòa nhà|phòng|căn hộ"
    "|xã|phường|thị trấn|thị xã|huyện|quận|thành phố|tp|tx|tt|tỉnh"
)
_UNITS = frozenset(unify_tone(word) for unit in _UNIT_TEXT.split("|") for word in unit.split())
_UNIT = re.compile(
    r"(?:so nha|nha so|to dan pho|tdp|to|nhom|ban|thon|xom|ap|buon|khu pho|khu tai dinh cu|khu tdc|khu dan cu|khu|khoi pho|khoi|doi|cum|ngo|ngach|hem|kiet|pho|duong|quoc lo|tieu khu|chung cu|toa nha|can ho"
    r"|xa|phuong|thi tran|thi xa|huyen|quan|thanh pho|tp|tx|tt|tinh|sn|so)(?:\. ?|:? |:|\n)(?:so )?(?=[\w(])"
)
#: Papers, no villages: bản sao, bản cam kết.
_PAPER = re.compile(r"ban (?:sao|cam|ke|an|ghi|tin|do|dich|thao|chinh|quyen|khai|giao|hanh|than|kiem|tom|tu|ve)\b")
_JOB = re.compile(JOBS)
_NUMBERED = frozenset("to nhom khu doi cum khoi tdp so sn ngo ngach hem kiet".split())  # noqa: SIM905
_LARGE = re.compile(r"(?:xa|phuong|thi tran|thi xa|huyen|quan|thanh pho|tp|tx|tt|tinh|quoc lo)\b")
_NAME_PART = re.compile(rf"(?:\d+[A-Za-zĐđ]?(?:/\d+[A-Za-z]?)*|[IVX]+\b|[{UPPER}][{UPPER}{LOWER}'’]*\d*)(?![\w'’])")
_FLAT_PART = re.compile(r"[^\W_]+(?:/\d+)*")
_JOIN = re.compile(r"[ \n]{0,2}(?:,|-|–|;|\()[ \n]{0,2}|[ \n]{1,2}")
_GAP = re.compile(r" {1,2}| ?\n")
#: What begins a new line of a form.
_LABEL = re.compile(
    r"(?:dien thoai|so\b|ngay|nghe|dan toc|gioi|email|sdt|dt\b|cccd|can cuoc|ma so|tai khoan|chuc|dai dien|ho\b|ong\b|ba\b|ben\b|noi\b|trinh do|ton giao|quoc tich|nguoi|toi\b|la\b|de nghi|kinh|dia chi|sinh|hien|lien he|mst|stk)"
)
_STOPS = frozenset(
    """o sinh la tru co bi duoc da dang se va cung cho tai tu den voi theo de ve ngay so dien cccd khi thi do nhu nguoi ong ba anh chi vay nay duoc hien sdt dt can cmnd hoac thuoc truoc sau xin cap lam don
    trinh khai moi gom phoi phu noi dia dan gioi""".split()
)
#: Labels and verbs before an address; what follows a label with a colon may be anything.
_CUE = re.compile(
    r"\b(?P<label>dia chi(?: (?:thuong tru|lien he|lien lac|hien tai|nha(?: (?:rieng|anh|chi|ong|ba))?|noi o|cu tru|tam tru))?|noi (?:dang ky )?(?:ho khau )?(?:thuong tru|tam tru)|(?:dang ky )?ho khau(?: thuong tru)?|hktt|noi o(?: hien (?:tai|nay))?"
    r"|cho o(?: hien (?:tai|nay))?|noi cu tru|que quan|nguyen quan|noi sinh|noi dk hktt|address|tru quan)"
    r"(?: \([^)\n]{1,20}\))?(?P<colon> ?:)?(?: (?:tai|o|la|hien nay))?[ \n]{0,2}"
    r"|\b(?P<verb>(?:co )?ho khau(?: thuong tru)? (?:tai|o)|(?:hien )?(?:dang )?(?:thuong tru|tam tru|cu tru|tru|ngu|sinh song|song(?: (?!tai|o)\w+){0,2}|o tro)(?: (?:tai|o))|thuong tru|hien (?:dang )?o(?: tai)?|residing (?:at|in)|liv(?:es|ing) (?:at|in)|resident of)[ \n:]{1,2}"
)
_NOT_PERSONAL = re.compile(r"(?:email|e-mail|thu|trang|website|web|http|www|mail|cong|truy cap|tru so|tren|do|tin cay|ip\b|noi nhan|nop|tiep nhan)")
_OFFICE = re.compile(
    r"(?:tru so|trung tam|ubnd|uy ban|van phong|phong|nha van hoa|hoi truong|truong|so (?:noi|y te|tai|nong|khoa|giao|van|xay|cong|tu phap|ngoai|thong|dan toc)|cong ty|tram|benh vien|bo phan|ngan hang|co quan|chi nhanh|hop tac xa|htx|ban (?:quan ly|chi huy|tiep)|kho bac|toa an|cong an|don vi|doanh nghiep)\b"
)
_BODY_LINE = re.compile(
    rf"[\W\d_]*(?:[a-h][.)] )?(?:ben [^\n]{{1,40}}?{_OFFICE.pattern}|ten (?:don vi|co quan|to chuc|doanh nghiep|hop tac xa)|{_OFFICE.pattern})|.{{0,40}}\b(?:cong ty|hop tac xa|htx|doanh nghiep|ho kinh doanh)\b"
)
_BEHALF = re.compile(r"[\W\d_]*(?:nguoi |do |(?:ong|ba)[^\n]{0,30} )?(?:dai dien|chuc vu|giam doc)")
_PERSON_LINE = re.compile(
    r"[\W\d_]*(?:[a-h][.)] )?(?:ho,? (?:va )?(?:chu dem )?(?:va )?ten|ten toi|toi (?:la|ten)|ong|ba|anh|chi|nguoi|chu ho|ngay sinh|sinh|ngay,? thang|so (?:cccd|can cuoc|dinh danh|cmnd)|cccd|can cuoc|gioi tinh|dan toc|kinh gui: ?(?:ong|ba|anh|chi))"
)
#: Between a person and where the person lives.
_LINK = re.compile(
    r"[ ,;()–-]{0,5}(?:\n[ (]{0,2})?(?:(?:(?:hien |dang |hien dang )?(?:thuong tru|tam tru|cu tru|tru|ngu|song|sinh song|o)(?: (?!tai\b|o\b)\w+){0,3}?(?: tai| o)|thuong tru|tam tru|cu tru|tru|ngu|song|sinh song|o|o tai|tai|thuoc|ho khau|chu ho|ho ngheo|ho can ngheo|nam|nu|gioi tinh nam|gioi tinh nu|nguoi|cung|cung o|nong dan|lam ruong|\d{1,3} tuoi|dia chi:?|hktt:?|nha o)[ \n,;:-]{1,3}){0,3}"
)


def find_addresses(view: View, named: Named, tables: Tables, details: Sequence[Hit]) -> Iterator[Hit]:
    """Addresses of persons, not of offices or meetings."""
    for cell in tables.cells:
        if cell.role == "address" and not EMPTY.fullmatch(view.bare[cell.start : cell.end]):
            yield Hit(cell.start, cell.end, "address", 4)
    for cue in _CUE.finditer(view.soft):
        end = _behind_cue(view, named, cue)
        if end > cue.end():
            yield Hit(cue.end(), end, "address", 3)
    for detail in details:
        link = _LINK.match(view.soft, detail.end)
        start = link.end() if link else detail.end
        if start == detail.end or _LARGE.match(view.bare, start) and not re.search(r"\b(?:o|tai|tru|song|ngu)\b", view.bare[detail.end : start]):
            continue
        end = _sequence(view, start)
        if end > start:
            yield Hit(start, end, "address", 2)


def _behind_cue(view: View, named: Named, cue: re.Match[str]) -> int:
    start = cue.end()
    if _NOT_PERSONAL.match(view.bare, start) or _OFFICE.match(view.bare, start):
        return start
    if cue["label"] == "noi o" and not cue["colon"]:
        return start
    end = _sequence(view, start, label=bool(cue["label"]))
    if cue["colon"] and end == start:
        end = _free(view, start)
    if end == start:
        house = _HOUSE.match(view.bare, start)
        end = _sequence(view, house.end()) if house else start
        if not house or end == house.end():
            return start
    if cue["verb"]:
        near = named.end_before(start, 250) >= 0
        return end if near or not _LARGE.match(view.bare, start) else start
    return start if _is_office(view, named, cue.start()) else end


_HOUSE = re.compile(r"[^,.;:|\n]{3,50}, ")


def _free(view: View, start: int) -> int:
    """End of whatever stands behind a label: the line, the cell, the next label."""
    found = re.compile(r"[^\n|\t;.]{3,150}?(?=[\n|\t;.]|$|,? *(?:so )?(?:dien thoai|sdt|dt|cccd|can cuoc|email|sinh (?:nam|ngay)|ngay sinh|mst|tel)\b)").match(
        view.bare, start
    )
    if not found or not re.search(r"[a-z]{2}", found[0]) or set(found[0]) <= set(" ._…-"):
        return start
    return found.end() - (len(found[0]) - len(found[0].rstrip(" ,")))


def _is_office(view: View, named: Named, at: int) -> bool:
    """Tell whether an address belongs to a body: by the nearest line above that says whose it is."""
    first, last = view.line_of(at)
    before = view.bare[first:at]
    if _PERSON_LINE.match(before) or named.end_before(at, 150) >= first:
        return bool(_BODY_LINE.match(before)) and named.end_before(at, 150) < first
    if _BODY_LINE.match(before):
        return True
    for _up in range(8):
        if first == 0:
            break
        first, last = view.line_of(first - 1)
        line = view.bare[first:last]
        if _BEHALF.match(line):
            continue
        if _BODY_LINE.match(line):
            return True
        if _PERSON_LINE.match(line) or named.end_before(last, last - first) >= 0:
            return False
    return not named or first == 0


# --- parts of an address -----------------------------------------------------------------------------------------------------


def _sequence(view: View, at: int, *, label: bool = False) -> int:
    """Where a row of parts ends that begins here; ``at`` if none does."""
    end, nothing = at, at
    for _part in range(8):
        start = end
        if end > nothing:
            join = _JOIN.match(view.bare, end)
            if not join or "\n\n" in join[0]:
                break
            start = join.end()
        further = _part_end(view, start) or (
            _bare_part(view, start, first=end == nothing) if "," in view.bare[end:start] or "-" in view.bare[end:start] or (label and end == nothing) else 0
        )
        if not further:
            break
        end = further
    return end


def _part_end(view: View, at: int) -> int:
    """End of one part, a unit and its name; 0 if there is none."""
    unit = _UNIT.match(view.bare, at)
    if not unit or (view.accented and not all(unify_tone(word.strip(".:")) in _UNITS for word in view.text[at : unit.end()].lower().split())):
        return 0
    if (not view.accented and _JOB.match(view.bare, at)) or (view.style != "title" and _PAPER.match(view.bare, at)):
        return 0
    end, count = unit.end(), 0
    flat = view.flat or view.text[at : unit.end()].strip().isupper() and len(unit[0].strip(" .:\n")) > 2
    numbers = False
    while count < 5:
        part = (_FLAT_PART if flat else _NAME_PART).match(view.text, end if count == 0 else _after_gap(view, end))
        if not part or (count and flat and (count >= 3 or part[0].lower() != part[0] and not view.flat and not part[0].isupper())):
            break
        low = view.bare[part.start() : part.end()]
        if not count and not part[0][0].isdigit() and unit[0].split()[0].strip(".:") in {"so", "sn"}:
            return 0
        if not count and ":" in unit[0] and unit[0].startswith(("so", "sn")):
            return 0
        if not count and unit[0].startswith("sn") and re.fullmatch(r"(?:19|20)\d\d", part[0]):
            return 0
        if not flat and len(part[0]) > 1 and part[0].isupper() and not re.fullmatch(r"[IVX]+|[A-ZĐ]?\d+\w?", part[0]):
            break
        if count and (
            _UNIT.match(view.bare, part.start()) and view.text[part.start()].islower() or (flat and (low in _STOPS or _UNIT.match(view.bare, part.start())))
        ):
            break
        if count and _new_person(view, part):
            break
        if count and "\n" in view.text[end : part.start()] and (numbers or count > 1 or _LABEL.match(view.bare, part.start())):
            break
        numbers = numbers or part[0][0].isdigit()
        end, count = part.end(), count + 1
        if numbers and flat:
            break
    if not count:
        return 0
    word = unit[0].split()[0].strip(".:")
    if word in _NUMBERED and not numbers and not re.fullmatch(r"[IVX]+", view.text[unit.end() : end]) and count < 2:
        return 0
    return 0 if word in {"so", "sn"} and not numbers else end


def _after_gap(view: View, at: int) -> int:
    gap = _GAP.match(view.text, at)
    return gap.end() if gap else len(view.text)


def _new_person(view: View, part: re.Match[str]) -> bool:
    """Tell whether a name of a person begins here."""
    words = re.compile(r"([^\W\d_]+) ([^\W\d_]+)").match(view.text, part.start())
    return bool(words and unify_tone(words[1].lower()) in FAMILY and words[2].lower() in MARKERS)


def _bare_part(view: View, at: int, *, first: bool) -> int:
    """End of a name without a unit: Nà Bủng, Điện Biên."""
    found = re.compile(rf"[{UPPER}][{LOWER}]+(?: [{UPPER}][{LOWER}]+){{1,3}}(?=\s*(?:[,.;)\n|]|$|- ))").match(view.text, at)
    if not found or first and len(found[0].split()) > 4:
        return 0
    words = found[0].split()
    family = unify_tone(words[0].lower()) in FAMILY
    return 0 if family and (len(words) > 2 or words[1].lower() in MARKERS) else found.end()
