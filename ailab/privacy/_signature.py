"""Who signed: the name under TM., KT., CHỦ TỊCH … of an office is the signer's; one under NGƯỜI LÀM ĐƠN is just a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ailab.privacy._name_parts import RANK, is_family, words_from
from ailab.privacy._view import UPPER, Hit
from ailab.privacy._words import JOBS, NOT_A_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ailab.privacy._name_parts import Word
    from ailab.privacy._view import View

__all__ = ["find_signatures"]

_OFFICE = re.compile(
    r"(?:^|[\s|│:])(?:(?:tm|kt|tl|tuq|q) ?\. ?[a-z]|(?:pho )?(?:chu tich|giam doc|tong giam doc|truong phong|truong ban|hieu truong|bi thu|chanh van phong|chanh thanh tra|chu nhiem|doi truong|tram truong"
    r"|truong cong an|chi huy truong|chi cuc truong|cuc truong|vien truong|chanh an|thu truong|bo truong|truong doan|hat truong|to truong|truong ban|truong thon|chu tri|chu toa|truong khoa|truong tram|tu lenh"
    r"|van phong|chinh tri vien|chanh van phong|hat pho|truong ban to chuc)\b)"
)
_PERSON = re.compile(
    r"(?:^|[\s|│])(?:nguoi (?:lam don|viet don|de nghi|khai|lam chung|uy quyen|duoc uy quyen|lap(?: bieu| bien ban| phieu)?|yeu cau|bao cao|nop|nhan|giao|cam ket|to cao|khieu nai|vay|ban|mua|dai dien|thue|cho thue|viet|kiem tra)|(?:dai dien )?ben [ab]"
    r"|dai dien [a-z ]{2,40}|thu ky|ke toan(?: truong)?|thu quy|chu ho|ben (?:giao|nhan|mua|ban|thue|cho thue|vay|cho vay|uy quyen|duoc uy quyen)|can bo [a-z ]{2,30}|nguoi viet)\b[\w ]{0,30}(?:$|\||│)"
)
#: Lines between the office and the name.
_AFTER = re.compile(r"^(?:phu luc|danh sach|bieu (?:so|mau)|bang|\(?kem theo|chuong [ivx\d]|dieu \d|phan [ivx\d]|[ivx]+\. )")
_RANK = re.compile(rf"(?:{RANK}[ .]{{0,2}})+")
_SHOUTED = re.compile(rf"[{UPPER}]{{2}}|[{UPPER}]\. ?[{UPPER}]")
_MOST_LINES = 14


def find_signatures(view: View, names: Sequence[Hit]) -> Iterator[Hit]:
    """Names in signatures, with the role of a signer where an office stands above."""
    known = {hit.start: hit for hit in names}
    lines = view.lines
    at = 0
    while at < len(lines):
        title = _title(view, *lines[at])
        if not title:
            at += 1
            continue
        below, steps = at + 1, 0
        found: list[tuple[int, int]] = []
        while below < len(lines) and steps < _MOST_LINES and not found:
            start, end = lines[below]
            text = view.bare[start:end].strip()
            if text:
                steps += 1
                if _AFTER.match(text):
                    break
                more = _title(view, start, end)
                if more == "signer":
                    title, steps = more, 0
                elif not more:
                    found = [*_names_in(view, start, end, known)]
            below += 1
        for start, end in found:
            yield Hit(start, end, "person_name", 5, "signer" if title == "signer" else "")
        at = below if found else at + 1


def _title(view: View, start: int, end: int) -> str:
    """What a line says of who signs below: ``'signer'``, ``'person'`` or nothing."""
    if not view.flat and not _SHOUTED.search(view.text, start, end):
        return ""
    line = view.bare[start:end]
    for pattern, role in ((_PERSON, "person"), (_OFFICE, "signer")):
        for found in pattern.finditer(line):
            words = view.text[start + found.start() : start + found.end()].strip(" |│:")
            rest = view.text[start + found.end() : end].split("|")[0].split("\t")[0]
            rest = re.split(r" {3}", rest)[0]
            if words.isupper() and not any(map(str.islower, rest)) or (view.flat and len(line.split()) <= 8 and found.start() <= 1):
                return role
    return ""


def _names_in(view: View, start: int, end: int, known: dict[int, Hit]) -> Iterator[tuple[int, int]]:
    """Names that stand alone in a cell of a line, or at its end."""
    for left, right in view.cells(start, end):
        rank = _RANK.match(view.bare, left, right)
        begin = rank.end() if rank else left
        words = words_from(view, begin)
        words = [word for word in words if word.end <= right]
        if words and words[-1].end == right and _alone(view, words):
            yield begin, right
            continue
        for at in range(left, right):
            if at in known and known[at].end == right:
                yield at, right
                break


def _alone(view: View, words: list[Word]) -> bool:
    if not 2 <= len(words) <= 5 or re.match(JOBS, view.bare[words[0].start :][:40]):
        return False
    if not view.flat and not all(word.text[0].isupper() for word in words):
        return False
    if words[0].shouted != words[-1].shouted and len(words[-1].text) > 1:
        return False
    return is_family(words[0], loose=not view.accented) or (words[0].low not in NOT_A_NAME and not words[0].shouted and not any(word.low in NOT_A_NAME for word in words))
