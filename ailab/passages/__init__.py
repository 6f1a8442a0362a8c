"""The knowledge that questions are answered from: short passages with their source, year and places.

A base is a folder that a person can edit in Notepad. Its ``.toml`` files hold passages in Vietnamese and English and the names of
places; ``.txt``, ``.docx`` and ``.pdf`` files are cut into passages of 40 to 120 syllables.

>>> from ailab.passages import load_passages
>>> passages = load_passages([{"id": "a1", "text": "Đồi A1 nằm ở phường Điện Biên Phủ."}])
>>> passages[0].lang
'vi'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ailab.passages._documents import cut_text
from ailab.passages._files import bundled
from ailab.passages._passage import Passage
from ailab.passages.check import LONG_SENTENCE, check_passages
from ailab.passages.load import load_passages, read_passages, save_passages

if TYPE_CHECKING:
    from ailab.passages.load import PassageSource as PassageSource

__all__ = ["LONG_SENTENCE", "Passage", "bundled", "check_passages", "cut_text", "load_passages", "read_passages", "save_passages"]
