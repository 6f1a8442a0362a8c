"""Numbers and dates of a text, where they stand, and whether a source has them, and names, in whichever way it writes them."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ailab.text import Token, expand, syllables, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = [
    "CODE", "EMPTY", "NEGATIONS", "NUMBER_WORDS", "REFERENCE", "UNITS", "Date", "Evidence", "Number", "blank", "counted", "find_dates",
    "find_numbers", "number_words", "sign", "words",
]  # fmt: skip


def words(text: str) -> frozenset[str]:
    """Return the words of a list that is written as a text."""
    return frozenset(text.split())


NEGATIONS = words("""
    không chưa chẳng chả đừng cấm chớ not no never none nor without cannot isn aren wasn weren doesn don didn won hasn haven hadn nothing nobody
""")
#: Words that carry no claim of their own.
EMPTY = NEGATIONS | words("""
    và là của có được các những cho ở tại trong ngoài với thì mà này đó kia đây ấy một vào ra lên xuống từ đến theo về như cũng đã đang sẽ còn rất nên
    vì do để khi nếu tuy nhưng hay hoặc gồm rằng nhé ạ vâng dạ bạn tôi the a an of in on at to for from by with and or but is are was were be been an it
    its this that these those there here as which who also has have had according you i yes
""")
NUMBER_WORDS = words("""
    hai ba bốn tư năm sáu bảy bẩy tám chín mười mươi lăm trăm nghìn ngàn vạn triệu tỷ tỉ nửa rưỡi two three four five six seven eight nine ten eleven
    twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand
    million billion half dozen
