"""Codes in place of names, which are read off a screen, noted down and typed again."""

from __future__ import annotations

import hashlib
import hmac
import secrets

__all__ = ["ALPHABET", "authentication_code", "first_form", "new_code", "read_code"]

#: No two that look alike, and none that a Vietnamese keyboard turns into another letter (vowels, D, W). A prime number of them: see ``_check``.
ALPHABET = "23456789CFGHJKLMNPQRTVX"
_LENGTH = 6
_AUTHENTICATION_LENGTH = 8  # 36 bits: nobody guesses that by typing


def new_code(form: str | None = None) -> str:
    """Draw a code; its last character checks the others.

    Parameters
    ----------
    form : {'a', 'b'}, optional
        Which form of the test its owner shall get first. Default: either.

    Returns
    -------
    str
        Six characters.
    """
    while True:
        start = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH - 1))
        code = next(start + last for last in ALPHABET if _check(start + last) == 0)
        if form in {None, first_form(code)}:
            return code


def read_code(typed: str) -> str | None:
    """Read what somebody typed; None if it is no code, most likely because of a slip.

    Parameters
    ----------
    typed : str
    """
    code = "".join(typed.upper().split()).replace("-", "")
    known = len(code) == _LENGTH and all(character in ALPHABET for character in code)
    return code if known and _check(code) == 0 else None


def first_form(code: str) -> str:
    """Form of the test before the course: it is in the code, so that another laptop knows which one is left for afterwards."""
    return "ab"[ALPHABET.index(code[0]) % 2]


def authentication_code(secret: bytes, *parts: str) -> str:
    """Compute eight characters that only who has the secret can (HMAC with SHA-256, shortened)."""
    number = int.from_bytes(hmac.digest(secret, "\0".join(parts).encode(), hashlib.sha256))
    characters = ""
    for _ in range(_AUTHENTICATION_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        characters += ALPHABET[place]
    return characters


def _check(code: str) -> int:
    """Weighted sum, modulo a prime: any one wrong character, and any two neighbours that are swapped, change it."""
    return sum(weight * ALPHABET.index(character) for weight, character in enumerate(code, 1)) % len(ALPHABET)
