"""A run of digits: which number it is, by its form and by the words before it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ailab.privacy._words import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ailab.privacy._view import View

__all__ = ["CALLED", "WINDOW", "Number", "Run", "cue_before", "runs_of_digits"]

_GROUP = re.compile(r"[0-9]+")
#: Between groups of digits of one number.
_GAP = re.compile(r"[ .\-–()]{1,3}|[ )-]{0,2}\n[ (]?")
_BANKS = one_line("""
    ngan hang|vietcombank|agribank|bidv|vietinbank|techcombank|sacombank|vpbank|tpbank|mb ?bank|lpbank|lienvietpostbank|acb|nhcsxh|kbnn|kho bac
""")
#: Words before a number, by what they say that it is.
CALLED = {
    "bank": f"(?:so )?tai khoan|stk|so tk|tk|account|{_BANKS}",
    "tax": "ma so thue|mst|ma so doanh nghiep|ma doanh nghiep|msdn|ma so ho kinh doanh|tax (?:code|id)",
    "insurance": "bhxh|bhyt|bao hiem (?:xa hoi|y te)|social insurance",
    "id": "can cuoc|cccd|cc|dinh danh|s?ddcn|cmnd|cmtnd|cmt|chung minh|gplx|giay phep lai xe|bang lai|giay to tuy than|id card|id",
    "passport": "ho chieu|passport",
    "phone": "dien thoai|s?dt|d/t|tel|phone|di dong|zalo|hotline|duong day nong|fax|lien he|lien lac|so may|mobile|whatsapp|alo",
    "other": one_line("""
        ma ho so|ma vach|ma ngan sach|m?s?qhns|don vi quan he|bien lai|hoa don|so seri|serial|ma giao dich|van don|ma don|so phat hanh|so hieu
        |quyet dinh so|ma san pham|so lo
        |so khung|toa do|ma buu chinh|so tien|giay phep(?! lai)|ma tai san|cong to|ma khach hang
    """),
}
#: What the words before a number call it. The last one counts.
_CUES = re.compile("|".join(rf"\b(?P<{name}>{words})\b" for name, words in CALLED.items()))
_BANK_BEHIND = re.compile(rf"[ ,;(\n-]{{0,4}}(?:(?:mo )?tai )?(?:chi nhanh )?(?:{_BANKS}|nh)\b")
_AMOUNT_BEHIND = re.compile(r" ?(?:dong\b|vnd\b|d\b|trieu|ty\b|m2|ha\b|kg\b|%)")
#: Beyond these, words before a number speak of something else.
_STOP = re.compile(r"[.;] |\n\n| {4}|\|")
_ONE_BREAK = re.compile(r"(?<!\n)\n(?!\n)")
#: How many characters before a number are looked at.
WINDOW = 70
#: Further off than this, “tài khoản” does not make an account of what looks like a telephone number.
_FAR = 30
#: Which number each word means, by the count of its digits; the first that fits counts.
_KINDS = {
    "id": {12: "national_id", 9: "old_id"},
    "tax": {13: "tax_code", 12: "national_id", 10: "tax_code"},
    "insurance": {10: "social_insurance", 12: "national_id", 13: "social_insurance", 15: "social_insurance"},
}
_MOST_DIGITS, _LONGEST_ACCOUNT, _SHORTEST = 20, 19, 6
_NATIONAL_SHAPES = ([3, 3, 3, 3], [4, 4, 4], [3, 1, 2, 6], [3, 3, 6])
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


class Number(NamedTuple):
    """How many groups of digits make one number, which kind it is, and how sure that is."""

    groups: int
    kind: str
    sure: int


def runs_of_digits(text: str) -> Iterator[list[tuple[int, int, str]]]:
    """Groups of digits that may belong together: start, end, digits of each."""
    groups: list[tuple[int, int, str]] = []
    for found in _GROUP.finditer(text):
        if groups and not _goes_together(text, groups[-1][1], found):
            yield groups
            groups = []
        groups.append((found.start(), found.end(), found[0]))
    if groups:
        yield groups


def _goes_together(text: str, end: int, found: re.Match[str]) -> bool:
    if found.start() - end > 3 or not _GAP.fullmatch(text, end, found.start()):
        return False
    if "\n" not in text[end : found.start()]:
        return True
    around = text[max(0, end - 60) : end] + text[found.end() : found.end() + 3]
    return "|" not in around and "\t" not in around  # no row of a table ends here


def cue_before(view: View, at: int) -> tuple[str, int]:
    """What the words before a number call it, and how far off they are."""
    before = _ONE_BREAK.sub(" ", view.bare[max(0, at - WINDOW) : at])
    begin = max((found.end() for found in _STOP.finditer(before)), default=0)
    last, where = "", 0
    for found in _CUES.finditer(before, begin):
        last, where = found.lastgroup or "", found.end()
    if last and sum(map(str.isdigit, before[where:])) > 5:  # that number was meant
        return "", 0
    return last, len(before) - where


class Run:
    """Groups of digits from one place on, to be read as one number."""

    def __init__(self, view: View, groups: list[tuple[int, int, str]]) -> None:
        self._view = view
        self._groups = groups
        self._start = groups[0][0]
        self._sums: dict[int, int] = {}  # count of digits -> count of groups
        total = 0
        for count, (_start, end, digits) in enumerate(groups, 1):
            total += len(digits)
            if total > _MOST_DIGITS:
                break
            if not self._code_goes_on(end):
                self._sums[total] = count

    def read(self, cue: str, *, far: int = 0) -> Number | None:
        """Return what number begins here, if any; ``far`` is how far off the word is that says so."""
        if cue == "other" or self._is_inside_code():
            return None
        if cue == "bank" and far > _FAR and any(self._is_phone(count) for count in range(1, 7)):
            cue = "phone"
        for length, kind in _KINDS.get(cue, {}).items():
            if length in self._sums:
                return Number(self._sums[length], kind, 7)
        return self._account() if cue == "bank" else self._by_form() or (self._called_phone() if cue == "phone" else None) or self._tax_code()

    def _is_inside_code(self) -> bool:
        before = self._view.text[self._start - 1 : self._start]
        if before.isalpha():
            return not self._view.bare[max(0, self._start - 3) : self._start].endswith(("dt", "tk", "dd", "so"))
        return bool(before) and before in "/,_" and self._start > 1 and self._view.text[self._start - 2].isdigit()

    def _code_goes_on(self, end: int) -> bool:
        """Tell whether what looked like the end of a number is the middle of a longer code."""
        behind = self._view.text[end : end + 2]
        if behind[:1] == "/":
            return behind[1:].isalnum()
        return behind[:1].isalpha() or (behind[:1] in {",", "_"} and behind[1:].isdigit())

    def _lengths(self, count: int) -> list[int]:
        return [len(group[2]) for group in self._groups[:count]]

    def _digits(self, count: int) -> str:
        return "".join(group[2] for group in self._groups[:count])

    def _account(self) -> Number | None:
        """Number of an account: the first group and what is written as its continuation."""
        count, total = 0, 0
        for length in self._lengths(len(self._groups)):
            if (count and (length > 8 or (total >= 9 and length > 4))) or total + length > _LONGEST_ACCOUNT:
                break
            count, total = count + 1, total + length
        while count and self._sums.get(total) != count:
            count -= 1
            total -= len(self._groups[count][2])
        return Number(count, "bank_account", 7) if total >= _SHORTEST and not self._has_date(count) else None

    def _by_form(self) -> Number | None:
        """What needs no word before it."""
        first = self._groups[0][2]
        alone = len(self._groups) == 1 and _SHORTEST <= len(first) <= _LONGEST_ACCOUNT
        if alone and _BANK_BEHIND.match(self._view.bare, self._groups[0][1]) and not self._is_phone(1):
            return Number(1, "bank_account", 6)
        if 12 in self._sums and self._is_national(self._sums[12]):
            return Number(self._sums[12], "national_id", 6)
        for length in (13, 12, 11, 10):
            if length in self._sums and self._is_phone(self._sums[length]):
                return Number(self._sums[length], "phone", 6)
        return None

    def _called_phone(self) -> Number | None:
        """A number of another form behind a word for telephone."""
        for length in (11, 10, 8, 7):
            count = self._sums.get(length, 0)
            if count and not _AMOUNT_BEHIND.match(self._view.bare, self._groups[count - 1][1]) and not self._has_date(count):
                return Number(count, "phone", 5)
        return None

    def _tax_code(self) -> Number | None:
        for length, shape in ((13, [10, 3]), (10, [10])):
            count = self._sums.get(length, 0)
            if count and self._lengths(count) == shape and _check_digit_fits(self._groups[0][2]):
                return Number(count, "tax_code", 5)
        return None

    def _has_date(self, count: int) -> bool:
        parts = [group[2] for group in self._groups[:count]]
        return any(
            len(year) == 4 and year[:2] in {"19", "20"} and len(day) <= 2 and len(month) <= 2 and int(day) <= 31 and int(month) <= 12
            for day, month, year in zip(parts, parts[1:], parts[2:], strict=False)
        )

    def _is_national(self, count: int) -> bool:
        digits, lengths = self._digits(count), self._lengths(count)
        fits = count <= 2 or lengths in _NATIONAL_SHAPES or set(lengths) == {1}
        return fits and digits[0] == "0" and digits[1:3] != "00" and digits[3] in "0123"

    def _is_phone(self, count: int) -> bool:
        if count > len(self._groups) or self._has_date(count):
            return False
        digits = self._digits(count)
        plus = self._view.text[max(0, self._start - 1) : self._start] == "+"
        if digits.startswith("84") and (plus or len(self._groups[0][2]) == 2 or count == 1) and len(digits) >= 11:
            digits = "0" + digits[2:].removeprefix("0")
        elif plus:
            return False
        if len(digits) == 10:
            return digits[0] == "0" and digits[1] in "35789"
        return len(digits) == 11 and (digits.startswith("02") or (digits[:2] == "01" and digits[2] in "2689"))


def _check_digit_fits(digits: str) -> bool:
    """Tell whether the last of ten digits of a tax code is the one that the others ask for."""
    check = 10 - sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    return check == int(digits[9]) and digits[:2] != "00"
