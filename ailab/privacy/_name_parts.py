"""Words of a name, and what stands before one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ailab.privacy._view import LOWER, UPPER
from ailab.privacy._words import FAMILY, FAMILY_BARE, FAMOUS, MARKERS, ORGANISATION, PLACE_BEFORE, PLACE_BEFORE_BARE, PROVINCES, USUAL_FAMILY, one_line
from ailab.text import unaccent, unify_tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ailab.privacy._view import View

__all__ = [
    "BETWEEN",
    "LETTERS",
    "RANK",
    "TITLE",
    "WORD",
    "Word",
    "cue_before",
    "is_family",
    "is_famous",
    "is_marker",
    "is_place",
    "name_label_before",
    "word_of",
    "words_from",
]

LETTERS = rf"{UPPER}{LOWER}'’"
WORD = re.compile(rf"[{LETTERS}]+")
#: Between the words of a name.
BETWEEN = re.compile(r" {1,2}| ?\n ?")


class Word(NamedTuple):
    """A word of a view, and where it stands; in small letters, in one spelling of tones."""

    start: int
    end: int
    text: str
    low: str

    @property
    def shouted(self) -> bool:
        """Tell whether all of it is in capitals; one letter is neither."""
        return len(self.text) > 1 and self.text.isupper()

    @property
    def bare(self) -> str:
        """The word without accents."""
        return unaccent(self.low)


def word_of(found: re.Match[str]) -> Word:
    """Make a word of what was found."""
    return Word(found.start(), found.end(), found[0], unify_tone(found[0].lower()))


def words_from(view: View, at: int, most: int = 6) -> list[Word]:
    """Words from a place on, as long as only a space or one line end is between them."""
    out: list[Word] = []
    while len(out) < most:
        found = WORD.match(view.text, at)
        if not found or view.text[found.end() : found.end() + 1].isdigit():
            break
        out.append(word_of(found))
        gap = BETWEEN.match(view.text, found.end())
        if not gap:
            break
        at = gap.end()
    return out


def is_family(word: Word, *, loose: bool = False) -> bool:
    """Tell whether a word is a family name, or if ``loose`` would be one with other accents."""
    return word.low in FAMILY or (loose and word.bare in FAMILY_BARE)


_OTHER_WORDS = {
    "văn": "hóa bản phòng nghệ minh thư kiện xã học công bằng",
    "thị": "trấn xã trường sát lực phần",
    "van": "hoa ban phong nghe minh thu kien xa hoc cong bang dong chuyen hanh tai",
    "thi": "tran xa truong sat luc phan dua hanh cong diem sinh tuyen va chu",
}
#: Văn and Thị as parts of other words: văn hóa, thị trấn.
_NO_MARKERS = frozenset((marker, word) for marker, words in _OTHER_WORDS.items() for word in words.split())


def is_marker(view: View, words: Sequence[Word], at: int, *, trusted: bool = False) -> bool:
    """Tell whether a word is Văn, Thị or A inside of a name; if ``trusted``, a name is sure to begin before it."""
    if not 0 < at < len(words) - 1:
        return False
    low, following, family = words[at].low, words[at + 1], words[at - 1].low
    if low not in MARKERS and low not in {"van", "thi"}:
        return False
    if (family, low) in {("đô", "thị"), ("do", "thi")} and not (trusted or (following.text.istitle() and words[at].text.istitle())):
        return False
    if low in {"van", "thi"} and view.accented:  # a name typed without accents, as banks do, or one accent lost
        plain = family.isascii() and following.low.isascii() and (following.shouted or family in USUAL_FAMILY)
        if not plain and (family.isascii() or family not in FAMILY):
            return False
    return trusted or (low, following.bare if low.isascii() else following.low) not in _NO_MARKERS or (following.text.istitle() and not words[at].shouted)


def is_famous(view: View, start: int, end: int, *, known: bool = False) -> bool:
    """Tell whether a name is one of history, or unless it is ``known`` to be a person's, of a province."""
    words = view.bare[start:end].split()
    return " ".join(words) in FAMOUS or (not known and " ".join(words[:2]) in PROVINCES)


# --- what stands before ------------------------------------------------------------------------------------------------------

