"""Numbers that stand for one person: what they look like, and the words before them that say what they are.

A driving licence has 12 digits like the national number and counts as one. A national number that serves as a tax code
(Thông tư 86/2024/TT-BTC) stays a national number. Driving licences apart, a number of 9 to 13 digits without a word before it
counts only where its own form says what it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ailab.privacy._view import Hit, mend_digits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ailab.privacy._view import View

__all__ = ["find_numbers", "runs_of_digits"]

# --- what is taken out before digits are looked at -----------------------------------------------------------------------

_AT = re.compile(r"(?:@|\[at\]|\(at\)) ?")
_LOCAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63} ?$")
_DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.(?: (?=(?:vn|com|net|org|edu|gov)\b))?[A-Za-z0-9-]{1,63}){1,5}", re.IGNORECASE)
#: Pages of persons; their addresses count as addresses of mail.
_PAGE = re.compile(r"(?:facebook\.com|fb\.com|zalo\.me|t\.me|tiktok\.com)/[\w.@/?=&-]{2,100}")
_PAGE_BEFORE = re.compile(r"(?:https?://)?(?:www\.|m\.|vi-vn\.)?$")
#: Codes that are no persons' numbers: of dossiers, of documents, of bodies; money, web addresses, decimal numbers.
_OTHER = re.compile(
    r"[hA-Z0-9](?<!\w.)(?:(?<=h)ttps?://\S{1,300}"
    r"|(?<=[A-Z])[A-Z]{0,2}\d{2}(?:[.-]\d+)+|(?<=[0-9])\d{2}(?:\.\d{2,3}){1,3}\.?[A-Z]\d{2}[\d.\-]*"
    r"|(?<=[0-9])\d{0,5}(?:/\d{4})?/[A-ZĐ][\w&Đ-]*"
    r"|(?<=[1-9])\d{0,2}(?:[., ]\d{3}){1,5}(?:,\d+)? ?(?:đồng|đ|VN[DĐ]|USD|triệu|tỷ|tỉ)\b"
    r"|(?<=[0-9])\d{4,11} ?(?:đồng|đ|VN[DĐ])\b)"
)

# --- letters and digits ----------------------------------------------------------------------------------------------------

_PLATE = re.compile(
    r"[1-9](?<![\w./-].)(?:\d(?: ?- ?)?[A-HK-PS-VX-ZĐ][A-HK-PS-VX-ZĐ1-9]? ?[-–. ] ?(?:\d{3}[. ]?\d{2}|\d{4})|\d[A-HK-PS-VX-Z][1-9]?\d{3}\.\d{2})(?![\w/]|[.,-]\d)"
)
_PLATE_AFTER_CUE = re.compile(r"[1-9]\d ?-? ?[a-zđ][a-zđ1-9]? ?[-–.]? ?(?:\d{3}[. ]?\d{2}|\d{4})(?![\w/]|[.,-]\d)")
_PLATE_CUE = re.compile(r"\b(?:bien (?:so|kiem soat)(?: xe)?|bks|xe(?: (?:o to|may|tai|con|mo to))?(?: (?:mang|co))?(?: bien)?(?: so)?)[ :]{1,3}(?=\d)")
_PASSPORT = re.compile(r"[A-Z](?<![\w./-].) ?\d{7,8}(?![\w/]|[.,-]\d)")
_PASSPORT_CUE = re.compile(r"ho chieu|passport|\bhc\b|giay thong hanh")
_CARD_LETTERS = "DN|HX|CH|NN|HC|XK|HT|TB|NO|CT|XB|TN|CS|QN|CA|CY|XN|CC|CK|CB|KC|TE|BT|HN|DT|DK|XD|TS|TQ|TA|TY|LS|PV|HS|SV|GB|GD|TH|ND|AK|CN"
_CARD = re.compile(rf"[A-Z](?<![\w./-].)[A-Z](?<={_CARD_LETTERS}) ?[1-5](?:[ .-]?\d){{12}}(?![\w/]|[.,-]?\d)")

# --- digits ----------------------------------------------------------------------------------------------------------------

_GROUP = re.compile(r"\d+", re.ASCII)
_GAP = re.compile(r"[ .\-–()]{1,3}|[ )-]{0,2}\n[ (]?")
#: What the words before a number call it. The last one counts.
_CUES = re.compile(
    r"(?P<bank>(?:so )?tai khoan|\bstk\b|\bso tk\b|\btk\b|\bngan hang\b|vietcombank|agribank|\bbidv\b|vietinbank|techcombank|sacombank|\bvpbank\b|\btpbank\b"
    r"|\bmb ?bank\b|lpbank|lienvietpostbank|\bacb\b|nhcsxh|\bkbnn\b|kho bac|account)"
    r"|(?P<tax>ma so thue|\bmst\b|ma so doanh nghiep|ma doanh nghiep|\bmsdn\b|ma so ho kinh doanh|tax (?:code|id))"
    r"|(?P<insurance>\bbhxh\b|\bbhyt\b|bao hiem (?:xa hoi|y te)|social insurance)"
    r"|(?P<id>can cuoc|\bcccd\b|\bcc\b|dinh danh|\bsddcn\b|\bcmnd\b|\bcmtnd\b|\bcmt\b|chung minh|\bgplx\b|giay phep lai xe|bang lai|giay to tuy than|\bddcn\b|id card|\bid\b)"
    r"|(?P<passport>ho chieu|passport)"
    r"|(?P<phone>dien thoai|\bsdt\b|\bs?dt\b|\bd/t\b|\btel\b|\bphone\b|di dong|zalo|hotline|duong day nong|\bfax\b|lien he|lien lac|so may\b|mobile|whatsapp|\balo\b)"
    r"|(?P<other>ma ho so|ma vach|ma ngan sach|qhns|don vi quan he|bien lai|hoa don|so seri|serial|ma giao dich|van don|ma don|so phat hanh|so hieu|quyet dinh so"
    r"|ma san pham|so lo\b|so khung|toa do|ma buu chinh|so tien|giay phep(?! lai)|ma tai san|cong to|ma khach hang)"
)
_BANK_BEHIND = re.compile(
    r"[ ,;(\n-]{0,4}(?:(?:mo )?tai )?(?:chi nhanh )?(?:ngan hang|nh\b|vietcombank|agribank|bidv|vietinbank|techcombank|sacombank|vpbank|tpbank|mb ?bank|lpbank|nhcsxh|kbnn|kho bac)"
)
_AMOUNT_BEHIND = re.compile(r" ?(?:dong\b|vnd\b|d\b|trieu|ty\b|m2|ha\b|kg\b|%)")
_STOP = re.compile(r"[.;] |\n\n| {4}|\|")
_WINDOW = 70
#: Further off than this, “tài khoản” does not make an account of what looks like a telephone number.
_FAR = 30


def runs_of_digits(text: str) -> Iterator[list[tuple[int, int, str]]]:
    """Groups of digits that may belong together: start, end, digits of each."""
    groups: list[tuple[int, int, str]] = []
    for found in _GROUP.finditer(text):
        if groups and not (
            found.start() - groups[-1][1] <= 3 and _GAP.fullmatch(text, groups[-1][1], found.start()) and not _new_row(text, groups[-1][1], found)
        ):
            yield groups
            groups = []
        groups.append((found.start(), found.end(), found[0]))
    if groups:
        yield groups


def _new_row(text: str, end: int, found: re.Match[str]) -> bool:
    """Tell whether a row of a table ends before a group of digits."""
    if "\n" not in text[end : found.start()]:
        return False
    around = text[max(0, end - 60) : end] + text[found.end() : found.end() + 3]
    return "|" in around or "\t" in around


def find_numbers(view: View, columns: Callable[[int], str]) -> list[Hit]:
    """Numbers, plates and addresses of mail.

    Parameters
    ----------
    view : View
    columns : callable
        What the head of a table calls the cell in which a character stands: a name of a group of ``_CUES``, or ``""``.
    """
    hits = [*_mails(view)]
    work = list(view.text)

    def take(spans: Sequence[tuple[int, int]]) -> None:
        for start, end in spans:
            work[start:end] = "\x00" * (end - start)

    take([(hit.start, hit.end) for hit in hits])
    take([found.span() for found in _OTHER.finditer(view.text) if work[found.start()] != "\x00" and not _is_account(view, found.start())])
    text = "".join(work)
    if view.flat and len(text.upper()) == len(text):
        text = text.upper()
    lettered = [*_lettered(view, text)]
    take([(hit.start, hit.end) for hit in lettered])
    hits += lettered
    for groups in runs_of_digits(mend_digits("".join(work))):
        hits += _in_run(view, groups, columns)
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
        if not view.bare[page.start() - 1 : page.start()].isalnum() and page.start():
            yield Hit(page.start() - len(before[0] if before else ""), page.start() + len(page[0].rstrip(".,/?")), "email", 8)


def _is_account(view: View, at: int) -> bool:
    return _cue(view, at)[0] == "bank"


def _cue(view: View, at: int) -> tuple[str, int]:
    """What the words before a number call it, and how far off they are."""
    before = re.sub(r"(?<!\n)\n(?!\n)", " ", view.bare[max(0, at - _WINDOW) : at])
    stop = 0
    for found in _STOP.finditer(before):
        stop = found.end()
    last, where = "", 0
    for found in _CUES.finditer(before, stop):
        last = found.lastgroup or ""
        where = found.end()
    if last and sum(map(str.isdigit, before[where:])) > 5:  # that number was meant
        return "", 0
    return last, len(before) - where


def _lettered(view: View, text: str) -> Iterator[Hit]:
    for found in _CARD.finditer(text):
        yield Hit(found.start(), found.end(), "social_insurance", 8)
    for found in _PLATE.finditer(text):
        yield Hit(found.start(), found.end(), "plate", 7)
    for cue in _PLATE_CUE.finditer(view.bare):
        plate = _PLATE_AFTER_CUE.match(view.bare, cue.end())
        if plate and "\x00" not in text[plate.start() : plate.end()]:
            yield Hit(plate.start(), plate.end(), "plate", 7)
    for found in _PASSPORT.finditer(text):
        near = _PASSPORT_CUE.search(view.bare, max(0, found.start() - _WINDOW), found.start())
        if near or (found[0][0] in "BCKNPE" and " " not in found[0]):
            yield Hit(found.start(), found.end(), "passport", 7)


# --- one run of digits -----------------------------------------------------------------------------------------------------

_KINDS = {"id": {12: "national_id", 9: "old_id"}, "passport": {}, "tax": {13: "tax_code", 12: "national_id", 10: "tax_code"}}
_KINDS["insurance"] = {10: "social_insurance", 12: "national_id", 13: "social_insurance", 15: "social_insurance"}
_MOST_GROUPS = 19
#: More groups than this are a table of figures, in which no number is written digit by digit.
_SPELLED_OUT = 60


def _in_run(view: View, groups: list[tuple[int, int, str]], columns: Callable[[int], str]) -> Iterator[Hit]:
    at = 0
    while at < len(groups):
        start, _end, digits = groups[at]
        if len(digits) == 1 and len(groups) > _SPELLED_OUT:
            at += 1
            continue
        if sum(len(group[2]) for group in groups[at : at + _MOST_GROUPS]) < 6:
            return
        cue, far = _cue(view, start) if start - groups[0][0] < _WINDOW else ("", 0)
        column = columns(start)
        cue = column or cue
        if cue == "bank" and not column and far > _FAR and any(_is_phone(groups[at:], count) for count in range(1, min(6, len(groups) - at) + 1)):
            cue = "phone"
        usual = cue or digits[0] == "0" or digits.startswith("84") or len(digits) >= 6
        found = _read(view, groups[at : at + _MOST_GROUPS], cue) if usual else None
        if found:
            count, kind, sure = found
            end = groups[at + count - 1][1]
            begin = start - 1 if view.text[start - 1 : start] == "+" else start
            begin -= view.text[begin - 1 : begin] == "(" and ")" in view.text[start:end]
            yield Hit(begin if kind == "phone" else start, end, kind, sure)
            at += count
        else:
            at += 1


def _read(view: View, groups: list[tuple[int, int, str]], cue: str) -> tuple[int, str, int] | None:
    """How many groups make one number, which kind, and how sure."""
    start = groups[0][0]
    before = view.text[start - 1 : start]
    if before.isalpha() and not view.bare[max(0, start - 3) : start].endswith(("dt", "tk", "dd", "so")):
        return None
    if before and before in "/,_" and start > 1 and view.text[start - 2].isdigit():
        return None
    total, sums = 0, {}
    for count, (_start, end, digits) in enumerate(groups, 1):
        total += len(digits)
        if total > 20:
            break
        if not _goes_on(view, end):
            sums[total] = count
    if cue == "other":
        return None
    for length, kind in _KINDS.get(cue, {}).items():
        if length in sums:
            return sums[length], kind, 7
    if cue == "bank":
        return _account(groups, sums)
    behind = _BANK_BEHIND.match(view.bare, groups[-1][1])
    if behind and len(groups) == 1 and 6 <= len(groups[0][2]) <= 19 and not _is_phone(groups, 1):
        return 1, "bank_account", 6
    if 12 in sums and _is_national(groups, sums[12]):
        return sums[12], "national_id", 6
    for length in (13, 12, 11, 10):
        if length in sums and _is_phone(groups, sums[length], view.text[max(0, start - 2) : start]):
            return sums[length], "phone", 6
    if cue == "phone":
        for length in (11, 10, 8, 7):
            if length in sums and not _AMOUNT_BEHIND.match(view.bare, groups[sums[length] - 1][1]) and not _is_date(groups, sums[length]):
                return sums[length], "phone", 5
    for length in (13, 10):
        if length in sums and _is_tax_code(groups, sums[length]):
            return sums[length], "tax_code", 5
    return None


def _goes_on(view: View, end: int) -> bool:
    """Tell whether what looked like the end of a number is the middle of a longer code."""
    behind = view.text[end : end + 2]
    if behind[:1] == "/":
        return behind[1:].isalnum()
    return behind[:1].isalpha() or (behind[:1] in {",", "_"} and behind[1:].isdigit())


def _account(groups: list[tuple[int, int, str]], sums: dict[int, int]) -> tuple[int, str, int] | None:
    """Number of an account: the first group and what is written as its continuation."""
    count, total = 0, 0
    for _start, _end, digits in groups:
        if count and (len(digits) > 8 or total >= 9 and len(digits) > 4) or total + len(digits) > 19:
            break
        count, total = count + 1, total + len(digits)
    while count and (total not in sums or sums[total] != count):
        count -= 1
        total -= len(groups[count][2])
    return (count, "bank_account", 7) if total >= 6 and not _is_date(groups, count) else None


def _is_date(groups: list[tuple[int, int, str]], count: int) -> bool:
    parts = [group[2] for group in groups[:count]]
    return any(
        len(year) == 4 and year[:2] in {"19", "20"} and len(day) <= 2 and len(month) <= 2 and int(day) <= 31 and int(month) <= 12
        for day, month, year in zip(parts, parts[1:], parts[2:], strict=False)
    )


def _joined(groups: list[tuple[int, int, str]], count: int) -> str:
    return "".join(group[2] for group in groups[:count])


def _is_national(groups: list[tuple[int, int, str]], count: int) -> bool:
    digits = _joined(groups, count)
    lengths = [len(group[2]) for group in groups[:count]]
    shape = count <= 2 or lengths in ([3, 3, 3, 3], [4, 4, 4], [3, 1, 2, 6], [3, 3, 6]) or set(lengths) == {1}
    return shape and digits[0] == "0" and digits[1:3] != "00" and digits[3] in "0123"


def _is_phone(groups: list[tuple[int, int, str]], count: int, before: str = "") -> bool:
    digits = _joined(groups, count)
    plus = before.endswith("+") or before == "(+"
    if digits.startswith("84") and (plus or len(groups[0][2]) == 2 or count == 1) and len(digits) >= 11:
        digits = "0" + digits[2:].removeprefix("0")
    elif plus:
        return False
    if _is_date(groups, count):
        return False
    if len(digits) == 10:
        return digits[0] == "0" and digits[1] in "35789"
    return len(digits) == 11 and (digits.startswith("02") or (digits[:2] == "01" and digits[2] in "2689"))


_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def _is_tax_code(groups: list[tuple[int, int, str]], count: int) -> bool:
    """Tell whether ten digits, or ten and three, end in the right check digit."""
    lengths = [len(group[2]) for group in groups[:count]]
    if lengths not in ([10], [10, 3]):
        return False
    digits = groups[0][2]
    check = 10 - sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    return check == int(digits[9]) and digits[:2] != "00"
