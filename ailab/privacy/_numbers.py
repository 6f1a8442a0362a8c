"""Numbers that stand for one person, plates, addresses of mail.

A driving licence has 12 digits like the national number and counts as one. A national number that serves as a tax code
(Thông tư 86/2024/TT-BTC) stays a national number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ailab.privacy._digits import CALLED, WINDOW, Run, cue_before, runs_of_digits
from ailab.privacy._view import Hit, mend_digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ailab.privacy._digits import Number
    from ailab.privacy._tables import Row, Tables
    from ailab.privacy._view import View

__all__ = ["find_numbers"]

_AT = re.compile(r"(?:@|\[at\]|\(at\)) ?")
_LOCAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63} ?$")
_DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.(?: (?=(?:vn|com|net|org|edu|gov)\b))?[A-Za-z0-9-]{1,63}){1,5}", re.IGNORECASE)
#: Pages of persons; their addresses count as addresses of mail.
_PAGE = re.compile(r"(?:facebook\.com|fb\.com|zalo\.me|t\.me|tiktok\.com)/[\w.@/?=&-]{2,100}")
_PAGE_BEFORE = re.compile(r"(?:https?://)?(?:www\.|m\.|vi-vn\.)?$")
# Patterns that begin with a set of letters, and look back for what is before them, are three times as fast as others.
#: Codes that are no persons' numbers: web addresses, codes of dossiers and documents, money.
_OTHER = re.compile(
    r"[hA-Z0-9](?<!\w.)(?:(?<=h)ttps?://\S{1,300}"
    r"|(?<=[A-Z])[A-Z]{0,2}\d{2}(?:[.-]\d+)+|(?<=[0-9])\d{2}(?:\.\d{2,3}){1,3}\.?[A-Z]\d{2}[\d.\-]*"
    r"|(?<=[0-9])\d{0,5}(?:/\d{4})?/[A-ZĐ][\w&Đ-]*"
    r"|(?<=[1-9])\d{0,2}(?:[., ]\d{3}){1,5}(?:,\d+)? ?(?:đồng|đ|VN[DĐ]|USD|triệu|tỷ|tỉ)\b"
    r"|(?<=[0-9])\d{4,11} ?(?:đồng|đ|VN[DĐ])\b)"
)
_SERIES = "[A-HK-PS-VX-ZĐ]"
_PLATE_END = r"(?![\w/]|[.,-]\d)"
_PLATE = re.compile(
    rf"[1-9](?<![\w./-].)(?:\d(?: ?- ?)?{_SERIES}(?:{_SERIES}|[1-9])? ?[-–. ] ?(?:\d{{3}}[. ]?\d{{2}}|\d{{4}})|\d{_SERIES}[1-9]?\d{{3}}\.\d{{2}}){_PLATE_END}"
)
_PLATE_AFTER_CUE = re.compile(rf"[1-9]\d ?-? ?[a-z][a-z1-9]? ?[-–.]? ?(?:\d{{3}}[. ]?\d{{2}}|\d{{4}}){_PLATE_END}")
_PLATE_CUE = re.compile(r"\b(?:bien (?:so|kiem soat)(?: xe)?|bks|xe(?: (?:o to|may|tai|con|mo to))?(?: (?:mang|co))?(?: bien)?(?: so)?)[ :]{1,3}(?=\d)")
_PASSPORT = re.compile(r"[A-Z](?<![\w./-].) ?\d{7,8}(?![\w/]|[.,-]\d)")
_PASSPORT_CUE = re.compile(r"ho chieu|passport|\bhc\b|giay thong hanh")
#: First letters of a passport that need no word before it.
_PASSPORT_SERIES = frozenset("BCKNPE")
#: Letters of health insurance cards: for whom the card is.
_CARDS = "DN|HX|CH|NN|HC|XK|HT|TB|NO|CT|XB|TN|CS|QN|CA|CY|XN|CC|CK|CB|KC|TE|BT|HN|DT|DK|XD|TS|TQ|TA|TY|LS|PV|HS|SV|GB|GD|TH|ND|AK|CN"
_CARD = re.compile(rf"[A-Z](?<![\w./-].)[A-Z](?<={_CARDS}) ?[1-5](?:[ .-]?\d){{12}}(?![\w/]|[.,-]?\d)")
_MOST_GROUPS = 19
#: More groups than this are a table of figures, in which no number is written digit by digit.
_SPELLED_OUT = 60
#: Money and dates in a table are shorter.
_SHORTEST_LOOSE_ACCOUNT = 9
_TAKEN = "\x00"


def find_numbers(view: View, tables: Tables) -> list[Hit]:
    """Numbers, plates and addresses of mail."""
    hits = [*_mails(view)]
    work = list(view.text)

    def take(spans: Iterable[tuple[int, int]]) -> None:
        for start, end in spans:
            work[start:end] = _TAKEN * (end - start)

    take((hit.start, hit.end) for hit in hits)
    take([found.span() for found in _OTHER.finditer(view.text) if work[found.start()] != _TAKEN and cue_before(view, found.start())[0] != "bank"])
    text = "".join(work)
    lettered = [*_lettered(view, text.upper() if view.flat and len(text.upper()) == len(text) else text)]
    take((hit.start, hit.end) for hit in lettered)
    hits += lettered
    seen: set[tuple[int, str]] = set()
    for groups in runs_of_digits(mend_digits("".join(work))):
        hits += _in_run(view, groups, tables, seen)
    return hits


def _mails(view: View) -> Iterator[Hit]:
    last = 0
    for at in _AT.finditer(view.text):
        local = _LOCAL.search(view.text[max(last, at.start() - 65) : at.start()])
        domain = _DOMAIN.match(view.text, at.end(), at.end() + 200)
        if local and domain:
            last = domain.end()
            yield Hit(at.start() - len(local[0]), domain.end(), "email", 9)
    for page in _PAGE.finditer(view.bare):
        before = _PAGE_BEFORE.search(view.bare[max(0, page.start() - 20) : page.start()])
        if not (page.start() and view.bare[page.start() - 1].isalnum()):
            yield Hit(page.start() - len(before[0] if before else ""), page.start() + len(page[0].rstrip(".,/?")), "email", 8)


def _lettered(view: View, text: str) -> Iterator[Hit]:
    """Numbers with letters in them."""
    for found in _CARD.finditer(text):
        yield Hit(found.start(), found.end(), "social_insurance", 8)
    for found in _PLATE.finditer(text):
        yield Hit(found.start(), found.end(), "plate", 7)
    for cue in _PLATE_CUE.finditer(view.bare):
        plate = _PLATE_AFTER_CUE.match(view.bare, cue.end())
        if plate and _TAKEN not in text[plate.start() : plate.end()]:
            yield Hit(plate.start(), plate.end(), "plate", 7)
    for found in _PASSPORT.finditer(text):
        near = _PASSPORT_CUE.search(view.bare, max(0, found.start() - WINDOW), found.start())
        if near or (found[0][0] in _PASSPORT_SERIES and " " not in found[0]):
            yield Hit(found.start(), found.end(), "passport", 7)


def _in_run(view: View, groups: list[tuple[int, int, str]], tables: Tables, seen: set[tuple[int, str]]) -> Iterator[Hit]:
    at = 0
    while at < len(groups):
        start, _end, digits = groups[at]
        if len(digits) == 1 and len(groups) > _SPELLED_OUT:
            at += 1
            continue
        if sum(len(group[2]) for group in groups[at : at + _MOST_GROUPS]) < 6:
            return
        row = tables.row_at(start)
        column = tables.role_at(start)
        if row:
            number = _in_row(view, groups[at : at + _MOST_GROUPS], row, seen)
            seen |= {(row.start, number.kind)} if number else set()
        else:
            cue, far = (column, 0) if column in CALLED or start - groups[0][0] >= WINDOW else cue_before(view, start)
            could_be = cue or digits[0] == "0" or digits.startswith("84") or len(digits) >= 6
            number = Run(view, groups[at : at + _MOST_GROUPS]).read(cue, far=far) if could_be else None
        if not number:
            at += 1
            continue
        end = groups[at + number.groups - 1][1]
        yield Hit(_phone_start(view, start, end) if number.kind == "phone" else start, end, number.kind, number.sure)
        at += number.groups


def _in_row(view: View, groups: list[tuple[int, int, str]], row: Row, seen: set[tuple[int, str]]) -> Number | None:
    """A number in a row that lost the edges between its columns: by its form, or else what its head still wants.

    ``seen`` holds where a row begins, and which kinds were found in it.
    """
    run = Run(view, [group for group in groups if group[0] < row.end])
    number = run.read("")
    if number and number.kind == "phone" and "bank" in row.roles and "phone" not in row.roles:
        number = run.read("bank")
    identified = any((row.start, kind) in seen for kind in ("national_id", "old_id"))
    for cue in ("insurance", "id", "tax", "bank"):
        if not number and cue in row.roles and not (cue == "id" and identified):
            number = run.read(cue)
            if number and cue == "bank" and sum(len(group[2]) for group in groups[: number.groups]) < _SHORTEST_LOOSE_ACCOUNT:
                number = None
    return number


def _phone_start(view: View, start: int, end: int) -> int:
    """Where a telephone number begins, with its plus and its bracket."""
    start -= view.text[start - 1 : start] == "+"
    return start - (view.text[start - 1 : start] == "(" and ")" in view.text[start:end])
