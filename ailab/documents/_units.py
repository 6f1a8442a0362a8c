"""Who is named in a sentence: offices, posts and people that can be given a task."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ailab.documents import _vocabulary as vocabulary
from ailab.text import unaccent, unify_tone

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Assignment", "find_agent", "find_assignment", "last_unit", "named_first", "only_unit"]

_BROKEN = re.compile(r"[;:.()|]")
_STOP = re.compile(r"[;:.()\[\]|“”\"\n–?!]")
_TOKEN = re.compile(r"[^\W_]+(?:[./'&][^\W_]+)*")
_MARK = re.compile(r"\s*(?:[-–—+•*▪]\s*|\(?(?:[ivx]{1,4}|\d{1,2}(?:\.\d{1,2})*|[a-zđ])[.)/]\s+|điều\s+\d+\s*[.:]\s*|dieu\s+\d+\s*[.:]\s*)*+", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:v[eề] ph[ií]a|v[eề] ph[aầ]n|[dđ][oố]i v[oớ]i|ri[eê]ng|theo|th[uứ] (?:nh[aấ]t|hai|ba|t[uư])|tr[uư][oớ]c|ch[aậ]m nh[aấ]t|trong|t[uừ]|[dđ][eế]n|h[aằà]ng|"
    r"[dđ][iị]nh k[yỳ]|sau|khi)\b[^,;|]{3,90},\s*",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    _MARK.pattern
    + r"(?:(?:[dđ][oố]i v[oớ]i|v[eề] ph[ií]a|tr[aá]ch nhi[eệ]m c[uủ]a|nhi[eệ]m v[uụ] c[uủ]a|(?:giao|[dđ][eề] ngh[iị]|y[eê]u c[aầ]u)(?=[^:]*:\s*$))\s+)",
    re.IGNORECASE,
)
#: What may stand behind the unit of a heading.
_DUTY = re.compile(r"[:.]?|(?:co trach nhiem|chu tri|co nhiem vu|chiu trach nhiem)?\s*(?:(?:thuc hien|to chuc thuc hien)\s*)?:|\([^()]{0,110}\)\s*:?")
_WEAK = frozenset(vocabulary.WEAK.split())
_LONGEST = 26  # words


#: Phrases by their first word: the words of each, longest first.
_Phrases = dict[str, tuple[tuple[str, ...], ...]]


class _Words(NamedTuple):
    """The lists, with accents or without."""

    proper: _Phrases
    common: _Phrases
    person: _Phrases
    units: _Phrases  # proper and common
    not_units: _Phrases
    nominal: frozenset[str]
    verbs: _Phrases
    described: _Phrases
    cares: _Phrases
    office: _Phrases
    orders: _Phrases
    not_orders: _Phrases
    passive: _Phrases
    behind: _Phrases  # orders and passive
    helps: _Phrases
    tail: frozenset[str]
    alone: frozenset[str]


class _Token(NamedTuple):
    low: str
    start: int
    end: int
    capital: bool


@dataclass(frozen=True)
class Assignment:
    """Who leads and who helps: places in a sentence."""

    owner: tuple[int, int] | None
    helpers: tuple[tuple[int, int], ...] = ()
    ordered: bool = False  # by words such as “giao”, “yêu cầu”


@functools.cache
def _lists(*, accents: bool) -> _Words:
    clean = (lambda text: text) if accents else unaccent

    def phrases(*texts: str) -> _Phrases:
        return _index(" ".join(map(unify_tone, clean(phrase).split())) for text in texts for phrase in text.replace("\n", "").split("|"))

    def syllables(text: str) -> frozenset[str]:
        return frozenset(map(unify_tone, clean(text).split()))

    verbs, sure = phrases(vocabulary.VERBS), syllables(vocabulary.SURE)
    if not accents:
        verbs = _index(" ".join(words) for found in verbs.values() for words in found if len(words) > 1 or words[0] in sure)
    return _Words(
        proper=phrases(vocabulary.PROPER),
        common=phrases(vocabulary.COMMON),
        person=phrases(vocabulary.PERSON),
        units=phrases(vocabulary.PROPER, vocabulary.COMMON),
        not_units=phrases(vocabulary.NOT_UNITS),
        nominal=syllables(vocabulary.NOMINAL),
        verbs=verbs,
        described=phrases(vocabulary.DESCRIBED),
        cares=phrases(vocabulary.CARES),
        office=phrases(vocabulary.OFFICE),
        orders=phrases(vocabulary.ORDERS),
        not_orders=phrases(vocabulary.NOT_ORDERS),
        passive=phrases(vocabulary.PASSIVE),
        behind=phrases(vocabulary.ORDERS, vocabulary.PASSIVE),
        helps=phrases(vocabulary.HELP),
        tail=syllables(vocabulary.TAIL),
        alone=syllables(vocabulary.ALONE),
    )


def _index(phrases: Iterable[str]) -> _Phrases:
    found: dict[str, set[tuple[str, ...]]] = {}
    for phrase in phrases:
        words = tuple(phrase.split())
        if words:
            found.setdefault(words[0], set()).add(words)
    return {first: tuple(sorted(group, key=len, reverse=True)) for first, group in found.items()}


@functools.lru_cache(maxsize=8192)
def _low(word: str) -> str:
    return unify_tone(word.lower())


class _Sentence:
    """A sentence as words."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self.tokens = [
            _Token(unify_tone(found[0].lower()), found.start(), found.end(), found[0][0].isupper() or found[0][0].isdigit()) for found in _TOKEN.finditer(plain)
        ]
        self.lows = [token.low for token in self.tokens]
        self.shouted = plain.isupper() or not any(token.capital and not token.low[0].isdigit() for token in self.tokens)
        self.lists = _lists(accents=plain != unaccent(plain))

    def phrase_at(self, at: int, phrases: _Phrases) -> int:
        """How many words of the longest phrase that starts here; 0 if none does."""
        if not 0 <= at < len(self.lows):
            return 0
        for words in phrases.get(self.lows[at], ()):
            count = len(words)
            if count == 1:
                return 1
            if tuple(self.lows[at : at + count]) == words and not _BROKEN.search(self.plain, self.tokens[at].start, self.tokens[at + count - 1].end):
                return count
        return 0

    def unit_at(self, at: int) -> tuple[int, int] | None:
        """Words of a unit that starts at this word: from, to."""
        lists = self.lists
        if at >= len(self.tokens) or self.phrase_at(at, lists.not_units):
            return None
        proper, common, named = (self.phrase_at(at, phrases) for phrases in (lists.proper, lists.common, lists.person))
        opening = max(proper, common, named)
        bare = self.lists is _lists(accents=False)
        if not opening or (bare and opening == 1 and proper == 1 and not self.shouted and not self._capital(at + 1)):
            return None
        person = named == opening
        by_verb = self.shouted or (common == opening and not named) or bool(self.phrase_at(at, lists.described))
        first = to = at + opening
        while to < len(self.tokens) and to - at < _LONGEST and (step := self._step(first, to, by_verb=by_verb, person=person)):
            by_verb = by_verb or (not person and "," not in self._gap(to) and self.phrase_at(to, lists.common) > 0)
            to += step
        while to > first and self.tokens[to - 1].low in lists.tail:
            to -= 1
        return None if to == at + 1 and self.tokens[at].low in lists.alone else (at, to)

    def _step(self, first: int, to: int, *, by_verb: bool, person: bool) -> int:
        """How many words from ``to`` on still belong to the unit; 0 where it ends."""
        lists, token, gap = self.lists, self.tokens[to], self._gap(to)
        cased = token.capital and not self.shouted
        starts = 0 if self.phrase_at(to, lists.not_units) else self.phrase_at(to, lists.units)
        verb = self.phrase_at(to, lists.verbs)
        if gap.strip() == "(" and token.low in {"bà", "ba"} and to == first:  # ông (bà)
            return 1
        listed = starts or cased or (token.low in lists.nominal and not verb)
        if _STOP.search(gap) or ("," in gap and (person or not listed)) or (" - " in gap and not cased):
            return 0
        if not person and not gap.strip() and (office := self._office(first, to)):
            return office
        if verb and not cased and not (starts and (token.low,) in lists.proper.get(token.low, ())):
            return 0
        completes = self.tokens[to - 1].capital and not self.shouted and not gap.strip()  # “Nông nghiệp”: the second syllable of a word
        return max(starts, 1) if by_verb or starts or token.capital or token.low in lists.nominal or completes else 0

    def _office(self, first: int, to: int) -> int:
        """How many words of the name of an office stand here that would say what somebody does elsewhere: “Phòng Xây dựng”."""
        token = self.tokens[to]
        count = self.phrase_at(to, self.lists.office) or (to > first and self.phrase_at(to - 1, self.lists.office) - 1)
        name = (to == first and self.shouted) or self.tokens[to - 1].capital or token.capital or token.low in {"dự", "du", "dân", "dan", "cấp", "cap"}
        return max(int(count), 0) if name else 0

    def _gap(self, to: int) -> str:
        """What stands between a word and the one before it."""
        return self.plain[self.tokens[to - 1].end : self.tokens[to].start]

    def no_order_at(self, at: int) -> bool:
        """Tell whether a word that looks like an order is none: “giao ban”, “bàn giao”; but “Giao Ban Chỉ huy” is one."""
        pair = bool(self.phrase_at(at, self.lists.not_orders)) and (self.shouted or not self.tokens[at + 1].capital)
        return pair or (at > 0 and bool(self.phrase_at(at - 1, self.lists.not_orders)) and not self.tokens[at].capital)

    def _capital(self, at: int) -> bool:
        return at < len(self.tokens) and (self.tokens[at].capital or bool(self.phrase_at(at, self.lists.units)))

    def span(self, words: tuple[int, int]) -> tuple[int, int]:
        start, end = self.tokens[words[0]].start, self.tokens[words[1] - 1].end
        return start, end + (self.plain[start:end].count("(") > self.plain[start:end].count(")") and self.plain.startswith(")", end))

    def word_at(self, offset: int) -> int:
        return next((at for at, token in enumerate(self.tokens) if token.start >= offset), len(self.tokens))


