"""Does a text say only what passages say? A check of words, numbers, dates, names and negations; it does not understand.

It refuses too much rather than too little. What it cannot see: a claim made of the passage's own words in another order, and a
passage that is wrong itself.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ailab.text import normalize, sentences, syllables, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ailab.passages import Passage

__all__ = ["SupportChecker"]


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a list that is written as a text."""
    return tuple(text.split())


#: Words that carry no claim of their own.
_FUNCTION = frozenset(
    _words("""
    và là của có được các những cho ở tại trong ngoài với thì mà này đó kia đây ấy một vào ra lên xuống từ đến theo về như cũng đã đang sẽ còn rất nên
    vì do để khi nếu tuy nhưng hay hoặc gồm rằng nhé ạ vâng dạ bạn tôi the a an of in on at to for from by with and or but is are was were be been it
    its this that these those there here as which who also has have had according you i yes
    """)
)
_NEGATIONS = frozenset(
    _words("""
    không chưa chẳng chả đừng cấm chớ not no never none nor without cannot isn aren wasn weren doesn don didn won hasn haven hadn nothing nobody
    """)
)
_EMPTY = _FUNCTION | _NEGATIONS
_NUMBER_WORDS = frozenset(
    _words("""
    hai ba bốn tư năm sáu bảy bẩy tám chín mười mươi lăm trăm nghìn ngàn vạn triệu tỷ tỉ nửa rưỡi two three four five six seven eight nine ten eleven
    twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand
    million billion half dozen
    """)
)
_UNITS = {
    name: unit
    for unit, names in {
        "m": "m mét metre metres meter meters", "km": "km kilômét kilomet kilometre kilometres kilometer kilometers", "cm": "cm", "mm": "mm",
        "m2": "m² m2", "km2": "km² km2", "ha": "ha hecta héc hectare hectares", "kg": "kg kilogram kilograms", "t": "tấn tonne tonnes ton tons",
        "vnd": "đồng đ vnd vnđ dong", "usd": "usd đô dollar dollars", "k": "nghìn ngàn thousand", "million": "triệu million", "billion": "tỷ tỉ billion",
        "%": "% percent", "minute": "phút minute minutes", "hour": "giờ h hour hours", "day": "ngày day days", "week": "tuần week weeks",
        "month": "tháng month months", "year": "năm year years", "°c": "°c",
    }.items()
    for name in names.split()
}  # fmt: skip
_MONTHS = {
    name: at
    for at, name in enumerate(["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"], 1)
}
_MONTH = "|".join(_MONTHS)
_DATES = (
    re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<![\d.,/-])(?P<d>\d{1,2})([/.-])(?P<m>\d{1,2})\2(?P<y>\d{4})(?!\d)"),
    re.compile(r"(?<![\d.,/-])(?P<d>\d{1,2})/(?P<m>\d{1,2})(?![\d/])"),
    re.compile(r"(?<![\d.,/-])(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})(?!\d)(?:\s*,?\s*năm\s+(?P<y>\d{4}))?"),
    re.compile(rf"(?<![\d.,/-])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})\b(?:,?\s+(?P<y>\d{{4}}))?"),
    re.compile(rf"\b(?P<month>{_MONTH})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(?P<y>\d{{4}}))?"),
)
_QUANTITY = re.compile(r"(\d+(?:[.,]\d+)*)\s*(%|°c|[^\W\d_]+[²2]?)?")
_CODE = re.compile(r"(?<![^\W_])[^\W\d_]+\d\w*")  # A1, QL12: names, although there is a digit in them


class _Date(NamedTuple):
    day: int
    month: int
    year: int | None


@dataclass(frozen=True)
class _Claims:
    """What a text says that can be compared letter by letter."""

    words: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    dates: frozenset[_Date]
    numbers: frozenset[tuple[str, str | None]]


