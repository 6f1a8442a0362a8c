"""Vietnamese as people type it: with or without accents, in Telex, in teen code, from a phone or from an old file.

Nothing in here knows a word list of Vietnamese: what a syllable can look like follows from its spelling rules.
"""

from __future__ import annotations

from ailab.text._characters import Folded, fold, is_readable, normalize, unaccent
from ailab.text._keyboard import untelex
from ailab.text._language import guess_language
from ailab.text._sentences import sentences
from ailab.text._short_forms import TEEN, expand
from ailab.text._syllables import is_syllable, unify_tone
from ailab.text._tokens import Token, syllables, tokens

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