_TITLES = frozenset(
    ["ông", "bà", "anh", "chị", "em", "cháu", "cô", "chú", "bác", "thầy", "cụ", "bé", "bạn", "đồng chí", "đ/c", "đ.c", "đc", "mr", "mrs", "ms", "dr"]
)
#: Degrees and military ranks, without accents.
RANK = r"(?:(?:pgs|gs|ths|ts|bs|bscki{1,2}|bs\.? ?cki{1,2}|ks|cn|ds|dd|ktv)\.|bs|ths|bscki{1,2}|(?:thuong|trung|thieu|dai)[ ](?:ta|uy|tuong))"
TITLE = r"(?:ong ?[/,(]? ?ba|ong|ba|anh|chi|em|chau|co|chu|bac|thay|cu|be|dong chi|d/c|d\.c|dc|mr|mrs|ms|dr)"
_TITLE_END = re.compile(rf"(?<![\w/])(?P<title>{TITLE})\)?[\s:.…_-]{{0,4}}$|(?<![\w/]){RANK}[ .]{{0,2}}$")
#: Titles that are nothing else without their accents; ba is three and bà, chu is chú and chủ.
_CLEAR = frozenset({"ong", "anh", "dong chi", "d/c", "d.c", "mr", "mrs", "ms", "dr", "ong ba", "ong/ba", "ong (ba", "ong, ba", "ong/ ba"})
_NAME_LABELS = one_line(r"""
    \bho(?:,? (?:va )?(?:chu dem )?(?:va )?)ten(?: (?:khai sinh|chu ho|nguoi \w+(?: \w+)?|hoc sinh|vo|chong|cha|me|con))?(?: ?\([^)\n]{1,30}\))?(?: la)?
    |\bten (?:toi|em|chau)(?: la)?|\btoi ten(?: la)?|\btoi la|\b(?:full )?name ?:
""")
_NAME_LABEL = re.compile(rf"(?:{_NAME_LABELS})[\s:.…_-]{{0,6}}$")
_PERSON_LABELS = one_line(r"""
    nguoi(?: \w+){1,2}|nguoi(?: \w+){3,5} ?:|lien he(?: voi)?|dau moi|chu ho|ho|chu tai khoan|ten (?:chu )?tai khoan|chu the|dai dien(?: \w+){0,3}
    |ben [abc]|can bo(?: \w+){0,4}|vo|chong
    |con(?: (?:trai|gai|ruot|la))?|bo|me|cha|benh nhan|nan nhan|chu xe|lai xe|chu tri|chu toa|thu ky|giao|hoc sinh|sinh vien|cong dan|doi tuong
    |chuyen vien|ke toan|bac si|y si|ky su
    |giao vien|thanh phan|truong ban|pho ban|bi thu|chu tich|giam doc|tac gia|thi sinh|dai bieu|dang vien|trieu tap|moi|thay mat|chu nhiem|to truong
    |hieu truong|tram truong|truong phong
    |pho truong phong|cong chuc(?: \w+){0,4}|nhan vien|thanh vien|uy vien
""")
_PERSON_LABEL = re.compile(rf"\b(?:{_PERSON_LABELS})[\s:.…_(-]{{0,4}}$")
#: Before Anh: the language and the country.
_LANGUAGE = re.compile(r"\b(?:tieng|nuoc|vuong quoc) $")
_PLURAL = re.compile(r"\b(?:cac|nhung|quy|ba con|thay)[ ]\w+[\s:]*$")


def cue_before(view: View, start: int) -> int:
    """How strongly what stands before speaks for a name: 3 a title or a label for any name, 2 a title, 1 a word for a known family name, 0."""
    before = view.soft[max(0, start - 60) : start]
    title = _TITLE_END.search(before)
    if title and not title["title"]:
        return 3
    if title and _LANGUAGE.search(before, 0, title.start("title")):
        return 0
    if title:
        raw = view.text[start - len(before) + title.start("title") : start - len(before) + title.end("title")].lower()
        parts = {unify_tone(part.strip("()/., ")) for part in (raw, *re.split(r"[\s/]+", raw))}
        if _TITLES & parts and (view.accented or title["title"] in _CLEAR):
            return 2 if _PLURAL.search(before) else 3
        if raw.isascii() and not view.accented:
            return 3 if title["title"] in _CLEAR else 2 if title["title"] == "ba" or view.style == "title" else 1
    if _NAME_LABEL.search(before):
        return 3
    return 1 if _PERSON_LABEL.search(before) else 0


def name_label_before(view: View, start: int) -> bool:
    """Tell whether a title or a label for names stands before; quicker than :func:`cue_before`."""
    return bool(_TITLE_END.search(view.bare, max(0, start - 20), start) or _NAME_LABEL.search(view.bare, max(0, start - 60), start))


_LAST_WORD = re.compile(r"[\w.]+$")
_OFFICE = re.compile(rf"\b{ORGANISATION}(?: so \d+| \w\d?)?[\s“\"]*$")
_ROLE = re.compile(r"\b(?:(?:truong|pho|doi|to) (?:ban|thon|xom|to|khu)|(?:doi|to|hieu|tram|nhom|khoa|phong|vien|hoi|chi huy|hat|chi hoi|liet) truong)[\s:]*$")
_ROLES_OF_UNITS = "chu tich|bi thu|pho|truong|cong an|can bo|cong chuc|ubnd|hdnd|uy ban nhan dan|hoi|doan|mttq|dang uy|quan su|dan quan"
_ROLE_OF_UNIT = re.compile(rf"\b(?:{_ROLES_OF_UNITS})\b[^.,;:\n]{{0,30}} (?:xa|phuong|huyen|tinh|pho|tran|ban|thon)\s*$")


def is_place(view: View, start: int) -> bool:
    """Tell whether the words before make it the name of a place or of a house."""
    last = _LAST_WORD.search(view.text[max(0, start - 40) : start].rstrip(' \n“"'))
    if last:
        low = unify_tone(last[0].rstrip(".").lower())
        if low in PLACE_BEFORE or (not view.accented and low in PLACE_BEFORE_BARE):
            return not _is_role(view, start)
    return bool(_OFFICE.search(view.soft, max(0, start - 40), start))


def _is_role(view: View, start: int) -> bool:
    """Tell whether bản, xã or the like only says of what somebody is head: trưởng bản Lò Văn A, Chủ tịch UBND xã Lò Văn A."""
    before = view.soft[max(0, start - 60) : start]
    if _ROLE.search(before):
        return True
    words = words_from(view, start, 3)
    return len(words) > 2 and is_marker(view, words, 1) and is_family(words[0], loose=True) and bool(_ROLE_OF_UNIT.search(before))
