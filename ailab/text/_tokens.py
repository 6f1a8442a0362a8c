"""Syllables, words and numbers of a text."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from ailab.text._characters import normalize
from ailab.text._syllables import unify_tone

__all__ = ["Token", "syllables", "tokens"]


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
