"""Vietnamese as people type it: with or without accents, in Telex, in teen code, from a phone or from an old file.

Nothing in here knows a word list of Vietnamese: what a syllable can look like follows from its spelling rules.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "TEEN",
    "Folded",
    "Token",
    "expand",
    "fold",
    "guess_language",
    "is_readable",
    "is_syllable",
    "normalize",
    "sentences",
    "syllables",
    "tokens",
    "unaccent",
    "unify_tone",
    "untelex",
]


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a list that is written as a text."""
    return tuple(text.split())


# --- characters -------------------------------------------------------------------------------------------------------

#: Code points that nobody sees: zero width, direction, soft hyphen, other controls.
_UNSEEN = (
    *range(0x09),
    *range(0x0E, 0x1C),
    *range(0x7F, 0x85),
    *range(0x86, 0xA0),
    0xAD,
    0x34F,
    0x61C,
    0x180E,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
)
_SPACES = (0x09, 0x1F, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
_LINES = (0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029)
#: Old fonts write the Icelandic or the African letter for Đ: they look the same.
_CLEAN: dict[int, str | None] = {
    **dict.fromkeys(_UNSEEN),
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(_LINES, "\n"),
    0xD0: "Đ",
    0xF0: "đ",
    0x189: "Đ",
}
_MARKS = range(0x300, 0x370)
_MARK = re.compile(r"[\u0300-\u036f]")


def _bare_letters() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(_MARKS)
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        first = unicodedata.normalize("NFD", chr(code))[0]
        if first != chr(code):
            table[code] = first
    return table | {ord("đ"): "d", ord("Đ"): "D", 0xD0: "D", 0xF0: "d", 0x189: "D"}


_BARE = _bare_letters()


def normalize(text: str) -> str:
    """Clean a text without changing what a reader sees.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        In NFC; every space is a plain one, every line ends with a line feed, invisible characters are gone.
    """
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_CLEAN))


def unaccent(text: str) -> str:
    """Write a text as a keyboard without Vietnamese would: ``Điện Biên`` becomes ``Dien Bien``.

    A Vietnamese text in NFC keeps its length, so offsets stay right.
    """
    return text.translate(_BARE)


class Folded(NamedTuple):
    """A text for patterns, see :func:`fold`.

    Attributes
    ----------
    plain : str
        In NFC, one character for each that a reader sees; every space is a plain one.
    flat : str
        The same in lower case and without accents; as long as ``plain``.
    at : sequence of int
        Where each character, and the end, stands in the text given.
    """

    plain: str
    flat: str
    at: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the text given."""
        return self.at[start], self.at[end]


_CLUSTER = re.compile(r"[\s\S][\u0300-\u036f]*")
_PLAIN_SPACES = dict.fromkeys(_SPACES, " ")
_LOWER_LONG = re.compile("[\u0130\u1e9e\ufb00-\ufb06]")  # letters that grow when their case changes


def fold(text: str) -> Folded:
    """Prepare a text for patterns that do not care for case, accents or Unicode form, and keep the way back.

    Parameters
    ----------
    text : str
        In any Unicode form.

    Returns
    -------
    Folded
    """
    plain = text.translate(_PLAIN_SPACES)
    at: Sequence[int] = range(len(text) + 1)
    if not unicodedata.is_normalized("NFC", text) or _MARK.search(text):
        clusters = [(found.start(), unicodedata.normalize("NFC", found[0])[0]) for found in _CLUSTER.finditer(plain)]
        plain, at = "".join(char for _start, char in clusters), [*(start for start, _char in clusters), len(text)]
    flat = unaccent(_LOWER_LONG.sub("?", plain)).lower()
    return Folded(plain, flat, at)


def is_readable(text: str) -> bool:
    """Tell whether there is any letter of the Latin script in a text."""
    return any(char.isalpha() and (char.isascii() or 0xC0 <= ord(char) < 0x250 or 0x1E00 <= ord(char) < 0x1F00) for char in text)


# --- syllables --------------------------------------------------------------------------------------------------------

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_ACUTE, _DOT = "\u0301", "\u0323"
_ONSETS = ("", *_words("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"))
_RHYMES = _words("""
    a ac ach ai am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu
    iêc iêm iên iêng iêp iêt iêu yêm yên yêng yêt yêu o oc oi om on ong op ot ooc oong
    oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăp oăt oe oem oen oeo oet
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uc ui um un ung up ut
    uân uâng uât uây uê uêch uên uênh uôc uôi uôm uôn uông uôt uơ uy uya uych uyn uynh uyp uyt uyu uyên uyêt
    ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y
