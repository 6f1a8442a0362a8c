"""Which pieces of a text can stand in a summary: whole sentences, and whole lines where a line is one."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ailab.text import fold, sentences, syllables, unify_tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["FUNCTION_WORDS", "ITEM", "Piece", "pieces_of", "style"]

_WRAPS_AT = 30  # a line with fewer characters was not broken by the margin
_ENDS = re.compile(r"[.;:!?…|/]\W*$")  # for the last few characters of a line
#: What starts a line that is an item or a heading of its own.
ITEM = re.compile(
    r"\s*(?:[-–—•*+·▪●]|(?:[IVXLC]{1,6}|[A-ZĐ]|\d{1,2}(?:\.\d{1,2}){0,3})[.)/](?!\d)|\d{1,2}(?:\.\d{1,2}){1,3}\s"
    r"|(?:điều|chương|mục|phần|phụ lục)\s+[\dIVXLC]{1,6}\b)",
    re.IGNORECASE,
)
_BREAK = re.compile(r"\r?\n")


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence or line: characters ``start`` to ``end`` of text number ``document``.

    Attributes
    ----------
    text : str
        As it stands there.
    words : tuple of str
        Its syllables.
    position : int
        How many pieces stand before it in its text.
    """

    text: str
    start: int
    end: int
    document: int
    words: tuple[str, ...]
    position: int


def pieces_of(text: str, document: int = 0, spans: list[tuple[int, int]] | None = None, *, unwrap: bool = True) -> list[Piece]:
    """Cut a text, or some parts of it, into sentences.

    Parameters
    ----------
    text : str
        In any Unicode form.
    document : int, default=0
        Its number.
    spans : list of (int, int), optional
        Offsets of the parts; default: all of it.
    unwrap : bool, default=True
        Put lines together that a margin broke.
    """
    folded = fold(text)
    plain = _unwrap(folded.plain) if unwrap else folded.plain
    found: list[Piece] = []
    for begin, stop in sentences(plain):
        start, end = folded.span(begin, stop)
        if spans is not None and not any(left <= start and end <= right for left, right in spans):
            continue
        words = tuple(syllables(plain[begin:stop]))
        if words:
            found.append(Piece(text[start:end], start, end, document, words, len(found)))
    return found


def _unwrap(plain: str) -> str:
    """Turn the line breaks inside sentences into spaces, one for one."""
    breaks = [(found.start(), found.end()) for found in _BREAK.finditer(plain)]
    if not breaks:
        return plain
    starts = [0, *(end for _start, end in breaks)]
    lines = [plain[start:end] for start, end in zip(starts, [*(start for start, _end in breaks), len(plain)], strict=True)]
    fits = [_may_go_on(line, after) for line, after in itertools.pairwise(lines)]
    goes_on = [fit and after.lstrip()[:1].islower() for fit, after in zip(fits, lines[1:], strict=True)]
    width = _width(lines, goes_on)
    out = [lines[0]]
    for (start, end), before, line, fit, joined in zip(breaks, lines[:-1], lines[1:], fits, goes_on, strict=True):
        margin = fit and 0 < 0.8 * width <= len(before.rstrip())
        out += [" " * (end - start) if joined or margin else plain[start:end], line]
    return "".join(out)


def _may_go_on(line: str, after: str) -> bool:
    """Tell whether a sentence can run from one line into the next."""
    full = len(line.rstrip()) >= _WRAPS_AT and not _ENDS.search(line[-8:])
    return full and bool(after.strip()) and "|" not in line and "|" not in after and not ITEM.match(after)


def _width(lines: list[str], goes_on: list[bool]) -> int:
    """Where the margin is, in characters; 0 where the lines of a text are paragraphs."""
    broken = sorted(len(line.rstrip()) for line, joined in zip(lines[:-1], goes_on, strict=True) if joined)
    full = sum(1 for line in lines if len(line.strip()) >= _WRAPS_AT)
    return broken[len(broken) // 2] if len(broken) >= 3 and len(broken) * 4 >= full and broken[-1] <= 160 else 0


#: Syllables that stand in any text, and so say nothing of what this one is about. One spelling of tones, as syllables() gives.
_FUNCTION_WORDS = """
    và của là có được các những cho đã sẽ đang này đó khi với không một người trong ở tại từ đến ra vào lên xuống về do bị để theo như cũng nhưng
    mà thì nên vì bởi nếu tuy nhiên còn rằng hay hoặc sau trước trên dưới giữa ngoài nhiều ít rất hơn nhất cả mọi mỗi từng vừa mới lại nữa đều
    chỉ chính ngay bằng qua năm ngày tháng ông bà anh chị em tôi họ chúng ta mình nó đây ấy nào gì ai việc sự cái con chiếc cuộc phải cần biết
    nói thấy làm đi đưa hai ba số lần nay hiện vẫn thêm đối trở thành thể dù
"""
FUNCTION_WORDS = frozenset(map(unify_tone, _FUNCTION_WORDS.split()))
_QUOTES, _STOPS = '"“”', ".!?…:;\"”)’'»"


def style(pieces: Sequence[Piece]) -> NDArray[np.float64]:
    """Tell of each sentence whether it quotes, asks, or is a line that does not end like a sentence.

    Returns
    -------
    ndarray of shape (n_pieces, 3)
        0 or 1.
    """
    rows = [(any(mark in piece.text for mark in _QUOTES), "?" in piece.text, not piece.text.endswith(tuple(_STOPS))) for piece in pieces]
    return np.array(rows, float).reshape(-1, 3)
