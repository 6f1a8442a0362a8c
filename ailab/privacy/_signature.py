"""Who signed: the name under TM., KT., CHỦ TỊCH … of an office is the signer's; one under NGƯỜI LÀM ĐƠN is just a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ailab.privacy._flat_names import stops
from ailab.privacy._name_parts import RANK, is_family, is_marker, words_from
from ailab.privacy._view import UPPER, Hit
from ailab.privacy._words import JOBS, NOT_A_NAME, OFTEN_NO_NAME, OFTEN_NO_NAME_BARE, USUAL_FAMILY, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ailab.privacy._name_parts import Word
    from ailab.privacy._view import View

__all__ = ["find_signatures"]

_OFFICES = one_line("""
    chu tich|giam doc|tong giam doc|truong phong|truong ban|hieu truong|bi thu|chanh van phong|chanh thanh tra|chu nhiem|doi truong|tram truong
""")
_HEADS = one_line("""
    truong cong an|chi huy truong|chi cuc truong|cuc truong|vien truong|chanh an|thu truong|bo truong|truong doan|hat truong|to truong|truong thon
    |chu tri|chu toa
    |truong khoa|truong tram|tu lenh|van phong|chinh tri vien|hat pho
""")
#: An office that signs; TM., KT., TL. before a body or another office.
_OFFICE = re.compile(rf"(?:^|[\s|│:])(?:(?:tm|kt|tl|tuq|q) ?\. ?[a-z]|(?:pho )?(?:{_OFFICES}|{_HEADS})\b)")
_DOERS = one_line("""
    lam don|viet don|de nghi|khai|lam chung|uy quyen|duoc uy quyen|lap(?: bieu| bien ban| phieu)?|yeu cau|bao cao|nop|nhan|giao|cam ket|to cao
    |khieu nai|vay|ban|mua
    |dai dien|thue|cho thue|viet|kiem tra
""")
_SIDES = "giao|nhan|mua|ban|thue|cho thue|vay|cho vay|uy quyen|duoc uy quyen"
_OTHERS = rf"(?:dai dien )?ben [ab]|dai dien [a-z ]{{2,40}}|thu ky|ke toan(?: truong)?|thu quy|chu ho|ben (?:{_SIDES})|can bo [a-z ]{{2,30}}"
#: Anybody else who signs.
_PERSON = re.compile(rf"(?:^|[\s|│])(?:nguoi (?:{_DOERS})|{_OTHERS})\b[\w ]{{0,30}}$")
#: Lines between the office and the name.
_AFTER = re.compile(r"^(?:phu luc|danh sach|bieu (?:so|mau)|bang|\(?kem theo|chuong [ivx\d]|dieu \d|phan [ivx\d]|[ivx]+\. )")
_RANK = re.compile(rf"(?:{RANK}[ .]{{0,2}})+")
_LAST_PIECE = re.compile(r"[;.,] (?=[^;.,]{5,40}$)")
_NO_NAME = re.compile(rf"{JOBS}|ho va ten|ho ten|dien thoai|dia chi|dan toc|ngay|nam sinh|ghi chu")
_SHOUTED = re.compile(rf"[{UPPER}]{{2}}|[{UPPER}]\. ?[{UPPER}]")
_MOST_LINES = 14


def find_signatures(view: View, names: Sequence[Hit]) -> Iterator[Hit]:
    """Names in signatures, with the role of a signer where an office stands above."""
    known = {hit.start: hit for hit in names}
    lines = view.lines
    at = 0
    while at < len(lines):
        roles = _roles(view, *lines[at])
        if not any(roles):
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
                more = _roles(view, start, end)
                if "signer" in more:
                    roles, steps = more, 0
                elif not any(more):
                    found = [*_names_in(view, start, end, known)]
            below += 1
        whose = [role for role in roles if role]
        for index, (start, end) in enumerate(found):
            role = whose[index] if len(whose) == len(found) else "signer" if "signer" in whose else "person"
            yield Hit(start, end, "person_name", 5, "signer" if role == "signer" else "")
        at = below if found else at + 1


def _roles(view: View, start: int, end: int) -> list[str]:
    """What each cell of a line says of who signs below: ``'signer'``, ``'person'`` or nothing."""
    if view.style == "title" and not _SHOUTED.search(view.text, start, end):
        return []
    return [_role(view, *cell) for cell in view.cells(start, end)]


def _role(view: View, left: int, right: int) -> str:
    cell = view.bare[left:right]
    for pattern, role in ((_PERSON, "person"), (_OFFICE, "signer")):
        for found in pattern.finditer(cell):
            rest = view.text[left + found.start() : right].strip()
            first = not found.start() or cell[: found.start()].strip(" :") == "noi nhan"
            alone = rest.isupper() and len(rest) <= 70 if view.style == "title" else first and len(rest) <= 45
            if alone and not any(map(str.isdigit, rest)):
                return role
    return ""


def _names_in(view: View, start: int, end: int, known: dict[int, Hit]) -> Iterator[tuple[int, int]]:
    """Names that stand alone in a cell of a line, or at its end."""
    for left, right in view.cells(start, end):
        last = _LAST_PIECE.search(view.text, left, right)
        for at in (left, last.end() if last else left):
            rank = _RANK.match(view.bare, at, right)
            begin = rank.end() if rank else at
            words = words_from(view, begin)
            if words and words[-1].end == right and _is_name(view, words):
                yield begin, right
                break
        else:
            named = next((at for at in range(left, right) if at in known and known[at].end == right), None)
            if named is not None:
                yield named, right


def _is_name(view: View, words: list[Word]) -> bool:
    """Tell whether words that stand alone where a name is expected are one."""
    first = words[0]
    if not 2 <= len(words) <= 5 or _NO_NAME.match(view.bare, first.start):
        return False
    capitals = view.flat or all(word.text[0].isupper() for word in words)
    one_kind = first.shouted == words[-1].shouted or len(words[-1].text) == 1
    family = is_family(first, loose=not view.accented)
    if not (capitals and one_kind) or (view.style != "title" and not family):
        return False
    if view.style == "title":
        return family or not (first.shouted or any(word.low in NOT_A_NAME for word in words))
    return is_marker(view, words, 1, trusted=True) or _is_flat_name(view, words)


def _is_flat_name(view: View, words: list[Word]) -> bool:
    """The same where capitals do not tell, for names without Văn, Thị or A."""
    first = words[0]
    if not view.accented and first.bare not in USUAL_FAMILY:
        return len(words) == 3 and first.bare not in OFTEN_NO_NAME_BARE and not any(stops(view, word) for word in words[1:])
    return first.low not in OFTEN_NO_NAME and not any(word.low in NOT_A_NAME for word in words[1:])
