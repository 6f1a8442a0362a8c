"""The two columns in which an administrative document begins and ends, where a program has mixed them line by line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ailab.text import unaccent

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NATION", "is_column_line", "one_column"]

#: Quốc hiệu, without accents and in small letters.
NATION = re.compile(r"cong\s+hoa\s+xa\s+hoi\s+chu\s+nghia\s+viet\s+nam")
_MOTTO = re.compile(r"doc\s+lap\s*[-–—]+\s*tu\s+do\s*[-–—]+\s*hanh\s+phuc")
_PARTY = re.compile(r"dang\s+cong\s+san\s+viet\s+nam\s*$")
_DATE = re.compile(r",\s*ngay\b[^,;a-z]{0,20}thang\b[^,;a-z]{0,20}nam\b[\d….\s]*$")
_KINDS = "nghi quyet|quyet dinh|chi thi|thong bao|huong dan|ke hoach|bao cao|bien ban|to trinh|cong dien|giay moi"
_STOP = re.compile(rf"kinh gui|can cu|dieu \d|noi nhan|(?:{_KINDS})$")
_SUBJECT = re.compile(r"v/v\b|ve viec\b")
_RECIPIENTS = re.compile(r"noi nhan\s*:")
_GAP = re.compile(r"\s{3,}|\t")
_DEGREE = re.compile(r"(?:[^\W\d_]+\.\s+)+")  # ThS. BSCKII.
_RULE = re.compile(r"[-–—_=*.\s]*$")
_LONGEST = 300  # characters of a line that may belong to a column
_NEAR = 6  # characters by which centred lines of a column differ
_HEAD_LINES, _SIGNATURE_LINES = 12, 20


def is_column_line(line: str) -> bool:
    """Tell whether a line can only stand in the head or beside the signature of a document."""
    bare = _bare(line)
    return bool(NATION.match(bare) or _MOTTO.match(bare) or _PARTY.match(bare) or _RECIPIENTS.match(bare))


def one_column(lines: Iterable[str]) -> list[str]:
    """Lines of a page with its two columns one after the other, the left one first; their lines stand apart, between empty ones.

    Parameters
    ----------
    lines : iterable of str
        In NFC; wide gaps between the columns help.
    """
    before = list(lines)
    after: list[str] = []
    at = 0
    while at < len(before):
        bare = _bare(before[at])
        end, columns = at, None
        if NATION.search(bare):
            end, columns = _head(before, at)
        elif _RECIPIENTS.match(bare):
            end, columns = _signature(before, at)
        if columns is None:
            after.append(before[at])
            at += 1
        else:
            after += [line for part in columns for line in (part, "")]
            at = end
    return after


def _bare(line: str) -> str:
    return unaccent(line[:_LONGEST]).lower().strip()


def _head(lines: list[str], at: int) -> tuple[int, list[str] | None]:
    """Where the head ends, and its lines in order; None where its columns are not mixed."""
    left: list[str] = []
    right: list[str] = []
    mixed = dated = False
    wall = 10**6  # where the right column begins
    end = at
    while end < min(len(lines), at + _HEAD_LINES):
        line = lines[end]
        bare = _bare(line)
        if _RULE.match(bare):  # also an empty line
            if dated and not bare:
                break
        elif _STOP.match(bare) or len(line) > _LONGEST:
            break
        else:
            one, other = _halves(line, wall)
            if dated and (other or not one[:1].islower() or not any(_SUBJECT.match(_bare(text)) for text in left)):
                break
            if other and line.index(other) > _NEAR:
                wall = min(wall, line.index(other) - _NEAR)
            mixed |= bool(other and one) or (bool(one) and len(right) == 1 and bool(NATION.match(_bare(right[0]))) and not dated)
            dated |= bool(_DATE.search(_bare(other)))
            left += [one] if one else []
            right += [other] if not _RULE.match(other) else []
        end += 1
    return end, [*left, *right] if mixed and right else None


def _halves(line: str, wall: int) -> tuple[str, str]:
    """What stands in the left and in the right column."""
    left, bar, right = line.partition("|")
    if bar and "|" not in right:
        return left.strip(), right.strip()
    bare = unaccent(line).lower()
    found = NATION.search(bare) or _MOTTO.search(bare)
    at = found.start() if found else _place(line, bare)
    if at is None:
        start = len(line) - len(line.lstrip())
        gaps = [gap for gap in _GAP.finditer(line, start) if line[gap.start() - 1] != ":"]  # not a number that is left blank
        widest = max(gaps, key=lambda gap: gap.end() - gap.start(), default=None)
        at = widest.end() if widest else start if start >= wall else len(line)
    return line[:at].strip(), line[at:].strip()


def _place(line: str, bare: str) -> int | None:
    """Where the place before a date begins, if the line ends with both: ``Số: 12/KH-UBND Đồi Sao, ngày 05 tháng 8 năm 2026``."""
    found = _DATE.search(bare)
    if not found:
        return None
    gap = [match.end() for match in _GAP.finditer(line[: found.start()])]
    if gap:
        return gap[-1]
    words = line[: found.start()].split()
    place: list[str] = []
    while words and len(place) < 4 and words[-1].replace(".", "").isalpha() and words[-1][0].isupper() and not (len(words[-1]) > 1 and words[-1].isupper()):
        place.insert(0, words.pop())
    return line.index(place[0], len(" ".join(words))) if place else None


def _signature(lines: list[str], at: int) -> tuple[int, list[str] | None]:
    """Where the signature ends, and its lines in order; None where its columns are not mixed."""
    left: list[str] = []
    right: list[str] = []
    mixed = False
    end = last = at
    while end < min(len(lines), at + _SIGNATURE_LINES):
        line = lines[end].strip()
        end += 1
        if not line:
            continue
        one, other = _sides(line)
        if not one and not other:
            break
        last = end
        mixed |= bool(one and other)
        left += [one] if one else []
        right += [other] if other else []
        if other and _is_name(other):
            named = end
            while named < len(lines) and lines[named].strip().startswith(("-", "–")) and named < at + _SIGNATURE_LINES:
                left.append(lines[named].strip())
                named += 1
            last = named
            break
    return last, [*left, *right] if mixed else None


def _sides(line: str) -> tuple[str, str]:
    """What of a line belongs to the recipients, and what to the signature; nothing of it: the signature is over."""
    left, bar, right = line.partition("|")
    if bar and "|" not in right:
        return left.strip(), right.strip()
    parts = [part.strip() for part in _GAP.split(line) if part.strip()]
    if len(parts) == 2:
        return parts[0], parts[1]
    if len(line) > _LONGEST:
        return "", ""
    if line.isupper() or _is_name(line) or line.startswith("("):
        return "", line
    for mark in re.finditer(r"[:;.]\s+", line):
        rest = line[mark.end() :]
        if mark[0][0] == ":" and not _RECIPIENTS.match(_bare(line)):
            continue
        if (rest.isupper() and len(rest) > 6) or (_is_name(rest) and mark[0][0] != ":"):
            return line[: mark.end()].strip(), rest
    belongs = line.startswith(("-", "–", "+")) or _RECIPIENTS.match(_bare(line)) or line[0].islower()
    return (line, "") if belongs else ("", "")


def _is_name(text: str) -> bool:
    words = _DEGREE.sub("", text, count=1).split()
    return 2 <= len(words) <= 5 and all(word.isalpha() and word[0].isupper() and (len(word) == 1 or not word.isupper()) for word in words)
