"""A passage: a short text that can be quoted."""

from __future__ import annotations

import dataclasses
import unicodedata
from dataclasses import dataclass
from typing import Any

__all__ = ["LANGUAGES", "TEXT_FIELDS", "Passage", "clean"]

LANGUAGES = ("vi", "en")
TEXT_FIELDS = ("id", "lang", "title", "text", "source", "confidence")


@dataclass(frozen=True)
class Passage:
    """A short text that can be quoted as an answer.

    Attributes
    ----------
    id : str
        Unique in its base.
    text : str
        In NFC; each sentence can be understood alone.
    title : str, default=""
    source : str, default=""
        Who says so.
    lang : {'vi', 'en'}, default='vi'
    year : int, optional
        As of when.
    volatile : bool, default=False
        True for what changes often: prices, opening hours, flights.
    confidence : {'', 'high', 'medium'}, default=''
        How well the sources agree.
    places : tuple of str, default=()
        Names and other names of the places that it is about.
    asks : tuple of str, default=()
        How people ask for it, where they use other words than the text. Never quoted.
    """

    id: str
    text: str
    title: str = ""
    source: str = ""
    lang: str = "vi"
    year: int | None = None
    volatile: bool = False
    confidence: str = ""
    places: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for field in TEXT_FIELDS:
            object.__setattr__(self, field, clean(getattr(self, field)))
        for field in ("places", "asks"):
            given: Any = getattr(self, field)
            names: dict[str, str] = {}
            for name in map(clean, (given,) if isinstance(given, str) else given):
                names.setdefault(name.casefold(), name)
            object.__setattr__(self, field, tuple(filter(None, names.values())))

    def to_dict(self) -> dict[str, Any]:
        """All fields, ready for JSON."""
        return dataclasses.asdict(self) | {"places": list(self.places), "asks": list(self.asks)}


def clean(text: str) -> str:
    """NFC, without spaces at the ends and without halves of characters, which no file can hold."""
    return unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode("utf-8")).strip()
