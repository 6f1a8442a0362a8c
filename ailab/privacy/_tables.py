"""Tables: which column holds what, by the words at its head."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ailab.privacy._words import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ailab.privacy._view import View

__all__ = ["Cell", "Row", "Tables"]

_EDGE = re.compile(r"[|│\t]")
#: Role of a column, and what stands at its head. The first that fits counts.
_NAMES = one_line(r"""
    ho,? ?(?:va )?(?:chu dem )?(?:va )?ten|ten (?:chu ho|ho|nguoi|hoc sinh|vo|chong|can bo|cong dan|con|chau)|chu ho|ho gia dinh|ho ten|hoc sinh
    |cong dan|full name|name
    |dau moi|nguoi (?!duoc phan|thuc)\w+|can bo|dai dien|lanh dao|thanh vien|ong,? ?(?:/ ?)?\(?ba|giao vien|bi thu|truong ban|nguoi
""")
_HEADS = {
    "plate": re.compile(r"bien (?:so|kiem soat)|\bbks\b"),
    "dob": re.compile(r"^(?:ngay,? ?(?:thang,? ?)?(?:nam )?sinh|nam sinh|sinh (?:nam|ngay)|sinh$|ns|sn|date of birth)\b"),
    "name": re.compile(rf"^(?:{_NAMES})"),
    "bank": re.compile(r"tai khoan|\bstk\b|so tk"),
    "id": re.compile(r"cccd|can cuoc|dinh danh|cmnd|\bcmt|chung minh|giay to|\bgplx\b|giay phep lai"),
    "tax": re.compile(r"\bmst\b|ma so thue"),
    "insurance": re.compile(r"bhxh|bhyt|bao hiem"),
    "phone": re.compile(r"dien thoai|\bsdt\b|\bs?dt\b|lien he|lien lac|di dong|phone|zalo"),
    "sensitive": re.compile(r"^(?:dan toc|ton giao)"),
    "health": re.compile(r"tinh trang (?:benh|suc khoe|khuyet tat)|tat\b|\bbenh(?! vien)|chan doan|suc khoe|tien su"),
    "address": re.compile(r"dia chi|noi o|cho o|cu tru|thuong tru|ho khau|que quan|^(?:thon|ban|xom|to)\b(?! (?:ghi|sao|cam|ke|giao))|address"),
}
#: The same in a line that lost the edges between its columns.
_LOOSE_NAME = re.compile(r"\bho (?:va )?ten\b|\bten (?:chu ho|nguoi|hoc sinh)\b")
_LOOSE_HEADS = {role: pattern for role, pattern in _HEADS.items() if role in {"plate", "bank", "id", "tax", "insurance", "phone", "health"}} | {
    "dob": re.compile(r"\b(?:ngay|nam) sinh\b|\bsinh\b"),
    "sensitive": re.compile(r"\b(?:dan toc|ton giao)\b"),
    "address": re.compile(r"dia chi|noi o|cho o|cu tru|thuong tru|\b(?:thon|ban|xom)\b"),
}
#: What a row of such a table has: a number at its beginning and figures, or many figures.
_LOOSE_ROW = re.compile(r"^ *\d{1,4}[.)]? +[a-z]|\d{6}|\d[ .-]\d{3}[ .-]\d{3}")
_FEWEST_COLUMNS, _LONGEST_HEAD = 2, 250
#: Heads of a column of those whom a table is about; not of those who do what stands in it.
_SUBJECT = re.compile(
    r"\bten\b|chu ho|ho gia dinh|hoc sinh|cong dan|nguoi (?!phu trach|phu|thuc|lam|chi|theo|lien|dua|ky|giao|lap|kiem)|name|ong,? ?(?:/ ?)?\(?ba"
)
_OF_SUBJECT = frozenset({"address", "sensitive", "health", "dob"})


@dataclass(frozen=True)
class Cell:
    """A cell of a table: where its words start and end, the role of its column, and what stands at the head of it."""

    start: int
    end: int
    role: str
    head: str


@dataclass(frozen=True)
class Row:
    """A line of a table without edges: where it starts and ends, and the roles of its columns; none if it is the head."""

    start: int
    end: int
    roles: frozenset[str]


def _loose_roles(line: str) -> frozenset[str]:
    """Roles of the columns that a line may be the head of; none if it is no head."""
    if not _LOOSE_NAME.search(line) or any(map(str.isdigit, line)):
        return frozenset()
    roles = frozenset(role for role, pattern in _LOOSE_HEADS.items() if pattern.search(line))
    return roles if len(roles) >= _FEWEST_COLUMNS else frozenset()


class Tables:
    """Tables of a view.

    Attributes
    ----------
    cells : list of Cell
        Those under a head that says something, of tables with a column of names.
    rows : list of Row
        Lines of tables that lost the edges between their columns, and their heads.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self.cells: list[Cell] = []
        head: list[tuple[str, str]] = []
        for start, end in view.lines:
            if not _EDGE.search(view.text, start, end):
                if view.text[start:end].strip():
                    head = []
                continue
            row = [*self._row(start, end)]
            roles = [self._role(*cell) for cell in row]
            if sum(bool(role) for role, _label in roles) >= 2 and not any(map(str.isdigit, view.text[start:end])):
                head = roles
            elif head:
                self.cells += self._under(head, row)
        self.rows = [*self._loose_rows()]
        self._starts = [cell.start for cell in self.cells]
        self._row_starts = [row.start for row in self.rows]

    def _loose_rows(self) -> Iterator[Row]:
        """Rows under a head that lost the edges between its columns, as PDFs do."""
        roles: frozenset[str] = frozenset()
        for start, end in self._view.lines:
            if _EDGE.search(self._view.text, start, end):
                roles = frozenset()
                continue
            line = self._view.bare[start:end]
            head = _loose_roles(line) if len(line) <= _LONGEST_HEAD else frozenset()
            if head:
                roles = head
                yield Row(start, end, frozenset())
            elif roles and line.strip():
                if not _LOOSE_ROW.search(line):
                    roles = frozenset()
                else:
                    yield Row(start, end, roles)

    def _row(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        edges = [start - 1, *(found.start() for found in _EDGE.finditer(self._view.text, start, end)), end]
        if len(edges) > 3 and self._view.text[start : start + 1] in "|│":  # a border
            edges = edges[1:]
        for left, right in pairwise(edges):
            piece = self._view.text[left + 1 : right]
            lead = len(piece) - len(piece.lstrip())
            yield left + 1 + lead, left + 1 + lead + len(piece.strip())

    def _role(self, start: int, end: int) -> tuple[str, str]:
        label = self._view.bare[start:end]
        if len(label) <= 60:
            for role, pattern in _HEADS.items():
                if pattern.search(label):
                    return role, label
        return "", label

    @staticmethod
    def _under(head: list[tuple[str, str]], row: list[tuple[int, int]]) -> Iterator[Cell]:
        if all(role != "name" for role, _label in head) or len(row) < 2:
            return
        about = any(role == "name" and _SUBJECT.search(label) for role, label in head)
        for (role, label), (start, end) in zip(head, row, strict=False):
            if role and end > start and (about or role not in _OF_SUBJECT):
                yield Cell(start, end, role, label)

    def row_at(self, at: int) -> Row | None:
        """Row without edges in which a character stands."""
        index = bisect_right(self._row_starts, at) - 1
        return self.rows[index] if index >= 0 and at < self.rows[index].end else None

    def role_at(self, at: int) -> str:
        """Role of the cell in which a character stands, or ``""``."""
        index = bisect_right(self._starts, at) - 1
        return self.cells[index].role if index >= 0 and at < self.cells[index].end else ""