@functools.lru_cache(maxsize=512)  # a line is looked at for a heading, for its first unit, and for orders
def _sentence(plain: str) -> _Sentence:
    return _Sentence(plain)


def named_first(plain: str) -> tuple[int, int] | None:
    """Unit at the start of a sentence, after its mark: “1. Phòng Kinh tế …”."""
    return _named_first(_sentence(plain))


def _named_first(sentence: _Sentence) -> tuple[int, int] | None:
    mark = _MARK.match(sentence.plain)
    found = sentence.unit_at(sentence.word_at(mark.end() if mark else 0))
    return sentence.span(found) if found else None


def only_unit(plain: str) -> tuple[int, int] | None:
    """Unit that a heading names: nothing else stands there but a colon or “có trách nhiệm:”."""
    lead = _ABOUT.match(plain)
    found = named_first(plain[lead.end() :]) if lead else named_first(plain)
    if found is None:
        return None
    if lead:
        found = found[0] + lead.end(), found[1] + lead.end()
    rest = unaccent(plain[found[1] :]).strip().lower()
    return found if _DUTY.fullmatch(rest) else None


def find_assignment(plain: str, until: int | None = None) -> Assignment:
    """Who has to do what a sentence says.

    Parameters
    ----------
    plain : str
        Sentence in NFC.
    until : int, optional
        Where the deadline starts: of several orders the last one before it counts.
    """
    sentence = _sentence(plain)
    lists = sentence.lists
    until = len(plain) if until is None else until
    helpers: list[tuple[int, int]] = []
    owner: tuple[int, int] | None = None
    at = 0
    while at < len(sentence.tokens):
        if sentence.no_order_at(at):
            at += 1
            continue
        if count := sentence.phrase_at(at, lists.helps):
            unit = sentence.unit_at(at + count)
            if unit:
                helpers += _each(sentence, unit)
                at = unit[1]
                continue
        if (count := sentence.phrase_at(at, lists.orders)) and sentence.tokens[at].start < until:
            unit = sentence.unit_at(at + count)
            if unit:
                owner = sentence.span(unit)
                at = unit[1]
                continue
        at += 1
    if owner is not None:
        return Assignment(owner, tuple(helpers), ordered=True)
    first = _named_first(sentence)
    if first is None:  # after a phrase of time: “Trước ngày 15/8, các trưởng bản …”
        mark = _MARK.match(plain)
        lead = _LEAD.match(plain, mark.end() if mark else 0)
        unit = sentence.unit_at(sentence.word_at(lead.end())) if lead else None
        first = sentence.span(unit) if unit else None
    return Assignment(first, tuple(helpers))


