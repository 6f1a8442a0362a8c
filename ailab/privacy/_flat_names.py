"""Names where capitals do not tell: in small letters, or in a text that is all in capitals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ailab.privacy._name_parts import RANK, TITLE, cue_before, is_family, is_famous, is_marker, is_place, words_from
from ailab.privacy._view import Hit
from ailab.privacy._words import JOBS, OFTEN_NO_NAME, OFTEN_NO_NAME_BARE, USUAL_FAMILY
from ailab.text import unaccent, unify_tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ailab.privacy._name_parts import Word
    from ailab.privacy._view import View

__all__ = ["find_flat_names", "flat_count", "flat_name", "stops"]

_CUE = re.compile(rf"(?<![\w/])(?:{TITLE}\)?|{RANK})[ :.\n]{{1,3}}(?=[a-z])")
_LABEL = re.compile(r"\b(?:(?:ho (?:va )?ten|nguoi lien he|chu ho|chu tai khoan) ?:|(?:ten toi la|toi ten la|toi la) ?:?)[ \n]{1,2}(?=[a-z])")
_MARKER = re.compile(r"(?<=[ \n])(?:van|thi|a)(?=[ \n])")
_JOB_AT = re.compile(JOBS)
_STOPS = """
    ở sinh là trú có bị được đã đang sẽ trưởng phó bản xã dân số cccd cmnd và cũng cho tại từ đến năm nữ chức chủ cán hộ chồng vợ con thường tạm hiện
    địa điện sđt giới thuộc làm
    không theo về với người công giám bí đề nghị trong ngày tháng khi khai nộp ký xin mắc nhiễm ubnd tỉnh huyện phường tổ thôn nơi quê như những các
    một hai thì vậy này ông bà
    chị em cháu phụ phát trình bay chết mất nghề đt mới tự nhận thừa hỗ trợ chấp báo kết gửi giao yêu nêu đi vì do để mà cùng đại ngụ chưa còn rất
    hay tổng chịu tham thực thường đơn
    bên qua trước sau nếu cần phải ra vào lên xuống nói bỏ đưa đứng nhà trên dưới vẫn bày đại đồng anh cô chú
"""
#: Words with which a sentence goes on behind a name.
_STOP = frozenset(map(unify_tone, _STOPS.split()))
_STOP_BARE = frozenset(map(unaccent, _STOP)) | {"ubnd"}
#: Those of them that are given names as well, at the end of a phrase.
_ALSO_GIVEN = frozenset(
    [
        "anh",
        "nam",
        "hien",
        "tam",
        "thuong",
        "dan",
        "y",
        "dien",
        "con",
        "tinh",
        "phuong",
        "sinh",
        "giam",
        "cong",
        "trinh",
        "bay",
        "chi",
        "huong",
        "dong",
        "phuc",
        "ong",
    ]
)
_NEVER_ALONE = frozenset(["và", "vì", "cứ", "là", "từ"])


def find_flat_names(view: View) -> Iterator[Hit]:
    """Names behind a title or a label in small letters; in a text without any difference between letters also by Văn, Thị and A."""
    for pattern in (_CUE, _LABEL):
        for cue in pattern.finditer(view.bare):
            if view.text[cue.end()].islower() or view.style == "upper":
                count, words = _behind_cue(view, cue.end(), labelled=pattern is _LABEL)
                if count:
                    yield Hit(words[0].start, words[count - 1].end, "person_name", 4)
    if view.style == "title":
        return
    for marker in _MARKER.finditer(view.bare):
        start = marker.start() - 1
        while start and view.bare[start - 1].isalpha():
            start -= 1
        words = words_from(view, start)
        if len(words) > 2 and _is_marked(view, words) and not is_place(view, start):
            count = flat_count(view, words)
            if not is_famous(view, start, words[count - 1].end):
                yield Hit(start, words[count - 1].end, "person_name", 4)


def _is_marked(view: View, words: list[Word]) -> bool:
    doubtful = words[0].low in _NEVER_ALONE or (not view.accented and words[0].bare in _DOUBTFUL_BARE)
    return is_family(words[0], loose=not view.accented) and not doubtful and is_marker(view, words, 1)


#: Family names that are everyday words without accents: vì and vi, hộ and hồ.
_DOUBTFUL_BARE = OFTEN_NO_NAME_BARE | {"ho", "do", "gia", "cao", "ban", "can", "tu"}


def _behind_cue(view: View, start: int, *, labelled: bool) -> tuple[int, list[Word]]:
    """How many words behind a title or a label are a name, and the words."""
    words = words_from(view, start)
    if len(words) < 2 or not is_family(words[0], loose=not view.accented) or is_famous(view, start, words[-1].end):
        return 0, words
    cue = 3 if labelled else cue_before(view, start)
    if is_marker(view, words, 1, trusted=cue >= 2):
        return flat_count(view, words, trusted=cue >= 2), words
    if cue < 2 or (cue < 3 and view.accented) or (view.style == "title" and not labelled):
        return 0, words
    if words[0].low in OFTEN_NO_NAME or (not view.accented and words[0].bare in OFTEN_NO_NAME_BARE) or _JOB_AT.match(view.bare, start):
        return 0, words
    if not view.accented and words[0].bare not in USUAL_FAMILY:
        alone = 3 <= len(words) <= 4 and not any(stops(view, word) for word in words[1:])
        return (len(words) if alone else 0), words
    doubtful = stops(view, words[1]) and words[1].bare not in _ALSO_GIVEN and words[0].bare not in _NOTHING_ELSE
    return (0 if doubtful else flat_count(view, words)), words


#: Family names that are no other word.
_NOTHING_ELSE = frozenset(["nguyen", "pham", "hoang", "huynh", "giang", "khoang"])


def flat_name(view: View, start: int) -> int:
    """Where a name ends that begins here, whatever its letters look like; ``start`` if there is none."""
    words = words_from(view, start)
    loose = not view.accented or is_marker(view, words, 1)
    if len(words) < 2 or not is_family(words[0], loose=loose):
        return start
    sure = words[0].low not in OFTEN_NO_NAME if view.accented else words[0].bare in USUAL_FAMILY
    if not sure and not is_marker(view, words, 1):
        return start
    return words[flat_count(view, words) - 1].end


def flat_count(view: View, words: list[Word], *, trusted: bool = False) -> int:
    """How many words are a name: those up to a stop, or to a word that goes on with the sentence."""
    words = _of_one_kind(words)
    marked = is_marker(view, words, 1, trusted=trusted)
    count = min(3 if marked else 2, len(words))
    while count < min(len(words), 5):
        word = words[count]
        at_end = count + 1 == len(words)
        stop = stops(view, word) and not (at_end and marked and word.bare in _ALSO_GIVEN)
        if stop or _JOB_AT.match(view.bare, word.start) or "\n" in view.text[words[count - 1].end : word.start]:
            break
        closed = at_end or stops(view, words[count + 1]) or "\n" in view.text[word.end : words[count + 1].start]
        if not closed and (marked or count > 2):
            break
        count += 1
    return count


def _of_one_kind(words: list[Word]) -> list[Word]:
    """Words up to the first that is in other letters than the one at the beginning."""
    for at, word in enumerate(words[1:], 1):
        if len(word.text) > 1 and word.shouted != words[0].shouted:
            return words[:at]
    return words[:6]


def stops(view: View, word: Word) -> bool:
    """Tell whether a sentence goes on with a word."""
    return word.low in _STOP if view.accented else word.bare in _STOP_BARE
