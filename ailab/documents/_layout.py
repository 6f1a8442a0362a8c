"""Lines and cells of a document, and the words of its head that stand at fixed places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ailab.text import Folded

__all__ = ["ANCHORS", "TYPES", "Line", "Piece", "cells", "digits", "lines", "pieces", "words"]

#: Kinds of document (Decree 30/2020/NĐ-CP), and a few that offices write as well. Without accents -> name.
TYPES = {
    "nghi quyet": "Nghị quyết", "quyet dinh": "Quyết định", "chi thi": "Chỉ thị", "quy che": "Quy chế", "quy dinh": "Quy định", "thong cao": "Thông cáo",
    "thong bao": "Thông báo", "huong dan": "Hướng dẫn", "chuong trinh": "Chương trình", "ke hoach": "Kế hoạch", "phuong an": "Phương án", "de an": "Đề án",
    "du an": "Dự án", "bao cao": "Báo cáo", "bien ban": "Biên bản", "to trinh": "Tờ trình", "hop dong": "Hợp đồng", "cong dien": "Công điện",
    "ban ghi nho": "Bản ghi nhớ", "ban thoa thuan": "Bản thỏa thuận", "giay uy quyen": "Giấy ủy quyền", "giay moi": "Giấy mời",
    "giay gioi thieu": "Giấy giới thiệu", "giay nghi phep": "Giấy nghỉ phép", "phieu gui": "Phiếu gửi", "phieu chuyen": "Phiếu chuyển",
    "phieu bao": "Phiếu báo", "thu cong": "Thư công", "nghi dinh": "Nghị định", "thong tu": "Thông tư", "don": "Đơn", "lich cong tac": "Lịch công tác",
    "quy trinh": "Quy trình", "giay bien nhan": "Giấy biên nhận", "de cuong": "Đề cương",
    "ket luan": "Kết luận", "noi quy": "Nội quy", "to khai": "Tờ khai", "phu luc hop dong": "Phụ lục hợp đồng",
}  # fmt: skip

_MOTTO = r"doc\s*lap\s*[-–—.]\s*tu\s*do\s*[-–—.]\s*hanh\s*phuc"
_NATION = r"cong\s+hoa\s+xa\s+ho[il1]\s+chu\s+nghia\s+viet\s*nam"
_PARTY = r"dang\s+cong\s+san\s+viet\s+nam"
#: What stands in the right column of every head.
ANCHORS = re.compile(rf"{_NATION}|{_MOTTO}|{_PARTY}")
_GAP = re.compile(r" ?\| ?|\t|[ ]{3,}")
_EDGES = " \t|*_-–—=.…"


@dataclass(frozen=True)
class Line:
    """One line: characters ``start`` to ``end`` of a folded text, without the spaces around it."""

    start: int
    end: int
    plain: str
    flat: str


@dataclass(frozen=True)
class Piece(Line):
    """Part of a line: a cell, or what a column leaves of it."""


_DIGIT = re.compile(r"(?<=\d)[oli](?=[\d\s/.,;:|h-]|$)|(?<![a-z])[oli](?=\d)")


_NUMERIC_DATE = re.compile(r"(?<![a-z\d])[\doli]{1,2}[/.-][\doli]{1,2}[/.-](?=[\doli]{4}\b)")
_LOOK_ALIKES = str.maketrans("oli", "011")


def digits(flat: str) -> str:
    """Digits that text recognition took for letters: l5/O9 is 15/09. As long as before."""
    flat = _NUMERIC_DATE.sub(lambda found: found[0].translate(_LOOK_ALIKES), flat)
    return _DIGIT.sub(lambda found: "0" if found[0] == "o" else "1", flat)


def lines(text: Folded) -> list[Line]:
    """All lines that hold something."""
    found = []
    for match in re.finditer(r"[^\n\r]+", text.plain):
        start, end = _strip(text.plain, match.start(), match.end(), " \t")
        if start < end:
            found.append(Line(start, end, text.plain[start:end], text.flat[start:end]))
    return found


def cells(line: Line) -> list[Piece]:
    """Cells of a line, cut at ``|``, tabs and wide gaps; empty ones as well."""
    bounds = [0, *(at for gap in _GAP.finditer(line.flat) for at in gap.span()), len(line.flat)]
    return [_piece(line, *_strip(line.plain, start, end, " \t|")) for start, end in zip(bounds[::2], bounds[1::2], strict=True)]


def pieces(line: Line, taken: Iterable[tuple[int, int]] = ()) -> list[Piece]:
    """What a line holds beside the anchors of the head and what else is ``taken`` (offsets within the line)."""
    holes = sorted([*(found.span() for found in ANCHORS.finditer(line.flat)), *(gap.span() for gap in _GAP.finditer(line.flat)), *taken])
    found, last = [], 0
    for start, end in [*holes, (len(line.flat), len(line.flat))]:
        left, right = _strip(line.plain, last, max(start, last), _EDGES)
        if left < right:
            found.append(_piece(line, left, right))
        last = max(last, end)
    return found


def words(piece: Line) -> str:
    """The text with single spaces."""
    return " ".join(piece.plain.split())


def _piece(line: Line, start: int, end: int) -> Piece:
    return Piece(line.start + start, line.start + end, line.plain[start:end], line.flat[start:end])


def _strip(text: str, start: int, end: int, what: str) -> tuple[int, int]:
    while start < end and text[start] in what:
        start += 1
    while start < end and text[end - 1] in what:
        end -= 1
    return start, end