class SupportChecker:
    """Find the sentences of a text that passages do not bear out.

    A sentence is borne out if one single passage holds each of its numbers (with the same unit), dates, written-out numbers and names,
    enough of its other words, weighted by how rare they are among all passages, and says "not" where the sentence does.

    Parameters
    ----------
    passages : iterable of Passage
        The whole base: tells which words are rare.
    enough : float, default=0.7
        Share of the weight of a sentence's words that has to occur in the passage. Chosen by hand: below two thirds, a sentence of
        six words could have two of its own.
    """

    def __init__(self, passages: Iterable[Passage], *, enough: float = 0.7) -> None:
        self.enough = enough
        documents = [_whole(passage) for passage in passages]
        self._size = len(documents)
        self._counts = Counter(word for text in documents for word in set(syllables(text)))
        self._ordinary = {found.text for text in documents for found in tokens(text) if text[found.start].islower()} | _EMPTY

    def unsupported(self, text: str, passages: Sequence[Passage]) -> tuple[str, ...]:
        """Sentences that no passage bears out.

        Parameters
        ----------
        text : str
        passages : sequence of Passage
            Those that the text was written from.

        Returns
        -------
        tuple of str
            As they stand in the text; empty if all is borne out.
        """
        text = normalize(text)
        sources = [_Source.read(passage) for passage in passages]
        pieces = [text[start:end] for start, end in sentences(text)]
        return tuple(piece for piece in pieces if any(map(str.isalnum, piece)) and not any(self._bears(source, piece) for source in sources))

    def _bears(self, source: _Source, sentence: str) -> bool:
        claims = self._claims(sentence)
        return (
            self._share(claims.words, source.vocabulary) >= self.enough
            and all(source.has_name(name) for name in claims.names)
            and all(source.has_number(number) for number in claims.numbers)
            and all(source.has_date(date) for date in claims.dates)
            and _denies(claims.words) == self._denied(source, claims.words)
        )

    def _share(self, words: Iterable[str], vocabulary: Iterable[str]) -> float:
        """Share of the weight of words that occur; 0 where a sentence has no words of its own, such as “Yes.” or “32.” alone."""
        weights = {word: math.log(1 + (self._size + 1) / (self._counts[word] + 0.5)) for word in words if word not in _EMPTY}
        return sum(weight for word, weight in weights.items() if word in vocabulary) / (sum(weights.values()) or 1)

    def _denied(self, source: _Source, words: tuple[str, ...]) -> bool:
        """Tell whether the sentence of a passage that is most like these words says “not”."""
        return _denies(max(source.sentences, key=lambda other: self._share(words, other), default=()))

    def _claims(self, sentence: str) -> _Claims:
        dates, rest = _dates(sentence)
        found = tokens(rest)
        names: list[tuple[str, ...]] = []
        end = -1
        for at, token in enumerate(found):
            if not (rest[token.start].isupper() or _CODE.fullmatch(token.text)) or token.text in _UNITS or (at == 0 and token.text in self._ordinary):
                continue
            joined = end >= 0 and not rest[end : token.start].strip() and found[at - 1].end == end
            names = [*names[:-1], (*names[-1], token.text)] if joined else [*names, (token.text,)]
            end = token.end
        words = tuple(token.text for token in found if not token.text[0].isdigit())
        written = [(word,) for word in words if word in _NUMBER_WORDS]
        return _Claims(words, (*names, *written), frozenset(dates), frozenset(_numbers(rest)))


@dataclass(frozen=True)
class _Source:
    """A passage, ready to be compared with."""

    lines: tuple[tuple[str, ...], ...]  # words of the text, the title and each place
    sentences: tuple[tuple[str, ...], ...]
    vocabulary: frozenset[str]
    dates: frozenset[_Date]
    numbers: frozenset[tuple[str, str | None]]

    @classmethod
    def read(cls, passage: Passage) -> _Source:
        parts = (passage.text, passage.title, *passage.places)
        lines = tuple(tuple(syllables(part)) for part in parts)
        dates, numbers = set(), set()
        for part in parts:
            found, rest = _dates(part)
            dates |= found
            numbers |= _numbers(rest) | {(str(value), None) for date in found for value in date if value is not None}
        pieces = tuple(tuple(syllables(passage.text[start:end])) for start, end in sentences(passage.text))
        return cls(lines, pieces, frozenset(word for line in lines for word in line), frozenset(dates), frozenset(numbers))

    def has_name(self, name: tuple[str, ...]) -> bool:
        """Tell whether the words stand here, one right after the other."""
        return any(line[at : at + len(name)] == name for line in self.lines for at in range(len(line) - len(name) + 1))

    def has_number(self, number: tuple[str, str | None]) -> bool:
        value, unit = number
        if unit is None:
            return any(value == other for other, _unit in self.numbers)
        return number in self.numbers or (value, None) in self.numbers

    def has_date(self, date: _Date) -> bool:
        if date.year is None:
            return any(date[:2] == other[:2] for other in self.dates)
        return date in self.dates or (_Date(date.day, date.month, None) in self.dates and self.has_number((str(date.year), None)))


def _whole(passage: Passage) -> str:
    return "\n".join((passage.title, passage.text, *passage.places))


def _denies(words: Iterable[str]) -> bool:
    return not _NEGATIONS.isdisjoint(words)


def _dates(text: str) -> tuple[set[_Date], str]:
    """Dates of a text, and the text with spaces instead of them."""
    dates = set()
    for pattern in _DATES:
        for found in pattern.finditer(_lower(text)):
            part = found.groupdict()
            month = int(part["m"]) if part.get("m") else _MONTHS[part["month"]]
            dates.add(_Date(int(part["d"]), month, int(part["y"]) if part.get("y") else None))
            text = text[: found.start()] + " " * (found.end() - found.start()) + text[found.end() :]
    return dates, text


def _lower(text: str) -> str:
    """Lower case of the same length."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _numbers(text: str) -> set[tuple[str, str | None]]:
    """Numbers of a text and their units."""
    bare = _CODE.sub(lambda code: code[0] if code[0] in _UNITS else " , ", _lower(text))
    return {(_value(found[1]), _UNITS.get(found[2] or "")) for found in _QUANTITY.finditer(bare) if not _inside_unit(bare, found.start())}


def _inside_unit(text: str, at: int) -> bool:
    """Tell whether a digit belongs to a unit, as in km2."""
    before = re.search(r"[^\W\d_]+$", text[:at])
    return before is not None and before[0] + text[at] in _UNITS


def _value(number: str) -> str:
    """Number in one spelling: 1.250 and 1,250 are 1250; 1,5 is 1.5; 07 is 7."""
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", number):
        number = re.sub("[.,]", "", number)
    return number.replace(",", ".").lstrip("0") or "0"
