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

__all__ = ["Cell", "Tables"]

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


class Tables:
    """Tables of a view.

    Attributes
    ----------
    cells : list of Cell
        Those under a head that says something, of tables with a column of names.
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
        self._starts = [cell.start for cell in self.cells]

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

    def role_at(self, at: int) -> str:
        """Role of the cell in which a character stands, or ``""``."""
        index = bisect_right(self._starts, at) - 1
        return self.cells[index].role if index >= 0 and at < self.cells[index].end else ""