""")
_AFTER_QU = _words("""
    a ac ach ai an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt ân âng ât âu ây
    e en eo et ê ên êch ênh êt ôc ơ ơi ơn y ych yn ynh yt yên yêt yêu yu ya
""")
_STOPS = ("c", "k", "p", "t", "ch")


def _allowed(onset: str, rhyme: str) -> bool:
    front = rhyme[0] in "eêiy"
    if rhyme.startswith("oo"):  # a few loans: xoong, boong, goòng, moóc, soóc
        return onset in (set("bđgx") if rhyme == "oong" else set("cmrs"))
    if rhyme[0] == "y":
        return onset == "" or (rhyme == "y" and onset in set("hklmstv"))
    if onset == "k":
        return front or rhyme in {"an", "ăk", "on", "ông"}  # Bắc Kạn, Kon Tum
    if onset == "g":
        return not front or rhyme[0] == "i"
    if onset in {"c", "ng", "gh", "ngh"}:
        return front == onset.endswith("h")
    return not (onset == "" and rhyme.startswith("iê"))


def _tone_at(rhyme: str) -> int:
    """Return which letter of a rhyme bears the tone, in the older way of writing: hòa, thủy."""
    marked = [at for at, char in enumerate(rhyme) if char in "ăâêôơư"]
    if marked:
        return marked[-1]
    vowels = [at for at, char in enumerate(rhyme) if char in "aeiouy"]
    if len(vowels) == 3 or (len(vowels) == 2 and len(rhyme) > 2):
        return 1
    return 0


@functools.cache
def _shapes() -> dict[str, int]:
    """Return every possible syllable without its tone, and where the tone goes."""
    shapes = {onset + rhyme: len(onset) + _tone_at(rhyme) for onset in _ONSETS if onset not in {"gi", "qu"} for rhyme in _RHYMES if _allowed(onset, rhyme)}
    shapes |= {"gi" + rhyme: 2 + _tone_at(rhyme) for rhyme in _RHYMES if rhyme[0] not in "iy"}
    return shapes | {"qu" + rhyme: 2 + _tone_at(rhyme) for rhyme in _AFTER_QU}


@functools.cache
def _bare_shapes() -> frozenset[str]:
    return frozenset(map(unaccent, _shapes()))


def _with_y(shape: str) -> str:
    """Spell ``qui`` as ``quy``."""
    other = "quy" + shape[3:]
    return other if shape.startswith("qui") and other in _shapes() else shape


@functools.lru_cache(maxsize=8192)
def _take_apart(syllable: str) -> tuple[str, str]:
    """Return a syllable in lower case without its tone, and the tone marks found on it."""
    apart = unicodedata.normalize("NFD", syllable.lower())
    shape = unicodedata.normalize("NFC", "".join(char for char in apart if char not in _TONES))
    return _with_y(shape), "".join(char for char in apart if char in _TONES)


def _possible(shape: str, tone: str) -> bool:
    return len(tone) <= 1 and shape in _shapes() and (tone in {_ACUTE, _DOT} if shape.endswith(_STOPS) else True)


def _put_together(shape: str, tone: str) -> str:
    at = _shapes()[shape] + 1
    return unicodedata.normalize("NFC", shape[:at] + tone + shape[at:])


@functools.lru_cache(maxsize=8192)
def is_syllable(syllable: str, *, accents: bool = True) -> bool:
    """Tell whether Vietnamese could spell a syllable like this.

    Parameters
    ----------
    syllable : str
        In any case, any Unicode form, with the tone on whichever vowel.
    accents : bool, default=True
        Whether it is written with its accents. If not, ``duoc`` is fine as well.
    """
    if not accents:
        return unaccent(_take_apart(syllable)[0]) in _bare_shapes()
    return _possible(*_take_apart(syllable))


@functools.lru_cache(maxsize=8192)
def unify_tone(syllable: str) -> str:
    """Put the tone where the older spelling puts it: hoà becomes hòa, thuỷ thủy, quí quý.

    What is not a Vietnamese syllable comes back as it is, in NFC. Capitals stay capitals.
    """
    given = unicodedata.normalize("NFC", syllable)
    if given.isascii() and "qui" not in given.lower():
        return given
    shape, tone = _take_apart(given)
    if not _possible(shape, tone):
        return given
    unified = _put_together(shape, tone)
    if given.islower():
        return unified
    if given.isupper():
        return unified.upper()
    return "".join(new.upper() if old.isupper() else new for old, new in zip(given, unified, strict=False))


# --- tokens -----------------------------------------------------------------------------------------------------------


class Token(NamedTuple):
    """A syllable, a word or a number of a text, in lower case, and where it stands."""

    text: str
    start: int
    end: int


_TOKEN = re.compile(r"[^\W_](?:[^\W_]+|[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+(?=[^\W_]|[\u0300-\u036f])|[\u0300-\u036f]+|(?<=\d)[.,/](?=\d))*")


@functools.lru_cache(maxsize=16384)
def _canonical(piece: str) -> str:
    return unify_tone(normalize(piece).lower())


def tokens(text: str) -> list[Token]:
    """Find the syllables, words and numbers of a text.

    Parameters
    ----------
    text : str
        In any Unicode form.

    Returns
    -------
    list of Token
        Texts in lower case and one spelling of tones; offsets into the text given. ``1.250`` and ``7/5/1954`` are one token each.
    """
    return [Token(_canonical(found[0]), found.start(), found.end()) for found in _TOKEN.finditer(text)]


def syllables(text: str) -> list[str]:
    """Return the texts of :func:`tokens`."""
    return [_canonical(piece) for piece in _TOKEN.findall(text)]


# --- what the keyboard left behind ------------------------------------------------------------------------------------

_TELEX = dict(zip("fsxrj", _TONES, strict=True))
_VNI = dict(zip("21435", _TONES, strict=True))
_ROOF = dict(zip("aeo", "âêô", strict=True))
_HORN = (("uo", "ươ"), ("ưo", "ươ"), ("uơ", "ươ"), ("ua", "ưa"), ("a", "ă"), ("o", "ơ"), ("u", "ư"))
_VOWELS = frozenset("aăâeêioôơuưy")
#: Which tone a closed syllable most likely has when its key is missing; the acute if not listed.
_HEAVY = frozenset(_words("đươc môt viêt diêt nguyêt thuôc viêc đôc lôc hôt thât luât mươt tôc"))


def _swap_last(shape: str, old: str, new: str) -> str:
    at = shape.rfind(old)
    return shape[:at] + new + shape[at + len(old) :]


def _press_telex(shape: str, tone: str, key: str) -> list[tuple[str, str]]:
    """Return what a Telex key can turn a syllable into, the likeliest first."""
    if key in _TELEX and not _VOWELS.isdisjoint(shape):
        return [] if tone else [(shape, _TELEX[key])]
    if key in _ROOF and key in shape:
        roofed = (_swap_last(shape, key, _ROOF[key]), tone)
        return [roofed, (shape + key, tone)] if shape.endswith(key) else [(shape + key, tone), roofed]
    if key == "d" and shape.startswith("d"):
        return [("đ" + shape[1:], tone)]
    if key == "w":
        horned = [(_swap_last(shape, old, new), tone) for old, new in _HORN if old in shape]
        return horned or ([(shape + "ư", tone)] if shape and _VOWELS.isdisjoint(shape) else [])
    return [] if key in "fjz" else [(shape + key, tone)]


def _press_vni(shape: str, tone: str, key: str) -> list[tuple[str, str]]:
    """Return what a VNI key can turn a syllable into, the likeliest first."""
    if key in _VNI:
        return [] if tone or _VOWELS.isdisjoint(shape) else [(shape, _VNI[key])]
    if key == "6":
        return [(_swap_last(shape, old, new), tone) for old, new in _ROOF.items() if old in shape]
    if key in "78":
        return [(_swap_last(shape, old, new), tone) for old, new in _HORN if old in shape and (new == "ă") == (key == "8")]
    if key == "9":
        return [("đ" + shape[1:], tone)] if shape.startswith("d") else []
    return [] if key == "0" else [(shape + key, tone)]


@functools.lru_cache(maxsize=8192)
def untelex(syllable: str, *, strict: bool = True) -> str | None:
    """Read one syllable that was typed while the Vietnamese keyboard was off, or half off.

    Parameters
    ----------
    syllable : str
        As typed in Telex or VNI: ``ddieenj``, ``d9ie65n``, ``điênj``.
    strict : bool, default=True
        Leave common English words alone (``his``, ``too``), although they could be Telex as well.

    Returns
    -------
    str or None
        The syllable in lower case, or None where there is nothing to mend. ``toor`` could still be English: look whether
        the result makes sense before using it.
    """
    typed = unicodedata.normalize("NFC", syllable.lower())
    if not 2 <= len(typed) <= 12 or not typed.isalnum() or is_syllable(typed) or (strict and (typed in _ENGLISH or typed in _LOANS)):
        return None
    keys, tone = _take_apart(typed)
    digits = any(char.isdigit() for char in keys)
    if len(tone) > 1 or (digits and len(typed) == 2) or keys[0].isdigit():
        return None
    press = _press_vni if digits else _press_telex
    states = [("", tone)]
    for key in keys:
        states = [after for shape, mark in states for after in press(shape, mark, key)][:16]
    states = [(_with_y(shape), mark) for shape, mark in states]
    for shape, mark in states:
        if _possible(shape, mark) and (shape, mark) != (keys, tone):
            return _put_together(shape, mark)
    for shape, mark in states:  # the tone is still missing
        if shape != keys and not mark and _possible(shape, _ACUTE):
            return _put_together(shape, _DOT if shape in _HEAVY else _ACUTE)
    return None


# --- short forms ------------------------------------------------------------------------------------------------------

_SHORT = {
    "không": "ko k kh hok hk khg khum",
    "được": "dc đc",
    "bao nhiêu": "bn bnh bnhiu bnhiêu bnhieu bnhju",
    "nhiêu": "nhiu nhju",
    "gì": "j ji",
    "vậy": "z zậy vj zay",
    "mình": "mik mk mìk mjnh",
    "bao giờ": "bh bjo bgio bgiờ",
    "giờ": "h jo jờ",
    "như thế nào": "ntn ntnao",
    "thế nào": "tnao",
    "với": "vs",
    "cũng": "cx cg cug",
    "rồi": "r rùi",
    "nữa": "nx",
    "chưa": "chx",
    "làm": "lm",
    "muốn": "mún",
    "biết": "bik bt",
    "thích": "thik",
    "qua": "wa",
    "quá": "wá qá",
    "yêu": "iu",
    "vui": "zui dzui",
    "đang": "đag dag",
    "trước": "trc trk",
    "người": "ng",
    "người ta": "nta ngta",
    "mọi người": "mn mng",
    "anh em": "ae",
    "nhưng": "nhg nhưg",
    "phải": "fai fải",
    "ừ": "uh uhm",
    "thời gian": "tgian",
    "ví dụ": "vd",
    "học sinh": "hs",
    "giáo viên": "gv",
    "công ty": "cty",
    "bệnh viện": "bv",
    "điện thoại": "đt",
    "số điện thoại": "sđt sdt",
    "ủy ban nhân dân": "ubnd",
    "hội đồng nhân dân": "hđnd hdnd",
    "thành phố": "tp",
    "thị xã": "tx",
    "thị trấn": "ttr",
    "quốc lộ": "ql",
    "tỉnh lộ": "tl",
    "khách sạn": "ks",
    "du lịch": "dulich dlich dlịch",
    "lịch sử": "lsử lsu",
    "đồng": "vnđ vnd",
    "điện biên": "đb db dienbien",
    "điện biên phủ": "đbp dbp dienbienphu",
    "hà nội": "hn hanoi",
    "thành phố hồ chí minh": "tphcm hcm",
    "việt nam": "vn",
    "mường thanh": "muongthanh",
    "mường phăng": "muongphang",
    "mường nhé": "muongnhe",
    "mường lay": "muonglay",
}
#: Short forms of chats and of offices, and what they stand for.
TEEN: dict[str, str] = {short: full for full, shorts in _SHORT.items() for short in shorts.split()}
_ROAD = re.compile(r"(ql|tl)(\d+\w*)")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_ROMAN = frozenset("ivx")
#: After these a short form is something else: km/h, 50 k.
_UNITS = {"h": frozenset({"km", "m", "kw"})}


def expand(tokens: list[str]) -> list[str]:
    """Write out short forms: ``ks ở dbp ntn`` becomes khách sạn ở điện biên phủ như thế nào.

    Parameters
    ----------
    tokens : list of str
        In lower case, see :func:`syllables`.

    Returns
    -------
    list of str
        One short form can become several tokens. ``50k`` and ``50 k`` stay.
    """
    return [full for before, short in zip(["", *tokens], tokens, strict=False) for full in _expand(short, before)]


def _expand(short: str, before: str) -> list[str]:
    if short in TEEN:
        amount = short == "k" and before[-1:].isdigit()
        return [short] if amount or before in _UNITS.get(short, ()) else TEEN[short].split()
    road = _ROAD.fullmatch(short)
    if road:
        return [*TEEN[road[1]].split(), road[2]]
    return [short] if _ROMAN.issuperset(short) else [unify_tone(_DRAWN_OUT.sub(r"\1", short))]


# --- sentences --------------------------------------------------------------------------------------------------------

_STOP = re.compile(r"[\n\r\v\f\x85\u2028\u2029]|[.!?…。！？](?:[.!?…]| (?=\.(?!\w)))*(?: ?[”»]|[\"'’)\]}])*")
_OPENING = "\"'“‘«(["
#: Short forms after which a sentence goes on.
_GOES_ON = frozenset(
    _words(
        "tp tx tt ths th.s ts gs pgs gs.ts gs.tskh tskh pgs.ts bs ks cn ncs nxb đ/c đt sđt tel vs e.g i.e eg ie mt cf mr mrs ms dr prof pgs.tskh bscki bsckii"
    )
)
#: The same, but words of their own without a capital.
_TITLES = frozenset(_words("St Gen Col Capt Lt Sgt Maj Rev Hon Sen Gov Jr Sr Ft Ave Blvd Dept"))
#: The same, but only before a number.
_NUMBERED = frozenset(_words("tr p pp no vol fig art ch ca approx q"))
#: Short forms that can end a sentence: they do before a capital.
_MAY_END = frozenset(_words("v.v vv etc a.m p.m am pm tcn scn inc ltd corp ph.d m.a b.a m.sc al"))
#: After these a single capital is a name of its own, not somebody's initial.
_LETTERED = frozenset(
    _words("""
    đồi điểm vitamin khu lô tổ nhóm hạng loại gan bảng câu hàng thể phụ virus văn thị
    hill plan group type class hepatitis phase point part section