def find_agent(plain: str, *, until: int | None = None, end: int | None = None) -> tuple[int, int] | None:
    """Who is named behind what has to be done: “do Văn phòng bố trí”, “giao Trung tâm …”, “(đồng chí …)”, “…, Công an xã chủ trì”.

    Parameters
    ----------
    plain : str
        A clause, or a whole line.
    until : int, optional
        Where the deadline starts. A unit after a comma that does anything counts before it; behind it only one that takes care.
    end : int, optional
        Where the deadline ends, for a person in brackets right behind it.
    """
    sentence = _sentence(plain)
    lists = sentence.lists
    weak = None
    for at in range(1, len(sentence.tokens)):
        gap = sentence.plain[sentence.tokens[at - 1].end : sentence.tokens[at].start].strip()
        passive = _ends_with(sentence, at, lists.behind)
        gap = gap[-1:]
        if not passive and gap not in {",", ":", "(", ";"} and sentence.tokens[at - 1].low not in {"thì", "thi"}:
            continue
        unit = sentence.unit_at(at)
        if unit is None or sentence.no_order_at(at - 1):
            continue
        person = sentence.phrase_at(at, lists.person) > 0
        span, labelled = sentence.span(unit), gap == ":" and passive
        after = unit[1]
        joined = after < len(sentence.tokens) and not re.search(r"[;.:()]", sentence.plain[span[1] : sentence.tokens[after].start])
        cares = joined and sentence.phrase_at(after, lists.cares) > 0
        ordered = not gap and _ends_with(sentence, at, lists.orders)
        acts = joined and sentence.phrase_at(after, lists.verbs) > 0 and sentence.tokens[after].low not in _WEAK
        bracket = person and gap == "(" and end is not None and 0 <= span[0] - end <= 3
        if (passive and (acts or labelled or person or ordered)) or bracket or (cares and gap != "("):
            return span
        if gap == ":" and end is not None and 0 <= span[0] - end <= 3 and (acts or person):
            return span
        before = until is not None and sentence.tokens[at].start < until
        if before and acts and sentence.tokens[after].start < (until or 0):
            weak = span
    return weak


