"""What an address is made of: units from the house to the province, each with its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ailab.privacy._view import LOWER, UPPER
from ailab.privacy._words import FAMILY, JOBS, MARKERS, one_line
from ailab.text import unaccent, unify_tone

if TYPE_CHECKING:
    from ailab.privacy._view import View

__all__ = ["is_large_unit", "parts_end"]

_UNITS = one_line("""
    số nhà|nhà số|tổ dân phố|tdp|tổ|nhóm|bản|thôn|xóm|ấp|buôn|khu phố|khu tái định cư|khu tđc|khu dân cư|khu|khối phố|khối|đội|cụm|ngõ|ngách|hẻm|kiệt
    |phố|đường|quốc lộ|tiểu khu
    |chung cư|tòa nhà|căn hộ|xã|phường|thị trấn|thị xã|huyện|quận|thành phố|tp|tx|tt|tỉnh|sn|số
""")
_UNIT_WORDS = frozenset(unify_tone(word) for unit in _UNITS.split("|") for word in unit.split()) | frozenset("pxhqt")
_UNIT = re.compile(rf"(?:(?P<unit>{unaccent(_UNITS)})(?:\. ?|:? |:|\n)|(?P<letter>[pxhqt])\. ?)(?:so )?(?=[\w(])")
_LARGE = re.compile(r"(?:xa|phuong|thi tran|thi xa|huyen|quan|thanh pho|tp|tx|tt|tinh|quoc lo)\b")
#: Units that have a number; a name only if it has two words.
_NUMBERED = frozenset(["to", "nhom", "khu", "doi", "cum", "khoi", "tdp", "ngo", "ngach", "hem", "kiet"])
#: Units whose names have two words.
_SHORT_NAMED = frozenset(["xa", "phuong", "tinh", "huyen", "quan"])
_SHORT_FORMS = frozenset([None, "tp", "tx", "tt", "sn", "tdp"])
_ONLY_NUMBERED = frozenset(["so", "sn"])
#: Papers, no villages: bản sao, bản cam kết.
_PAPER = re.compile(r"ban (?:sao|cam|ke|an|ghi|tin|do|dich|thao|chinh|quyen|khai|giao|hanh|than|kiem|tom|tu|ve)\b")
_JOB = re.compile(JOBS)
_NAME_PART = re.compile(rf"(?:\d+[A-Za-zĐđ]?(?:/\d+[A-Za-z]?)*|[IVX]+\b|[{UPPER}][{UPPER}{LOWER}'’]*\d*)(?![\w'’])")
_FLAT_PART = re.compile(r"[^\W_]+(?:/\d+)*")
_ROMAN = re.compile(r"[IVX]+")
_CODE = re.compile(r"[IVX]+|[A-ZĐ]?\d+\w?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_JOIN = re.compile(r"[ \n]{0,2}(?:,|-|–|;|\()[ \n]{0,2}|[ \n]{1,2}")
_GAP = re.compile(r" {1,2}| ?\n")
#: What begins a new line of a form.
_LABELS = one_line(r"""
    dien thoai|so\b|ngay|nghe|dan toc|gioi|email|sdt|dt\b|cccd|can cuoc|ma so|tai khoan|chuc|dai dien|ho\b|ong\b|ba\b|ben\b|noi\b|trinh do|ton giao
    |quoc tich|nguoi|toi\b|la\b
    |de nghi|kinh|dia chi|sinh|hien|lien he|mst|stk
""")
_LABEL = re.compile(rf"(?:{_LABELS})")
_TWO_WORDS = re.compile(r"([^\W\d_]+) ([^\W\d_]+)")
_PLAIN_NAME = re.compile(rf"[{UPPER}][{LOWER}]+(?: [{UPPER}][{LOWER}]+){{1,3}}(?=\s*(?:[,.;)\n|]|$|- ))")
_STOPS = """
    ở sinh là trú có bị được đã đang sẽ và cũng cho tại từ đến với theo để về ngày số điện cccd khi thì do như người ông bà anh chị vậy này hiện sđt
    đt căn cmnd hoặc thuộc trước sau
    xin cấp làm đơn trình khai mời gồm phối phụ nơi địa dân giới
