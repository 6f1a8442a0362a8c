"""Vietnamese or English."""

from __future__ import annotations

import functools

from ailab.text._characters import unaccent
from ailab.text._keyboard import untelex
from ailab.text._short_forms import TEEN
from ailab.text._syllables import is_syllable
from ailab.text._tokens import tokens
from ailab.text._words import ENGLISH, LOANS, PLACES, SHARED, STRONG, VIETNAMESE

__all__ = ["guess_language"]


@functools.cache
def _weights() -> dict[str, float]:
    """Return how much a common word speaks for Vietnamese (positive) or English (negative)."""
    weights = dict.fromkeys(PLACES | SHARED, 0.1) | dict.fromkeys(ENGLISH, -2.0) | dict.fromkeys(ENGLISH & SHARED, -0.5)
    weights |= dict.fromkeys(VIETNAMESE, 1.2) | dict.fromkeys(STRONG, 2.0) | dict.fromkeys(VIETNAMESE & PLACES, 0.3)
    return weights | dict.fromkeys(VIETNAMESE & ENGLISH | LOANS, 0.0)


@functools.lru_cache(maxsize=8192)
def _evidence(token: str) -> float:
    """Return how much a word speaks for Vietnamese (positive) or English (negative)."""
    if token in _weights():
        return _weights()[token]
    bare = unaccent(token)
    if bare != token and is_syllable(token):
        return 0.3 if bare in PLACES else 2.0
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
