"""Full names of persons: by their capitals, by what stands before them, by their family names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ailab.privacy._flat_names import find_flat_names, flat_count
from ailab.privacy._name_parts import BETWEEN, LETTERS, TITLE, WORD, cue_before, is_family, is_famous, is_marker, is_place, name_label_before, word_of
from ailab.privacy._view import UPPER, Hit
from ailab.privacy._words import FAMILY, FAMILY_BARE, JOBS, MARKERS, NOT_A_NAME, OFTEN_NO_NAME, OFTEN_NO_NAME_BARE, USUAL_FAMILY, one_line
from ailab.text import unaccent, unify_tone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ailab.privacy._name_parts import Word
    from ailab.privacy._view import View

__all__ = ["find_again", "find_names"]

_CAPITAL = rf"[{UPPER}][{LETTERS}]*(?![\w'’])"
_RUN = re.compile(rf"(?<![\w'’]){_CAPITAL}(?:(?: {{1,2}}| ?\n ?){_CAPITAL})+")
_TITLE = re.compile(TITLE)
#: What is said of a person right behind the name.
_ATTRIBUTES = one_line(r"""
    sinh (?:nam|ngay|\d)|sn[ :.]?\d|s\.n|nam sinh|ngay sinh|so cccd|cccd|cmnd|can cuoc|so dinh danh|sdt|s?dt[ :.]|dien thoai|\(?0\d{2}|hien o|tru (?:tai|o)
    |thuong tru|dan toc
""")
_ATTRIBUTE = re.compile(rf"[ ,;(–-]{{0,4}}(?:{_ATTRIBUTES})|[ ]?[(,;] ?(?:19|20)\d\d\b")
_JOB = re.compile(rf" ?[,(–:-] ?{JOBS}")
_JOB_AT = re.compile(JOBS)
#: What begins the next thing on a line of a form.
_LABELS = one_line(r"""
    nam sinh|ngay,? (?:sinh|thang)|dan toc|gioi tinh|quoc tich|so (?:cccd|cmnd|dinh|dien|tai|can|dt|the|bhxh|nha|may|ho|giay)|dia chi|dien thoai
    |chuc (?:vu|danh)
    |noi (?:o|sinh|cap|cu)|nghe nghiep|sinh (?:nam|ngay)|ton giao|email|que quan|cccd|can cuoc
""")
_LABEL_AT = re.compile(rf"(?:{_LABELS})\b")
_LIST = re.compile(r"[ ]?(?:[,;&+]|và|-|–)[ \n]{1,2}(?:và )?")
_MOST_WORDS = 5
#: With văn or thị behind them they are other words: công văn, đô thị.
_BEFORE_MARKERS = frozenset(
    ["công", "nhân", "đô", "siêu", "chỉ", "hiển", "biểu", "thiên", "thủy", "luận", "ngữ", "hội", "yết", "thành", "áng", "bài", "đoạn", "môn"]
)


def find_names(view: View) -> list[Hit]:
    """Names of persons."""
    hits: list[Hit] = []
    last = -1
    for run in _RUN.finditer(view.text):
        words = [word_of(found) for found in WORD.finditer(view.text, run.start(), run.end())]
        if (view.style == "upper" and words[0].shouted) or not (_may_hold_name(words) or name_label_before(view, run.start())):
            continue
        for hit in _in_run(view, words, last):
            hits.append(hit)
            last = hit.end
    return [*hits, *find_flat_names(view)]


def _may_hold_name(words: list[Word]) -> bool:
    return any(word.bare in FAMILY_BARE or _TITLE.fullmatch(word.bare) for word in words[:-1])


def _in_run(view: View, words: list[Word], last: int) -> Iterator[Hit]:
    at = 0
    while at < len(words) - 1:
        if is_place(view, words[at].start):
            at = _past_place(view, words, at)
            continue
        count = _count(view, words[at : at + _MOST_WORDS + 3], last)
        if count:
            last = words[at + count - 1].end
            yield Hit(words[at].start, last, "person_name", 4)
            at += count
        else:
            at += 1


def _past_place(view: View, words: list[Word], at: int) -> int:
    """Where a name can begin behind the name of a place: at a family name with Văn, Thị or A behind it."""
    for further in range(at + 2, len(words) - 2):
        if is_family(words[further], loose=True) and is_marker(view, words, further + 1) and not words[further].shouted:
            return further
    return len(words)


def _count(view: View, words: list[Word], last: int) -> int:
    """How many words from here are a name."""
    first = words[0]
    if first.low in NOT_A_NAME and first.low not in FAMILY:
        return 0
    cue = cue_before(view, first.start)
    if first.shouted:
        return _count_shouted(view, words, cue)
    count = _extent(view, words)
    if count < 2 or is_famous(view, first.start, words[count - 1].end, known=cue >= 2):
        return 0
    return count if _is_marked(view, words, count, cue) or _is_name(view, words, count, cue, last) else 0


def _is_marked(view: View, words: list[Word], count: int, cue: int) -> bool:
    """Tell whether Văn, Thị or A makes words a name; with Văn and Thị even one whose family name is in no list."""
    if count < 3:
        return False
    first, second = words[0], words[1]
    unlisted = count <= 4 and second.low in {"văn", "thị"} and first.low not in _BEFORE_MARKERS and not second.shouted
    return unlisted or (is_family(first, loose=True) and is_marker(view, words, 1, trusted=cue == 3))


def _is_name(view: View, words: list[Word], count: int, cue: int, last: int) -> bool:
    """Tell whether words are a name because of what stands around them, or because of the family name alone."""
    first = words[0]
    if not view.accented and _JOB_AT.match(view.bare, first.start):
        return False
    family = is_family(first, loose=not view.accented)
    usual = family and (view.accented or first.bare in USUAL_FAMILY)
    if cue == 3 or (cue == 2 and family and (usual or count > 2)) or (cue == 1 and usual):
        return True
    if not usual or first.low in OFTEN_NO_NAME or (not view.accented and first.bare in OFTEN_NO_NAME_BARE):
        return False
    return count <= 4 if count > 2 else _is_said_to_be_person(view, words, last)


def _is_said_to_be_person(view: View, words: list[Word], last: int) -> bool:
    """Tell whether two words are a name because of what stands behind them, or because the one before them in a list is a name."""
    start, end = words[0].start, words[1].end
    if 0 < last < start <= last + 6 and _LIST.fullmatch(view.text, last, start):
        return True
    return bool(_ATTRIBUTE.match(view.bare, end) or (_JOB.match(view.bare, end) and words[1].low not in NOT_A_NAME))


def _count_shouted(view: View, words: list[Word], cue: int) -> int:
    """How many words in capitals are a name in a text that is not all in capitals."""
    first = words[0]
    family = is_family(first, loose=not view.accented)
    count = flat_count(view, words)
    if count > 2 and is_marker(view, words, 1, trusted=cue == 3) and is_family(first, loose=cue > 0 or not view.accented or first.low.isascii()):
        return count
    usual = family and (view.accented or first.bare in USUAL_FAMILY)
    doubtful = cue < 3 and first.low in OFTEN_NO_NAME
    broken = "\n" in view.text[first.start : words[count - 1].end]
    return count if count > 1 and cue and usual and not doubtful and not broken and not _JOB_AT.match(view.bare, first.start) else 0


def _extent(view: View, words: list[Word]) -> int:
    """How many words in capitals from the first on are one name."""
    count = 1
    for at, word in enumerate(words[1:], 1):
        broken = "\n" in view.text[words[at - 1].end : word.start]
        goes_on = _JOB_AT.match(view.bare, word.start) or _LABEL_AT.match(view.bare, word.start) or (at > 1 and _starts_name(view, words, at))
        if count >= _MOST_WORDS or word.shouted or goes_on:
            break
        given = at == 2 and words[1].low in {"văn", "thị", "van", "thi"}
        if word.low in NOT_A_NAME and not given and (broken or word.low not in {"ông", "bà"}):
            break
        if broken and (count >= 3 or (count == 2 and word.low in FAMILY)) and words[at - 1].low not in MARKERS:
            break
        count += 1
    return count


def _starts_name(view: View, words: list[Word], at: int) -> bool:
    return is_family(words[at], loose=True) and is_marker(view, words, at + 1)


# --- the same names elsewhere ----------------------------------------------------------------------------------------------------


def find_again(view: View, names: Iterable[tuple[int, int]]) -> Iterator[Hit]:
    """Other places where names stand that were found: in other letters, without accents, over a line end."""
    spellings: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    lengths: dict[str, set[int]] = {}
    for start, end in names:
        words = tuple(unify_tone(word.lower()) for word in WORD.findall(view.text, start, end))
        bare = tuple(map(unaccent, words))
        if len(bare) > 1:
            spellings.setdefault(bare, set()).add(words)
            lengths.setdefault(bare[0], set()).add(len(bare))
    if not lengths:
        return
    places = view.words
    for at, (start, _end, first) in enumerate(places):
        for length in lengths.get(first, ()):
            last = at + length - 1
            spelled = spellings.get(tuple(place[2] for place in places[at : last + 1]))
            if not spelled or last >= len(places) or not all(BETWEEN.fullmatch(view.text, places[k][1], places[k + 1][0]) for k in range(at, last)):
                continue
            end = places[last][1]
            if _same(view.text[start:end], spelled) and not is_place(view, start):
                yield Hit(start, end, "person_name", 3)


def _same(text: str, spelled: set[tuple[str, ...]]) -> bool:
    """Tell whether words are spelled as a name is, or have lost all of their accents; without capitals only if Văn, Thị or A is among them."""
    words = tuple(unify_tone(word.lower()) for word in text.split())
    if not text[0].isupper() and words[1] not in MARKERS:
        return False
    return words in spelled or text.isascii() or any(all(map(str.isascii, name)) for name in spelled)
