"""Bytes of a text file to characters."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from pathlib import Path

__all__ = ["decode", "is_text"]

_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def decode(data: bytes) -> str:
    """Turn the bytes of a text file into characters: UTF-8, UTF-16, or an old Windows code page. Changes nothing else.

    Parameters
    ----------
    data : bytes
    """
    for bom, encoding in _BOMS.items():
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):  # without its mark: every other byte of Latin letters is 0
        if len(data) > 3 and data[start::2].count(0) > len(data) / 5 > 5 * data[1 - start :: 2].count(0):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    if text.count("\ufffd") * 10 < sum(character > "\x7f" for character in text):
        return text  # UTF-8 with a few damaged places, which stay visible
    return _vietnamese_windows(data) or data.decode("cp1252", "replace")


def is_text(data: bytes, name: str) -> bool:
    """Tell whether a file of this name holds characters for people."""
    if data.startswith(rb"{\rtf") or Path(name).suffix.lower() not in {".txt", ""}:
        return False
    text = decode(data)
    strange = sum(unicodedata.category(character) in {"Cc", "Cn", "Co"} and not character.isspace() for character in text)
    return strange <= max(2, len(text) / 50)


def _vietnamese_windows(data: bytes) -> str | None:
    """Text from code page 1258, where tone marks follow their vowels; None if they follow anything else."""
    try:
        text = data.decode("cp1258")
    except UnicodeDecodeError:
        return None
    after = [unicodedata.normalize("NFD", before)[0] for before, mark in pairwise(text) if unicodedata.combining(mark)]
    return text if all(letter in "aeiouyAEIOUY" for letter in after) else None
