"""Where sentences end."""

from __future__ import annotations

import re

from ailab.text._words import words

__all__ = ["sentences"]

_STOP = re.compile(r"[\n\r\v\f\x85\u2028\u2029]|[.!?…。！？](?:[.!?…]| (?=\.(?!\w)))*(?: ?[”»]|[\"'’)\]}])*")
_OPENING = "\"'“‘«(["
#: Short forms after which a sentence goes on.
_GOES_ON = frozenset(
    words(
        "tp tx tt ths th.s ts gs pgs gs.ts gs.tskh tskh pgs.ts bs ks cn ncs nxb đ/c đt sđt tel vs e.g i.e eg ie mt cf mr mrs ms dr prof pgs.tskh bscki bsckii"
    )
)
#: The same, but words of their own without a capital.
_TITLES = frozenset(words("St Gen Col Capt Lt Sgt Maj Rev Hon Sen Gov Jr Sr Ft Ave Blvd Dept"))
#: The same, but only before a number.
_NUMBERED = frozenset(words("tr p pp no vol fig art ch ca approx q"))
#: Short forms that can end a sentence: they do before a capital.
_MAY_END = frozenset(words("v.v vv etc a.m p.m am pm tcn scn inc ltd corp ph.d m.a b.a m.sc al"))
#: After these a single capital is a name of its own, not somebody's initial.
_LETTERED = frozenset(
    words("""
    đồi điểm vitamin khu lô tổ nhóm hạng loại gan bảng câu hàng thể phụ virus văn thị
    hill plan group type class hepatitis phase point part section
""")
)
#: Words that start a sentence after U.S. and the like.
_STARTERS = frozenset(
    words("the in it he she they this that these those a an at on as by for from there we however but and when while after before its his their")
)
_BEFORE = re.compile(r"[^\W_](?:[^\s\"'“”‘’()\[\]«»]*[^\W_])?$")
_AHEAD = re.compile(r"[^\W_]+")
_BULLET = re.compile(r"[IVX]+|[A-Za-z]|\d{1,3}(?:\.\d+)*")
_LETTERS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")


def _next_word(text: str, end: int) -> str:
    found = _AHEAD.search(text, end, end + 60)
    return found[0] if found else ""


def _is_short(word: str, upcoming: str) -> bool:
    """Tell whether a word before a full stop is a short form that wants more."""
    low = word.lower()
    return low in _GOES_ON or word in _TITLES or (low in _NUMBERED and upcoming[0].isdigit())


def _starts_glued(word: str, after: str) -> bool:
    """Tell whether a sentence starts right after a full stop, its space forgotten: ``1954.Sau`` but not ``TP.Vinh``."""
    whole = (word.isdigit() or (word.islower() and word.isalpha())) and len(word) > 1 and word not in _GOES_ON | _MAY_END
    return whole and (after[0] in _OPENING or (after[0].isupper() and after[1:].islower()))


def _period_ends(text: str, begin: int, at: int, end: int) -> bool:
    """Tell whether the one full stop at ``at`` ends the sentence that began at ``begin``."""
    found = _BEFORE.search(text, max(begin, at - 40), at)
    word = found[0] if found else ""
    if not text[end : end + 1].isspace():
        return end == len(text) or _starts_glued(word, text[end : end + 2])
    upcoming = _next_word(text, end)
    if not word or not upcoming:
        return True
    before = text[max(begin, at - len(word) - 80) : at - len(word)].strip(_OPENING + "-–—•* \t")
    if end - at == 1 and (_is_short(word, upcoming) or (not before and _BULLET.fullmatch(word))):
        return False
    capital = upcoming[0].isupper()
    if word.lower() in _MAY_END or _LETTERS.fullmatch(word):
        return capital and (word.lower() in _MAY_END or upcoming.lower() in _STARTERS)
    # An initial stands alone and plain: neither "°C." nor "Đông Nam Á." is one.
    initial = len(word) == 1 and word.isascii() and word.isupper() and text[at - 2 : at - 1] != "°"
    return not initial or before.lower().rpartition(" ")[2] in _LETTERED


def _ends(text: str, begin: int, stop: re.Match[str]) -> bool:
    """Tell whether a sentence that began at ``begin`` ends here."""
    mark, end = stop[0], stop.end()
    if mark.isspace() or mark[0] in "。！？":
        return True
    if mark[0] == "." and not any(char in ".!?…" for char in mark[1:]):
        return _period_ends(text, begin, stop.start(), end)
    following = text[end : end + 1]
    if following and not following.isspace():
        return following.isupper() or following in _OPENING
    trails_off = mark.startswith(("…", "..", ". .")) or mark[-1] in "\"'”’»)]}"
    return not (trails_off and _next_word(text, end)[:1].islower())


def sentences(text: str) -> list[tuple[int, int]]:
    """Cut a text into sentences.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of (int, int)
        Where each sentence starts and ends. Together they hold everything but the spaces between them.
    """
    spans: list[tuple[int, int]] = []
    begin = 0
    for stop in _STOP.finditer(text):
        if _ends(text, begin, stop):
            spans.append((begin, stop.end()))
            begin = stop.end()
    spans.append((begin, len(text)))
    out = []
    for start, end in spans:
        piece = text[start:end]
        if piece.strip():
            out.append((end - len(piece.lstrip()), start + len(piece.rstrip())))
    return out