""")
#: Those of them that mostly are something else where they stand alone: năm (year), đầu tư, tỷ lệ, triệu tập.
_DOUBTFUL = words("tư năm lăm vạn triệu tỷ tỉ nửa rưỡi half trăm")
_ONES = {"một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9}
_ENGLISH = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ALONE = {
    **{word: value for word, value in _ONES.items() if value > 1 and word not in _DOUBTFUL},
    **{word: at for at, word in enumerate(_ENGLISH, 2)},
    "mười": 10,
}
UNITS = {
    name: unit
    for unit, names in {
        "m": "m mét metre metres meter meters", "km": "km kilômét kilomet kilometre kilometres kilometer kilometers", "cm": "cm", "mm": "mm",
        "m2": "m² m2", "km2": "km² km2", "ha": "ha hecta héc hectare hectares", "kg": "kg kilogram kilograms", "t": "tấn tonne tonnes ton tons",
        "vnd": "đồng đ vnd vnđ dong", "usd": "usd đô dollar dollars", "k": "k nghìn ngàn thousand", "million": "triệu million", "billion": "tỷ tỉ billion",
        "%": "% percent", "minute": "phút minute minutes", "hour": "giờ h hour hours", "day": "ngày day days", "week": "tuần week weeks",
        "month": "tháng month months", "year": "năm year years", "°c": "°c",
    }.items()
    for name in names.split()
}  # fmt: skip
_SCALES = {"k": 3, "million": 6, "billion": 9}
_MONTHS = {
    name: at
    for at, name in enumerate(["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"], 1)
}
_MONTH = "|".join(_MONTHS)
_DATES = (
    re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<![\d.,/-])(?P<d>\d{1,2})([/.-])(?P<m>\d{1,2})\2(?P<y>\d{4})(?!\d)"),
    re.compile(r"(?<![\d.,/-])(?P<d>\d{1,2})/(?P<m>\d{1,2})(?![\d/])"),
    re.compile(r"(?<![\d.,/-])(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})(?!\d)(?:(?:/|-|\s?,?\s{0,3}năm\s{1,3})(?P<y>\d{4}))?"),
    re.compile(rf"(?<![\d.,/-])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s{{1,3}}(?:of\s{{1,3}})?(?P<month>{_MONTH})\b(?:,?\s{{1,3}}(?P<y>\d{{4}}))?"),
    re.compile(rf"\b(?P<month>{_MONTH})\s{{1,3}}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s{{1,3}}(?P<y>\d{{4}}))?"),
    re.compile(r"\btháng\s{1,3}(?P<m>\d{1,2})(?:\s?[/-]\s?|\s?,?\s{0,3}năm\s{1,3})(?P<y>\d{4})(?!\d)"),
    re.compile(r"(?<![\d.,/-])(?P<m>0?[1-9]|1[0-2])/(?P<y>(?:19|20)\d\d)(?![\d/])"),
    re.compile(rf"\b(?P<month>{_MONTH}),?\s{{1,3}}(?P<y>\d{{4}})(?!\d)"),
)
_UNIT = r"[^\S\n]{0,3}(%|°c|[^\W\d_]+[²2]?)"
_QUANTITY = re.compile(rf"(\d+(?:[.,]\d+)*)(?:{_UNIT})?")
_NEXT_UNIT = re.compile(_UNIT)
_TIME = re.compile(r"(?<![\d.,:])(?P<hour>[01]?\d|2[0-4])(?:\s?(?:h|giờ)(?:\s?(?P<minute>[0-5]\d))?|[:g](?P<minutes>[0-5]\d))(?:\s?phút)?(?![\w:])")
_PHONE = re.compile(r"(?<![\d+])(?:\(?\+84\)?|\(?0)(?:[ .()-]{0,2}\d){8,10}(?!\d)")
#: Numbers before the items of a list count nothing.
_NUMBERING = re.compile(r"^[^\S\n]{0,20}(?:\d{1,3}\.){0,3}\d{1,3}[.)](?=\s)", re.MULTILINE)
_COUNTED = re.compile(r" ([^\W\d_]+)")
CODE = re.compile(r"(?<![^\W_])[^\W\d_]+\d\w*")  # A1, QL12: names, although there is a digit in them
#: Number and sign of a document: 142/UBND-VX, 30/2020/NĐ-CP, 91/2025/QH15.
REFERENCE = re.compile(r"(?<![\w/.,])0*(\d{1,6}(?:/\d{4})?/[A-ZĐ][\w&.‐‑–—-]{0,40})")
_BLANK = "¦"


class Date(NamedTuple):
    """A day, a month of a year (no ``day``), or a day of any year (no ``year``)."""

    day: int | None
    month: int
    year: int | None


#: Value and unit; the unit of a day, a month and a year of a date is ``'date'``, of what has none None.
Number: TypeAlias = "tuple[str, str | None]"


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Text of the same length with nothing to read where the spans are."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        pieces += [text[at:start], _BLANK * (end - max(start, at))]
        at = max(at, end)
    return "".join([*pieces, text[at:]])


def find_dates(text: str) -> list[tuple[int, int, Date]]:
    """Dates of a text in any of their spellings, and where they stand."""
    found: list[tuple[int, int, Date]] = []
    low = _lower(text)
    for pattern in _DATES:
        new = []
        for match in pattern.finditer(low):
            part = match.groupdict()
            month = int(part["m"]) if part.get("m") else _MONTHS[part["month"]]
            new.append((match.start(), match.end(), Date(int(part["d"]) if part.get("d") else None, month, int(part["y"]) if part.get("y") else None)))
        low = blank(low, [(start, end) for start, end, _date in new]) if new else low
        found += new
    return sorted(found)


def find_numbers(text: str) -> list[tuple[int, int, Number]]:
    """Numbers of a text in figures, their units, and where both stand: 1,5 triệu đồng is (1500000, vnd), 17h30 is (17:30, time)."""
    bare = CODE.sub(lambda code: code[0] if code[0] in UNITS else _BLANK * len(code[0]), blank(_lower(text), _spans(_NUMBERING, text)))
    found: list[tuple[int, int, Number]] = [(match.start(), match.end(), (_phone(match[0]), "phone")) for match in _PHONE.finditer(bare)]
    bare = blank(bare, [span[:2] for span in found])
    times: list[tuple[int, int, Number]] = [(match.start(), match.end(), (_time(match), "time")) for match in _TIME.finditer(bare)]
    bare = blank(bare, [span[:2] for span in times])
    for match in _QUANTITY.finditer(bare):
        if _inside_unit(bare, match.start()):
            continue
        value, unit, end = _value(match[1]), UNITS.get(match[2] or ""), match.end()
        while unit in _SCALES and re.fullmatch(r"\d*\.?\d+", value, re.ASCII):
            value = _plain(f"{Decimal(value).scaleb(_SCALES[unit]):f}")
            following = _NEXT_UNIT.match(bare, end)
            unit = UNITS.get(following[1]) if following else None
            end = following.end() if following and unit else end
        found.append((match.start(), end if unit or end > match.end() or match[2] in UNITS else match.end(1), (value, unit)))
    return sorted(found + times, key=lambda each: each[:2])


def counted(text: str, end: int) -> str:
    """What a number that ends there counts: the word behind it, if it is a word of its own."""
    found = _COUNTED.match(text, end)
    return found[1] if found and found[1].islower() and found[1] not in EMPTY else ""


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]


def _phone(number: str) -> str:
    return "0" + re.sub(r"^\(?\+84|\D", "", number).lstrip("0")


def _time(match: re.Match[str]) -> str:
    return f"{int(match['hour'])}:{match['minute'] or match['minutes'] or '00'}"


def _lower(text: str) -> str:
    """Lower case of the same length."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _inside_unit(text: str, at: int) -> bool:
    """Tell whether a digit belongs to a unit, as in km2."""
    before = re.search(r"[^\W\d_]+$", text[max(0, at - 8) : at])
    return before is not None and before[0] + text[at] in UNITS