""")
)
#: Words that start a sentence after U.S. and the like.
_STARTERS = frozenset(
    _words("the in it he she they this that these those a an at on as by for from there we however but and when while after before its his their")
)
_BEFORE = re.compile(r"[^\W_](?:[^\s\"'“”‘’()\[\]«»]*[^\W_])?$")
_AHEAD = re.compile(r"[^\W_]+")
_BULLET = re.compile(r"[IVX]+|[A-Za-z]|\d{1,3}(?:\.\d+)*")
_LETTERS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")


def _next_word(text: str, end: int) -> str:
    found = _AHEAD.search(text, end, end + 60)
    return found[0] if found else ""


def _is_short(word: str, upcoming: str) -> bool:
    """Tell whether a word before a full stop is a short form that wants more."""
    low = word.lower()
    return low in _GOES_ON or word in _TITLES or (low in _NUMBERED and upcoming[0].isdigit())


def _starts_glued(word: str, after: str) -> bool:
    """Tell whether a sentence starts right after a full stop, its space forgotten: ``1954.Sau`` but not ``TP.Vinh``."""
    whole = (word.isdigit() or (word.islower() and word.isalpha())) and len(word) > 1 and word not in _GOES_ON | _MAY_END
    return whole and (after[0] in _OPENING or (after[0].isupper() and after[1:].islower()))


def _period_ends(text: str, begin: int, at: int, end: int) -> bool:
    """Tell whether the one full stop at ``at`` ends the sentence that began at ``begin``."""
    found = _BEFORE.search(text, max(begin, at - 40), at)
    word = found[0] if found else ""
    if not text[end : end + 1].isspace():
        return end == len(text) or _starts_glued(word, text[end : end + 2])
    upcoming = _next_word(text, end)
    if not word or not upcoming:
        return True
    before = text[max(begin, at - len(word) - 80) : at - len(word)].strip(_OPENING + "-–—•* \t")
    if end - at == 1 and (_is_short(word, upcoming) or (not before and _BULLET.fullmatch(word))):
        return False
    capital = upcoming[0].isupper()
    if word.lower() in _MAY_END or _LETTERS.fullmatch(word):
        return capital and (word.lower() in _MAY_END or upcoming.lower() in _STARTERS)
    # An initial stands alone and plain: neither "°C." nor "Đông Nam Á." is one.
    initial = len(word) == 1 and word.isascii() and word.isupper() and text[at - 2 : at - 1] != "°"
    return not initial or before.lower().rpartition(" ")[2] in _LETTERED


def _ends(text: str, begin: int, stop: re.Match[str]) -> bool:
    """Tell whether a sentence that began at ``begin`` ends here."""
    mark, end = stop[0], stop.end()
    if mark.isspace() or mark[0] in "。！？":
        return True
    if mark[0] == "." and not any(char in ".!?…" for char in mark[1:]):
        return _period_ends(text, begin, stop.start(), end)
    following = text[end : end + 1]
    if following and not following.isspace():
        return following.isupper() or following in _OPENING
    trails_off = mark.startswith(("…", "..", ". .")) or mark[-1] in "\"'”’»)]}"
    return not (trails_off and _next_word(text, end)[:1].islower())


def sentences(text: str) -> list[tuple[int, int]]:
    """Cut a text into sentences.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of (int, int)
        Where each sentence starts and ends. Together they hold everything but the spaces between them.
    """
    spans: list[tuple[int, int]] = []
    begin = 0
    for stop in _STOP.finditer(text):
        if _ends(text, begin, stop):
            spans.append((begin, stop.end()))
            begin = stop.end()
    spans.append((begin, len(text)))
    out = []
    for start, end in spans:
        piece = text[start:end]
        if piece.strip():
            out.append((end - len(piece.lstrip()), start + len(piece.rstrip())))
    return out


# --- language ---------------------------------------------------------------------------------------------------------

#: Common English words. Those that Vietnamese could spell, or type in Telex, are among them on purpose.
_ENGLISH = frozenset(
    _words("""
    a an the of to in on at by for from with without within and or nor but not no yes is are was were be been being am do does did done doing
    has have had having can could will would shall should may might must what which who whom whose when where why how this that these those
    there here then than so such as if because since until while during before after above below between under over into onto out off up down
    about against through across along around near i you he she it we they me him her us them my your his its our their mine yours hers ours
    one two three four five six seven eight nine ten first second third last next many much more most less least few some any all both each
    every either neither other another same different own too also just only very still even ever never always often again now once twice ago
    today yesterday tomorrow day days week weeks month months year years time times hour hours minute minutes age ages people person man men
    woman women child children name names named call called known see seen saw look looks get got go goes went gone going come came take took
    taken make made give gave given say said tell told find found think know use used using work works way ways thing things place places part
    parts kind type number amount percent cost costs price prices fee fees free buy sell pay eat drink stay visit open opens close closed start
    started begin began end ended live lived born die died kill killed build built win won lose lost lead led hold held keep kept show shown
    main major large largest small big old new long short high low good best bad cold hot warm hill hills museum hotel hotels room rooms food
    foods meal meals bus buses car cars taxi plane flight airport road map maps ticket tickets tour tours boo bee tree trees green deep meet
    feet feel teen soon moon noon pool tool door floor poor book cook mass pass class box fox fix mix tax max gas war wars far bar bars star
    stars art cats dogs hats hots pots tops songs boss miss kiss loss cross let lets put set sets sit run ran air sea sun son sons king kings
    queen city cities town towns village villages country countries north south east west battle army french france american english vietnamese
    vietnam general soldier soldiers troops leader president company world state states united national international government law system
    history school university student students water land river mountain market rice festival culture house houses weather rain season summer
    winter please thanks thank hello card cards ad add odd wow row view draw raw grow slow blow brown crown tons tens tins pins bits dots lots
    gaps caps cups ups ins ons top hi
    beef boom busy chosen coast core data didn didnt host isn list honor norm pair past pays per photo photos post rest rose rows runs says
    seem seems sense term test theme thus turn usa vast loans lungs
    laos lens guns hits nuts vans tips trips chips thats whats beer bears beans hens list lists roast toast vest nest peso
