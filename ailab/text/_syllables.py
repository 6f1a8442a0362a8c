"""Which syllables Vietnamese can spell, and where the tone stands."""

from __future__ import annotations

import functools
import unicodedata

from ailab.text._characters import unaccent
from ailab.text._words import words

__all__ = ["ACUTE", "DOT", "TONES", "is_syllable", "possible", "put_together", "take_apart", "unify_tone", "with_y"]

TONES = "\u0300\u0301\u0303\u0309\u0323"
ACUTE, DOT = "\u0301", "\u0323"
_ONSETS = ("", *words("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"))
_RHYMES = words("""
    a ac ach ai am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu
    iêc iêm iên iêng iêp iêt iêu yêm yên yêng yêt yêu o oc oi om on ong op ot ooc oong
    oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăp oăt oe oem oen oeo oet
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uc ui um un ung up ut
    uân uâng uât uây uê uêch uên uênh uôc uôi uôm uôn uông uôt uơ uy uya uych uyn uynh uyp uyt uyu uyên uyêt
    ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y
""")
_AFTER_QU = words("""
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


def with_y(shape: str) -> str:
    """Spell ``qui`` as ``quy``."""
    other = "quy" + shape[3:]
    return other if shape.startswith("qui") and other in _shapes() else shape


@functools.lru_cache(maxsize=8192)
def take_apart(syllable: str) -> tuple[str, str]:
    """Return a syllable in lower case without its tone, and the tone marks found on it."""
    apart = unicodedata.normalize("NFD", syllable.lower())
    shape = unicodedata.normalize("NFC", "".join(char for char in apart if char not in TONES))
    return with_y(shape), "".join(char for char in apart if char in TONES)


def possible(shape: str, tone: str) -> bool:
    return len(tone) <= 1 and shape in _shapes() and (tone in {ACUTE, DOT} if shape.endswith(_STOPS) else True)


def put_together(shape: str, tone: str) -> str:
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
        return unaccent(take_apart(syllable)[0]) in _bare_shapes()
    return possible(*take_apart(syllable))


@functools.lru_cache(maxsize=8192)
def unify_tone(syllable: str) -> str:
    """Put the tone where the older spelling puts it: hoà becomes hòa, thuỷ thủy, quí quý.

    What is not a Vietnamese syllable comes back as it is, in NFC. Capitals stay capitals.
    """
    given = unicodedata.normalize("NFC", syllable)
    if given.isascii() and "qui" not in given.lower():
        return given
    shape, tone = take_apart(given)
    if not possible(shape, tone):
        return given
    unified = put_together(shape, tone)
    if given.islower():
        return unified
    if given.isupper():
        return unified.upper()
    return "".join(new.upper() if old.isupper() else new for old, new in zip(given, unified, strict=False))