def _value(number: str) -> str:
    """Number in one spelling: 1.250 and 1,250 are 1250; 1,5 and 1,50 are 1.5; 0,125 is .125; 1.250,5 is 1250.5; 07 is 7."""
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", number):
        number = number.replace(".", "")
    elif re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", number):
        number = number.replace(",", "")
    return _plain(number.replace(",", "."))


def _plain(number: str) -> str:
    if number.count(".") == 1:
        number = number.rstrip("0").rstrip(".")
    return number.lstrip("0") or "0"


# --- what a source holds ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Evidence:
    """Names, numbers and dates of a source, ready to be compared with.

    Attributes
    ----------
    parts : tuple of str
        Texts of the source: no name runs from one into the next.
    dates : frozenset of Date
    numbers : frozenset of Number
    counts : frozenset of (str, str)
        What is counted, and how many there are; ``''`` where a number without a unit counts nothing.
    """

    parts: tuple[str, ...]
    dates: frozenset[Date]
    numbers: frozenset[Number]
    counts: frozenset[tuple[str, str]]

    @classmethod
    def read(cls, *parts: str) -> Evidence:
        """Read a source."""
        dates: set[Date] = set()
        numbers: set[Number] = set()
        counts: set[tuple[str, str]] = set()
        for part in parts:
            found = find_dates(part)
            dates.update(date for _start, _end, date in found)
            figures = find_numbers(blank(part, [span[:2] for span in found]))
            numbers.update(number for _start, _end, number in figures)
            counts.update((counted(part, end), value) for _start, end, (value, unit) in figures if unit is None)
            numbers.update((str(value), "date") for _start, _end, date in found for value in date if value is not None)
        return cls(parts, frozenset(dates), frozenset(numbers), frozenset(counts))

    def has_name(self, name: Sequence[str]) -> bool:
        """Tell whether words stand here, one right after the other."""
        return f" {' '.join(name)} " in self._words

    def has_number(self, number: Number) -> bool:
        """Tell whether a number stands here, with its unit or with none."""
        value, unit = number
        if unit is None:
            return value in self._values
        return number in self.numbers or ("", value) in self.counts

    def has_date(self, date: Date) -> bool:
        """Tell whether a date stands here, as far as it is told."""
        return any(
            date.day in {None, other.day}
            and date.month == other.month
            and (date.year in {None, other.year} or (other.year is None and self.has_number((str(date.year), None))))
            for other in self.dates
        )

    # What only unsupported_claims asks for:

    def has_name_in_short(self, name: Sequence[str]) -> bool:
        """Tell whether words stand here, in full or as a short form of offices: UBND, TP."""
        return self.has_name(name) or f" {' '.join(expand(list(name)))} " in self._expanded

    def has_count(self, value: str, word: str) -> bool:
        """Tell whether there are so many of something here; where nothing counts it, whether the number stands here at all."""
        return word not in self._counted or (word, value) in self.counts or ("", value) in self.counts or (value, word) in self.written

    def has_number_in_words(self, number: Number) -> bool:
        """Tell whether a number in figures stands here in words."""
        value, unit = number
        return any(value == other and unit in {None, UNITS.get(after)} for other, after in self.written)

    def has_written(self, words: Sequence[str], after: str) -> bool:
        """Tell whether a number in words stands here, in words or in figures."""
        value = _value_of_words(words)
        if self.has_name(words) or value is None:
            return self.has_name(words)
        unit = UNITS.get(after)
        return self.has_number((str(value), unit)) and (unit is not None or self.has_count(str(value), after))

    @functools.cached_property
    def _words(self) -> str:
        return "".join(f" {' '.join(syllables(part))} \n" for part in self.parts)

    @functools.cached_property
    def _expanded(self) -> str:
        return "".join(f" {' '.join(expand(syllables(part)))} \n" for part in self.parts)

    @functools.cached_property
    def _values(self) -> frozenset[str]:
        return frozenset(value for value, _unit in self.numbers)

    @functools.cached_property
    def _counted(self) -> frozenset[str]:
        words = {word for word, _value in self.counts} | {after for _value, after in self.written}
        return frozenset(words - EMPTY - {""})

    @functools.cached_property
    def references(self) -> frozenset[str]:
        """Numbers and signs of documents."""
        return frozenset(sign(match[1]) for part in self.parts for match in REFERENCE.finditer(part))

    @functools.cached_property
    def capitalised(self) -> frozenset[str]:
        """Words that stand here with a capital."""
        return frozenset(token.text for part in self.parts for token in tokens(part) if part[token.start].isupper())

    @functools.cached_property
    def written(self) -> frozenset[tuple[str, str]]:
        """Values of the numbers in words, and the word after each."""
        found = ((_value_of_words([token.text for token in run]), after) for part in self.parts for run, after in number_words(tokens(part)))
        return frozenset((str(value), after) for value, after in found if value is not None)


def sign(reference: str) -> str:
    """Number and sign of a document in one spelling."""
    return re.sub("[‐‑–—]", "-", reference).rstrip(".-&").casefold()


def number_words(found: Sequence[Token]) -> Iterator[tuple[list[Token], str]]:
    """Find runs of tokens that are a number in words, and the word after each."""
    run: list[Token] = []
    before = ""
    for token in [*found, Token("", 0, 0)]:
        if token.text in NUMBER_WORDS or (run and token.text == "mốt"):
            run.append(token)
            continue
        if any(each.text not in _DOUBTFUL for each in run) and not before[:1].isdigit() and before != "phần":
            yield run, token.text
        run, before = [], token.text


def _value_of_words(words: Sequence[str]) -> int | None:
    match words:
        case [word]:
            return _ALONE.get(word)
        case ["mười", one] if one in _ONES:
            return 10 + _ONES[one]
        case [ten, "mươi"] if ten in _ONES:
            return 10 * _ONES[ten]
        case [ten, "mươi", one] if ten in _ONES and one in _ONES:
            return 10 * _ONES[ten] + _ONES[one]
        case [hundred, "trăm"] if hundred in _ONES:
            return 100 * _ONES[hundred]
    return None