""")
)
#: English words that Vietnamese without accents writes as well, for something else: they say little.
_SHARED = frozenset(
    _words("""
    a am an at ban bang bao bat be big but by can cat cha chat chi cho co dam dim do dung gang go ha hai hang has hat hay he him hot i in it
    la lang lay let long ma mai man may me men minh my nay no on out pan pay pho put sang say set sin sing so son song sun tan tang tea ten
    than the them then thin thing tho thu tim tin to toe top tour van day bay
""")
)
#: English words that are at home in Vietnamese.
_LOANS = frozenset(
    _words("""
    bus taxi tour wifi homestay top email internet online resort karaoke facebook zalo web website video camera menu buffet spa gym atm gps
    visa combo ship shop review check fan marathon album robot clip des der les los
""")
)
#: Function words of Vietnamese, written without accents.
_VIETNAMESE = frozenset(
    _words("""
    va den tu ngay thang nam bang trong khi tai nhu vao ra mot cac phai dung truoc sau giua thi ai o da se dang co may cai con ve bi nhat hon
    neu vi thuoc ten loai dieu viec noi moi luc vay the sao hay ca cung chi di tren duoi la cho voi nay
""")
)
#: Those of them that English has no use for.
_STRONG = frozenset(_words("gi nao dau khong duoc nhung cua nguoi nhieu bao nhieu nhu vao mot cac phai truoc giua neu thuoc dieu viec luc cung tren duoi"))
_PLACES = frozenset(
    _words("""
    dien bien phu muong thanh viet phang lay nhe ha noi tuan giao tua chua xa phin leng su sin pa khoang
