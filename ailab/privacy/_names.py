"""Full names of persons: what stands before them, which family names there are, where a name ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ailab.privacy._view import LOWER, UPPER, Hit
from ailab.privacy._words import (
    FAMILY,
    FAMILY_BARE,
    FAMOUS,
    JOBS,
    MARKERS,
    NOT_A_NAME,
    ORGANISATION,
    PLACE_BEFORE,
    PLACE_BEFORE_BARE,
    PROVINCES,
)
from ailab.text import unaccent, unify_tone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ailab.privacy._view import View

__all__ = ["Word", "find_names", "find_again", "flat_name", "is_family", "words_from"]

_LETTERS = rf"{UPPER}{LOWER}'’"
_CAPITAL = rf"[{UPPER}][{_LETTERS}]*(?![\w'’])"
_RUN = re.compile(rf"(?<![\w'’]){_CAPITAL}(?:(?: {{1,2}}| ?\n ?){_CAPITAL})+")
_WORD = re.compile(rf"[{_LETTERS}]+")
_BETWEEN = re.compile(r" {1,2}| ?\n ?")
_TITLE = "ông|bà|anh|chị|em|cháu|cô|chú|bác|thầy|cụ|bé|bạn|đồng chí|đ/c|đc|mr|mrs|ms|dr"
_TITLES = frozenset(_TITLE.split("|"))
_TITLE_BARE = r"(?:ong ?[/,(]? ?ba|ong|ba|anh|chi|em|chau|co|chu|bac|thay|cu|be|dong chi|d/c|d\.c|dc|mr|mrs|ms|dr)"
#: Titles that are other words as well once they have lost their accents: chú and chủ.
_ALSO_OTHERS = frozenset({"chu", "co", "cu", "be", "bac", "thay", "em", "chi"})
_TITLE_END = re.compile(rf"(?<![\w/])({_TITLE_BARE})\)?[\s:.…_-]{{0,4}}$")
#: Words after which any full name follows.
_NAME_LABEL = re.compile(
    r"(?:\bho(?:,? (?:va )?(?:chu dem )?(?:va )?)ten(?: (?:khai sinh|chu ho|nguoi \w+(?: \w+)?|hoc sinh|vo|chong|cha|me|con))?(?: ?\([^)\n]{1,30}\))?(?: la)?|\bten (?:toi|em|chau)(?: la)?|\btoi ten(?: la)?"
    r"|\btoi la|\b(?:full )?name ?:)[\s:.…_-]{0,6}$"
)
#: Words after which a full name can follow, if its family name is known.
_PERSON_LABEL = re.compile(
    r"(?:\bnguoi(?: \w+){1,2}|\bnguoi(?: \w+){3,5} ?:|\blien he(?: voi)?|\bdau moi|\bchu ho|\bho|\bchu tai khoan|\bten (?:chu )?tai khoan|\bchu the|\bdai dien(?: \w+){0,3}|\bben [abc]|\bcan bo(?: \w+){0,4}|\bvo|\bchong"
    r"|\bcon(?: (?:trai|gai|ruot|la))?|\bbo|\bme|\bcha|\bbenh nhan|\bnan nhan|\bchu xe|\blai xe|\bchu tri|\bchu toa|\bthu ky|\bgiao|\bhoc sinh|\bsinh vien|\bcong dan|\bdoi tuong|\bchuyen vien"
    r"|\bke toan|\bbac si|\by si|\bky su|\bgiao vien|\bthanh phan|\btruong ban|\bpho ban|\bbi thu|\bchu tich|\bgiam doc|\btac gia|\bthi sinh|\bdai bieu|\bdang vien|\btrieu tap|\bmoi|\bong noi|\bthay mat"
    r"|\bchu nhiem|\bto truong|\bhieu truong|\btram truong|\btruong phong|\bpho truong phong|\bcong chuc(?: \w+){0,4}|\bnhan vien|\bthanh vien|\buy vien|\bdi dong|\bdien thoai|\bsdt)[\s:.…_(-]{0,4}$"
)
_ATTRIBUTE = re.compile(
    r"[ ,;(–-]{0,4}(?:sinh (?:nam|ngay|\d)|sn[ :.]?\d|s\.n|nam sinh|ngay sinh|(?:19|20)\d\d\b|so cccd|cccd|cmnd|can cuoc|so dinh danh|sdt|s?dt[ :.]|dien thoai|\(?0\d{2}|hien o|tru (?:tai|o)|thuong tru|dan toc)"
)
_JOB = re.compile(rf" ?[,(–:-] ?{JOBS}")
_JOB_AT = re.compile(JOBS)
_LABEL_AT = re.compile(
    r"(?:nam sinh|ngay,? (?:sinh|thang)|dan toc|gioi tinh|quoc tich|so (?:cccd|cmnd|dinh|dien|tai|can|dt|the|bhxh|nha|may|ho|giay)|dia chi|dien thoai|chuc (?:vu|danh)|noi (?:o|sinh|cap|cu)|nghe nghiep|sinh (?:nam|ngay)|ton giao|email|que quan|cccd|can cuoc)\b"
)
_LIST = re.compile(r"[ ]?(?:[,;&+]|và|-|–)[ \n]{1,2}(?:và )?")
_PLURAL = re.compile(r"\b(?:cac|nhung|quy|ba con|thay)[ ]\w+[\s:]*$")
_OFFICE = re.compile(rf"\b{ORGANISATION}(?: so \d+| \w\d?)?[\s“\"]*$")
_LOWER_ORG = frozenset(("văn", word) for word in "hóa bản phòng nghệ minh thư kiện xã học công".split()) | frozenset(  # noqa: SIM905
    ("thị", word)
    for word in "trấn xã trường sát lực phần".split()  # noqa: SIM905
)
_LOWER_ORG_BARE = frozenset((unaccent(one), unaccent(other)) for one, other in _LOWER_ORG)
_TWICE_MEANT = frozenset(
    "và vì vi cứ là lý mùa hồ bàn cầm đồng từ văn đầu tần hạng la an kim quản viên đường phương thi cao phí lại kỳ mẫu chớ ông hung tạo ít thang".split()
)  # noqa: SIM905
#: Family names that begin a sentence, or the name of a lake, a pass, a cave, far more often than a name without anything before it.
_OFTEN_NO_NAME = frozenset(
    "và vì vi cứ là lại từ văn đầu an kỳ thi hung tạo ít thang quản viên đường đồng bàn phí lang kim hồ đèo thẩm trang trình tăng ứng lục đàm hạ".split()
)  # noqa: SIM905
#: Family names that are hardly anything else, without accents.
_USUAL = frozenset("nguyen tran pham hoang huynh phan dang bui ngo duong dinh trinh truong phung quang luong vang giang thao sung tong khoang doan".split())  # noqa: SIM905
_FLAT_STOP = frozenset(
    """o sinh la tru co bi duoc da dang se truong pho ban xa dan so cccd cmnd va cung cho tai tu den nam nu chuc chu can ho chong vo con thuong tam hien dia dien sdt
    gioi thuoc lam khong theo ve voi nguoi cong giam bi de nghi trong ngay thang khi khai nop ky xin mac nhiem dieu ubnd tinh huyen phuong to thon noi que nhu nhung cac
    mot hai thi vay nay ong ba anh chi em chau dong phu trach phat bieu y trinh bay chet mat vang nghe dt""".split()
)


#: Those of them that are given names as well.
_ALSO_GIVEN = frozenset("anh nam hien tam thuong dan y dien con tinh phuong sinh giam cong trinh bay chi".split())  # noqa: SIM905


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


def _word(found: re.Match[str]) -> Word:
    return Word(found.start(), found.end(), found[0], unify_tone(found[0].lower()))


def words_from(view: View, at: int, most: int = 6) -> list[Word]:
    """Words from a place on, as long as only a space or one line end is between them."""
    out: list[Word] = []
    while len(out) < most:
        found = _WORD.match(view.text, at)
        if not found or view.text[found.end() : found.end() + 1].isdigit():
            break
        out.append(_word(found))
        gap = _BETWEEN.match(view.text, found.end())
        if not gap:
            break
        at = gap.end()
    return out


def is_family(word: Word, *, loose: bool = False) -> bool:
    """Tell whether a word is a family name, or if ``loose`` would be one with other accents."""
    return word.low in FAMILY or (loose and unaccent(word.low) in FAMILY_BARE)


def _is_marker(view: View, words: Sequence[Word], at: int) -> bool:
    """Tell whether a word is Văn, Thị or A, and not the beginning of văn hóa or thị trấn."""
    if at + 1 >= len(words):
        return False
    low, following = words[at].low, words[at + 1]
    if low in {"van", "thi"}:
        family = words[at - 1].low if at else ""
        typed_plain = family.isascii() and following.low.isascii() and (following.shouted or family in _USUAL)  # as banks do
        plain = view.accented and not typed_plain and (family.isascii() or family not in FAMILY)
        return not plain and (low, unaccent(following.low)) not in _LOWER_ORG_BARE or following.text.istitle()
    return low in MARKERS and ((low, following.low) not in _LOWER_ORG or following.text.istitle())


# --- what stands before ------------------------------------------------------------------------------------------------------


def _cue(view: View, start: int) -> int:
    """How strongly what stands before speaks for a name: 2 for any, 1 for one whose family name is known, 0 not at all."""
    before = view.bare[max(0, start - 60) : start]
    title = _TITLE_END.search(before)
    if title:
        raw = view.text[start - len(before) + title.start(1) : start - len(before) + title.end(1)].lower()
        known = (raw.isascii() and not view.accented) or any(unify_tone(part.strip("()/., ")) in _TITLES for part in (raw, *raw.replace("/", " ").split()))
        if known:
            return 1 if _PLURAL.search(before) or (raw.isascii() and title[1] in _ALSO_OTHERS) else 2
    if _NAME_LABEL.search(before):
        return 2
    return 1 if _PERSON_LABEL.search(before) else 0


def _is_place(view: View, start: int) -> bool:
    """Tell whether the words before make it the name of a place or of a house."""
    before = view.text[max(0, start - 40) : start].rstrip(' \n“"')
    last = re.search(r"[\w.]+$", before)
    if last:
        low = unify_tone(last[0].rstrip(".").lower())
        if low in PLACE_BEFORE or ((not view.accented) and low in PLACE_BEFORE_BARE):
            return not _is_role(view, start)
    return bool(_OFFICE.search(view.bare[max(0, start - 40) : start]))


_ROLE = re.compile(r"\b(?:truong|pho|doi|to) (?:ban|thon|xom|to|khu)[\s:]*$")
_ROLE_OF_UNIT = re.compile(
    r"\b(?:chu tich|bi thu|pho|truong|cong an|can bo|cong chuc|ubnd|hdnd|uy ban nhan dan|hoi|doan|mttq|dang uy|quan su|dan quan)\b[^.,;:\n]{0,30} (?:xa|phuong|huyen|tinh|pho|tran|ban|thon)\s*$"
)


def _is_role(view: View, start: int) -> bool:
    """Tell whether bản, xã or the like only says of what somebody is head: trưởng bản Lò Văn A, Chủ tịch UBND xã Lò Văn A."""
    before = view.bare[max(0, start - 60) : start]
    if _ROLE.search(before):
        return True
    words = words_from(view, start, 3)
    return len(words) > 2 and _is_marker(view, words, 1) and is_family(words[0], loose=True) and bool(_ROLE_OF_UNIT.search(before))


# --- names with capitals -----------------------------------------------------------------------------------------------------


def find_names(view: View) -> list[Hit]:
    """Names by their capitals, by what stands before them and by their family names."""
    hits: list[Hit] = []
    last = -1
    for run in _RUN.finditer(view.text):
        words = [_word(found) for found in _WORD.finditer(view.text, run.start(), run.end())]
        if not (
            _may_hold_name(words)
            or _TITLE_END.search(view.bare, max(0, run.start() - 20), run.start())
            or _NAME_LABEL.search(view.bare, max(0, run.start() - 60), run.start())
        ):
            continue
        for hit in _in_run(view, words, last):
            hits.append(hit)
            last = hit.end
    return hits + [*_flat_names(view)]


def _may_hold_name(words: list[Word]) -> bool:
    return any(word.low in _TITLES or unaccent(word.low) in FAMILY_BARE for word in words[:-1])


def _in_run(view: View, words: list[Word], last: int) -> Iterator[Hit]:
    at = 0
    while at < len(words) - 1:
        if _is_place(view, words[at].start):
            at = _past_place(view, words, at)
            continue
        count = _count(view, words[at : at + 8], last)
        if count:
            last = words[at + count - 1].end
            yield Hit(words[at].start, last, "person_name", 4)
            at += count
        else:
            at += 1


def _past_place(view: View, words: list[Word], at: int) -> int:
    """Where a name can begin behind the name of a place: at a family name with Văn, Thị or A behind it."""
    for further in range(at + 2, len(words) - 2):
        if is_family(words[further], loose=True) and _is_marker(view, words, further + 1) and not words[further].shouted:
            return further
    return len(words)


def _count(view: View, words: list[Word], last: int) -> int:
    """How many words from here are a name."""
    first = words[0]
    if first.low in NOT_A_NAME and first.low not in FAMILY:
        return 0
    cue = _cue(view, first.start)
    family = is_family(first, loose=not view.accented)
    if first.shouted:
        cue = 0 if cue < 2 and first.low in _OFTEN_NO_NAME else cue
        marker = len(words) > 2 and (family or is_family(first, loose=True)) and _is_marker(view, words, 1)
        count = _flat_count(view, words) if marker or (cue and family) or cue == 2 else 0
        return count if count > 1 and (marker or count > 2 or (cue and family)) else 0
    count = _extent(view, words)
    marker = _is_marker(view, words, 1) and count > 2
    if count < 2 or _famous(view, words[0].start, words[count - 1].end):
        return 0
    if cue == 2 or (marker and is_family(first, loose=True)) or (cue and family):
        return count
    if not family or first.low in _OFTEN_NO_NAME:
        return 0
    usual = view.accented or first.low in _USUAL
    if count == 2:
        end = words[1].end
        chained = 0 < first.start - last <= 6 and last > 0 and _LIST.fullmatch(view.text, last, first.start)
        return 2 if chained or _ATTRIBUTE.match(view.bare, end) or (_JOB.match(view.bare, end) and words[1].low not in NOT_A_NAME) else 0
    return count if count <= 4 and usual else 0


def _famous(view: View, start: int, end: int) -> bool:
    """Tell whether a name is one of history, or of a province."""
    words = view.bare[start:end].split()
    return " ".join(words) in FAMOUS or " ".join(words[:2]) in PROVINCES


def _extent(view: View, words: list[Word]) -> int:
    """How many words in capitals from the first on are one name."""
    count = 1
    for at, word in enumerate(words[1:], 1):
        gap = view.text[words[at - 1].end : word.start]
        if (
            count >= 5
            or word.shouted
            or _JOB_AT.match(view.bare, word.start)
            or _LABEL_AT.match(view.bare, word.start)
            or (at > 1 and _starts_name(view, words, at))
        ):
            break
        if word.low in NOT_A_NAME and not (word.low in {"ông", "bà"} and "\n" not in gap):
            break
        if "\n" in gap and (count >= 3 or (count == 2 and word.low in FAMILY)) and words[at - 1].low not in MARKERS:
            break
        count += 1
    return count


def _starts_name(view: View, words: list[Word], at: int) -> bool:
    return is_family(words[at], loose=True) and _is_marker(view, words, at + 1) if at + 2 < len(words) else False


# --- names without capitals, or all in capitals ---------------------------------------------------------------------------------

_FLAT_CUE = re.compile(rf"(?<![\w/])(?:{_TITLE_BARE})\)?[ :.]{{1,3}}\n?(?=[a-z])")
_FLAT_LABEL = re.compile(r"\b(?:(?:ho (?:va )?ten|nguoi lien he|chu ho|chu tai khoan) ?:|(?:ten toi la|toi ten la|toi la) ?:?)[ \n]{1,2}(?=[a-z])")
_FLAT_MARKER = re.compile(r"(?<=[ \n])(?:van|thi|a)(?=[ \n])")


def _flat_names(view: View) -> Iterator[Hit]:
    for pattern in (_FLAT_CUE, _FLAT_LABEL):
        for cue in pattern.finditer(view.bare):
            if view.text[cue.end()].islower() and (pattern is _FLAT_LABEL or _cue(view, cue.end()) == 2):
                words = words_from(view, cue.end())
                flat = view.flat or pattern is _FLAT_LABEL
                if len(words) > 1 and _may_be_flat(view, words, flat=flat) and not _famous(view, words[0].start, words[-1].end):
                    count = _flat_count(view, words)
                    if count > 1:
                        yield Hit(words[0].start, words[count - 1].end, "person_name", 4)
    if not view.flat:
        return
    for marker in _FLAT_MARKER.finditer(view.bare):
        start = view.bare.rfind(" ", 0, marker.start() - 1) + 1
        start = max(start, view.bare.rfind("\n", 0, marker.start() - 1) + 1)
        words = words_from(view, start)
        if (
            len(words) > 2
            and is_family(words[0], loose=not view.accented)
            and words[0].low not in _TWICE_MEANT
            and _is_marker(view, words, 1)
            and not _is_place(view, start)
        ):
            count = _flat_count(view, words)
            if not _famous(view, start, words[count - 1].end):
                yield Hit(start, words[count - 1].end, "person_name", 4)


def _may_be_flat(view: View, words: list[Word], *, flat: bool) -> bool:
    if not is_family(words[0], loose=not view.accented):
        return False
    return _is_marker(view, words, 1) or (flat and words[0].low not in _TWICE_MEANT and unaccent(words[1].low) not in _FLAT_STOP)


def flat_name(view: View, start: int) -> int:
    """Where a name ends that begins here, whatever its letters look like; ``start`` if there is none."""
    words = words_from(view, start)
    if len(words) < 2 or not is_family(words[0], loose=True):
        return start
    return words[_flat_count(view, words) - 1].end


def _flat_count(view: View, words: list[Word]) -> int:
    """How many words are a name where capitals do not tell: up to a stop, or to a word that goes on with the sentence."""
    words = [
        word for at, word in enumerate(words[:6]) if at == 0 or all(other.shouted == words[0].shouted or len(other.text) == 1 for other in words[1 : at + 1])
    ]
    least = min(3 if _is_marker(view, words, 1) else 2, len(words))
    count = least
    while count < min(len(words), 5):
        word = words[count]
        last = count + 1 == len(words) and unaccent(word.low) in _ALSO_GIVEN and _is_marker(view, words, 1)
        if (unaccent(word.low) in _FLAT_STOP and not last) or _JOB_AT.match(view.bare, word.start) or "\n" in view.text[words[count - 1].end : word.start]:
            break
        closed = count + 1 == len(words) or unaccent(words[count + 1].low) in _FLAT_STOP or "\n" in view.text[word.end : words[count + 1].start]
        if not closed and not (count + 2 == len(words) and count == 2):
            break
        count += 1
    return count


# --- the same names elsewhere ----------------------------------------------------------------------------------------------------


def find_again(view: View, names: Iterable[tuple[int, int]]) -> Iterator[Hit]:
    """Other places where names stand that were found: in other letters, without accents, over a line end."""
    spellings: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    lengths: dict[str, set[int]] = {}
    for start, end in names:
        words = tuple(unify_tone(word.lower()) for word in _WORD.findall(view.text, start, end))
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
            if not spelled or not all(_BETWEEN.fullmatch(view.text, places[k][1], places[k + 1][0]) for k in range(at, last)):
                continue
            end = places[last][1]
            if _same(view.text[start:end], spelled) and not _is_place(view, start):
                yield Hit(start, end, "person_name", 3)


def _same(text: str, spelled: set[tuple[str, ...]]) -> bool:
    """Tell whether words are spelled as a name is, or have lost all of their accents; without capitals only if Văn, Thị or A is among them."""
    words = tuple(unify_tone(word.lower()) for word in text.split())
    if not text[0].isupper() and words[1] not in MARKERS:
        return False
    return words in spelled or text.isascii() or any(all(map(str.isascii, name)) for name in spelled)
