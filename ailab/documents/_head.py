"""The head of a document: number, issuer, place and date, kind, subject."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ailab.documents._layout import ANCHORS, TYPES, Piece, digits, pieces, words

if TYPE_CHECKING:
    from ailab.documents._layout import Line

__all__ = ["CAPITAL", "Head", "is_basis", "is_unit", "kind_of", "read_head", "rest_of"]

_LONGEST_HEAD = 30  # lines
_NUMBER = re.compile(r"\bso\s*+(?::\s*+)?((?:\d[\d]*\s?[a-z]?(?:[-/]\d{4})?\s?/\s?[a-z0-9&][a-z0-9&./-]*(?:\s?-\s?[a-z&]+)*)|\d+\s?-\s?[a-z]{2,3}/[a-z0-9-]+)")
_BLANK_NUMBER = re.compile(r"\bso(?:\s*+:)?[\s.…_]*+/\s?[a-z0-9&]+(?:-[a-z0-9&]+)*")
#: No two parts beside each other match the same spaces; else a line of spaces would be tried in every way to share them out.
_DAY = re.compile(
    r"(?:,\s*)?\bngay(?:\s*+(?P<d>\d{1,2})\s*+|[\s.…_]*+)(?:,\s*+)?thang(?:\s*+(?P<m>\d{1,2})\s*+|[\s.…_]*+)(?:,\s*+)?nam\s*+(?P<y>\d{4})|"
    r",\s*ngay\s+(?P<d2>\d{1,2})[/.-](?P<m2>\d{1,2})[/.-](?P<y2>\d{4})"
)
_ABOUT = re.compile(r"\bv\s*/\s*v\b\s*:?\s*")
_SENT_TO = re.compile(r"kinh gui\b")
_UNIT = re.compile(
    r"(?:ubnd|uy ban|hdnd|hoi dong|so|phong|ban|trung tam|truong|van phong|cong ty|chi cuc|cuc|hoi|doan|to|bo|tram|dang uy|dang bo|chi bo|cong an|btv|"
    r"chi nhanh|bao hiem|buu dien|dien luc|cong doan|lien doan|mat tran|uy ban mttq|hop tac xa|htx|tong cong ty|benh vien|vien|thu vien|bao tang|"
    r"ngan hang|kho bac|hat kiem lam|doi|toa an|nha van hoa)\b"
)
_BASIS = re.compile(r"[-+–*]?\s*(?:can cu|xet (?:de nghi|to trinh|thay|don)|theo de nghi)\b")
_BODY = re.compile(
    r"kinh gui\b|[-+–*]?\s*(?:can cu|xet|theo de nghi|thuc hien (?:ke hoach|quyet dinh|nghi quyet|chi thi|cong van|thong bao|chi dao|y kien|luat|"
    r"nghi dinh|thong tu|chuong trinh|quy che)|"
    r"thi hanh|nham|de |hom nay|ngay |trong |qua |uy ban nhan dan|ubnd|hoi dong nhan dan|hdnd|chu tich|giam doc|hieu truong|phan |chuong |dieu |"
    r"i+[.\s]|\d+\.|a\.|quyet dinh:?$|"
    r"kinh moi|tran trong|ong|ba |toi |chung toi|ben a|dia diem|thoi gian|thanh phan|moi\b|dien bien|cong hoa|so:)"
)
#: What makes a line that starts with the name of a kind a sentence: “Quyết định này …”.
_BODY_WORDS = re.compile(r"\s+(?:so|nay|cua|ngay|tren)\b")
CAPITAL = "A-ZĐÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
_FLAT_PLACE = re.compile(r"[^\W\d_][\w'-]*+(?:\s++[^\W\d_][\w'-]*+){0,4}\s*+$")
_CAPITAL_PLACE = re.compile(rf"(?:(?:xã|phường|bản|tỉnh|TP\.)\s+)?[{CAPITAL}][\w'.-]*+(?:\s++[{CAPITAL}][\w'.-]*+){{0,4}}\s*+$")


@dataclass
class Head:
    """Fields of the head and where they stand; ``end`` is the line after it."""

    number: str | None = None
    type: str | None = None
    issuer: str | None = None
    place: str | None = None
    date: dt.date | None = None
    year: int | None = None
    subject: str | None = None
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    end: int = 0


def is_basis(line: Line) -> bool:
    """Tell whether a line is a legal basis: “Căn cứ …”, “Theo đề nghị của …”."""
    return _BASIS.match(line.flat) is not None


def is_unit(piece: Line) -> bool:
    """Tell whether a line starts like the name of an office."""
    return _UNIT.match(piece.flat) is not None


def read_head(found: list[Line]) -> Head:
    """Read the head of a document.

    Parameters
    ----------
    found : list of Line
        Of one document.
    """
    head = Head()
    stop = next((at for at, line in enumerate(found) if is_basis(line)), len(found))
    region = found[: min(stop, _LONGEST_HEAD)]
    holes: dict[int, list[tuple[int, int]]] = {}
    number_at = _read_number(head, region, holes)
    date_at = _read_date(head, region, holes)
    first = max((at for at in (number_at, date_at, _last_anchor(region)) if at is not None), default=-1)
    _read_issuer(head, region, number_at if number_at is not None else first + 1, holes)
    title_at = _read_type(head, region, holes)
    sent_to = next((at for at, line in enumerate(region) if _SENT_TO.match(line.flat)), None)
    if head.type is None and (number_at is not None or sent_to is not None) and first >= 0:
        head.type = "Công văn"
        head.end = _read_about(head, region, holes, sent_to if sent_to is not None else first + 1)
    elif title_at is not None:
        head.end = _read_subject(head, found, title_at, holes)
    head.end = max(head.end, first + 1)
    return head


def _last_anchor(region: list[Line]) -> int | None:
    at = [at for at, line in enumerate(region[:12]) if ANCHORS.search(line.flat)]
    return at[-1] if at else None


def _read_number(head: Head, region: list[Line], holes: dict[int, list[tuple[int, int]]]) -> int | None:
    for at, line in enumerate(region):
        if _SENT_TO.match(line.flat):
            return None
        found = _NUMBER.search(digits(line.flat))
        blank = _BLANK_NUMBER.search(line.flat)
        if found and (found.start() < 3 or _beside(line, found.start()) or (line.plain.islower() and at < 3)):
            start, end = found.span(1)
            while line.flat[end - 1] in ".-/ ":
                end -= 1
            head.number = " ".join(line.plain[start:end].split())
            head.spans["number"] = (line.start + start, line.start + end)
            holes.setdefault(at, []).append((found.start(), end))
            return at
        if blank:
            holes.setdefault(at, []).append(blank.span())
            return at
    return None


def _beside(line: Line, at: int) -> bool:
    """Tell whether a cell of a line starts here, or the left column ends here."""
    before = line.plain[:at].rstrip()
    return not before or before[-1] == "|" or line.plain[at - 3 : at] == "   " or before.isupper() or bool(ANCHORS.search(line.flat[:at]))


def _read_date(head: Head, region: list[Line], holes: dict[int, list[tuple[int, int]]]) -> int | None:
    for at, line in enumerate(region):
        if at > 0 and _SENT_TO.match(line.flat):
            return None
        found = _DAY.search(digits(line.flat))
        if found is None:
            continue
        used = holes.get(at, [])
        left = max((end for _start, end in used if end <= found.start()), default=0)
        place = _place(line, left, found.start())
        if place is None:
            continue
        start, end = place
        head.place = " ".join(line.plain[start:end].split())
        head.spans["place"] = (line.start + start, line.start + end)
        day, month, year = (found["d"] or found["d2"], found["m"] or found["m2"], found["y"] or found["y2"])
        head.year = int(year)
        if day and month:
            try:
                head.date = dt.date(int(year), int(month), int(day))
            except ValueError:
                head.date = None
        begin = found.start() + len(line.flat[found.start() :]) - len(line.flat[found.start() :].lstrip(", "))
        head.spans["date"] = (line.start + begin, line.start + found.end())
        holes.setdefault(at, []).append((start, found.end()))
        return at
    return None


def _place(line: Line, left: int, end: int) -> tuple[int, int] | None:
    """Where the name of the place stands that comes right before the date: capitals at the end of what is left of it."""
    gap = max((found.end() for found in re.finditer(r"\||\t| {3,}", line.plain[left:end])), default=0)
    anchor = max((found.end() for found in ANCHORS.finditer(line.flat[left:end])), default=0)
    start = left + max(gap, anchor)
    text = line.plain[start:end].rstrip(" ,")
    if not text.strip():
        return None
    shouted = line.plain.isupper() or line.plain.islower()
    tail = (_FLAT_PLACE if shouted else _CAPITAL_PLACE).search(text)
    if tail is None or len(tail[0].split()) > 6:
        return None
    return start + tail.start(), start + len(text)


def _read_issuer(head: Head, region: list[Line], until: int, holes: dict[int, list[tuple[int, int]]]) -> None:
    """The left column above the number: the body above, then the one that issues; each may take several lines."""
    groups: list[list[Piece]] = []
    for at, line in enumerate(region[: until + 1]):
        if _SENT_TO.match(line.flat) or line.plain.startswith("("):
            continue
        for piece in pieces(line, holes.get(at, ())):
            if not any(map(str.isalpha, piece.plain)) or _ABOUT.match(piece.flat) or len(piece.plain) > 110 or _is_title(piece):
                continue
            if _UNIT.match(piece.flat) or (not groups and piece.plain.isupper() and at < 3):
                groups.append([piece])
            elif groups and _goes_on(groups[-1][-1], piece):
                groups[-1].append(piece)
    if groups:
        head.issuer = " ".join(map(words, groups[-1]))
        head.spans["issuer"] = (groups[-1][0].start, groups[-1][-1].end)


def _goes_on(before: Piece, piece: Piece) -> bool:
    return before.plain.isupper() == piece.plain.isupper() and not re.match(r"so\b|v/v", piece.flat)


def _is_title(piece: Line) -> bool:
    return piece.flat.strip(" :*") in TYPES


def _read_type(head: Head, region: list[Line], holes: dict[int, list[tuple[int, int]]]) -> int | None:
    for at, line in enumerate(region):
        if _SENT_TO.match(line.flat) and head.spans.get("date", (0, 0))[1]:
            before = [other for other in region[:at] if _is_title(other)]
            if not before:
                return None
        for piece in pieces(line, holes.get(at, ())):
            name = kind_of(piece)
            if name:
                head.type = name
                length = len(next(key for key, value in TYPES.items() if value == name))
                head.spans["type"] = (piece.start, piece.start + length)
                return at
    return None


def kind_of(piece: Line) -> str | None:
    """Kind of document that a line of the head names: alone, or in capitals with more after it."""
    flat = re.sub(r"l\b", "i", piece.flat.strip(" :*."))  # as text recognition reads GIẤY MỜI
    if flat in TYPES:
        return TYPES[flat]
    for key in sorted(TYPES, key=len, reverse=True):
        shouted = piece.plain[: len(key)].isupper() or piece.plain.islower()
        if flat.startswith(key + " ") and shouted and not _BODY_WORDS.match(flat[len(key) :]):
            return TYPES[key]
    return None


def _read_about(head: Head, region: list[Line], holes: dict[int, list[tuple[int, int]]], stop: int) -> int:
    """The subject of a công văn, after “V/v”."""
    taken: list[Piece] = []
    for at, line in enumerate(region[:stop]):
        for piece in pieces(line, holes.get(at, ())):
            about = _ABOUT.search(piece.flat)
            if about and not taken:
                start = about.end()
                taken.append(rest_of(piece, start))
            elif taken and at > 0 and not _UNIT.match(piece.flat) and not piece.plain.isupper() and len(taken) < 5 and not piece.plain.startswith("("):
                taken.append(piece)
    _keep_subject(head, taken)
    return stop


def rest_of(piece: Piece, start: int) -> Piece:
    """The piece from its character ``start`` on."""
    return Piece(piece.start + start, piece.end, piece.plain[start:], piece.flat[start:])


def _keep_subject(head: Head, taken: list[Piece]) -> None:
    taken = [piece for piece in taken if piece.plain.strip()]
    if taken:
        head.subject = " ".join(map(words, taken)).strip(" .;,")
        head.spans["subject"] = (taken[0].start, taken[-1].end)


def _read_subject(head: Head, found: list[Line], title_at: int, holes: dict[int, list[tuple[int, int]]]) -> int:
    """The lines under the name of the kind."""
    taken: list[Piece] = []
    name = pieces(found[title_at], holes.get(title_at, ()))
    title = next(piece for piece in name if kind_of(piece))
    rest = len(next(key for key in TYPES if TYPES[key] == head.type))
    after = rest_of(title, rest)
    if any(map(str.isalnum, after.plain)):
        lead = len(after.plain) - len(after.plain.lstrip(" :.-–"))
        taken.append(rest_of(after, lead))
    at = title_at + 1
    while at < len(found) and at <= title_at + 5:
        line = found[at]
        parts = [piece for piece in pieces(line, holes.get(at, ())) if any(map(str.isalnum, piece.plain))]
        first = at == title_at + 1 and not taken
        if parts and line.plain.rstrip().endswith(":") and (line.plain.isupper() or not first):
            break
        if parts and (not line.plain.startswith("(") or (taken and re.match(r"\((?:tu|thoi gian|tuan)\b", line.flat))):
            if _SENT_TO.match(line.flat) or is_basis(line) or not _is_subject(line, first=first, before=taken):
                break
            taken += parts
            if line.plain.rstrip().endswith((".", ";", ":")):
                at += 1
                break
        at += 1
    _keep_subject(head, taken)
    return at


def _is_subject(line: Line, *, first: bool, before: list[Piece]) -> bool:
    if re.match(r"(?:ve viec|v/v|ve )", line.flat):
        return True
    if re.search(r"kinh moi|tran trong", line.flat):
        return False
    if len(line.plain) > 260 or line.plain.count(". ") > 0:
        return False
    if first:
        return not re.match(r"dieu \d|[ivx]+\.|\d+\.|hom nay|ong |ba |toi |chung toi|uy ban nhan dan .* (?:kinh|tran) ?(?:trong|moi)|.*tran trong", line.flat)
    shouted = bool(before) and before[-1].plain.isupper() and line.plain.isupper()
    return shouted or (
        not _BODY.match(line.flat) and not (line.plain.isupper() and not before[-1].plain.isupper()) and len(line.plain) < 140 and not line.plain.endswith(".")
    )
