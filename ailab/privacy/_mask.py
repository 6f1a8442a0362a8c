"""Placeholders instead of personal data."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, cast

from ailab.privacy._details import DATE
from ailab.privacy._find import LABELS, PLACEHOLDER, find_hits
from ailab.privacy._view import Hit, View, covers
from ailab.results import MaskedText, PersonalData
from ailab.text import unaccent, unify_tone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ailab.results import PersonalDataKind

__all__ = ["LABELS", "mask_personal_data"]

_NUMBERS = frozenset({"national_id", "old_id", "phone", "bank_account", "tax_code", "social_insurance", "passport", "plate"})
_MOST_ROUNDS = 8
_DIGITS = re.compile(r"[0-9]")
_SOUP = re.compile(r"[0-9](?:[ .\-–()\n]{0,3}[0-9])*")
_ALNUM = re.compile(r"[^\W_]+")
#: How many words of a kind must stand together to be looked for elsewhere.
_LEAST_WORDS = {"address": 3, "sensitive_health": 4, "email": 2, "plate": 2, "passport": 1}


def mask_personal_data(text: str, keep: Collection[str] = ("signer",)) -> MaskedText:
    """Put placeholders instead of personal data.

    Parameters
    ----------
    text : str
        See :func:`ailab.privacy.find_personal_data`.
    keep : collection of str, default=("signer",)
        Roles and kinds that stay as they are.

    Returns
    -------
    MaskedText
        The same number in another spelling, and the same person in other letters, has the same placeholder; two persons of
        one name have one as well. What was found in one place is masked in all places. A year of birth and an ethnic group are
        masked only where they are said of a person. Placeholders that the text has already stay, and their numbers are not used again.
    """
    view = View(text)
    numbering = _Numbering(view)
    hits: list[Hit] = []
    for _round in range(_MOST_ROUNDS):
        out, pieces = _put(view, hits, numbering)
        masked = View(out) if hits else view
        more = [hit for found in _to_mask(masked, keep, view, hits) if (hit := _back(found, pieces, masked, view))]
        more = [hit for hit in more if not covers([(old.start, old.end) for old in hits], hit.start, hit.end)]
        if not more:
            break
        hits = sorted([*hits, *more], key=lambda hit: hit.start)
        numbering.learn(view, hits)
    out, _pieces = _put(view, hits, numbering)
    found = []
    for hit in hits:
        start, end = view.span(hit.start, hit.end)
        found.append(PersonalData(start, end, cast("PersonalDataKind", hit.kind), text[start:end], hit.role))
    return MaskedText(out, dict(numbering.originals), tuple(found))


def _put(view: View, hits: Sequence[Hit], numbering: _Numbering) -> tuple[str, list[tuple[int, int, int]]]:
    """Return the text with placeholders, and what was left of it: where it starts there, where in the text given, how long it is."""
    out: list[str] = []
    pieces: list[tuple[int, int, int]] = []
    at = length = 0
    for hit in hits:
        start, end = view.span(hit.start, hit.end)
        placeholder = numbering.of(view, hit)
        pieces.append((length, at, start - at))
        out += [view.given[at:start], placeholder]
        length += start - at + len(placeholder)
        at = end
    pieces.append((length, at, len(view.given) - at))
    return "".join([*out, view.given[at:]]), pieces


def _back(hit: Hit, pieces: list[tuple[int, int, int]], masked: View, view: View) -> Hit | None:
    """Take something found in a masked text back to the text as it was."""
    start, end = masked.span(hit.start, hit.end)
    low, high = 0, len(pieces)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if pieces[middle][0] <= start else (low, middle)
    there, given, length = pieces[low]
    if end > there + length:
        return None
    first, last = view.place(start - there + given), view.place(end - there + given)
    return Hit(first, last, hit.kind, hit.sure, hit.role) if last > first else None


def _to_mask(view: View, keep: Collection[str], first: View, known: Sequence[Hit]) -> list[Hit]:
    """What has to be masked in a view: what the rules find, and other places of what they found here or before."""
    everything = find_hits(view)
    kept = [(hit.start, hit.end) for hit in everything if hit.role in keep or hit.kind in keep]
    found = [hit for hit in everything if not (hit.role in keep or hit.kind in keep)]
    held = sorted([*kept, *(place.span() for place in PLACEHOLDER.finditer(view.text)), *((hit.start, hit.end) for hit in found)])
    texts = [(hit.kind, part.text[hit.start : hit.end]) for part, hits in ((first, known), (view, found)) for hit in hits]
    last = 0
    for hit in sorted(_again(view, texts), key=lambda hit: (hit.start, -hit.end)):
        if hit.start >= last and not covers(held, hit.start, hit.end):
            last = hit.end
            found.append(hit)
    return sorted(found, key=lambda hit: hit.start)


# --- other places of the same ----------------------------------------------------------------------------------------------------


def _again(view: View, texts: list[tuple[str, str]]) -> Iterator[Hit]:
    yield from _numbers_again(view, texts)
    dates = {key: kind for kind, text in texts if kind == "dob" and len(key := _date_key(text)) == 3}
    if dates:
        for found in DATE.finditer(view.digits):
            if _date_key(found[0]) in dates:
                yield Hit(found.start(), found.end(), "dob")
    phrases: dict[tuple[str, ...], str] = {}
    lengths: dict[str, set[int]] = {}
    for kind, text in texts:
        words = tuple(_ALNUM.findall(unaccent(text).lower()))
        if len(words) >= _LEAST_WORDS.get(kind, 99):
            phrases.setdefault(words, kind)
            lengths.setdefault(words[0], set()).add(len(words))
    if not phrases:
        return
    places = view.words
    for at, (start, _end, first) in enumerate(places):
        for length in lengths.get(first, ()):
            words = tuple(place[2] for place in places[at : at + length])
            if words in phrases and len(words) == length and places[at + length - 1][1] - start <= sum(map(len, words)) + 4 * length:
                yield Hit(start, places[at + length - 1][1], phrases[words])


def _date_key(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"[0-9]+", text)))


def _numbers_again(view: View, texts: list[tuple[str, str]]) -> Iterator[Hit]:
    """Places of the same digits, however they are written."""
    values: dict[str, str] = {}
    for kind, text in texts:
        digits = "".join(_DIGITS.findall(text))
        if kind in _NUMBERS and len(digits) >= 6 and kind not in {"plate", "passport"}:
            for other in _phones(digits) if kind == "phone" else (digits,):
                values.setdefault(other, kind)
    lengths = sorted({len(value) for value in values}, reverse=True)
    if not lengths:
        return
    for soup in _SOUP.finditer(view.digits):
        places = [found.start() for found in _DIGITS.finditer(view.digits, *soup.span())]
        if len(places) < lengths[-1]:
            continue
        digits = "".join(view.digits[place] for place in places)
        at = 0
        while at < len(digits):
            for length in lengths:
                value = digits[at : at + length]
                if value in values and len(value) == length and (length >= 9 or _stands_alone(view, places[at], places[at + length - 1])):
                    yield Hit(places[at], places[at + length - 1] + 1, values[value])
                    at += length - 1
                    break
            at += 1


def _phones(digits: str) -> tuple[str, ...]:
    core = _phone_key(digits)
    return (f"0{core}", f"84{core}", f"840{core}", core) if len(core) >= 8 else (digits,)


def _phone_key(digits: str) -> str:
    """The digits of a number without 0 or 84 before them."""
    return digits[2:].removeprefix("0") if digits.startswith("84") and len(digits) > 10 else digits.removeprefix("0")


def _stands_alone(view: View, first: int, last: int) -> bool:
    return not view.digits[first - 1 : first].isdigit() and not view.digits[last + 1 : last + 2].isdigit()


# --- numbering -------------------------------------------------------------------------------------------------------------------


class _Numbering:
    """Which placeholder stands for what."""

    def __init__(self, view: View) -> None:
        self.originals: dict[str, str] = {}
        self._given: dict[tuple[str, str], str] = {}
        self._accented: dict[str, set[str]] = {}
        self._last: Counter[str] = Counter()
        for place in PLACEHOLDER.finditer(view.text):
            self._last[place["label"]] = max(self._last[place["label"]], int(place["number"]))

    def learn(self, view: View, hits: Sequence[Hit]) -> None:
        """See which spellings of words there are, so that one without accents finds its own, and number them in reading order."""
        for hit in hits:
            key = _word_key(view.text[hit.start : hit.end])
            if not key.isascii():
                self._accented.setdefault(unaccent(key), set()).add(key)
        for hit in hits:
            self.of(view, hit)

    def of(self, view: View, hit: Hit) -> str:
        """Return the placeholder of something found."""
        key = (hit.kind, self._key(hit.kind, view.text[hit.start : hit.end]))
        if key not in self._given:
            label = LABELS[cast("PersonalDataKind", hit.kind)]
            self._last[label] += 1
            self._given[key] = f"[{label} {self._last[label]}]"
            start, end = view.span(hit.start, hit.end)
            self.originals[self._given[key]] = view.given[start:end]
        return self._given[key]

    def _key(self, kind: str, text: str) -> str:
        if kind == "dob":
            return "/".join(map(str, _date_key(text)))
        if kind in _NUMBERS:
            plain = "".join(char for char in unaccent(text).lower() if char.isalnum())
            return _phone_key(plain) if kind == "phone" else plain
        key = _word_key(text)
        accented = self._accented.get(key, set()) if key.isascii() and (kind, key) not in self._given else set()
        return next(iter(accented)) if len(accented) == 1 else key


def _word_key(text: str) -> str:
    return " ".join(unify_tone(word.strip(".,;:()-–")) for word in text.lower().split())
