"""What the keyboard left behind: Telex and VNI."""

from __future__ import annotations

import functools
import unicodedata

from ailab.text._syllables import ACUTE, DOT, TONES, is_syllable, possible, put_together, take_apart, with_y
from ailab.text._words import ENGLISH, LOANS, words

__all__ = ["untelex"]

_TELEX = dict(zip("fsxrj", TONES, strict=True))
_VNI = dict(zip("21435", TONES, strict=True))
_ROOF = dict(zip("aeo", "âêô", strict=True))
_HORN = (("uo", "ươ"), ("ưo", "ươ"), ("uơ", "ươ"), ("ua", "ưa"), ("a", "ă"), ("o", "ơ"), ("u", "ư"))
_VOWELS = frozenset("aăâeêioôơuưy")
#: Which tone a closed syllable most likely has when its key is missing; the acute if not listed.
_HEAVY = frozenset(words("đươc môt viêt diêt nguyêt thuôc viêc đôc lôc hôt thât luât mươt tôc"))


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
    if not 2 <= len(typed) <= 12 or not typed.isalnum() or is_syllable(typed) or (strict and (typed in ENGLISH or typed in LOANS)):
        return None
    keys, tone = take_apart(typed)
    digits = any(char.isdigit() for char in keys)
    if len(tone) > 1 or (digits and len(typed) == 2) or keys[0].isdigit():
        return None
    press = _press_vni if digits else _press_telex
    states = [("", tone)]
    for key in keys:
        states = [after for shape, mark in states for after in press(shape, mark, key)][:16]
    states = [(with_y(shape), mark) for shape, mark in states]
    for shape, mark in states:
        if possible(shape, mark) and (shape, mark) != (keys, tone):
            return put_together(shape, mark)
    for shape, mark in states:  # the tone is still missing
        if shape != keys and not mark and possible(shape, ACUTE):
            return put_together(shape, DOT if shape in _HEAVY else ACUTE)
    return None
