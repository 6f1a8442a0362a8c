"""Lines as a program broke them -> paragraphs as a person wrote them."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

from ailab.readers._columns import one_column

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["tidy", "unwrap", "without_page_numbers"]

_ENDS = tuple(".!?…:;")
_BEGINNING = re.compile(
    r"""(?i:[-–—•*+·▪●✓]|\(?(?:\d{1,3}(?:\.\d{1,2}){0,3}|[a-zđ]|[ivx]+)[.)]\s)            # an item of a list
    |(?:Điều|ĐIỀU|Khoản|Mục|MỤC)\s+[\divxlcIVXLC]+\s*(?:[.:)–-]|$)                       # not “điều 5 của Luật …”, which goes on
    |(?:Chương|CHƯƠNG|Phần|PHẦN|Phụ\ lục|PHỤ\ LỤC)\b
    |(?i:(?:article|chapter|section)\s+[\divxlc]+\b)
    |Căn\ cứ\b|Kính\ gửi\b|Nơi\ nhận\b|Số\s*:|V/v\b|(?:TM|KT|TL|TUQ|Q)\.\s""",
    re.VERBOSE,
)
#: Words that no paragraph ends with: what follows belongs to them, also with a capital or, after the second group, as a figure.
_GOES_ON = frozenset(("của", "và", "các", "những", "với", "tại", "cho", "về", "trước", "đến", "từ", "do", "theo", "thuộc", "trong", "trên", "hoặc", "bằng"))
_BEFORE_FIGURES = _GOES_ON | {"ngày", "tháng", "năm", "số"}
_NEARLY_FULL, _FULL, _VERY_FULL = 0.6, 0.8, 0.9  # of the width
_SHORTEST_PAGE = 600  # characters
_LETTERS = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}  # printers' ligatures, as PDFs keep them
_INVISIBLE = dict.fromkeys([*range(9), *range(14, 28), 0x7F, 0xAD, 0x200B, 0x2060, 0xFEFF])


def tidy(line: str) -> str:
    """One line in NFC, without what nobody sees."""
    for ligature, letters in _LETTERS.items():
        line = line.replace(ligature, letters)
    return unicodedata.normalize("NFC", " ".join(line.translate(_INVISIBLE).split()))


def unwrap(lines: Iterable[str]) -> str:
    """Paragraphs from lines: joins what a program broke at the right margin.

    Parameters
    ----------
    lines : iterable of str
        As they stand on the page, wide gaps included.
    """
    clean = [tidy(line) for line in one_column(unicodedata.normalize("NFC", line.translate(_INVISIBLE)) for line in lines)]
    pairs = [(line, after) for line, after in pairwise(clean) if line and after]
    widths = sorted(len(line) for line in clean if line and " | " not in line)
    width = widths[len(widths) * 9 // 10] if widths else 0
    after_full = [after for line, after in pairs if len(line) >= _FULL * width]
    broken = sum(after[0].islower() and not _BEGINNING.match(after) for after in after_full)
    wrapped = 40 <= width <= 140 and broken >= 0.3 * max(len(after_full), 1)
    paragraphs: list[list[str]] = []
    before = ""  # the line before this one; empty after an empty line
    for line in clean:
        if before and line and _goes_on(before, line, width if wrapped else 0):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
        before = line
    return "\n".join(map(_joined, paragraphs))


def without_page_numbers(lines: Iterable[str]) -> list[str]:
    """Lines of a text without the numbers 1, 2, 3 … of its pages, each alone on its line and a page away from the one before."""
    kept: list[str] = []
    since = number = 0
    for line in lines:
        alone = line.strip(" \t-–—")
        if since >= _SHORTEST_PAGE and alone in ({str(number + 1)} if number else {"1", "2"}):
            since, number = 0, int(alone)
            continue
        since += len(line)
        kept.append(line)
    return kept


def _goes_on(line: str, after: str, width: int) -> bool:
    """Tell whether a line goes on in the one after it; ``width`` is that of a full line, or 0 if nothing was broken at a margin."""
    if _BEGINNING.match(after) or " | " in line or " | " in after or line.endswith("./."):
        return False
    full = width and (len(line) >= _FULL * width or len(line) + len(after.partition(" ")[0]) >= _VERY_FULL * width)
    if after[0].islower():
        return bool(full) or not line.endswith(_ENDS)
    if line.isupper() != after.isupper():  # a heading
        return False
    if line.endswith(_ENDS):  # a sentence, which may end a paragraph
        return bool(full) and len(line) >= _VERY_FULL * width
    if after[0].isdigit() and (len(line) >= _NEARLY_FULL * width > 0 or line.rpartition(" ")[2] in _BEFORE_FIGURES):
        return True
    return bool(full) or line.endswith(",") or line.rpartition(" ")[2] in _GOES_ON


def _joined(lines: list[str]) -> str:
    pieces: list[str] = []
    for line, after in pairwise([*lines, ""]):
        if line.endswith("-") and after[:1].islower() and line[-2:-1].isalpha():
            hyphenated = re.search(r"[a-z]+-$", line) and re.match(r"[a-z]+\b", after)  # English; Vietnamese is never hyphenated
            pieces.append(line[:-1] if hyphenated else line)
        else:
            pieces.append(f"{line} ")
    return "".join(pieces).rstrip(" ")