""")
)


@functools.cache
def _weights() -> dict[str, float]:
    """Return how much a common word speaks for Vietnamese (positive) or English (negative)."""
    weights = dict.fromkeys(_PLACES | _SHARED, 0.1) | dict.fromkeys(_ENGLISH, -2.0) | dict.fromkeys(_ENGLISH & _SHARED, -0.5)
    weights |= dict.fromkeys(_VIETNAMESE, 1.2) | dict.fromkeys(_STRONG, 2.0) | dict.fromkeys(_VIETNAMESE & _PLACES, 0.3)
    return weights | dict.fromkeys(_VIETNAMESE & _ENGLISH | _LOANS, 0.0)


@functools.lru_cache(maxsize=8192)
def _evidence(token: str) -> float:
    """Return how much a word speaks for Vietnamese (positive) or English (negative)."""
    if token in _weights():
        return _weights()[token]
    bare = unaccent(token)
    if bare != token and is_syllable(token):
        return 0.3 if bare in _PLACES else 2.0
    if is_syllable(bare, accents=False):
        return 0.7
    if token in TEEN or untelex(token):
        return 1.0
    return -0.8 if token.isascii() and token.isalpha() and len(token) > 2 else 0.0


def guess_language(text: str) -> str:
    """Guess whether a question is Vietnamese or English.

    Parameters
    ----------
    text : str
        With or without accents.

    Returns
    -------
    {'vi', 'en'}
        Vietnamese when nothing speaks for either.
    """
    shouted = text.isupper()
    score = 0.0
    for at, token in enumerate(tokens(text)):
        name = at > 0 and not shouted and text[token.start].isupper()  # names travel between languages
        score += _evidence(token.text) * (0.25 if name else 1)
    return "en" if score < 0 else "vi"
