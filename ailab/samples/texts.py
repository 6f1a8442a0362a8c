"""Texts for lessons with teachers: a text to make questions from, and a note about an invented pupil, which is for masking.

>>> from ailab.samples.texts import lesson_texts
>>> lesson_texts()[0].kind
'bai_doc'
"""

from __future__ import annotations

from pathlib import Path

from ailab.i18n import get_language
from ailab.samples.documents import SampleDocument

__all__ = ["lesson_texts", "pupil_notes"]

_FOLDER = Path(__file__).parent.parent / "assets" / "texts"


def lesson_texts() -> tuple[SampleDocument, ...]:
    """List texts to make questions from, in the language in force: an invented one, and one made of sentences of the base about Dien Bien."""
    lang = get_language()
    return (
        _text(f"rung_dau_nguon.{lang}.txt", "bai_doc", vi="Khu rừng của Bản Mẫu (hư cấu)", en="The forest of Mau village (invented)"),
        _text(f"chien_truong.{lang}.txt", "bai_doc", vi="Chiến trường Điện Biên Phủ 1954", en="The battlefield of Dien Bien Phu, 1954"),
    )


def pupil_notes() -> tuple[SampleDocument, ...]:
    """List notes about invented pupils; in Vietnamese, since personal data are found in Vietnamese."""
    return (_text("so_chu_nhiem.vi.txt", "ghi_chep", vi="Sổ chủ nhiệm (hư cấu)", en="Notes of a teacher (invented)"),)


def _text(name: str, kind: str, *, vi: str, en: str) -> SampleDocument:
    return SampleDocument(name, kind, "", {"vi": vi, "en": en}, _FOLDER)
