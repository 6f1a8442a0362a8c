"""The foot of a document: who signed, and who gets it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ailab.documents._head import CAPITAL, is_unit, kind_of, rest_of
from ailab.documents._layout import ANCHORS, Piece, cells

if TYPE_CHECKING:
    from ailab.documents._layout import Line

__all__ = ["Foot", "read_foot"]

_ROLE = (
    r"(?:(?:pho\s+|q\.\s*|quyen\s+)?(?:chu tich|giam doc|truong phong|hieu truong|truong ban|chu nhiem|truong tram|bi thu|chanh van phong|cuc truong|"
    r"chi cuc truong|tong giam doc|to truong|truong cong an|truong doan|vien truong|doi truong|thu truong|chanh thanh tra|hat truong|"
    r"giam doc so|truong thon|truong ban|pho truong (?:ban|phong)|chu toa|thu ky|ke toan|ke toan truong|chi huy truong|tram truong|bi thu doan|"
    r"chu tich cong doan|tong bien tap|truong dai dien|dai dien|ben [ab]\b|ben giao|ben nhan|nguoi duoc uy quyen|nguoi lam don|nguoi (?:lap|ghi|"
    r"uy quyen|de nghi|viet|gioi thieu)[\w ]*|chu tri))"
)
_ACTING = re.compile(r"\b(?:t\s?m|k\s?t|t\s?l|t\s?u\s?q)\s?\.|\bky thay\b|\bthua lenh\b")
_ROLE_LINE = re.compile(rf"(?:{_ROLE})\b[\w\s,./-]{{0,60}}$")
#: What a role line does not hold: “Hiệu trưởng gửi báo cáo trước ngày 20/9.” is a task.
_SENTENCE = re.compile(r"\bngay\b|\d\s?[/-]\s?\d|\.\s*$")
_ROLE_AND_NAME = re.compile(rf"{_ROLE}\s+((?!ubnd|uy ban|hdnd|so |phong |xa |tinh |phuong )[a-z]+(?: [a-z]+){{1,3}})$")
_SIGNED = re.compile(r"\(?\s*(?:da ky|ky|ky ten|ky,? (?:ghi ro ho ten|dong dau)|chu ky|ky so|da ky so)[\w\s,]*\)?\s*:?")
_RECIPIENTS = re.compile(r"\bnoi\s+(?:nhan|gui)\s*:?")
_ENTRY = re.compile(r"^\s*[-–—+•*]\s*")
_TITLES = re.compile(r"(?:(?:ong|ba|ths|ts|pgs|gs|bs\w*|ks|cn|thieu ta|trung ta|thuong ta|dai ta|dai uy|thuong uy|trung uy|thieu tuong)(?:[.:]\s*|\s+))+")
_NAME = re.compile(rf"[{CAPITAL}][\w'’-]*(?:\s+[{CAPITAL}][\w'’-]*){{1,4}}")
_MOST_COLUMNS = 3  # of signatures beside each other; a row of more is a table
_CHAIR = re.compile(r"(?:thu ky|nguoi ghi)\b.*\b(?:chu tri|chu toa|chu tich)|^(?:chu tri|chu toa)\b")
_BESIDE = re.compile(r"(?:thu ky|nguoi ghi|ben a|ben giao)\b.*\b(?:chu tri|chu toa|chu tich|ben b|ben nhan)\b")
#: Where a signature begins that a mixed line has after an entry of the list.
_MIXED = re.compile(
    rf"\s+(?P<right>(?:TM|KT|TL|TUQ)\.\s*[{CAPITAL}]{{2}}.*)$|"
    rf"(?<=[;.,])\s+(?P<r2>(?:[{CAPITAL}]{{4,}}+|[{CAPITAL}]{{2,3}}\s++[{CAPITAL}]{{2,}}+)(?:\s++[{CAPITAL}]{{2,}}+)*+\s*+)$|"
    rf"(?<=[;.])\s+(?P<r3>(?:(?:ThS|TS|BS\w*|KS|CN)\.\s*)?{_NAME.pattern})$|(?<=[;.])\s+(?P<r4>\((?:Đã\s+)?[Kk][ýy][^)]*\))"
)


@dataclass
class Foot:
    """Signer and recipients. ``start`` is the first line of the foot, ``end`` the line after it; blocks are lines as well."""

    start: int
    end: int
    signer: str | None = None
    signer_span: tuple[int, int] | None = None
    recipients: tuple[str, ...] = ()
    signature: tuple[int, int] | None = None
    listed: tuple[int, int] | None = None


def read_foot(found: list[Line], begin: int) -> Foot:
    """Read signature and recipients.

    Parameters
    ----------
    found : list of Line
        Of one document.
    begin : int
        First line after the head.
    """
    sides = {at: _sides(found[at]) for at in range(begin, len(found))}
    listed = next((at for at in reversed(sides) if (opening := _RECIPIENTS.search(found[at].flat)) and opening.start() < 60), None)
    signing = [at for at, (_left, right) in sides.items() if len(right) <= _MOST_COLUMNS and any(map(_signs, right))]
    foot = Foot(len(found), len(found))
    if listed is not None:
        foot.start = min([listed, *(at for at in signing if listed - 8 <= at < listed)])
        foot.end = _read_recipients(foot, sides, listed)
        signing = [at for at in signing if at >= foot.start]
    elif signing:
        foot.start = foot.end = _block_start(signing)
    else:
        return foot
    _read_signer(foot, sides, signing)
    if foot.signature:
        foot.end = max(foot.end, foot.signature[1])
    return foot


def _block_start(signing: list[int]) -> int:
    start = signing[-1]
    for at in reversed(signing):
        if start - at <= 3:
            start = at
    return start


def _sides(line: Line) -> tuple[list[Piece], list[Piece]]:
    """What a line of the foot holds of the recipients (left) and of the signature (right); OCR mixes both in one line."""
    left: list[Piece] = []
    right: list[Piece] = []
    for cell in cells(line):
        opening = _RECIPIENTS.search(cell.flat)
        piece = rest_of(cell, opening.end()) if opening else cell
        entry = _ENTRY.match(piece.plain) is not None
        if entry or (opening and not _signs(_trimmed(piece))):
            split = _MIXED.search(piece.plain)
            if split:
                at = split.start(split.lastgroup or 0)
                right.append(rest_of(piece, at))
                piece = Piece(piece.start, piece.start + at, piece.plain[:at], piece.flat[:at])
            left.append(piece)
        else:
            right.append(_trimmed(piece))
    return left, right


def _trimmed(piece: Piece) -> Piece:
    return rest_of(piece, len(piece.plain) - len(piece.plain.lstrip()))


def _signs(piece: Line) -> bool:
    """Tell whether a line says in which role somebody signs."""
    short = piece.plain.isupper() or len(piece.plain) < 70
    role = _ROLE_LINE.match(piece.flat) and not _SENTENCE.search(piece.flat)
    return short and bool(_ACTING.match(piece.flat) or role or _SIGNED.fullmatch(piece.flat.strip()))


def _read_recipients(foot: Foot, sides: dict[int, tuple[list[Piece], list[Piece]]], listed: int) -> int:
    entries: list[str] = []
    at = last = listed
    while at in sides and at < listed + 25:
        left, right = sides[at]
        if entries and not left and entries[-1].endswith("Lưu") and right and not any(map(_signs, right)):
            entries[-1] += ": " + " ".join(right[0].plain.split()).rstrip(" .;,/")
            at += 1
            continue
        if not left and not (at == listed or any(map(_signs, right)) or any(_named(piece) for piece in right)):
            break
        for piece in left:
            several = ";" if at == listed and not _ENTRY.match(piece.plain) else r";\s*(?=[-–—+•*]\s)|\s{3,}"
            for part in re.split(several, _ENTRY.sub("", piece.plain)):
                entry = " ".join(_ENTRY.sub("", part).split()).rstrip(" .;,:/")
                if entry:
                    entries.append(entry)
        last = at if left else last
        at += 1
    foot.recipients = tuple(entries)
    foot.listed = (listed, last + 1)
    return at


def _read_signer(foot: Foot, sides: dict[int, tuple[list[Piece], list[Piece]]], signing: list[int]) -> None:
    """The first name after the roles."""
    if not signing:
        return
    words_at = {at: " ".join(piece.flat for piece in sides[at][1]) for at in signing}
    chaired = [at for at, flat in words_at.items() if _CHAIR.search(flat)]
    beside = any(map(_BESIDE.search, words_at.values()))
    begin = last = chaired[-1] if chaired else signing[0]
    for at in range(begin, min(begin + 30, max(sides) + 1)):
        right = sides[at][1]
        names = [found for piece in right if (found := _role_and_name(piece))]
        if any(map(_signs, right)) and not names:
            last = at
            continue
        names = names or [named for piece in right for named in _names(piece, beside=beside)]
        if names:
            foot.signer, foot.signer_span = names[-1] if chaired else names[0]
            last = at
            break
        if at - last > 6:
            break
    foot.signature = (signing[0], max(last, signing[-1] if signing[-1] - last < 3 else last) + 1)


def _role_and_name(piece: Piece) -> tuple[str, tuple[int, int]] | None:
    """Name that stands behind the role, where a text in small letters has run both together."""
    found = _ROLE_AND_NAME.search(piece.flat) if piece.plain.islower() else None
    if found is None:
        return None
    return " ".join(piece.plain[found.start(1) : found.end(1)].split()), (piece.start + found.start(1), piece.start + found.end(1))


def _names(piece: Piece, *, beside: bool) -> list[tuple[str, tuple[int, int]]]:
    """Names that a line holds: one, or two beside each other where two sign."""
    words_ = list(re.finditer(r"\S+", piece.plain))
    if beside and len(words_) in {4, 6, 8} and all(word[0][0].isupper() for word in words_):
        middle = words_[len(words_) // 2].start()
        left = Piece(piece.start, piece.start + middle, piece.plain[:middle], piece.flat[:middle])
        return [named for half in (left, rest_of(piece, middle)) if (named := _named(half))]
    named = _named(piece)
    return [named] if named else []


def _named(piece: Piece) -> tuple[str, tuple[int, int]] | None:
    """Name of a person that a line holds and nothing else but a title."""
    title = _TITLES.match(piece.flat)
    text = piece.plain[title.end() :] if title else piece.plain
    start = piece.start + (title.end() if title else 0) + len(text) - len(text.lstrip(" ./"))
    bare = text.strip(" ./")
    plain = not (bare.isupper() or bare.islower())
    if not re.fullmatch(_NAME if plain else r"[^\W\d_]+(?:\s+[^\W\d_]+){1,4}", bare):
        return None
    if not plain and (is_unit(piece) or _signs(piece) or kind_of(piece) or ANCHORS.search(piece.flat)):
        return None
    return " ".join(bare.split()), (start, start + len(bare))