def _ends_with(sentence: _Sentence, at: int, phrases: _Phrases) -> bool:
    """Tell whether one of the phrases stands right before a word."""
    return any(tuple(sentence.lows[at - count : at]) in phrases.get(sentence.lows[at - count], ()) for count in range(1, min(4, at) + 1))


def _each(sentence: _Sentence, unit: tuple[int, int]) -> list[tuple[int, int]]:
    """The units of a list, one by one."""
    start, found = unit[0], []
    for at in range(unit[0] + 1, unit[1] + 1):
        gap = sentence.plain[sentence.tokens[at - 1].end : sentence.tokens[at].start] if at < unit[1] else ","
        joined = at < unit[1] and sentence.tokens[at].low in {"và", "va"} and sentence.unit_at(at + 1) is not None
        if "," in gap or joined:
            found.append(sentence.span((start, at)))
            start = at + 1 if joined else at
    return [span for span in found if span[0] < span[1]]


def last_unit(plain: str, until: int) -> tuple[int, int] | None:
    """Unit that ends right before a place: in a table without bars it stands before the date."""
    sentence = _Sentence(plain[:until])
    count = len(sentence.tokens)
    found = [unit for at in range(count) if sentence.tokens[at].capital and (unit := sentence.unit_at(at)) and unit[1] == count]
    return sentence.span(found[0]) if found else None