"""
#: Words with which a sentence goes on behind an address.
_STOP = frozenset(map(unify_tone, _STOPS.split()))
_STOP_BARE = frozenset(map(unaccent, _STOP))
_MOST_PARTS, _MOST_WORDS, _MOST_FLAT_WORDS = 8, 5, 3


def is_large_unit(view: View, at: int) -> bool:
    """Tell whether what begins here is a commune or something larger."""
    return bool(_LARGE.match(view.bare, at))


def parts_end(view: View, at: int, *, labelled: bool = False) -> int:
    """Where a row of parts ends that begins here; ``at`` if none does.

    ``labelled`` says that a label stands before, so that a name without a unit may come first.
    """
    end = at
    for _part in range(_MOST_PARTS):
        start = end
        if end > at:
            join = _JOIN.match(view.bare, end)
            if not join or "\n\n" in join[0]:
                break
            start = join.end()
        further = _part_end(view, start)
        if not further and (labelled if end == at else "," in view.bare[end:start] or "-" in view.bare[end:start]):
            further = _plain_name_end(view, start)
        if not further:
            break
        end = further
    return end


def _part_end(view: View, at: int) -> int:
    """End of one part, a unit and its name; 0 if there is none."""
    unit = _UNIT.match(view.bare, at)
    if not unit or not _is_unit(view, at, unit):
        return 0
    word = (unit["unit"] or unit["letter"]).split()[0]
    shouted = view.text[at : unit.end()].strip().isupper() and unit["unit"] not in _SHORT_FORMS
    most = _MOST_FLAT_WORDS - (word in _SHORT_NAMED)
    name = _flat_words(view, unit.end(), most) if view.flat or shouted else _words(view, unit.end())
    if not name:
        return 0
    first = view.text[slice(*name[0])]
    number = any(view.text[start].isdigit() for start, _end in name)
    if word in _ONLY_NUMBERED and (not first[0].isdigit() or ":" in unit[0] or (word == "sn" and _YEAR.fullmatch(first))):
        return 0
    if word in _NUMBERED and not number and len(name) < 2 and not _ROMAN.fullmatch(first):
        return 0
    return name[-1][1]


def _is_unit(view: View, at: int, unit: re.Match[str]) -> bool:
    words = view.text[at : unit.end()].lower().split()
    if view.accented and not all(unify_tone(word.strip(".:")) in _UNIT_WORDS for word in words):
        return False
    if unit["letter"] and not (view.text[at].isupper() and view.style == "title"):
        return False
    return not (not view.accented and _JOB.match(view.bare, at)) and not (view.style != "title" and _PAPER.match(view.bare, at))


def _words(view: View, at: int) -> list[tuple[int, int]]:
    """Words of a name in capitals, and numbers."""
    out: list[tuple[int, int]] = []
    number = False
    while len(out) < _MOST_WORDS:
        gap = _GAP.match(view.text, at) if out else None
        if out and not gap:
            break
        part = _NAME_PART.match(view.text, gap.end() if gap else at)
        if not part or (len(part[0]) > 1 and part[0].isupper() and not _CODE.fullmatch(part[0])):
            break
        if out and (_new_person(view, part.start()) or _is_label(view, part.start())):
            break
        if gap and "\n" in gap[0] and (number or len(out) > 1):
            break
        number = number or part[0][0].isdigit()
        out.append(part.span())
        at = part.end()
    return out


def _is_label(view: View, at: int) -> bool:
    return view.text[at - 1] == "\n" and bool(_LABEL.match(view.bare, at))


def _flat_words(view: View, at: int, most: int) -> list[tuple[int, int]]:
    """Words of a name where capitals do not tell: ``most`` of them, up to a number or to a word that goes on with the sentence."""
    out: list[tuple[int, int]] = []
    while len(out) < most:
        gap = _GAP.match(view.text, at) if out else None
        if out and not gap:
            break
        part = _FLAT_PART.match(view.text, gap.end() if gap else at)
        if not part or (out and (_stops(view, part[0]) or _UNIT.match(view.bare, part.start()))):
            break
        if out and view.style == "title" and not part[0].isupper() and not part[0].isdigit():
            break
        if gap and "\n" in gap[0] and (len(out) > 1 or _is_label(view, part.start())):
            break
        out.append(part.span())
        at = part.end()
        if part[0][0].isdigit():
            break
    return out


def _stops(view: View, word: str) -> bool:
    return unify_tone(word.lower()) in _STOP if view.accented else unaccent(word.lower()) in _STOP_BARE


def _new_person(view: View, at: int) -> bool:
    """Tell whether a name of a person begins here."""
    words = _TWO_WORDS.match(view.text, at)
    return bool(words and unify_tone(words[1].lower()) in FAMILY and words[2].lower() in MARKERS)


def _plain_name_end(view: View, at: int) -> int:
    """End of a name without a unit, Nà Bủng or Điện Biên; 0 if there is none or it is a person's."""
    found = _PLAIN_NAME.match(view.text, at)
    if not found:
        return 0
    words = found[0].split()
    person = unify_tone(words[0].lower()) in FAMILY and (len(words) > 2 or words[1].lower() in MARKERS)
    return 0 if person else found.end()
